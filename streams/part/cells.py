"""Cells by queue: the whole numbers of a partition, and the block in which a queue's cells travel.

A cell is (family, labels); its first label is the queue. Present cells count what is true now,
earliest cells hold instants of which the smallest counts, rolling cells have window sums.
"""

from __future__ import annotations

from collections import Counter
from heapq import heappop, heappush
from typing import Final, TypeAlias

import msgspec

from streams.spans import Instant

Cell: TypeAlias = tuple[str, tuple[str, ...]]
_SEPARATOR: Final = "\x1f"


class Block(msgspec.Struct, frozen=True, array_like=True):
    """All cells of one queue, absolute. Keys are made by `key_of`, without the queue.

    present: key -> how many · earliest: key -> smallest instant ·
    rolling: key with its slot -> sums, one for each window of its group, in the order of the plan.
    """

    present: dict[str, int]
    earliest: dict[str, Instant]
    rolling: dict[str, list[int]]


def key_of(cell: Cell) -> str:
    """Family and labels in one string, the queue left out."""
    family, labels = cell
    return _SEPARATOR.join((family, *labels[1:]))


def key_of_slot(cell: Cell, slot: int) -> str:
    """The key of one slot of a rolling cell: that of the cell, and the slot as last label."""
    return f"{key_of(cell)}{_SEPARATOR}{slot}"


def parts_of(key: str) -> tuple[str, tuple[str, ...]]:
    """The family and the labels after the queue, and for a rolling key the slot as last label."""
    family, *labels = key.split(_SEPARATOR)
    return family, tuple(labels)


class Earliest:
    """A multiset of instants that knows its smallest; taking out is lazy."""

    __slots__ = ("_gone", "_heap")

    def __init__(self) -> None:
        self._heap: list[Instant] = []
        self._gone: Counter[Instant] = Counter()

    def change(self, at: Instant, n: int) -> None:
        """Put an instant in (1), or take one out (-1) that is in."""
        if n > 0 and not self._gone[at]:
            heappush(self._heap, at)
        else:
            self._gone[at] -= n
            if not self._gone[at]:
                del self._gone[at]

    def smallest(self) -> Instant | None:
        """The earliest one left."""
        heap, gone = self._heap, self._gone
        while heap and gone.get(heap[0], 0):
            at = heappop(heap)
            gone[at] -= 1
            if not gone[at]:
                del gone[at]
        return heap[0] if heap else None


class Registry:
    """Small whole numbers for cells, so that counting hashes integers."""

    __slots__ = ("cells", "ids", "of_queue")

    def __init__(self) -> None:
        self.ids: dict[Cell, int] = {}
        self.cells: list[Cell] = []
        self.of_queue: dict[str, list[int]] = {}

    def id_of(self, cell: Cell) -> int:
        """The number of a cell, given at first sight."""
        found = self.ids.get(cell)
        if found is None:
            found = self.ids[cell] = len(self.cells)
            self.cells.append(cell)
            self.of_queue.setdefault(cell[1][0], []).append(found)
        return found
