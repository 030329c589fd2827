"""What a worker keeps when partitions go: its counters never fall, and none is told twice."""

from __future__ import annotations

from types import SimpleNamespace

from streams.counts import kpis
from streams.part.totals import Totals
from streams.worker.engine import Engine
from streams.worker.owned import Owned
from streams.worker.settings import Settings
from streams.worker.store import Rows
from tests.broker.counting import CountingJob, CountingStage

LABELS = ("billing", "normal", "email")


class TellingJob(CountingJob):
    """Each of its stages has counted three tickets, one of them taken back, and one restore."""

    def totals(self, stage: CountingStage) -> Totals:
        totals = Totals(self.bounds)
        totals.count(kpis.TICKETS_CREATED, LABELS, 3)
        totals.revise(kpis.TICKETS_CREATED.name)
        totals.observe(kpis.RECOVERY_SECONDS, ("records",), 50_000)
        return totals


def owning(*partitions: int) -> Engine:
    """An engine that owns these."""
    job = TellingJob()
    engine = Engine(job, Settings())
    engine.table = SimpleNamespace(data=SimpleNamespace(disown=lambda: None))
    for partition in partitions:
        rows = Rows(job)
        stage = job.stage(rows.rows, None, None)
        engine.partitions[partition] = Owned(partition, rows, stage, 1)
    return engine


def test_what_a_partition_has_counted_stays_when_it_goes() -> None:
    engine = owning(0, 1)
    engine.disown()
    assert engine.partitions == {}
    series = (kpis.TICKETS_CREATED.name, LABELS)
    assert engine.past.counters[series] == 6
    assert engine.past.revisions == {kpis.TICKETS_CREATED.name: 2}
    distribution = engine.past.distributions[kpis.RECOVERY_SECONDS.name, ("records",)]
    assert (sum(distribution.counts), distribution.total) == (2, 100_000)


def test_who_still_looks_at_the_totals_of_before_does_not_count_a_partition_twice() -> None:
    engine = owning(0)
    before = engine.past
    engine.disown()
    assert before.counters == {}
    assert before.distributions == {}
