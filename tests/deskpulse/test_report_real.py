"""A report over a real log says what an independent count over the same file says."""

from __future__ import annotations

from collections import Counter
from datetime import UTC
from functools import cache

import pytest

from deskpulse import batch
from deskpulse.figures import Figures
from deskpulse.notices import LogFormat, Notices
from deskpulse.pseudonyms import PUBLIC_KEY, Pseudonyms
from deskpulse.report import shown
from deskpulse.sources import servicenow
from streams.config import load
from streams.counts import kpis
from streams.counts.kpis import Kpi
from streams.events import encode
from streams.spans import instant
from tests.deskpulse.sources.test_servicenow import INCIDENTS
from tests.oracle import PROMISE, Incidents

INSTANTS = 11


@cache
def oracle() -> Incidents:
    return Incidents(INCIDENTS)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> batch.Log:
    file = tmp_path_factory.mktemp("real") / "incidents.jsonl"
    with INCIDENTS.open() as lines:
        told = servicenow.read(lines, Pseudonyms(PUBLIC_KEY))
    file.write_bytes(b"".join(encode(event) + b"\n" for event in told.events))
    return batch.read([file], Notices(LogFormat.JSON))


@pytest.mark.parametrize("place", range(INSTANTS))
def test_every_number_is_that_of_the_independent_count(log: batch.Log, place: int) -> None:
    now = oracle().instants(INSTANTS)[place]
    expected = oracle().at(now)
    at = instant(now.replace(tzinfo=UTC))
    outcome = batch.apply(log, at, batch.site_of(load(PROMISE)), Notices(LogFormat.JSON))
    figures = Figures(shown(outcome))

    def by(kpi: Kpi, *labels: str) -> Counter[tuple[str, ...]]:
        found: Counter[tuple[str, ...]] = Counter()
        for sample, value in figures.samples(kpi):
            if value:
                found[tuple(sample[label] for label in labels)] += round(value)
        return found

    assert figures.count(kpis.TICKETS_CREATED) == expected.created
    assert figures.count(kpis.TICKETS_RESOLVED) == expected.resolved
    assert figures.count(kpis.TICKETS_REOPENED) == expected.reopened
    assert by(kpis.OPEN_TICKETS, "queue", "priority", "state") == expected.open
    assert figures.total(kpis.RESOLUTION, "count") == expected.resolutions
    assert figures.total(kpis.RESOLUTION, "sum") == expected.resolution_s
    assert by(kpis.SLA_OPEN, "status") == {(k,): n for k, n in expected.running.items() if n}
    assert by(kpis.SLA_TARGETS, "outcome") == {(k,): n for k, n in expected.verdicts.items() if n}
