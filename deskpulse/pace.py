"""Event time against the wall clock: how long to wait so that events flow at a given speed."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from streams.spans import SECOND, Instant

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_SLICE_S = 0.05
"""Nobody sleeps longer than this at a time, so a timer beside it stays on time."""


class Pace:
    """Event seconds a second. Without a speed nobody waits."""

    def __init__(self, speed: float | None, clock: Callable[[], float] = time.monotonic) -> None:
        self.speed = speed
        self._clock = clock
        self._first: Instant | None = None
        self._began = 0.0

    def wait_s(self, at: Instant) -> float:
        """Seconds until something of event time `at` is due; 0 or less when it is."""
        if self.speed is None:
            return 0.0
        now = self._clock()
        if self._first is None:
            self._first, self._began = at, now
        return self._began + (at - self._first) / SECOND / self.speed - now

    async def until_due(self, at: Instant, meanwhile: Callable[[], Awaitable[None]]) -> None:
        """Sleep until `at` is due, calling `meanwhile` before each short sleep."""
        while (wait_s := self.wait_s(at)) > 0:
            await meanwhile()
            await asyncio.sleep(min(wait_s, _SLICE_S))
