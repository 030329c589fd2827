"""Where work waits for people and people wait for work."""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from deskpulse.floor.clockwork import Clockwork, Process


class Work(Protocol):
    """Something somebody has to do: a caller to answer, a ticket to read."""

    gone: bool
    """Nobody needs to do it any more: the caller hung up, the ticket was merged."""

    def urgency(self) -> int:
        """0 first; equal urgency in order of arrival."""


W = TypeVar("W", bound=Work)


class Bench(Generic[W]):
    """Work in order of urgency and arrival, and idle people in order of idleness."""

    __slots__ = ("_arrivals", "_clock", "_idle", "_returned", "_waiting")

    def __init__(self, clock: Clockwork) -> None:
        self._clock = clock
        self._arrivals = 0
        self._returned = 0
        self._waiting: list[tuple[int, int, W]] = []
        self._idle: deque[Process] = deque()

    def __len__(self) -> int:
        """How much waits, counting what is gone but not yet cleared away."""
        return len(self._waiting)

    def offer(self, work: W) -> None:
        """Put work at the end of its urgency; whoever was idle longest wakes up."""
        self._arrivals += 1
        heappush(self._waiting, (work.urgency(), self._arrivals, work))
        self._wake_one()

    def give_back(self, work: W) -> None:
        """Put work back at the front: somebody took it and could not do it."""
        self._returned -= 1
        heappush(self._waiting, (work.urgency(), self._returned, work))
        self._wake_one()

    def take(self) -> W | None:
        """The next piece of work, or None when nothing waits."""
        waiting = self._waiting
        while waiting:
            work = heappop(waiting)[2]
            if not work.gone:
                return work
        return None

    def rest(self, process: Process) -> None:
        """Somebody has nothing to do; `offer` will wake them."""
        self._idle.append(process)

    def rise(self, process: Process) -> None:
        """Somebody goes on without having been woken by work."""
        if process in self._idle:
            self._idle.remove(process)

    def _wake_one(self) -> None:
        if self._idle:
            self._clock.wake(self._idle.popleft(), self._clock.now)
