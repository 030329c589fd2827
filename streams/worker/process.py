"""Faust's worker process, without its title, its spinner and its talk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from faust.worker import Worker

from streams.worker import clock, logs

if TYPE_CHECKING:
    from streams.worker.engine import Engine


class QuietWorker(Worker):
    """Starts, takes SIGTERM and SIGINT, stops in order; the logs are ours."""

    logger = logs.SERVICES
    _engine: Engine | None = None

    def attend(self, engine: Engine) -> None:
        """Note on this engine's state when the stop begins."""
        self._engine = engine
        self.spinner = None

    def _setproctitle(self, info: str, *, ident: str = "") -> None:
        """The process keeps its name."""

    async def stop(self) -> None:
        """Stop in order; the watchdog looks how long that takes."""
        if self._engine is not None:
            self._engine.state.stopping_since = clock.monotonic()
        await super().stop()
