"""Starts a process: a worker with its front, or a board alone. What the command calls.

Three threads share a worker: Faust's loop in the main thread (aiokafka's consumer lives in one of
Faust's own), the **front** (site and reader of parts, up before the first restore), the watchdog.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import signal
import socket
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from typing import Any, Final

import structlog

from streams.config import Config, is_loopback, listen_address
from streams.site import compile_site
from streams.worker import checks, clock, logs
from streams.worker.app import App, build
from streams.worker.engine import Engine
from streams.worker.errors import Refused, WorkerError
from streams.worker.floors import Floors
from streams.worker.front import Front, FrontThread
from streams.worker.job import Job
from streams.worker.observe import Observer, limits
from streams.worker.pipeline import TABLE, Vitals, measure
from streams.worker.process import QuietWorker
from streams.worker.reader import PartsReader
from streams.worker.settings import Settings
from streams.worker.show import Show
from streams.worker.site import Pages
from streams.worker.support import SupportJob
from streams.worker.watchdog import Watchdog

log = structlog.get_logger(__name__)

PULSE_S: Final = 0.25


def run_worker(settings: Settings, config: Config, *, board: bool = True) -> int:
    """A worker of the product until it is told to stop; the exit code of the process.

    `board=False`: it exports no numbers of the site, only its own.
    """
    logs.configure(settings.log)
    site = compile_site(config)
    job = SupportJob(site)
    reader = PartsReader(settings, job.board())
    engine = Engine(job, settings)
    vitals: list[Vitals | None] = [None]
    show = Show(
        site, engine.version, reader if board else None, lambda: vitals[0],
        is_worker=True, parts_max_age=config.limits.parts_max_age,
    )  # fmt: skip
    loop: list[asyncio.AbstractEventLoop] = []

    async def run_there(what: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401
        asked = asyncio.run_coroutine_threadsafe(_awaited(what), loop[0])
        return await asyncio.wrap_future(asked)

    try:
        pages = Pages(show, _token(settings, config), engine.stages, run_there)
        front = Front(reader, pages.application(), _listen(settings, config), show.refresh)

        def pulse() -> None:
            vitals[0] = measure(engine)

        return _run(settings, job, engine, front, pulse, loop)
    except WorkerError as refused:
        log.critical("worker.refused", reason=str(refused))
        return 1


def run_board(settings: Settings, config: Config) -> int:
    """A board alone until it is told to stop; the exit code of the process."""
    logs.configure(settings.log)
    _use_uvloop()
    site = compile_site(config)
    reader = PartsReader(settings, SupportJob(site).board())
    show = Show(
        site, version("deskpulse"), reader, lambda: None,
        is_worker=False, parts_max_age=config.limits.parts_max_age,
    )  # fmt: skip
    try:
        pages = Pages(show, _token(settings, config))
        front = Front(reader, pages.application(), _listen(settings, config), show.refresh)
        asyncio.run(_until_stopped(front))
    except WorkerError as refused:
        log.critical("board.refused", reason=str(refused))
        return 1
    return 0


def run_job(settings: Settings, job: Job) -> int:
    """A worker of any job, without a site; the exit code of the process."""
    logs.configure(settings.log)
    engine = Engine(job, settings)
    front = Front(PartsReader(settings, job.board()))
    try:
        return _run(settings, job, engine, front, lambda: None, [])
    except WorkerError as refused:
        log.critical("worker.refused", reason=str(refused))
        return 1


def _run(
    settings: Settings,
    job: Job,
    engine: Engine,
    front: Front,
    pulse: Callable[[], None],
    loop_is: list[asyncio.AbstractEventLoop],
) -> int:
    _use_uvloop()
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop_is.append(loop)
    thread = FrontThread(front)
    engine.floors = Floors(thread.floors)
    thread.begin()
    try:
        changelog = f"{settings.group}-{TABLE}-changelog"
        loop.run_until_complete(checks.check(settings, job, changelog))
        engine.url = settings.http_url or _own_url(front)
        app = build(settings, job, engine)
        watchdog = Watchdog(Observer(engine, app, thread), limits(settings))
        watchdog.start()
        try:
            return _run_faust(app, engine, loop, pulse)
        finally:
            watchdog.stop()
    finally:
        thread.stop()


def _run_faust(
    app: App, engine: Engine, loop: asyncio.AbstractEventLoop, pulse: Callable[[], None]
) -> int:
    worker = QuietWorker(app, loop=loop, quiet=True, override_logging=False, redirect_stdouts=False)
    worker.attend(engine)
    beating = loop.create_task(_beat(engine, pulse))
    try:
        worker.execute_from_commandline()
    except SystemExit as end:
        return int(end.code or 0)
    finally:
        beating.cancel()


async def _beat(engine: Engine, pulse: Callable[[], None]) -> None:
    """Shows the watchdog that the loop turns and how late, and measures the worker."""
    while True:
        asked = clock.monotonic()
        await asyncio.sleep(PULSE_S)
        engine.state.turned(max(clock.monotonic() - asked - PULSE_S, 0.0))
        try:
            pulse()
        except Exception as error:  # noqa: BLE001 - a metric that fails must not stop the worker
            log.warning("pulse.failed", error=f"{type(error).__name__}: {error}")


async def _until_stopped(front: Front) -> None:
    running = asyncio.ensure_future(front.run())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, running.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await running


async def _awaited(what: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401
    return await what()


def _listen(settings: Settings, config: Config) -> tuple[str, int]:
    listen = settings.http_listen or config.http.listen
    try:
        return listen_address(listen)
    except ValueError as error:
        raise Refused(f"DESKPULSE_HTTP_LISTEN: {error}") from None


def _token(settings: Settings, config: Config) -> str:
    listen = settings.http_listen or config.http.listen
    token = settings.http_token.get_secret_value()
    _listen(settings, config)
    if not token and not is_loopback(listen):
        msg = (
            f"http: {listen} can be reached from other machines, so /api needs a token: set "
            "DESKPULSE_HTTP_TOKEN, or listen on 127.0.0.1"
        )
        raise Refused(msg)
    return token


def _own_url(front: Front) -> str:
    """Where others reach this process: its address, or this machine's name where that is any."""
    host, port = front.listen
    if not port:
        return ""
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        host = socket.gethostname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _use_uvloop() -> None:
    if importlib.util.find_spec("uvloop") is not None:
        import uvloop  # noqa: PLC0415 - an extra

        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
