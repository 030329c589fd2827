"""Instants and stretches of time: the one idea of an interval in the house.

An **instant** is a whole number of microseconds since 1970-01-01T00:00:00Z. Whole numbers add up
exactly in any order, compare without rounding, know no time zone and cost nothing to pack; floats
and `datetime` objects have at least one of these faults each. People see RFC 3339 (`rfc3339`).

A **span** is half-open, `[start, end)`: the start is inside, the end is not, so adjoining spans
share no instant and leave no gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

Instant: TypeAlias = int
"""Microseconds since 1970-01-01T00:00:00Z."""

Duration: TypeAlias = int
"""Microseconds."""

SECOND: Duration = 1_000_000
MINUTE: Duration = 60 * SECOND
HOUR: Duration = 60 * MINUTE
DAY: Duration = 24 * HOUR

BEFORE_ALL: Final[Instant] = -(1 << 62)
AFTER_ALL: Final[Instant] = 1 << 62
"""No event is so early, or so late: where a search begins, and what never comes."""

FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2099
"""Local time is followed from the one to the end of the other, by calendars and zones."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of time, `[start, end)`. Empty when `end <= start`."""

    start: Instant
    end: Instant

    @property
    def length(self) -> Duration:
        """Microseconds in the span; 0 when it is empty, never negative."""
        return max(self.end - self.start, 0)

    def __contains__(self, at: Instant) -> bool:
        return self.start <= at < self.end

    def __and__(self, other: Span) -> Span:
        """What both cover; an empty span when they do not meet."""
        return Span(max(self.start, other.start), min(self.end, other.end))


def instant(moment: datetime) -> Instant:
    """The instant of an aware `datetime`, exact to the microsecond."""
    return (moment - EPOCH) // _MICROSECOND


def moment(at: Instant) -> datetime:
    """The aware UTC `datetime` of an instant."""
    return EPOCH + timedelta(microseconds=at)


def rfc3339(at: Instant) -> str:
    """`2026-01-05T09:00:00Z`, with a fraction only where there is one."""
    return moment(at).isoformat().replace("+00:00", "Z")


def seconds(length: Duration) -> float:
    """A length in seconds, for people and for Prometheus. The core never computes with it."""
    return length / SECOND


def microseconds(length_s: float) -> Duration:
    """Seconds as a source gives them (`wait_s`) in whole microseconds, rounded to the nearest."""
    return round(length_s * SECOND)
