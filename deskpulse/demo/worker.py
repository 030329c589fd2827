"""The worker of the demo: started, watched, and ended with everything that it started."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Final, Self

from deskpulse.errors import Refused

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

STOP_WITHIN_S: Final = 12.0
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SHOWN: Final = 3
"""Last lines of the worker's log that are told when it died without a reason."""
_LOOKED_AT: Final = 16 * 1024
"""Bytes at the end of the log where the reason is looked for."""
_TIMINGS: Final = {
    # One worker and no network: nobody has to wait for anybody.
    "DESKPULSE_SESSION_TIMEOUT": "6",
    "DESKPULSE_HEARTBEAT_INTERVAL": "1",
    "DESKPULSE_REBALANCE_TIMEOUT": "3",
}


def free_port(port: int) -> int:
    """`port`, or any free one for 0. `Refused` when somebody listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            raise Refused(
                f"--port: {port} cannot be listened on; choose another with --port"
            ) from None
        chosen: int = probe.getsockname()[1]
        return chosen


class Worker:
    """`deskpulse worker` in a process of its own, in a session of its own: Ctrl-C is ours alone."""

    def __init__(self, broker: str, port: int, config: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.failure: str | None = None
        """One line, when it ended before it was told to."""
        self._config = config
        kept = {name: value for name, value in os.environ.items() if "DESKPULSE_" not in name}
        self._environment = (
            kept
            | _TIMINGS
            | {
                "DESKPULSE_KAFKA": broker,
                "DESKPULSE_KAFKA_DEMO": "true",
                "DESKPULSE_HTTP_LISTEN": f"127.0.0.1:{port}",
                "DESKPULSE_LOG": "json",
            }
        )
        self._process: subprocess.Popen[bytes]
        self._log: IO[bytes]

    def __enter__(self) -> Self:
        """Start it."""
        # A file without a name: it is gone with the last of us, whatever ends us.
        self._log = tempfile.TemporaryFile(buffering=0)
        command = [sys.executable, "-m", "deskpulse.demo.child", "--config", str(self._config)]
        self._process = subprocess.Popen(  # noqa: S603 - ourselves
            command,
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=self._log,
            env=self._environment,
            start_new_session=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it, in good order if it can."""
        process = self._process
        if process.stdin is not None:
            with suppress(OSError):
                process.stdin.close()
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._log.close()

    def end_with(self, ending: asyncio.Event) -> None:
        """Take Ctrl-C, a polite kill and a closed terminal as the wish to end."""
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, ending.set)

    async def watch(self) -> None:
        """Return when the process has ended by itself; `failure` then says why."""
        while (code := self._process.poll()) is None:  # noqa: ASYNC110 - nobody tells of its end
            await asyncio.sleep(0.2)
        self.failure = f"the worker ended with exit code {code}: {last_words(self._log_end())}"

    def _log_end(self) -> str:
        log = self._log.fileno()
        begin = max(os.fstat(log).st_size - _LOOKED_AT, 0)
        return os.pread(log, _LOOKED_AT, begin).decode(errors="replace")


def last_words(log: str) -> str:
    """Why a worker ended, by its log: the last reason that it gave, else its last lines."""
    lines = [line for line in log.splitlines() if line]
    for line in reversed(lines):
        with suppress(ValueError, AttributeError):
            said = json.loads(line)
            if reason := said.get("reason") or said.get("message"):
                return str(reason)
    return " | ".join(lines[-_SHOWN:]) or "it said nothing"
