"""Rings: the buckets of one group and width, and its window sums kept as time goes on.

Everything is a whole number under a whole-number key, `cell << SLOT_BITS | slot`, so that adding a
fact costs a few dictionary steps. A window's sums are kept, not recomputed: buckets that enter are
added, buckets that leave are taken out, and a tick costs by what enters and leaves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from streams.counts.buckets import Window
from streams.spans import BEFORE_ALL, MINUTE, Duration, Instant

SLOT_BITS: Final = 12
SLOT_MASK: Final = (1 << SLOT_BITS) - 1


class WindowSums:
    """The sums of one window; for `today`, of the cells of one time zone."""

    __slots__ = ("high", "low", "sums", "window", "zone")

    def __init__(self, window: Window, zone: str | None) -> None:
        self.window = window
        self.zone = zone
        """None: of every zone."""
        self.low = BEFORE_ALL
        self.high = BEFORE_ALL
        """Numbers of the oldest and the newest bucket inside, both included."""
        self.sums: dict[int, int] = {}


class Ring:
    """Buckets of one width and the windows over them."""

    __slots__ = ("_minutes", "buckets", "lowest", "parts", "width", "zone_of")

    def __init__(
        self,
        width: Duration,
        windows: Sequence[Window],
        zones: Sequence[str],
        zone_of: Mapping[int, str],
    ) -> None:
        self.width = width
        self._minutes = width // MINUTE
        self.zone_of = zone_of
        """The zone of each cell; shared with the owner of the cells, who fills it."""
        self.buckets: dict[int, dict[int, int]] = {}
        self.parts = [
            WindowSums(window, zone)
            for window in windows
            for zone in (zones if window.length is None else (None,))
        ]
        self.lowest = BEFORE_ALL
        """The oldest bucket that any window still needs."""

    def add(self, key: int, minute: int, amount: int) -> None:
        """Add to a cell's slot in a minute. What is too old for every window is left out."""
        number = minute // self._minutes
        if number < self.lowest:
            return
        found = self.buckets.get(number)
        if found is None:
            found = self.buckets[number] = {}
        found[key] = found.get(key, 0) + amount
        zone = self.zone_of[key >> SLOT_BITS]
        for part in self.parts:
            if part.low <= number <= part.high and (part.zone is None or part.zone == zone):
                part.sums[key] = part.sums.get(key, 0) + amount

    def advance_to(self, now: Instant, midnights: Mapping[str, Instant]) -> set[int]:
        """Let buckets enter and leave; returns the cells whose sums may have changed by that."""
        high = now // self.width
        touched: set[int] = set()
        for part in self.parts:
            midnight = 0 if part.zone is None else midnights[part.zone]
            low = part.window.lowest(now, midnight)
            if (low, high) != (part.low, part.high):
                self._shift(part, low, high, touched)
        lowest = min((part.low for part in self.parts), default=high)
        if lowest != self.lowest:
            self.lowest = lowest
            for number in [n for n in self.buckets if n < lowest]:
                del self.buckets[number]
        return touched

    def _shift(self, part: WindowSums, low: int, high: int, touched: set[int]) -> None:
        for number, cells in self.buckets.items():
            was = part.low <= number <= part.high
            will = low <= number <= high
            if was != will:
                self._merge(part, cells, 1 if will else -1, touched)
        part.low, part.high = low, high

    def _merge(self, part: WindowSums, cells: Mapping[int, int], n: int, touched: set[int]) -> None:
        sums = part.sums
        for key, amount in cells.items():
            cell = key >> SLOT_BITS
            if part.zone is None or self.zone_of[cell] == part.zone:
                total = sums.get(key, 0) + n * amount
                if total:
                    sums[key] = total
                else:
                    sums.pop(key, None)
                touched.add(cell)
