"""The thread that faces people: it reads the parts into the board and answers HTTP.

Its loop is its own, so `/metrics` and `/healthz` answer while Faust's loop takes a batch, restores,
or hangs. It is up before the first restore.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import Any, Final

from aiohttp import web

from streams.worker.errors import Refused, WorkerError
from streams.worker.reader import PartsReader, keep_reading
from streams.worker.site import serve

REFRESH_S: Final = 0.25
STOP_WITHIN_S: Final = 5.0


class Front:
    """What a process shows, as one coroutine: `run` until cancelled."""

    def __init__(
        self,
        reader: PartsReader,
        application: web.Application | None = None,
        listen: tuple[str, int] = ("127.0.0.1", 0),
        refresh: Callable[[], None] = lambda: None,
    ) -> None:
        self.reader = reader
        self.port = 0
        self._application = application
        self._address = listen
        self._refresh = refresh

    @property
    def listen(self) -> tuple[str, int]:
        """Where it answers; port 0: nowhere (yet)."""
        return self._address[0], self.port

    async def run(self, listening: Callable[[], None] = lambda: None) -> None:
        """Serve and read. Raises Refused when the address cannot be listened on."""
        host, port = self._address
        runner: web.AppRunner | None = None
        if self._application is not None:
            try:
                runner, self.port = await serve(self._application, host, port)
            except OSError as error:
                reason = error.strerror or error
                msg = (
                    f"http: {host}:{port} cannot be listened on ({reason}); choose another address "
                    "with http.listen or DESKPULSE_HTTP_LISTEN"
                )
                raise Refused(msg) from None
        listening()
        tasks = [
            asyncio.ensure_future(keep_reading(self.reader)),
            asyncio.ensure_future(self._keep_fresh()),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            # A consumer that is not waited for leaves its connection behind.
            await asyncio.gather(*tasks, return_exceptions=True)
            if runner is not None:
                await runner.cleanup()

    async def _keep_fresh(self) -> None:
        while True:
            self._refresh()
            await asyncio.sleep(REFRESH_S)


class FrontThread(threading.Thread):
    """A front beside Faust's loop."""

    def __init__(self, front: Front) -> None:
        super().__init__(name="front", daemon=True)
        self.front = front
        self.failure: str | None = None
        self.loop = asyncio.new_event_loop()
        self._listening = threading.Event()
        self._error: WorkerError | None = None
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Start, and return when it listens. Raises Refused."""
        self.start()
        self._listening.wait()
        if self._error is not None:
            raise self._error

    def run(self) -> None:
        """The loop of the thread."""
        asyncio.set_event_loop(self.loop)
        self._task = self.loop.create_task(self.front.run(self._listening.set))
        try:
            self.loop.run_until_complete(self._task)
        except asyncio.CancelledError:
            pass
        except WorkerError as error:
            self._error = error
        except Exception as error:  # noqa: BLE001 - told to the watchdog
            self.failure = f"the front has ended: {type(error).__name__}: {error}"
        finally:
            self._listening.set()
            self.loop.close()

    async def floors(self) -> Any:  # noqa: ANN401 - the reader's floors
        """The floors, asked from another loop."""
        reader = self.front.reader
        asked = asyncio.run_coroutine_threadsafe(reader.floors(), self.loop)
        return await asyncio.wrap_future(asked)

    def stop(self) -> None:
        """Let it end: a thread with a loop must not outlive the interpreter."""
        if self._task is not None and self.is_alive():
            with contextlib.suppress(RuntimeError):  # its loop has closed just now
                self.loop.call_soon_threadsafe(self._task.cancel)
            self.join(STOP_WITHIN_S)
