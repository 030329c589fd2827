"""The worker's own numbers: lag, restores, rebalances, how late the loop is.

Measured in Faust's loop, handed over as one immutable `Vitals`: the thread that serves `/metrics`
touches nothing that moves.
"""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final

from faust.types import TP

from streams.counts import kpis
from streams.counts.kpis import Kpi
from streams.events import REASONS
from streams.gauges import Values
from streams.part.totals import Totals
from streams.spans import SECOND, Instant, seconds
from streams.worker import clock

if TYPE_CHECKING:
    from streams.worker.engine import Engine

TABLE: Final = "records"
"""The one table, as Faust and the metrics call it."""


@dataclass(frozen=True, slots=True)
class Vitals:
    """How a worker is doing, at one instant."""

    at: Instant
    waiting_for: str
    """Why it is not ready; empty when it is."""
    values: Mapping[Kpi, Values]
    totals: tuple[Totals, ...]


def measure(engine: Engine) -> Vitals:
    """Look at everything once."""
    stages = engine.stages()
    values: dict[Kpi, Values] = {
        **_lag(engine),
        **_state(engine),
        **engine.job.measures(stages),
        kpis.BUILD_INFO: {(engine.version, platform.python_version()): 1.0},
    }
    totals = [engine.totals, engine.past, *map(engine.job.totals, stages.values())]
    return Vitals(clock.now(), waiting_for(engine), values, tuple(totals))


def waiting_for(engine: Engine) -> str:
    """Why the worker is not ready; empty when it is."""
    if engine.state.restoring_since is not None:
        return "rows are being restored"
    if not engine.opened.is_set():
        return "the group has not given out partitions yet"
    behind = sorted(p for p, owned in engine.partitions.items() if not owned.ready)
    return f"partitions {behind} read on to where they stood at the assignment" if behind else ""


def _lag(engine: Engine) -> dict[Kpi, Values]:
    unread: Values = {}
    age: Values = {}
    now = clock.now()
    if engine.opened.is_set():
        for partition, owned in engine.partitions.items():
            for topic in engine.sources:
                labels = (topic, str(partition))
                left = engine.unread(TP(topic, partition), None)
                if left is None:
                    continue
                unread[labels] = left
                last = owned.read_at.get(topic)
                if not left:
                    age[labels] = 0.0
                elif last is not None:
                    # The next message is a little younger than the last one taken.
                    age[labels] = max(now / SECOND - last / 1000, 0.0)
    return {kpis.CONSUMER_LAG: unread, kpis.CONSUMER_LAG_SECONDS: age}


def _state(engine: Engine) -> dict[Kpi, Values]:
    state = engine.state
    restoring = state.restoring_since is not None
    count = len(engine.partitions)
    rows = sum(len(owned.rows.rows) for owned in engine.partitions.values())
    left = max(state.restore_due - state.restore_read, 0) if restoring else 0
    rejected: Values = dict.fromkeys(product(engine.sources, REASONS), 0.0)
    rejected |= {key: float(n) for key, n in state.dead_letters.items()}
    return {
        kpis.DEAD_LETTERS: rejected,
        kpis.REBALANCES: {(): float(state.rebalances)},
        kpis.ASSIGNED: {(topic,): float(count) for topic in engine.sources},
        kpis.RECOVERING: {(TABLE,): float(restoring)},
        kpis.RECOVERY_REMAINING: {(TABLE,): float(left)},
        kpis.TABLE_ENTRIES: {(TABLE,): float(rows)},
        kpis.LOOP_LAG: {(): state.loop_lag},
    }


def age_of(written_at: Instant, now: Instant) -> float:
    """Seconds since a part was written, by Kafka's clock against ours; never negative."""
    return seconds(max(now - written_at, 0))
