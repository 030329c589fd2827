"""The ledger: what a partition counts, moved by what its subjects conclude.

`move(before, after)` by subject: what appeared is added, what vanished is taken back. So a
correction needs no case of its own, and *kept incrementally == rebuilt from the records*.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final

import msgspec

from streams.counts import feeds
from streams.counts.feeds import EARLIESTS, GROUPS, PRESENTS, ROLLINGS, TOTALS, group_of
from streams.counts.plan import Plan
from streams.counts.rings import SLOT_BITS, Ring, WindowSums
from streams.facts import Happening, Standing
from streams.part.cells import SEPARATOR, Block, Cell, Earliest, Registry, key_of
from streams.part.totals import Totals
from streams.spans import Instant

_NOTHING: Final[tuple[tuple[()], tuple[()]]] = ((), ())
_FOREVER: Final = -(1 << 62)


@dataclass(frozen=True, slots=True)
class _Spread:
    """Where facts of one class with the same labels go."""

    totals: tuple[tuple[feeds.Total, tuple[str, ...]], ...]
    rolling: tuple[tuple[int, tuple[Ring, ...], feeds.Rolling], ...]
    present: tuple[int, ...]
    earliest: tuple[tuple[int, feeds.Earliest], ...]
    queue: str | None


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
        self.now: Instant = _FOREVER
        self._registry = Registry()
        self._zone_of: dict[int, str] = {}
        self._slots_of: dict[int, set[int]] = {}
        self._present: dict[int, int] = {}
        self._earliest: dict[int, Earliest] = {}
        self._spreads: dict[type, dict[Any, _Spread]] = {}
        self._labels = {
            kind: _labels_of(kind) for kind in {*TOTALS, *ROLLINGS, *PRESENTS, *EARLIESTS}
        }
        self._zones = {
            queue.zone: queue.calendar for queue in (plan.default, *plan.queues.values())
        }
        self._rings: dict[str, tuple[Ring, ...]] = {}
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
        counted_from: Instant = _FOREVER,
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
            for total, labels in spread.totals:
                amount = 1 if total.value is None else total.value(fact)
                if amount is None:
                    continue
                if total.kpi.kind == "histogram":
                    self.totals.observe(total.kpi, labels, amount)
                else:
                    self.totals.count(total.kpi, labels, amount)
        if spread.rolling:
            self._roll(fact, spread, 1)

    def _take_back(self, fact: Happening, counted_from: Instant) -> None:
        spread = self._spread(fact)
        if fact.at >= counted_from:
            for total, _ in spread.totals:
                if total.value is None or total.value(fact) is not None:
                    self.totals.revise(total.kpi.name)
        if spread.rolling:
            self._roll(fact, spread, -1)

    def _roll(self, fact: Happening, spread: _Spread, n: int) -> None:
        for cell, rings, rolling in spread.rolling:
            value = 0 if rolling.value is None else rolling.value(fact)
            if value is not None:
                slots = self._slots_of[cell]
                for slot, amount in rolling.aggregate.slots(value):
                    slots.add(slot)
                    for ring in rings:
                        ring.add(cell << SLOT_BITS | slot, fact.at, n * amount)
        if spread.queue is not None:
            self.changed.add(spread.queue)

    def _stand(self, fact: Standing, n: int) -> None:
        spread = self._spread(fact)
        for cell in spread.present:
            self._present[cell] = self._present.get(cell, 0) + n
        for cell, earliest in spread.earliest:
            at = earliest.instant(fact)
            if at is not None:
                self._earliest[cell].change(at, n)
        if spread.queue is not None:
            self.changed.add(spread.queue)

    def _spread(self, fact: Happening | Standing) -> _Spread:
        kind = type(fact)
        labels = self._labels[kind](fact)
        spreads = self._spreads.get(kind)
        if spreads is None:
            spreads = self._spreads[kind] = {}
        found = spreads.get(labels)
        if found is None:
            found = spreads[labels] = self._lay_spread(kind, fact)
        return found

    def _lay_spread(self, kind: type, fact: Happening | Standing) -> _Spread:
        rolling = tuple(
            (self._cell((r.family, r.labels(fact))), self._rings[r.group], r)
            for r in ROLLINGS.get(kind, ())
        )
        for cell, _, _ in rolling:
            self._slots_of.setdefault(cell, set())
        present = tuple(
            self._cell((p.family, labels))
            for p in PRESENTS.get(kind, ())
            if (labels := p.labels(fact)) is not None
        )
        earliest = tuple(
            (self._cell((e.family, e.labels(fact))), e) for e in EARLIESTS.get(kind, ())
        )
        for cell, _ in earliest:
            self._earliest.setdefault(cell, Earliest())
        return _Spread(
            tuple((total, total.labels(fact)) for total in TOTALS.get(kind, ())),
            rolling,
            present,
            earliest,
            getattr(fact, "queue", None),
        )

    def _cell(self, cell: Cell) -> int:
        number = self._registry.id_of(cell)
        self._zone_of[number] = self.plan.queue(cell[1][0]).zone
        return number

    # --- time -------------------------------------------------------------------------------

    def advance_to(self, now: Instant) -> None:
        """Let buckets enter and leave the windows; a queue with one that did has changed."""
        if now <= self.now:
            return
        self.now = now
        midnights = {zone: calendar.local_midnight(now) for zone, calendar in self._zones.items()}
        cells = self._registry.cells
        for rings in self._rings.values():
            for ring in rings:
                for cell in ring.advance_to(now, midnights):
                    self.changed.add(cells[cell][1][0])

    # --- reading ----------------------------------------------------------------------------

    def queues(self) -> list[str]:
        """Every queue that has a cell."""
        return list(self._registry.of_queue)

    def block(self, queue: str) -> Block:
        """All that a board needs of one queue, absolute; zeros are left out."""
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
                rolling[f"{key_of(cell)}{SEPARATOR}{slot}"] = sums
