"""The ledger: what a partition counts, moved by what its subjects conclude.

`move(before, after)` by subject: what appeared is added, what vanished is taken back. So a
correction needs no case of its own, and *kept incrementally == rebuilt from the records*.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from operator import attrgetter
from typing import Any, Final

import msgspec

from streams.counts import feeds
from streams.counts.aggregates import COUNT_SLOT
from streams.counts.feeds import EARLIESTS, GROUPS, PRESENTS, ROLLINGS, TOTALS, group_of
from streams.counts.plan import Plan
from streams.counts.rings import SLOT_BITS, SLOT_MASK, Ring, WindowSums
from streams.facts import Happening, Standing
from streams.part.cells import Block, Cell, Earliest, Registry, key_of, key_of_slot
from streams.part.totals import Bin, Distribution, Totals
from streams.spans import BEFORE_ALL, MINUTE, Instant

_NOTHING: Final[tuple[tuple[()], tuple[()]]] = ((), ())
_KEY_BITS: Final = 44
_KEY_MASK: Final = (1 << _KEY_BITS) - 1


class _Spread(msgspec.Struct, frozen=True, gc=False):
    """Where facts of one class with the same labels go: every place looked up once."""

    queue: str | None
    counters: tuple[tuple[str, Bin, feeds.Value | None], ...]
    """Metric name, its place, and what a fact adds (1 where None)."""
    histograms: tuple[tuple[str, Distribution, feeds.Value], ...]
    tallies: tuple[tuple[dict[int, int], int], ...]
    """Rolling counts: what is pending of the group, and the key of the cell."""
    measures: tuple[tuple[dict[int, int], int, feeds.Rolling], ...]
    """Rolling families whose slots depend on a value."""
    present: tuple[int, ...]
    earliest: tuple[tuple[Earliest, feeds.Earliest], ...]


def _labels_of(kind: type[msgspec.Struct]) -> Callable[[Any], Any]:
    """The fields of a fact that are labels: strings and flags, not instants and durations."""
    names = [f.name for f in msgspec.structs.fields(kind) if f.type in (str, bool)]
    return attrgetter(*names)


class Ledger:
    """The numbers of one partition. `changed` names the queues whose block is no longer right."""

    def __init__(self, plan: Plan, totals: Totals) -> None:
        self.plan = plan
        self.totals = totals
        self.changed: set[str] = set()
        self.known: dict[bytes, tuple[tuple[Happening, ...], tuple[Standing, ...]]] = {}
        self.now = BEFORE_ALL
        self._registry = Registry()
        self._zone_of: dict[int, str] = {}
        self._slots_of: dict[int, set[int]] = {}
        self._present: dict[int, int] = {}
        self._earliest: dict[int, Earliest] = {}
        self._spreads: dict[type, tuple[Callable[[Any], Any], dict[Any, _Spread]]] = {
            kind: (_labels_of(kind), {}) for kind in {*TOTALS, *ROLLINGS, *PRESENTS, *EARLIESTS}
        }
        self._zones = {
            queue.zone: queue.calendar for queue in (plan.default, *plan.queues.values())
        }
        self._rings: dict[str, tuple[Ring, ...]] = {}
        self._pending: dict[str, dict[int, int]] = {group: {} for group in GROUPS}
        """By group: minute, cell and slot in one number -> amount not yet in the buckets."""
        self._windows: dict[str, tuple[dict[str, WindowSums], ...]] = {}
        for group in GROUPS:
            self._lay_out(group)

    def _lay_out(self, group: str) -> None:
        """One ring for each width that the windows of a group need."""
        windows = self.plan.windows[group]
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
        self._windows[group] = tuple(by_window)

    # --- moving -----------------------------------------------------------------------------

    def move(
        self,
        key: bytes,
        happened: tuple[Happening, ...],
        standing: tuple[Standing, ...],
        *,
        counted_from: Instant = BEFORE_ALL,
    ) -> None:
        """A subject now concludes this.

        `counted_from`: happenings before it are left out of the totals (they were counted before a
        restart, or are older than the retention of their kind). Windows hold what they hold.
        """
        was_happened, was_standing = self.known.get(key, _NOTHING)
        self.known[key] = (happened, standing)
        if happened is not was_happened:
            self._move_happened(was_happened, happened, counted_from)
        if standing != was_standing:
            for one in was_standing:
                if one not in standing:
                    self._stand(one, -1)
            for one in standing:
                if one not in was_standing:
                    self._stand(one, 1)

    def _move_happened(
        self, was: tuple[Happening, ...], now: tuple[Happening, ...], counted_from: Instant
    ) -> None:
        """As multisets: two equal facts are two. Mostly something was added at the end."""
        kept = len(was)
        if now[:kept] == was:
            for fact in now[kept:]:
                self._add(fact, counted_from)
            return
        gone = Counter(was)
        gone.subtract(now)
        for fact, n in gone.items():
            for _ in range(n):
                self._take_back(fact, counted_from)
        for fact, n in gone.items():
            for _ in range(-n):
                self._add(fact, counted_from)

    def replace(self, key: bytes, happened: tuple[Happening, ...]) -> None:
        """The subject was folded away in part: old happenings are gone without being taken back."""
        self.known[key] = (happened, self.known.get(key, _NOTHING)[1])

    def forget(self, key: bytes) -> None:
        """The subject is no longer kept; what it had concluded stays counted."""
        _, standing = self.known.pop(key, _NOTHING)
        for fact in standing:
            self._stand(fact, -1)

    def _add(self, fact: Happening, counted_from: Instant) -> None:
        spread = self._spread(fact)
        if fact.at >= counted_from:
            for _, place, value in spread.counters:
                place[0] += 1 if value is None else value(fact) or 0
            for _, distribution, value in spread.histograms:
                length = value(fact)
                if length is not None:
                    distribution.observe(length)
        self._roll(fact, spread, 1)

    def _take_back(self, fact: Happening, counted_from: Instant) -> None:
        spread = self._spread(fact)
        if fact.at >= counted_from:
            for name, _, _ in spread.counters:
                self.totals.revise(name)
            for name, _, value in spread.histograms:
                if value(fact) is not None:
                    self.totals.revise(name)
        self._roll(fact, spread, -1)

    def _roll(self, fact: Happening, spread: _Spread, n: int) -> None:
        minute = fact.at // MINUTE << _KEY_BITS
        for pending, cell_slot in spread.tallies:
            key = minute | cell_slot
            pending[key] = pending.get(key, 0) + n
        for pending, cell, rolling in spread.measures:
            value = rolling.value(fact) if rolling.value is not None else 0
            if value is not None:
                base = minute | cell
                for slot, amount in rolling.aggregate.slots(value):
                    key = base | slot
                    pending[key] = pending.get(key, 0) + n * amount
        if spread.queue is not None:
            self.changed.add(spread.queue)

    def _stand(self, fact: Standing, n: int) -> None:
        spread = self._spread(fact)
        present = self._present
        for cell in spread.present:
            present[cell] = present.get(cell, 0) + n
        for instants, feed in spread.earliest:
            at = feed.instant(fact)
            if at is not None:
                instants.change(at, n)
        if spread.queue is not None:
            self.changed.add(spread.queue)

    def _spread(self, fact: Happening | Standing) -> _Spread:
        labels_of, spreads = self._spreads[type(fact)]
        labels = labels_of(fact)
        found = spreads.get(labels)
        if found is None:
            found = spreads[labels] = self._lay_spread(fact)
        return found

    def _lay_spread(self, fact: Happening | Standing) -> _Spread:
        kind = type(fact)
        tallies: list[tuple[dict[int, int], int]] = []
        measures: list[tuple[dict[int, int], int, feeds.Rolling]] = []
        for rolling in ROLLINGS.get(kind, ()):
            cell = self._cell((rolling.family, rolling.labels(fact)))
            self._slots_of.setdefault(cell, set())
            pending = self._pending[rolling.group]
            if rolling.value is None:
                tallies.append((pending, cell << SLOT_BITS | COUNT_SLOT))
            else:
                measures.append((pending, cell << SLOT_BITS, rolling))
        earliest: list[tuple[Earliest, feeds.Earliest]] = []
        for feed in EARLIESTS.get(kind, ()):
            cell = self._cell((feed.family, feed.labels(fact)))
            earliest.append((self._earliest.setdefault(cell, Earliest()), feed))
        totals = TOTALS.get(kind, ())
        return _Spread(
            getattr(fact, "queue", None),
            tuple(
                (total.kpi.name, self.totals.bin(total.kpi, total.labels(fact)), total.value)
                for total in totals
                if total.kpi.kind == "counter"
            ),
            tuple(
                (
                    total.kpi.name,
                    self.totals.distribution(total.kpi, total.labels(fact)),
                    total.value,
                )
                for total in totals
                if total.kpi.kind == "histogram" and total.value is not None
            ),
            tuple(tallies),
            tuple(measures),
            tuple(
                self._cell((one.family, labels))
                for one in PRESENTS.get(kind, ())
                if (labels := one.labels(fact)) is not None
            ),
            tuple(earliest),
        )

    def _cell(self, cell: Cell) -> int:
        number = self._registry.id_of(cell)
        self._zone_of[number] = self.plan.queue(cell[1][0]).zone
        return number

    def _pour(self) -> None:
        """Put what is pending into the buckets: one step for all facts of a cell and minute."""
        for group, pending in self._pending.items():
            for key, amount in pending.items():
                if amount:
                    cell_slot = key & _KEY_MASK
                    self._slots_of[cell_slot >> SLOT_BITS].add(cell_slot & SLOT_MASK)
                    for ring in self._rings[group]:
                        ring.add(cell_slot, key >> _KEY_BITS, amount)
            pending.clear()

    # --- time -------------------------------------------------------------------------------

    def advance_to(self, now: Instant) -> None:
        """Let buckets enter and leave the windows; a queue with one that did has changed."""
        if now <= self.now:
            return
        self._pour()
        self.now = now
        midnights = {zone: calendar.local_midnight(now) for zone, calendar in self._zones.items()}
        cells = self._registry.cells
        for rings in self._rings.values():
            for ring in rings:
                for cell in ring.advance_to(now, midnights):
                    self.changed.add(cells[cell][1][0])

    # --- reading ----------------------------------------------------------------------------

    def block(self, queue: str) -> Block:
        """All that a board needs of one queue, absolute; zeros are left out."""
        self._pour()
        present: dict[str, int] = {}
        earliest: dict[str, Instant] = {}
        rolling: dict[str, list[int]] = {}
        for number in self._registry.of_queue.get(queue, ()):
            cell = self._registry.cells[number]
            n = self._present.get(number)
            if n:
                present[key_of(cell)] = n
            instants = self._earliest.get(number)
            if instants is not None:
                at = instants.smallest()
                if at is not None:
                    earliest[key_of(cell)] = at
            slots = self._slots_of.get(number)
            if slots:
                self._read_windows(number, cell, slots, rolling)
        return Block(present, earliest, rolling)

    def _read_windows(
        self, number: int, cell: Cell, slots: set[int], rolling: dict[str, list[int]]
    ) -> None:
        zone = self._zone_of[number]
        group = group_of(cell[0], cell[1][1:])
        windows = [by_zone[zone].sums for by_zone in self._windows[group]]
        for slot in slots:
            key = number << SLOT_BITS | slot
            sums = [part.get(key, 0) for part in windows]
            if any(sums):
                rolling[key_of_slot(cell, slot)] = sums
