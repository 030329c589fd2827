"""The floor's clock: many small lives, each a generator, run in the order of their next instants.

A life yields the instant (microseconds) at which it wants to go on, or `NEVER` to wait until
somebody wakes it. Ties are broken by who asked first, so a run is the same every time. Nothing
here reads the system clock.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, TypeAlias

from streams.spans import SECOND, Duration, Instant

if TYPE_CHECKING:
    from collections.abc import Generator

Life: TypeAlias = "Generator[Instant, None, None]"

NEVER: Instant = 1 << 62
"""Yielded by a life that waits to be woken."""

_MILLISECOND = 1_000


def span(length_s: float) -> Duration:
    """Seconds as microseconds, cut to whole milliseconds: sources do not say more."""
    return int(length_s * 1_000) * _MILLISECOND


class Process:
    """One life under way. Only its latest wish counts; earlier ones in the heap are void."""

    __slots__ = ("life", "turn")

    def __init__(self, life: Life) -> None:
        self.life = life
        self.turn = 0


class Clockwork:
    """Runs lives in time order. `now` is the instant of the life that is running."""

    __slots__ = ("_heap", "_turns", "now")

    def __init__(self, start: Instant) -> None:
        self.now = start
        self._turns = 0
        self._heap: list[tuple[Instant, int, Process]] = []

    def start(self, life: Life, at: Instant | None = None) -> Process:
        """Let a life begin at `at`, by default now."""
        process = Process(life)
        self.wake(process, self.now if at is None else at)
        return process

    def wake(self, process: Process, at: Instant) -> None:
        """Let a life go on at `at` instead of at the instant it asked for."""
        self._turns += 1
        process.turn = self._turns
        heappush(self._heap, (at, self._turns, process))

    def next_instant(self) -> Instant:
        """When `step` will run next; `NEVER` when nobody is left."""
        heap = self._heap
        while heap and heap[0][1] != heap[0][2].turn:
            heappop(heap)
        return heap[0][0] if heap else NEVER

    def step(self) -> None:
        """Run the life whose instant comes first, until it yields its next one or ends."""
        at, turn, process = heappop(self._heap)
        if turn != process.turn:
            return
        self.now = at
        wish = next(process.life, None)
        if wish is None or process.turn != turn:  # ended, or woken by its own doing
            return
        if wish < NEVER:
            self.wake(process, max(at, wish))


def seconds_between(start: Instant, end: Instant) -> float:
    """Seconds from `start` to `end`, to the millisecond: what a source writes in `wait_s`."""
    return (end - start) // _MILLISECOND / (SECOND // _MILLISECOND)
