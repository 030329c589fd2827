"""How events travel from a source to Kafka: mostly at once, sometimes late, twice, or in a heap.

What real sources do (`events.md` section 3): nearly everything arrives within a second; a few
events take seconds to minutes; now and then a webhook is down and its events come afterwards in one
batch, in no order; a delivery that looked failed is repeated, seconds or hours later, byte for
byte. Nothing is late by more than `LATEST`, which is below the lateness that the product allows.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

from deskpulse.floor.clockwork import NEVER, span
from streams.spans import HOUR, Duration, Instant

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from streams.events.envelope import Event

LATEST: Duration = 3 * HOUR + HOUR // 2

# Shares of events; the rest is prompt. Ours, in the range that connectors' users report.
_SLOW = 0.008
_VERY_SLOW = 0.0002
_TWICE = 0.006
_TWICE_MUCH_LATER = 0.0004

_HOURS_BETWEEN_OUTAGES = 6.0
_OUTAGE_S = (40.0, 240.0)


class Line:
    """The connection of one source. Ask in time order."""

    def __init__(self, rng: Random, start: Instant) -> None:
        self._rng = rng
        self._last = start
        self._down_from = start
        self._down_until = start
        self._plan_outage(start)

    def arrival(self, at: Instant) -> Instant:
        """When something that happened at `at` is sent to Kafka for the first time."""
        if at >= self._down_from:
            if at < self._down_until:  # held back, and then all at once
                return self._down_until + span(self._rng.random() * 3)
            self._plan_outage(at)
        draw = self._rng.random()
        if draw >= _SLOW:  # prompt, and in order
            self._last = max(self._last, at + span(0.03 + draw * 0.4))
            return self._last
        if draw >= _VERY_SLOW:
            return at + span(min(3 + self._rng.expovariate(1 / 45), 900))
        return at + span(self._rng.uniform(600, 7_200))

    def repetition(self, sent: Instant) -> Instant | None:
        """When the same is sent once more, if it is."""
        draw = self._rng.random()
        if draw >= _TWICE:
            return None
        if draw >= _TWICE_MUCH_LATER:
            return sent + span(min(1 + self._rng.expovariate(1 / 25), 300))
        return sent + span(self._rng.uniform(600, 4_800))

    def _plan_outage(self, at: Instant) -> None:
        gap = span(self._rng.expovariate(1 / (_HOURS_BETWEEN_OUTAGES * 3_600)) + 60)
        self._down_from = at + gap
        self._down_until = self._down_from + span(self._rng.uniform(*_OUTAGE_S))


class Outbox:
    """What is on its way, in the order in which it will be sent."""

    __slots__ = ("_heap", "_posted")

    def __init__(self) -> None:
        self._posted = 0
        self._heap: list[tuple[Instant, int, Event]] = []

    def post(self, sent: Instant, event: Event) -> None:
        """Put an event on its way, to be sent at `sent`."""
        self._posted += 1
        heappush(self._heap, (sent, self._posted, event))

    def sent_before(self, until: Instant = NEVER) -> Iterator[tuple[Instant, Event]]:
        """What is sent before `until`, in order, and then no longer here."""
        heap = self._heap
        while heap and heap[0][0] < until:
            sent, _, event = heappop(heap)
            yield sent, event
