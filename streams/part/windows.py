"""The rolling windows of one partition: what waits to be counted, the rings, and their sums.

A fact is first put with what is *pending*, under one whole number of its minute, cell and slot.
A tick, or a reader, pours all of that into the rings: a thousand facts of one cell and minute cost
one step of each ring.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from streams.counts.feeds import GROUPS, group_of
from streams.counts.plan import Plan
from streams.counts.rings import SLOT_BITS, SLOT_MASK, Ring, WindowSums
from streams.part.cells import Registry
from streams.spans import BEFORE_ALL, Instant

MINUTE_SHIFT: Final = 44
"""A pending key is `minute << MINUTE_SHIFT | cell << SLOT_BITS | slot`."""
_CELL_SLOT: Final = (1 << MINUTE_SHIFT) - 1


class Windows:
    """Every window of every group, by cells of the registry."""

    def __init__(self, plan: Plan, registry: Registry) -> None:
        self.pending: dict[str, dict[int, int]] = {group: {} for group in GROUPS}
        """By group: a pending key -> amount not yet in the rings."""
        self._plan = plan
        self._cells = registry.cells
        self._now = BEFORE_ALL
        self._zones = {
            queue.zone: queue.calendar for queue in (plan.default, *plan.queues.values())
        }
        self._zone_of: dict[int, str] = {}
        self._slots_of: dict[int, set[int]] = {}
        self._rings: dict[str, tuple[Ring, ...]] = {}
        self._sums: dict[str, tuple[dict[str, WindowSums], ...]] = {}
        """By group: of each window, in the order of the plan, the sums by time zone."""
        for group in GROUPS:
            self._lay_out(group)

    def _lay_out(self, group: str) -> None:
        """One ring for each width that the windows of a group need."""
        windows = self._plan.windows[group]
        zones = sorted(self._zones)
        rings = {
            width: Ring(width, [w for w in windows if w.width == width], zones, self._zone_of)
            for width in sorted({window.width for window in windows})
        }
        self._rings[group] = tuple(rings.values())
        by_window: list[dict[str, WindowSums]] = []
        for window in windows:
            parts = [part for part in rings[window.width].parts if part.window == window]
            by_window.append(
                {zone: next(p for p in parts if p.zone in (None, zone)) for zone in zones}
            )
        self._sums[group] = tuple(by_window)

    def enrol(self, cell: int) -> None:
        """A cell rolls: its `today` is that of its queue. Needed before anything of it pends."""
        if cell not in self._slots_of:
            self._slots_of[cell] = set()
            _, labels = self._cells[cell]
            self._zone_of[cell] = self._plan.queue(labels[0]).zone

    def advance_to(self, now: Instant) -> set[str]:
        """Let buckets enter and leave; returns the queues whose sums may have changed by that."""
        if now <= self._now:
            return set()
        self._pour()
        self._now = now
        midnights = {zone: calendar.local_midnight(now) for zone, calendar in self._zones.items()}
        changed: set[str] = set()
        for rings in self._rings.values():
            for ring in rings:
                for cell in ring.advance_to(now, midnights):
                    _, labels = self._cells[cell]
                    changed.add(labels[0])
        return changed

    def read(self, cells: Iterable[int]) -> Iterator[tuple[int, int, list[int]]]:
        """Cell, slot, and its sums by window; a slot of zeros, or a cell of none, is left out."""
        self._pour()
        for cell in cells:
            slots = self._slots_of.get(cell)
            if slots:
                family, labels = self._cells[cell]
                zone, windows = self._zone_of[cell], self._sums[group_of(family, labels[1:])]
                sums_of = [by_zone[zone].sums for by_zone in windows]
                for slot in slots:
                    key = cell << SLOT_BITS | slot
                    sums = [window.get(key, 0) for window in sums_of]
                    if any(sums):
                        yield cell, slot, sums

    def _pour(self) -> None:
        for group, pending in self.pending.items():
            for key, amount in pending.items():
                if amount:
                    cell_slot = key & _CELL_SLOT
                    self._slots_of[cell_slot >> SLOT_BITS].add(cell_slot & SLOT_MASK)
                    for ring in self._rings[group]:
                        ring.add(cell_slot, key >> MINUTE_SHIFT, amount)
            pending.clear()
