"""How busy it is: the day's shape, the weekend, bursts, and incidents that can be triggered.

`Tide.level(at)` is relative: 1.0 is the busiest hour of an ordinary Wednesday. The curve is the
usual one of a support floor (low at night, a peak in the late morning, a dip at lunch, a second,
lower peak in the afternoon) and its numbers are ours. Times of day are UTC.
"""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

from streams.spans import DAY, HOUR, MINUTE, SECOND, Duration, Instant

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

HOURLY = (
    *(0.05, 0.04, 0.03, 0.03, 0.04, 0.08),
    *(0.18, 0.38, 0.70, 0.92, 1.00, 0.96),
    *(0.78, 0.82, 0.93, 0.90, 0.80, 0.66),
    *(0.50, 0.40, 0.30, 0.21, 0.13, 0.08),
)
"""Level at the full hours 0 to 23; straight lines between them."""

WEEKDAY = (1.15, 1.05, 1.00, 0.98, 0.92, 0.38, 0.26)
"""Monday to Sunday: the weekend's questions come in on Monday."""

INCIDENT_LEVEL = 4.0
"""How many times the usual load an incident brings at its start."""
INCIDENT_DECAY: Duration = 25 * MINUTE
"""In this time the extra load falls to 1/e."""
INCIDENT_LENGTH: Duration = 100 * MINUTE

_BURSTS_A_DAY = 2
_EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday


def weekday(at: Instant) -> int:
    """0 for Monday to 6 for Sunday, UTC."""
    return (at // DAY + _EPOCH_WEEKDAY) % 7


def ordinary(at: Instant) -> float:
    """The level without bursts and incidents."""
    hour, into = divmod(at % DAY, HOUR)
    here, there = HOURLY[hour], HOURLY[(hour + 1) % 24]
    return WEEKDAY[weekday(at)] * (here + (there - here) * into / HOUR)


class Tide:
    """The level over time: ordinary shape, times a burst of the day, times an incident's surge."""

    def __init__(self, rng: Random, incidents: Iterable[Duration] = ()) -> None:
        """`incidents`: times of day (since midnight UTC) at which one starts, every day."""
        self._rng = rng
        self._daily = tuple(incidents)
        self._day = -1
        self._bursts: list[tuple[Instant, Instant, float]] = []
        self._incidents: list[Instant] = []

    def level(self, at: Instant) -> float:
        """Load relative to an ordinary busy hour. Ask in time order."""
        self._turn_to(at // DAY)
        level = ordinary(at)
        for start, end, factor in self._bursts:
            if start <= at < end:
                level *= factor
        return level

    def surge(self, at: Instant) -> float:
        """Factor on what the incident touches: 1.0 in peace."""
        self._turn_to(at // DAY)
        extra = sum(
            (INCIDENT_LEVEL - 1) * exp(-(at - start) / INCIDENT_DECAY)
            for start in self._incidents
            if start <= at < start + INCIDENT_LENGTH
        )
        return 1.0 + extra

    def incident(self, at: Instant) -> None:
        """Let an incident start at `at`."""
        self._incidents = [start for start in self._incidents if at < start + INCIDENT_LENGTH]
        self._incidents.append(at)

    def _turn_to(self, day: int) -> None:
        if day == self._day:
            return
        self._day = day
        midnight = day * DAY
        self._bursts = []
        for _ in range(self._rng.randint(0, _BURSTS_A_DAY)):
            start = midnight + self._rng.randrange(8 * 60, 18 * 60) * MINUTE
            length = self._rng.randrange(10, 35) * MINUTE
            self._bursts.append((start, start + length, self._rng.uniform(1.4, 2.2)))
        for time_of_day in self._daily:
            self.incident(midnight + time_of_day)


def per_second(an_hour: float) -> float:
    """An hourly number as one a second."""
    return an_hour / (HOUR // SECOND)
