"""Business time: when a calendar is open, how much open time passed, when a target is due.

An instant is open when its local time lies in a stretch of its local day. So an hour that a time
change skips is skipped, an hour that it repeats counts twice, and a stretch over a repeated hour
may be two open spans. Stretches are half-open, in minutes of the local day: 0 is midnight, 1440 the
next one; a night shift is two stretches. Of the days, an own day goes before a holiday, and a
holiday, which is closed, before the day of the week.

A schedule works its open spans out year by year, when first asked for a year, and answers from
three sorted lists. It is the same schedule whatever was asked before. Calendars are followed from
1970 to the end of 2099: outside they are closed, so nothing that is asked can take for ever. (An
always-open calendar has no such limits.)
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final, Self, TypeAlias
from zoneinfo import ZoneInfo

from streams.machines.zones import (
    local_midnight,
    pieces,
    year_of,
    year_start,
)
from streams.spans import (
    AFTER_ALL,
    BEFORE_ALL,
    DAY,
    FIRST_YEAR,
    LAST_YEAR,
    MINUTE,
    Duration,
    Instant,
    Span,
)

Stretches: TypeAlias = tuple[tuple[int, int], ...]
"""Stretches of one local day, `[open, close)` in minutes from its midnight; 1440 is the next."""

MIDNIGHT: Final = 1440
ALL_DAY: Final[Stretches] = ((0, MIDNIGHT),)
WEEKDAYS: Final = range(7)
"""Monday is 0."""

_DAYS_BEFORE_1970: Final = date(1970, 1, 1).toordinal()
_WEEKDAY_OF_1970: Final = date(1970, 1, 1).weekday()


class Schedule:
    """One calendar, compiled. Made once by `always` or `weekly`; asked a few times an event."""

    __slots__ = (
        "_closes",
        "_first",
        "_from",
        "_holiday",
        "_last",
        "_opens",
        "_own_days",
        "_until",
        "_upto",
        "_week",
        "_years",
        "always_open",
        "name",
        "never_opens",
        "zone",
    )

    def __init__(
        self,
        zone: ZoneInfo,
        week: Mapping[int, Stretches],
        own_days: Mapping[date, Stretches],
        holiday: Callable[[date], bool] | None,
        name: str,
    ) -> None:
        self.zone = zone
        self.name = name
        self._week = tuple(_in_order(week.get(day, ())) for day in WEEKDAYS)
        self._own_days = {day: _in_order(stretches) for day, stretches in own_days.items()}
        self._holiday = holiday
        self.always_open = (
            all(day == ALL_DAY for day in self._week) and not own_days and holiday is None
        )
        self.never_opens = not any(self._week) and not any(self._own_days.values())
        self._years: dict[int, list[tuple[Instant, Instant]]] = {}
        # Three lists of one length, by open span: it opens, it closes, and the open time from the
        # first one up to its closing. In front a span before all time, so that every search hits.
        self._opens: list[Instant] = [BEFORE_ALL]
        self._closes: list[Instant] = [BEFORE_ALL]
        self._upto: list[Duration] = [0]
        # Years worked out so far (none: first > last), and the instants for which the lists hold.
        self._first, self._last = LAST_YEAR + 1, FIRST_YEAR - 1
        self._from, self._until = AFTER_ALL, BEFORE_ALL
        if self.never_opens:
            self._from, self._until = BEFORE_ALL, AFTER_ALL

    @classmethod
    def always(cls, zone: ZoneInfo, name: str = "always") -> Self:
        """Open at every instant; the zone still says where a day begins."""
        return cls(zone, dict.fromkeys(WEEKDAYS, ALL_DAY), {}, None, name)

    @classmethod
    def weekly(
        cls,
        zone: ZoneInfo,
        hours: Mapping[int, Stretches],
        *,
        own_days: Mapping[date, Stretches] | None = None,
        holiday: Callable[[date], bool] | None = None,
        name: str = "weekly",
    ) -> Self:
        """The hours of each weekday (Monday is 0; an absent one is closed) and the exceptions.

        `own_days` stand for themselves, no stretches being a closed day. `holiday` is asked once a
        date and must always answer the same. A stretch that is empty, leaves its day or overlaps
        another raises ValueError.
        """
        return cls(zone, hours, own_days or {}, holiday, name)

    def is_open(self, at: Instant) -> bool:
        """Whether the local time of `at` lies in a stretch."""
        if self.always_open:
            return True
        if not self._from <= at < self._until:
            self._cover(at, at)
        return at < self._closes[bisect_right(self._opens, at) - 1]

    def business_time(self, start: Instant, end: Instant) -> Duration:
        """Open time in `[start, end)`. 0 when `end <= start`, never negative."""
        if end <= start:
            return 0
        if self.always_open:
            return end - start
        if start < self._from or end > self._until:
            self._cover(start, end)
        opens, closes, upto = self._opens, self._closes, self._upto
        k = bisect_right(opens, end) - 1
        close = closes[k]
        elapsed = upto[k] - close + end if end < close else upto[k]
        k = bisect_right(opens, start, 0, k + 1) - 1
        close = closes[k]
        return elapsed - (upto[k] - close + start if start < close else upto[k])

    def due(self, start: Instant, duration: Duration) -> Instant | None:
        """The earliest instant at which the open time since `start` equals `duration`.

        So what is used up at closing is due at closing, and no time at all (or less) is due at
        `start`. None when the calendar never has that much time: it never opens (again).
        """
        if duration <= 0:
            return start
        if self.always_open:
            return start + duration
        if not self._from <= start < self._until:
            self._cover(start, start)
        while True:
            opens, closes, upto = self._opens, self._closes, self._upto
            k = bisect_right(opens, start) - 1
            close = closes[k]
            reading = duration + (upto[k] - close + start if start < close else upto[k])
            j = bisect_left(upto, reading, k)
            if j < len(upto):
                return closes[j] - upto[j] + reading
            if not self._one_more_year():
                return None

    def next_change(self, at: Instant) -> Instant | None:
        """The next opening or closing after `at`, or None when there is none."""
        if self.always_open:
            return None
        if not self._from <= at < self._until:
            self._cover(at, at)
        while True:
            k = bisect_right(self._opens, at)
            if at < self._closes[k - 1]:
                change = self._closes[k - 1]
            else:
                change = self._opens[k] if k < len(self._opens) else AFTER_ALL
            # Where the known years end a span may go on: that is no closing yet.
            if change < self._until:
                return change
            if not self._one_more_year():
                return None

    def open_spans(self, span: Span) -> Iterator[Span]:
        """The open spans within `span`, in order, apart from each other and never empty."""
        if span.length == 0:
            return
        if self.always_open:
            yield span
            return
        if span.start < self._from or span.end > self._until:
            self._cover(span.start, span.end)
        opens, closes = self._opens, self._closes
        for k in range(bisect_right(opens, span.start) - 1, bisect_left(opens, span.end)):
            piece = Span(opens[k], closes[k]) & span
            if piece.length:
                yield piece

    def local_midnight(self, at: Instant) -> Instant:
        """The start of the local day that holds `at` (see `zones.local_midnight`)."""
        return local_midnight(self.zone, at)

    def _one_more_year(self) -> bool:
        """Work the next year out; False when the calendar ends before it."""
        if self._until == AFTER_ALL:
            return False
        self._cover(self._until, self._until)
        return True

    def _cover(self, start: Instant, end: Instant) -> None:
        """Work out the years of `start` and `end`, and all between them and the known ones."""
        earliest, latest = self._years_of_interest()
        self._first = min(self._first, max(year_of(start), earliest), latest)
        self._last = max(self._last, min(year_of(end), latest), earliest)
        opens, closes, upto = [BEFORE_ALL], [BEFORE_ALL], [0]
        for year in range(self._first, self._last + 1):
            if year not in self._years:
                self._years[year] = list(self._spans_of(year))
            for opening, closing in self._years[year]:
                if opening == closes[-1]:
                    closes[-1] = closing
                    upto[-1] += closing - opening
                else:
                    opens.append(opening)
                    closes.append(closing)
                    upto.append(upto[-1] + closing - opening)
        self._opens, self._closes, self._upto = opens, closes, upto
        self._from = BEFORE_ALL if self._first == earliest else year_start(self._first)
        self._until = AFTER_ALL if self._last == latest else year_start(self._last + 1)

    def _years_of_interest(self) -> tuple[int, int]:
        """The first and the last year in which the calendar can be open at all."""
        if any(self._week):
            return FIRST_YEAR, LAST_YEAR
        # A local day may lie in the neighbouring year of UTC.
        years = [day.year for day in self._own_days]
        earliest = min(max(min(years) - 1, FIRST_YEAR), LAST_YEAR)
        return earliest, max(min(max(years) + 1, LAST_YEAR), earliest)

    def _spans_of(self, year: int) -> Iterator[tuple[Instant, Instant]]:
        """The open spans of one year by UTC, in order; adjoining ones are not yet joined."""
        for start, end, offset in pieces(self.zone, year):
            for day in range((start + offset) // DAY, (end - 1 + offset) // DAY + 1):
                midnight = day * DAY - offset
                for opening, closing in self._stretches(day):
                    opens = max(midnight + opening * MINUTE, start)
                    closes = min(midnight + closing * MINUTE, end)
                    if opens < closes:
                        yield opens, closes

    def _stretches(self, day: int) -> Stretches:
        """The stretches of a local day, given as days since 1970-01-01."""
        weekday = self._week[(day + _WEEKDAY_OF_1970) % 7]
        if not self._own_days and self._holiday is None:
            return weekday
        local = date.fromordinal(day + _DAYS_BEFORE_1970)
        own = self._own_days.get(local)
        if own is not None:
            return own
        return () if self._holiday is not None and self._holiday(local) else weekday


def _in_order(stretches: Stretches) -> Stretches:
    """The stretches sorted, adjoining ones joined. Raises ValueError where they make no sense."""
    ordered: list[tuple[int, int]] = []
    for opening, closing in sorted(stretches):
        if not 0 <= opening < closing <= MIDNIGHT:
            raise ValueError(f"no stretch of a day: minute {opening} to minute {closing}")
        if ordered and opening < ordered[-1][1]:
            raise ValueError(f"stretches overlap: {ordered[-1]} and {(opening, closing)}")
        if ordered and opening == ordered[-1][1]:
            ordered[-1] = (ordered[-1][0], closing)
        else:
            ordered.append((opening, closing))
    return tuple(ordered)
