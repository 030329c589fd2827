"""What the watchdog looks at. Called in its thread: reads plain values, changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from faust.types import TP

from streams.worker import clock
from streams.worker.watchdog import Limits, Observed

if TYPE_CHECKING:
    from streams.worker.app import App
    from streams.worker.engine import Engine
    from streams.worker.front import FrontThread
    from streams.worker.settings import Settings

STOP_WITHIN_S = 60.0


def limits(settings: Settings) -> Limits:
    """How long a worker with these timings may take."""
    stall = settings.stall_timeout
    return Limits(
        rebalance=stall + settings.rebalance_timeout,
        restore_silence=stall,
        loop_silence=stall,
        stall=stall,
        parts=stall,
        stop=STOP_WITHIN_S,
    )


def observe(engine: Engine, app: App, front: FrontThread) -> Observed:
    """Everything that may have come to a stop."""
    now = clock.monotonic()
    state = engine.state

    def since(at: float | None) -> float | None:
        return None if at is None else now - at

    tables: Any = app.tables
    consumer: Any = app._consumer  # noqa: SLF001 - looking must not make one
    opened = consumer is not None and engine.opened.is_set()
    return Observed(
        coordination=consumer.thread.coordination_failure() if consumer is not None else None,
        rebalancing=since(state.rebalancing_since),
        recovering=since(tables.recovery._recovery_started_at) if app.in_recovery else None,  # noqa: SLF001
        restoring=since(state.restore_moved_at) if state.restoring_since is not None else None,
        loop_silent=now - state.loop_turned_at,
        unread=_unread(engine) if opened else 0,
        no_batch=now - state.last_batch_at,
        acks_waiting=_acks(consumer) if opened else 0,
        no_commit=now - state.last_commit_at,
        parts_overdue=now - state.last_part_at if _any_ready(engine) else None,
        front=front.failure,
        stopping=since(state.stopping_since),
    )


def _unread(engine: Engine) -> int:
    return sum(
        engine.unread(TP(topic, partition), None) or 0
        for partition in list(engine.partitions)
        for topic in engine.sources
    )


def _acks(consumer: Any) -> int:  # noqa: ANN401 - the batch consumer
    return sum(len(acked) for acked in list(consumer._acked.values()))  # noqa: SLF001


def _any_ready(engine: Engine) -> bool:
    return any(owned.ready for owned in list(engine.partitions.values()))
