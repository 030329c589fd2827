"""What the last parts say: no partition may start at an earlier time or an older generation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from streams.spans import Instant


class Floor:
    """What the last part of a partition says: nothing may start below it."""

    __slots__ = ("generation", "now")

    def __init__(self, generation: int, now: Instant) -> None:
        self.generation = generation
        self.now = now


class Floors:
    """Where the last parts are known from; the reader of `support.parts` fills this in."""

    def __init__(self, read: Callable[[], Any] | None = None) -> None:
        self._read = read

    async def read_to_end(self) -> dict[int, Floor]:
        """The floors by partition, read up to the end of the topic as it stands now."""
        if self._read is None:
            return {}
        floors: dict[int, Floor] = await self._read()
        return floors
