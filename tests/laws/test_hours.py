"""Laws of business time, and the same answers from the clock on the wall, minute by minute.

The brute force knows nothing of offsets or pieces: it asks `zoneinfo` for the local time of every
minute around a time change and looks that up in the stretches. A minute is fine enough, because
stretches begin on whole minutes and, since 1970, zones differ from UTC by whole minutes (Monrovia
until 1972 apart).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from streams.machines.hours import MIDNIGHT, Schedule, Stretches
from streams.machines.zones import local_midnight
from streams.spans import DAY, HOUR, MINUTE, Instant, Span, instant

# A zone, and the UTC day of a change of its clocks.
CHANGES: Final = (
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 4)),
    ("Australia/Lord_Howe", date(2026, 10, 3)),
    ("Asia/Beirut", date(2026, 3, 28)),
    ("Asia/Beirut", date(2026, 10, 24)),
    ("Africa/Cairo", date(2026, 4, 23)),
    ("Africa/Cairo", date(2026, 10, 29)),
    ("America/Sao_Paulo", date(2018, 2, 18)),
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("Africa/Casablanca", date(2026, 2, 15)),
    ("America/St_Johns", date(2010, 11, 7)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Asia/Kathmandu", date(1985, 12, 31)),
    ("UTC", date(2026, 12, 31)),
)


class Calendar(NamedTuple):
    """What a schedule is made of, to look things up without it."""

    zone: ZoneInfo
    week: dict[int, Stretches]
    own_days: dict[date, Stretches]
    holidays: frozenset[date]

    def schedule(self) -> Schedule:
        return Schedule.weekly(
            self.zone,
            self.week,
            own_days=self.own_days,
            holiday=self.holidays.__contains__ if self.holidays else None,
        )

    def open_by_the_wall(self, at: Instant) -> bool:
        """Whether the clock on the wall shows opening hours; `at` is a whole minute."""
        local = datetime.fromtimestamp(at // 1_000_000, UTC).astimezone(self.zone)
        day = local.date()
        if day in self.own_days:
            stretches = self.own_days[day]
        elif day in self.holidays:
            stretches = ()
        else:
            stretches = self.week.get(day.weekday(), ())
        minute = local.hour * 60 + local.minute
        return any(opening <= minute < closing for opening, closing in stretches)


class Case(NamedTuple):
    """A calendar, and an instant near which the clocks of its zone change."""

    calendar: Calendar
    near: Instant


@st.composite
def stretches_of_a_day(draw: st.DrawFn) -> Stretches:
    """Up to three stretches that do not overlap, in no order."""
    edges = draw(st.lists(st.integers(0, MIDNIGHT), unique=True, max_size=6).map(sorted))
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    return tuple(draw(st.permutations(pairs)))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    name, day = draw(st.sampled_from(CHANGES))
    nearby = st.integers(-2, 2).map(lambda days: day + timedelta(days=days))
    calendar = Calendar(
        zone=ZoneInfo(name),
        week=draw(st.dictionaries(st.integers(0, 6), stretches_of_a_day(), min_size=1)),
        own_days=draw(st.dictionaries(nearby, stretches_of_a_day(), max_size=2)),
        holidays=frozenset(draw(st.lists(nearby, max_size=1))),
    )
    return Case(calendar, instant(datetime(day.year, day.month, day.day, tzinfo=UTC)))


def near(limit: int = 4 * DAY) -> st.SearchStrategy[int]:
    """A distance from a time change: whole minutes as a rule, now and then any microsecond."""
    return st.one_of(
        st.integers(-limit // MINUTE, limit // MINUTE).map(lambda n: n * MINUTE),
        st.integers(-limit, limit),
    )


@given(case=cases())
def test_a_schedule_is_open_when_the_clock_on_the_wall_says_so(case: Case) -> None:
    schedule = case.calendar.schedule()
    start, end = case.near - 36 * HOUR, case.near + 60 * HOUR
    open_minutes = 0
    for minute in range(start, end, MINUTE):
        by_the_wall = case.calendar.open_by_the_wall(minute)
        assert schedule.is_open(minute) is by_the_wall
        assert schedule.is_open(minute + MINUTE - 1) is by_the_wall
        assert schedule.business_time(start, minute) == open_minutes * MINUTE
        open_minutes += by_the_wall
    assert schedule.business_time(start, end) == open_minutes * MINUTE


@given(case=cases(), a=near(), b=near(), c=near())
def test_business_time_adds_up_over_adjoining_spans(case: Case, a: int, b: int, c: int) -> None:
    schedule = case.calendar.schedule()
    start, middle, end = sorted(case.near + distance for distance in (a, b, c))
    whole = schedule.business_time(start, end)
    assert schedule.business_time(start, middle) + schedule.business_time(middle, end) == whole
    assert 0 <= whole <= end - start


@given(case=cases(), edges=st.tuples(near(), near(), near(), near()))
def test_a_part_of_a_span_never_holds_more_business_time(
    case: Case, edges: tuple[int, int, int, int]
) -> None:
    schedule = case.calendar.schedule()
    a, b = Span(*sorted(edges[:2])), Span(*sorted(edges[2:]))
    both = a & b
    assert schedule.business_time(both.start, both.end) <= schedule.business_time(a.start, a.end)


@given(case=cases(), distance=near(), duration=st.integers(1, 100 * HOUR))
def test_due_is_the_earliest_instant_with_all_of_the_business_time(
    case: Case, distance: int, duration: int
) -> None:
    schedule = case.calendar.schedule()
    start = case.near + distance
    due = schedule.due(start, duration)
    if due is None:
        assert schedule.never_opens or schedule.business_time(start, 1 << 60) < duration
    else:
        assert schedule.business_time(start, due) == duration
        assert schedule.business_time(start, due - 1) == duration - 1


@given(case=cases(), distance=near(), first=st.integers(1, 40 * HOUR), rest=st.integers(1, HOUR))
def test_a_target_may_be_used_up_in_two_steps(
    case: Case, distance: int, first: int, rest: int
) -> None:
    schedule = case.calendar.schedule()
    start = case.near + distance
    halfway = schedule.due(start, first)
    if halfway is not None:
        assert schedule.due(halfway, rest) == schedule.due(start, first + rest)


@given(case=cases(), a=near(), b=near())
def test_open_spans_are_apart_whole_and_bounded_by_changes(case: Case, a: int, b: int) -> None:
    schedule = case.calendar.schedule()
    span = Span(*sorted((case.near + a, case.near + b)))
    found = list(schedule.open_spans(span))
    assert sum(each.length for each in found) == schedule.business_time(span.start, span.end)
    changes = []
    for each in found:
        assert each.start >= span.start
        assert each.end <= span.end
        changes += [edge for edge in (each.start, each.end) if span.start < edge < span.end]
    walked, at = [], span.start
    while (change := schedule.next_change(at)) is not None and change < span.end:
        walked.append(change)
        at = change
    assert changes == walked


@given(
    case=cases(),
    asked=st.lists(st.integers(-9, 9), max_size=5),
    distance=near(400 * DAY),
    length=st.integers(0, 500 * DAY),
)
@example(  # a span over three turns of the year, asked after the years on either side
    case=Case(
        Calendar(
            ZoneInfo("Asia/Kathmandu"), dict.fromkeys(range(7), ((0, 1440),)), {}, frozenset()
        ),
        instant(datetime(1985, 12, 31, tzinfo=UTC)),
    ),
    asked=[2, -2, 1],
    distance=-400 * DAY,
    length=500 * DAY,
)
def test_answers_do_not_depend_on_what_was_asked_before(
    case: Case, asked: list[int], distance: int, length: int
) -> None:
    used, fresh = case.calendar.schedule(), case.calendar.schedule
    for years in asked:
        used.business_time(case.near + years * 365 * DAY, case.near + years * 366 * DAY)
    start = case.near + distance
    end = start + length
    assert used.is_open(start) == fresh().is_open(start)
    assert used.business_time(start, end) == fresh().business_time(start, end)
    assert used.due(start, length) == fresh().due(start, length)
    assert used.next_change(start) == fresh().next_change(start)
    assert list(used.open_spans(Span(start, end))) == list(fresh().open_spans(Span(start, end)))


@given(case=cases(), a=near(), b=near())
def test_days_begin_one_after_the_other_and_each_holds_its_own_beginning(
    case: Case, a: int, b: int
) -> None:
    zone = case.calendar.zone
    earlier, later = sorted((case.near + a, case.near + b))
    first, second = local_midnight(zone, earlier), local_midnight(zone, later)
    assert first <= second
    assert first <= earlier < first + 26 * HOUR
    assert local_midnight(zone, first) == first
    local = datetime.fromtimestamp(first // 1_000_000, UTC).astimezone(zone)
    before = datetime.fromtimestamp(first // 1_000_000 - 1, UTC).astimezone(zone)
    assert before.date() < local.date()
