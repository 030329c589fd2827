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
from streams.counts.feeds import EARLIESTS, PRESENTS, ROLLINGS, TOTALS
from streams.counts.plan import Plan
from streams.counts.rings import SLOT_BITS
from streams.facts import Happening, Standing
from streams.part.cells import Block, Earliest, Registry, key_of, key_of_slot
from streams.part.totals import Bin, Distribution, Totals
from streams.part.windows import MINUTE_SHIFT, Windows
from streams.spans import BEFORE_ALL, MINUTE, Instant

_NOTHING: Final[tuple[tuple[()], tuple[()]]] = ((), ())


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
        self.totals = totals
        self.changed: set[str] = set()
        self.known: dict[bytes, tuple[tuple[Happening, ...], tuple[Standing, ...]]] = {}
        self._registry = Registry()
        self._windows = Windows(plan, self._registry)
        self._present: dict[int, int] = {}
        self._earliest: dict[int, Earliest] = {}
        self._spreads: dict[type, tuple[Callable[[Any], Any], dict[Any, _Spread]]] = {
            kind: (_labels_of(kind), {}) for kind in {*TOTALS, *ROLLINGS, *PRESENTS, *EARLIESTS}
        }

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
        minute = fact.at // MINUTE << MINUTE_SHIFT
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
            cell = self._registry.id_of((rolling.family, rolling.labels(fact)))
            self._windows.enrol(cell)
            pending = self._windows.pending[rolling.group]
            if rolling.value is None:
                tallies.append((pending, cell << SLOT_BITS | COUNT_SLOT))
            else:
                measures.append((pending, cell << SLOT_BITS, rolling))
        earliest: list[tuple[Earliest, feeds.Earliest]] = []
        for feed in EARLIESTS.get(kind, ()):
            cell = self._registry.id_of((feed.family, feed.labels(fact)))
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
                self._registry.id_of((one.family, labels))
                for one in PRESENTS.get(kind, ())
                if (labels := one.labels(fact)) is not None
            ),
            tuple(earliest),
        )

    # --- time -------------------------------------------------------------------------------

    def advance_to(self, now: Instant) -> None:
        """Let buckets enter and leave the windows; a queue with one that did has changed."""
        self.changed |= self._windows.advance_to(now)

    # --- reading ----------------------------------------------------------------------------

    def block(self, queue: str) -> Block:
        """All that a board needs of one queue, absolute; zeros are left out."""
        present: dict[str, int] = {}
        earliest: dict[str, Instant] = {}
        rolling: dict[str, list[int]] = {}
        cells = self._registry.cells
        numbers = self._registry.of_queue.get(queue, ())
        for number in numbers:
            n = self._present.get(number)
            if n:
                present[key_of(cells[number])] = n
            instants = self._earliest.get(number)
            if instants is not None:
                at = instants.smallest()
                if at is not None:
                    earliest[key_of(cells[number])] = at
        for number, slot, sums in self._windows.read(numbers):
            rolling[key_of_slot(cells[number], slot)] = sums
        return Block(present, earliest, rolling)
