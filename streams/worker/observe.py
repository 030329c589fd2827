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


class Still:
    """For how long something that should move has not."""

    def __init__(self) -> None:
        self._mark: object = None
        self._since = clock.monotonic()

    def seconds(self, mark: object, now: float, *, expected: bool) -> float:
        """Seconds since `mark` last changed; 0 while nothing is expected to move."""
        if not expected or mark != self._mark:
            self._mark, self._since = mark, now
        return now - self._since


class Observer:
    """Looks at everything that may have come to a stop; remembers only since when."""

    def __init__(self, engine: Engine, app: App, front: FrontThread) -> None:
        self._engine = engine
        self._app = app
        self._front = front
        self._batches, self._commits, self._parts = Still(), Still(), Still()

    def __call__(self) -> Observed:
        """What is to be seen now."""
        now = clock.monotonic()
        engine, state = self._engine, self._engine.state

        def since(at: float | None) -> float | None:
            return None if at is None else now - at

        tables: Any = self._app.tables
        consumer: Any = self._app._consumer  # looking must not make one
        opened = consumer is not None and engine.opened.is_set()
        unread = _unread(engine) if opened else 0
        waiting = consumer.uncommitted() if opened else 0
        committed = dict(consumer._committed_offset) if opened else None
        ready = any(owned.ready for owned in list(engine.partitions.values()))
        recovering = self._app.in_recovery
        return Observed(
            coordination=consumer.thread.coordination_failure() if consumer is not None else None,
            rebalancing=since(state.rebalancing_since),
            recovering=since(tables.recovery._recovery_started_at) if recovering else None,
            restoring=since(state.restore_moved_at) if state.restoring_since is not None else None,
            loop_silent=now - state.loop_turned_at,
            unread=unread,
            no_batch=self._batches.seconds(state.last_batch_at, now, expected=unread > 0),
            acks_waiting=waiting,
            no_commit=self._commits.seconds(committed, now, expected=waiting > 0),
            parts_overdue=self._parts.seconds(state.parts_sent, now, expected=ready),
            front=self._front.failure,
            stopping=since(state.stopping_since),
        )


def _unread(engine: Engine) -> int:
    return sum(
        engine.unread(TP(topic, partition), None) or 0
        for partition in list(engine.partitions)
        for topic in engine.sources
    )
