"""The board in the terminal: queues, who waits, what is promised and how fresh the numbers are."""

from __future__ import annotations

import asyncio
import os
import sys
import time
import webbrowser
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import aiohttp
from prometheus_client.parser import text_string_to_metric_families
from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from deskpulse.figures import Figures
from deskpulse.tables import lasting, wall_table
from streams.counts import kpis
from streams.spans import SECOND, moment

if TYPE_CHECKING:
    from rich.console import RenderableType

    from deskpulse.demo.player import Played
    from deskpulse.notices import Notices

LOOK_EVERY_S: Final = 1.0
_LINE_EVERY_S: Final = 5.0
"""Where nobody watches, one line so often."""
_PATIENCE_S: Final = 3.0


class View:
    """Reads the worker's metrics and shows them."""

    def __init__(
        self, url: str, played: Played, speed: float, notices: Notices, *, browser: bool
    ) -> None:
        self._url = url
        self._played = played
        self._speed = speed
        self._notices = notices
        self._browser = browser
        self._began = time.monotonic()
        self._figures: Figures | None = None
        self._ready = False

    async def show(self) -> None:
        """Show the board until cancelled."""
        async with aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=_PATIENCE_S)
        ) as session:
            if sys.stdout.isatty():
                await self._live(session)
            else:
                await self._lines(session)

    async def _live(self, session: aiohttp.ClientSession) -> None:
        with Live(console=Console(), auto_refresh=False, transient=False) as live:
            while True:
                await self._look(session)
                live.update(self._board(), refresh=True)
                await asyncio.sleep(LOOK_EVERY_S)

    async def _lines(self, session: aiohttp.ClientSession) -> None:
        last = 0.0
        while True:
            await self._look(session)
            now = time.monotonic()
            if self._ready and now - last >= _LINE_EVERY_S:
                last = now
                sys.stdout.write(f"{self._summary()}\n")
                sys.stdout.flush()
            await asyncio.sleep(LOOK_EVERY_S)

    async def _look(self, session: aiohttp.ClientSession) -> None:
        with suppress(aiohttp.ClientError, TimeoutError, OSError, ValueError):
            if not self._ready:
                async with session.get(f"{self._url}/readyz") as answer:
                    if answer.status == 200:  # noqa: PLR2004
                        await self._become_ready()
            async with session.get(f"{self._url}/metrics") as answer:
                text = await answer.text()
            self._figures = Figures(text_string_to_metric_families(text))

    async def _become_ready(self) -> None:
        self._ready = True
        took = time.monotonic() - self._began
        self._notices.tell(
            "demo.ready", f"ready after {took:.1f} s: {self._url}", url=self._url, seconds=took
        )
        if self._browser and has_display():
            # It may wait for the browser to come up.
            await asyncio.to_thread(webbrowser.open, self._url)

    def _board(self) -> RenderableType:
        if self._figures is None or not self._ready:
            return Text(f"starting: the worker restores and joins its group … {self._url}")
        return Group(Text(self._summary(), style="bold"), Text(""), wall_table(self._figures))

    def _summary(self) -> str:
        figures, at = self._figures, self._played.at
        if figures is None or at is None:
            return "starting"
        watermark = figures.smallest(kpis.WATERMARK)
        age = max(at / SECOND - watermark, 0.0) / self._speed if watermark else None
        return "  ".join(
            (
                f"floor {moment(at):%a %H:%M:%S}",
                f"x{self._speed:g}" + (" (ended)" if self._played.over else ""),
                f"{self._played.sent} events",
                f"data age {lasting(age)}",
                f"backlog {figures.count(kpis.OPEN_TICKETS)}",
                f"waiting {figures.count(kpis.QUEUE_WAITING)}",
                f"at risk {figures.count(kpis.SLA_OPEN, status='at_risk')}",
                f"breached {figures.count(kpis.SLA_OPEN, status='breached')}",
                self._url,
            )
        )


def has_display() -> bool:
    """Whether a browser would open in a window, not in this terminal."""
    if sys.platform in {"darwin", "win32"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
