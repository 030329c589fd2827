"""Who works when: shifts that follow the expected load, as a workforce manager would plan them.

The plan knows the ordinary day only. A burst or an incident meets the people who happen to be
there, so waits, abandonment and breaches emerge; nobody writes them down.
"""

from __future__ import annotations

from math import ceil, sqrt
from typing import TYPE_CHECKING, NamedTuple

from streams.spans import HOUR, MINUTE, Duration, Instant

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HALF_HOUR: Duration = 30 * MINUTE
SHRINKAGE = 0.14
"""Share of a shift that goes to breaks, lunch and training."""


class Shift(NamedTuple):
    """One person's day: start and end, since midnight UTC."""

    start: Duration
    end: Duration


def enough_for_calls(erlangs: float) -> float:
    """People who answer about 80 % in 20 s at this load: the square-root staffing rule."""
    return erlangs + 0.6 * sqrt(erlangs)


def enough_for_tickets(erlangs: float) -> float:
    """People who keep up over the day; work that arrives in a peak may wait for the dip."""
    return erlangs * 1.06


def plan(
    load: Callable[[Instant], float],
    midnight: Instant,
    enough: Callable[[float], float],
    hours: tuple[Duration, Duration],
    length: Duration = 8 * HOUR + HALF_HOUR,
) -> Sequence[Shift]:
    """The shifts of the day that begins at `midnight`, earliest first.

    `load(at)` is in erlangs (seconds of work a second).

    Half hour by half hour from opening: where fewer are there than needed, the missing ones
    start. Nobody stays after closing.
    """
    opens, closes = hours
    shifts: list[Shift] = []
    for start in range(opens, closes, HALF_HOUR):
        there = sum(1 for shift in shifts if shift.end > start)
        needed = max(ceil(enough(load(midnight + start + HALF_HOUR // 2)) / (1 - SHRINKAGE)), 1)
        # A late shift would be cut short by closing: it begins earlier, at opening at the earliest.
        end = min(start + length, closes)
        shifts += [Shift(start, end)] * (needed - there)
    return shifts
