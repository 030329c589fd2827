"""When does which subject change by time alone: a heap with lazy deletion."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heapify, heappop, heappush

from streams.spans import Instant


class Deadlines:
    """The next change of each subject.

    Setting a new one leaves the old one in the heap; it is skipped when it comes up, because it is
    not the present deadline of its subject any more.
    """

    __slots__ = ("_heap", "_next")

    def __init__(self) -> None:
        self._heap: list[tuple[Instant, bytes]] = []
        self._next: dict[bytes, Instant] = {}

    def __len__(self) -> int:
        return len(self._next)

    def set(self, key: bytes, at: Instant | None) -> None:
        """The subject changes next at `at`; None: not by time alone."""
        if at is None:
            self._next.pop(key, None)
        elif self._next.get(key) != at:
            self._next[key] = at
            heappush(self._heap, (at, key))
            if len(self._heap) > 2 * len(self._next) + 1_000:
                self._heap = [(when, name) for name, when in self._next.items()]
                heapify(self._heap)

    def due(self, now: Instant) -> Iterator[bytes]:
        """Subjects whose time has come, `at <= now`, earliest first; each is taken out."""
        heap = self._heap
        while heap and heap[0][0] <= now:
            at, key = heappop(heap)
            if self._next.get(key) == at:
                del self._next[key]
                yield key

    def peek(self) -> Instant | None:
        """The earliest present deadline."""
        heap = self._heap
        while heap and self._next.get(heap[0][1]) != heap[0][0]:
            heappop(heap)
        return heap[0][0] if heap else None
