"""Starts a process: a worker with its front, or a board alone. What the command calls.

Three threads share a worker: Faust's loop in the main thread (with aiokafka's consumer in one of
Faust's own), the **front** (site and reader of parts, up before the first restore), the watchdog.
"""

from __future__ import annotations

import asyncio
import importlib.util
import threading
from typing import Any, Final

import structlog
from faust.worker import Worker

from streams.worker import clock, logs
from streams.worker.app import App, build
from streams.worker.engine import Engine, Floors
from streams.worker.job import Job
from streams.worker.reader import PartsReader, keep_reading
from streams.worker.settings import Settings
from streams.worker.watchdog import Limits, Observed, Watchdog

log = structlog.get_logger(__name__)

PULSE_S: Final = 0.25
STOP_WITHIN_S: Final = 60.0
FRONT_STOP_S: Final = 5.0


class Front(threading.Thread):
    """The thread that faces people: it reads the parts and answers HTTP."""

    def __init__(self, reader: PartsReader) -> None:
        super().__init__(name="front", daemon=True)
        self.reader = reader
        self.failure: str | None = None
        self.loop = asyncio.new_event_loop()
        self._task: asyncio.Task[None] | None = None

    def run(self) -> None:
        """The loop of the thread."""
        asyncio.set_event_loop(self.loop)
        self._task = self.loop.create_task(keep_reading(self.reader))
        try:
            self.loop.run_until_complete(self._task)
        except asyncio.CancelledError:
            pass
        except Exception as error:  # noqa: BLE001 - told to the watchdog
            self.failure = f"the board's reader has ended: {error!r}"
        finally:
            self.loop.close()

    def stop(self) -> None:
        """Let it end: a thread with a loop must not outlive the interpreter."""
        if self._task is not None and self.is_alive():
            self.loop.call_soon_threadsafe(self._task.cancel)
            self.join(FRONT_STOP_S)

    async def floors(self) -> Any:  # noqa: ANN401
        """The floors, asked from another loop."""
        asked = asyncio.run_coroutine_threadsafe(self.reader.floors(), self.loop)
        return await asyncio.wrap_future(asked)


def run_job(settings: Settings, job: Job, *, log_level: str = "INFO") -> int:
    """Run a worker until it is told to stop; the exit code of the process."""
    logs.configure(settings.log, log_level)
    _use_uvloop()
    front = Front(PartsReader(settings, job.board()))
    engine = Engine(job, settings, Floors(front.floors))
    app = build(settings, job, engine)
    front.start()
    watchdog = Watchdog(lambda: observe(engine, app, front), limits(settings))
    watchdog.start()
    try:
        return _run_faust(app, engine)
    finally:
        watchdog.stop()
        front.stop()


def _run_faust(app: App, engine: Engine) -> int:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    worker = QuietWorker(app, loop=loop, quiet=True, override_logging=False, redirect_stdouts=False)
    worker.engine = engine
    worker.spinner = None
    pulse = loop.create_task(_pulse(engine))
    try:
        worker.execute_from_commandline()
    except SystemExit as end:
        return int(end.code or 0)
    finally:
        pulse.cancel()
    return 0


class QuietWorker(Worker):
    """Faust's worker process, without its title, spinner and talk."""

    engine: Engine
    logger = logs.SERVICES

    def _setproctitle(self, info: str, *, ident: str = "") -> None:
        if info == "stopping":
            self.engine.state.stopping_since = clock.monotonic()

    async def stop(self) -> None:
        """Note when, for the watchdog."""
        self.engine.state.stopping_since = clock.monotonic()
        await super().stop()


async def _pulse(engine: Engine) -> None:
    """Shows the watchdog that the loop turns, and how late."""
    while True:
        asked = clock.monotonic()
        await asyncio.sleep(PULSE_S)
        engine.state.turned(max(clock.monotonic() - asked - PULSE_S, 0.0))


def limits(settings: Settings) -> Limits:
    """How long a worker with these timings may take."""
    return Limits(
        rebalance=settings.stall_timeout + settings.rebalance_timeout,
        restore_silence=settings.stall_timeout,
        loop_silence=settings.stall_timeout,
        stall=settings.stall_timeout,
        parts=settings.stall_timeout,
        stop=STOP_WITHIN_S,
    )


def observe(engine: Engine, app: App, front: Front | None) -> Observed:
    """What the watchdog sees; called in its thread."""
    now = clock.monotonic()
    state = engine.state
    since = lambda at: None if at is None else now - at  # noqa: E731
    recovery = app.tables.recovery
    started = recovery._recovery_started_at if app.in_recovery else None  # noqa: SLF001
    consumer = app._consumer  # noqa: SLF001 - not made by looking
    unread = acks = 0
    if consumer is not None and engine.restored.is_set() and not app.rebalancing:
        acks = sum(len(acked) for acked in list(consumer._acked.values()))  # noqa: SLF001
        for owned in list(engine.partitions.values()):
            for topic in engine.sources:
                unread += engine.unread(_tp(topic, owned.partition), None) or 0
    ready = any(owned.ready for owned in list(engine.partitions.values()))
    return Observed(
        coordination=consumer.thread.coordination_failure() if consumer is not None else None,
        rebalancing=since(state.rebalancing_since),
        recovering=since(started),
        restoring=since(state.restore_moved_at) if state.restoring_since is not None else None,
        loop_silent=now - state.loop_turned_at,
        unread=unread,
        no_batch=now - state.last_batch_at,
        acks_waiting=acks,
        no_commit=now - state.last_commit_at,
        parts_overdue=now - state.last_part_at if ready else None,
        front=front.failure if front is not None else None,
        stopping=since(state.stopping_since),
    )


def _tp(topic: str, partition: int) -> Any:  # noqa: ANN401
    from faust.types import TP

    return TP(topic, partition)


def _use_uvloop() -> None:
    if importlib.util.find_spec("uvloop") is not None:
        import uvloop

        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
