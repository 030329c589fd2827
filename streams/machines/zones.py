"""What a time zone shows on the wall: the offset from UTC, piece by piece, and where a day begins.

`zoneinfo` answers for one instant at a time; calendars need the pieces between two changes, since
within a piece local time is UTC plus a constant and nothing is skipped or repeated. The pieces are
found by asking once a day and halving the days that differ. That misses nothing: since 1970 no two
changes of one zone lie closer than a week (tz database 2026).

Local time is followed from 1970 to the end of 2099; before and after, the nearest offset stands.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from streams.spans import DAY, FIRST_YEAR, LAST_YEAR, SECOND, Duration, Instant, instant, moment


class Piece(NamedTuple):
    """From `start` up to, not including, `end`, the clock on the wall shows UTC + `offset`."""

    start: Instant
    end: Instant
    offset: Duration


@cache
def year_start(year: int) -> Instant:
    """The first instant of a year, by UTC."""
    return instant(datetime(year, 1, 1, tzinfo=UTC))


def year_of(at: Instant) -> int:
    """The year that holds an instant, by UTC, and never outside `FIRST_YEAR` to `LAST_YEAR`."""
    if at < year_start(FIRST_YEAR):
        return FIRST_YEAR
    if at >= year_start(LAST_YEAR + 1):
        return LAST_YEAR
    return moment(at).year


@cache
def pieces(zone: ZoneInfo, year: int) -> tuple[Piece, ...]:
    """The pieces of constant offset of one year by UTC, in order, without a gap."""
    start, end = year_start(year), year_start(year + 1)
    edges = [start]
    for morning in range(start, end, DAY):
        evening = min(morning + DAY, end)
        before = _offset(zone, morning)
        if before != _offset(zone, evening):
            edges.append(_first_other(zone, before, morning, evening))
    # A change at the very end is the next year's: a piece of no length here.
    edges.append(end)
    return tuple(Piece(a, b, _offset(zone, a)) for a, b in pairwise(edges) if a < b)


def local_midnight(zone: ZoneInfo, at: Instant) -> Instant:
    """The start of the local day that holds `at`.

    That is the first instant whose local date is that day's or a later one: where the clock skips
    midnight, the skip. A day once begun is not left: an hour that a change at midnight repeats
    belongs to the new day. So the start never moves back while time moves on.
    """
    if not year_start(FIRST_YEAR) <= at < year_start(LAST_YEAR + 1):
        offset = _offset(zone, year_start(LAST_YEAR + 1 if at > 0 else FIRST_YEAR))
        return _day(at, offset) * DAY - offset
    year = year_of(at)
    # Three days back a day has begun for certain, whatever the changes in between.
    lately = pieces(zone, year)
    if at - lately[0].start < 3 * DAY and year > FIRST_YEAR:
        lately = pieces(zone, year - 1) + lately
    newest, midnight = _day(lately[0].start, lately[0].offset) - 1, lately[0].start
    for start, end, offset in lately:
        if start > at:
            break
        day = _day(min(end - 1, at), offset)
        if day > newest:
            newest, midnight = day, max(start, day * DAY - offset)
    return midnight


def _day(at: Instant, offset: Duration) -> int:
    """The number of the local day, days since 1970-01-01."""
    return (at + offset) // DAY


def _offset(zone: ZoneInfo, at: Instant) -> Duration:
    local = moment(at).astimezone(zone)
    return instant(local.replace(tzinfo=UTC)) - at


def _first_other(zone: ZoneInfo, offset: Duration, low: Instant, high: Instant) -> Instant:
    """The first instant after `low`, up to `high`, with another offset. Whole seconds."""
    while high - low > SECOND:
        middle = low + (high - low) // (2 * SECOND) * SECOND
        if _offset(zone, middle) == offset:
            low = middle
        else:
            high = middle
    return high
