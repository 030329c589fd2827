"""What it adds up to: the board keeps the newest part of every partition and sums them.

It has no state of its own: everything it shows follows from the parts at hand, so any number of
boards show the same, and a part that comes twice, late or out of order changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from operator import add

from streams.counts.feeds import FAMILIES, group_of
from streams.counts.plan import Plan
from streams.part.cells import Block, parts_of
from streams.part.parts import Head, Part, unpack_block
from streams.spans import Instant


@dataclass(frozen=True, slots=True)
class Sums:
    """One queue over all partitions. Keys and orders as in `Block`."""

    present: Mapping[str, int]
    earliest: Mapping[str, Instant]
    rolling: Mapping[str, list[int | None]]
    """None where a part does not carry that window: half a sum is no sum."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of one partition."""

    head: Head
    at: Instant
    """Its partition time."""
    written_at: Instant
    """Kafka's timestamp of its newest part, never the time of receipt."""


@dataclass(frozen=True, slots=True)
class Reading:
    """An immutable snapshot of the board."""

    at: Instant | None
    """The smallest partition time; None before there is a part."""
    complete: bool
    """There is a part for every partition."""
    queues: Mapping[str, Sums]
    families: frozenset[str]
    """The families that every part carries."""
    partitions: Mapping[int, Seen] = field(default_factory=dict)


class Board:
    """The newest part of every partition."""

    def __init__(self, plan: Plan) -> None:
        self._windows = plan.window_names()
        self._held: dict[int, tuple[Part, Instant]] = {}
        self._blocks: dict[int, dict[str, Block]] = {}
        self._sums: dict[str, Sums] = {}
        """Kept while its queue has the same blocks, for the partitions and windows of `_summed`."""
        self._summed: dict[int, dict[str, tuple[str, ...]]] = {}
        self._carried: dict[str, list[bool]] = {}

    def take(self, part: Part, written_at: Instant) -> bool:
        """Keep a part if it is the newest of its partition; returns whether it was.

        The higher generation wins, and within one the later message.
        """
        partition = part.head.partition
        held = self._held.get(partition)
        if held is not None and held[0].head.generation > part.head.generation:
            return False
        self._held[partition] = (part, written_at)
        before = {} if held is None else held[0].blocks
        blocks = self._blocks.setdefault(partition, {})
        for queue in before.keys() - part.blocks.keys():
            del blocks[queue]
            self._sums.pop(queue, None)
        for queue, raw in part.blocks.items():
            old = before.get(queue)
            if old is None or bytes(old) != bytes(raw):
                blocks[queue] = unpack_block(raw)
                self._sums.pop(queue, None)
        return True

    @property
    def partitions(self) -> int:
        """How many the newest generation says there are; 0 before the first part."""
        newest = max(self._held.values(), key=lambda held: held[0].head.generation, default=None)
        return 0 if newest is None else newest[0].head.partitions

    def read(self) -> Reading:
        """The board as it stands."""
        count = self.partitions
        held = {p: h for p, h in self._held.items() if p < count}
        complete = count > 0 and len(held) == count
        families = frozenset(FAMILIES).intersection(*(part.families for part, _ in held.values()))
        queues: dict[str, Sums] = {}
        if complete:
            summed = {p: part.windows for p, (part, _) in held.items()}
            if summed != self._summed:
                self._summed = summed
                self._carried = self._carried_by_all()
                self._sums.clear()
            for queue in sorted({queue for p in held for queue in self._blocks[p]}):
                found = self._sums.get(queue)
                if found is None:
                    found = self._sums[queue] = self._add_up(queue, held)
                queues[queue] = found
        return Reading(
            min((part.at for part, _ in held.values()), default=None),
            complete,
            queues,
            families,
            {p: Seen(part.head, part.at, written) for p, (part, written) in held.items()},
        )

    def _add_up(self, queue: str, held: Mapping[int, tuple[Part, Instant]]) -> Sums:
        present: dict[str, int] = {}
        earliest: dict[str, Instant] = {}
        rolling: dict[str, list[int]] = {}
        for partition, (part, _) in held.items():
            block = self._blocks[partition].get(queue)
            if block is None:
                continue
            for key, n in block.present.items():
                present[key] = present.get(key, 0) + n
            for key, at in block.earliest.items():
                earliest[key] = min(at, earliest.get(key, at))
            for key, sums in block.rolling.items():
                mine, known = self._in_my_order(key, sums, part), rolling.get(key)
                rolling[key] = mine if known is None else list(map(add, known, mine))
        return Sums(present, earliest, {key: self._whole(key, n) for key, n in rolling.items()})

    def _in_my_order(self, key: str, sums: list[int], part: Part) -> list[int]:
        """Sums by the windows of this site; 0 for one that the part does not carry."""
        group = _group_of(key)
        mine, theirs = self._windows[group], part.windows.get(group, ())
        if mine == theirs:
            return sums
        by_name = dict(zip(theirs, sums, strict=True))
        return [by_name.get(name, 0) for name in mine]

    def _whole(self, key: str, sums: list[int]) -> list[int | None]:
        """The sums to which every part has added."""
        carried = self._carried[_group_of(key)]
        return [n if whole else None for n, whole in zip(sums, carried, strict=True)]

    def _carried_by_all(self) -> dict[str, list[bool]]:
        """By group, which of its windows every part carries, also a part without such a queue."""
        return {
            group: [
                all(name in windows.get(group, ()) for windows in self._summed.values())
                for name in names
            ]
            for group, names in self._windows.items()
        }


@cache
def _group_of(key: str) -> str:
    """The window group of a rolling key: asked for every queue, and no queue is in it."""
    return group_of(*parts_of(key))
