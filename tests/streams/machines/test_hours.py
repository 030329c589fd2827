"""Business time by the vectors, at the edges of a stretch, and over every kind of time change."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from streams.machines.hours import ALL_DAY, Schedule, Stretches
from streams.spans import DAY, HOUR, MINUTE, SECOND, Span, instant

VECTORS: Final = json.loads((Path(__file__).parents[2] / "vectors.json").read_text())
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UTC_ZONE: Final = ZoneInfo("UTC")
BERLIN: Final = ZoneInfo("Europe/Berlin")
NINE_TO_FIVE: Final[Stretches] = ((9 * 60, 17 * 60),)
OFFICE: Final = dict.fromkeys(range(5), NINE_TO_FIVE)


def at(text: str) -> int:
    return instant(datetime.fromisoformat(text))


def minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def schedule_of(vector: dict[str, Any]) -> Schedule:
    """The calendar of a vector, as the file writes it."""
    hours = {
        WEEKDAYS.index(day): tuple((minutes(a), minutes(b)) for a, b in stretches)
        for day, stretches in vector["week"].items()
    }
    closed: dict[date, Stretches] = {date.fromisoformat(day): () for day in vector["holidays"]}
    return Schedule.weekly(ZoneInfo(vector["timezone"]), hours, own_days=closed)


@pytest.mark.parametrize("vector", VECTORS["business_due"], ids=lambda v: v["id"])
def test_a_target_is_due_when_the_vector_says(vector: dict[str, Any]) -> None:
    schedule = schedule_of(vector)
    start, duration = at(vector["start"]), vector["duration_s"] * SECOND
    due = schedule.due(start, duration)
    assert due == (None if vector["due"] is None else at(vector["due"]))
    if due is not None:
        assert schedule.business_time(start, due) == duration
    if "due_utc" in vector:
        assert due == at(vector["due_utc"])
    if "warn_at" in vector:
        warning = duration - vector["warn_before_s"] * SECOND
        assert schedule.due(start, warning) == at(vector["warn_at"])


@pytest.mark.parametrize("vector", VECTORS["business_elapsed"], ids=lambda v: v["id"])
def test_business_time_is_what_the_vector_says(vector: dict[str, Any]) -> None:
    elapsed = schedule_of(vector).business_time(at(vector["start"]), at(vector["end"]))
    assert elapsed == vector["business_s"] * SECOND


def test_opening_is_inside_and_closing_is_not() -> None:
    office = Schedule.weekly(UTC_ZONE, OFFICE)
    opening, closing = at("2026-01-05T09:00Z"), at("2026-01-05T17:00Z")
    assert [office.is_open(opening + d) for d in (-1, 0, 1)] == [False, True, True]
    assert [office.is_open(closing + d) for d in (-1, 0, 1)] == [True, False, False]


def test_what_is_used_up_at_closing_is_due_at_closing() -> None:
    #   Mon 09 ........ 17 | Tue 09
    #       [--- 8 h ---]x
    office = Schedule.weekly(UTC_ZONE, OFFICE)
    monday, closing = at("2026-01-05T09:00Z"), at("2026-01-05T17:00Z")
    assert office.due(monday, 8 * HOUR - 1) == closing - 1
    assert office.due(monday, 8 * HOUR) == closing
    assert office.due(monday, 8 * HOUR + 1) == at("2026-01-06T09:00Z") + 1


def test_no_time_at_all_is_due_at_once_even_when_closed() -> None:
    saturday = at("2026-01-10T12:00Z")
    for schedule in (Schedule.weekly(UTC_ZONE, OFFICE), Schedule.weekly(UTC_ZONE, {})):
        assert schedule.due(saturday, 0) == saturday
        assert schedule.due(saturday, -HOUR) == saturday


def test_business_time_backwards_is_nothing() -> None:
    monday = at("2026-01-05T09:00Z")
    for schedule in (Schedule.weekly(UTC_ZONE, OFFICE), Schedule.always(UTC_ZONE)):
        assert schedule.business_time(monday + HOUR, monday) == 0
        assert schedule.business_time(monday, monday) == 0


def test_the_next_change_is_the_next_opening_or_closing() -> None:
    office = Schedule.weekly(UTC_ZONE, OFFICE)
    assert office.next_change(at("2026-01-09T08:00Z")) == at("2026-01-09T09:00Z")
    assert office.next_change(at("2026-01-09T09:00Z")) == at("2026-01-09T17:00Z")
    assert office.next_change(at("2026-01-09T17:00Z")) == at("2026-01-12T09:00Z")


def test_a_night_shift_over_the_new_year_has_no_seam_at_midnight() -> None:
    night = Schedule.weekly(UTC_ZONE, dict.fromkeys(range(7), ((22 * 60, 1440), (0, 6 * 60))))
    eve, morning = at("2026-12-31T22:00Z"), at("2027-01-01T06:00Z")
    assert night.next_change(eve) == morning
    assert list(night.open_spans(Span(eve - HOUR, morning + HOUR))) == [Span(eve, morning)]
    assert night.due(eve, 8 * HOUR) == morning


def test_a_stretch_over_a_repeated_hour_is_two_open_spans() -> None:
    # Berlin, 2026-10-25: 02:00 to 03:00 comes twice, so 01:00 to 02:30 is left and entered again.
    #   UTC   23:00       00:00       00:30       01:00       01:30
    #   wall  01:00       02:00       02:30   03:00>02:00     02:30
    #         [------------ open -----------)         [-- open --)
    sunday = Schedule.weekly(BERLIN, {6: ((60, 150),)})
    whole = Span(at("2026-10-24T12:00Z"), at("2026-10-25T12:00Z"))
    assert list(sunday.open_spans(whole)) == [
        Span(at("2026-10-24T23:00Z"), at("2026-10-25T00:30Z")),
        Span(at("2026-10-25T01:00Z"), at("2026-10-25T01:30Z")),
    ]
    assert sunday.business_time(whole.start, whole.end) == 2 * HOUR
    assert sunday.due(whole.start, 100 * MINUTE) == at("2026-10-25T01:10Z")


def test_a_stretch_within_a_skipped_hour_does_not_open_that_day() -> None:
    # Berlin, 2026-03-29: from 02:00 the wall clock goes to 03:00.
    sunday = Schedule.weekly(BERLIN, {6: ((2 * 60, 3 * 60),)})
    assert sunday.business_time(at("2026-03-28T12:00Z"), at("2026-03-29T12:00Z")) == 0
    assert sunday.due(at("2026-03-28T12:00Z"), MINUTE) == at("2026-04-05T00:01Z")


def test_half_an_hour_of_lord_howe_is_skipped_and_repeated() -> None:
    stretch = Schedule.weekly(ZoneInfo("Australia/Lord_Howe"), {6: ((60, 180),)})
    spring, autumn = at("2026-10-04T00:00+10:30"), at("2026-04-05T00:00+11:00")
    assert stretch.business_time(spring, spring + DAY) == 90 * MINUTE
    assert stretch.business_time(autumn, autumn + DAY) == 150 * MINUTE


def test_where_midnight_is_skipped_the_day_opens_with_the_skip() -> None:
    # Cairo, 2026-04-24: from 00:00 the wall clock goes to 01:00; 22:00Z is the skip.
    cairo = Schedule.weekly(ZoneInfo("Africa/Cairo"), {4: ((0, 120),)})
    skip = at("2026-04-23T22:00Z")
    assert list(cairo.open_spans(Span(skip - DAY, skip + DAY))) == [Span(skip, skip + HOUR)]
    assert cairo.local_midnight(skip) == skip
    assert cairo.local_midnight(skip - 1) == skip - DAY


def test_an_own_day_goes_before_a_holiday_and_a_holiday_before_the_weekday() -> None:
    def holiday(day: date) -> bool:
        return day in {date(2026, 1, 6), date(2026, 1, 7)}

    office = Schedule.weekly(
        UTC_ZONE,
        OFFICE,
        holiday=holiday,
        own_days={
            date(2026, 1, 7): ((600, 660),),  # a holiday, yet open for an hour
            date(2026, 1, 8): (),  # a working day, yet closed
            date(2026, 1, 10): ((720, 750), (690, 720)),  # a Saturday, in two pieces that adjoin
        },
    )
    assert list(office.open_spans(Span(at("2026-01-05T00:00Z"), at("2026-01-12T00:00Z")))) == [
        Span(at("2026-01-05T09:00Z"), at("2026-01-05T17:00Z")),
        Span(at("2026-01-07T10:00Z"), at("2026-01-07T11:00Z")),
        Span(at("2026-01-09T09:00Z"), at("2026-01-09T17:00Z")),
        Span(at("2026-01-10T11:30Z"), at("2026-01-10T12:30Z")),
    ]


def test_a_calendar_that_only_knows_own_days_never_opens_after_them() -> None:
    fair = Schedule.weekly(UTC_ZONE, {}, own_days={date(2026, 5, 2): NINE_TO_FIVE})
    assert not fair.never_opens
    assert fair.due(at("2026-01-01T00:00Z"), HOUR) == at("2026-05-02T10:00Z")
    assert fair.due(at("2026-05-02T16:30Z"), HOUR) is None
    assert fair.next_change(at("2026-05-02T16:30Z")) == at("2026-05-02T17:00Z")
    assert fair.next_change(at("2026-05-02T17:00Z")) is None
    assert fair.business_time(at("1999-01-01T00:00Z"), at("2050-01-01T00:00Z")) == 8 * HOUR


def test_a_calendar_that_never_opens_has_no_due_date_and_says_so() -> None:
    never = Schedule.weekly(UTC_ZONE, {0: ()}, own_days={date(2026, 5, 2): ()})
    monday = at("2026-01-05T09:00Z")
    assert never.never_opens
    assert never.due(monday, 1) is None
    assert never.next_change(monday) is None
    assert not never.is_open(monday)
    assert never.business_time(monday, monday + 9 * DAY) == 0
    assert list(never.open_spans(Span(monday, monday + 9 * DAY))) == []


def test_a_calendar_that_is_always_open_is_the_plain_clock() -> None:
    now = at("2026-03-29T00:30Z")
    halves = ((720, 1440), (0, 720))
    for always in (
        Schedule.always(BERLIN),
        Schedule.weekly(BERLIN, dict.fromkeys(range(7), halves)),
    ):
        assert always.always_open
        assert not always.never_opens
        assert always.is_open(now)
        assert always.next_change(now) is None
        assert always.due(now, 90 * DAY) == now + 90 * DAY
        assert always.business_time(now, now + 90 * DAY) == 90 * DAY
        assert list(always.open_spans(Span(now, now + DAY))) == [Span(now, now + DAY)]
        assert list(always.open_spans(Span(now, now))) == []
        assert always.local_midnight(now) == at("2026-03-29T00:00+01:00")


def test_holidays_alone_make_a_calendar_that_is_not_always_open() -> None:
    def may_day(day: date) -> bool:
        return (day.month, day.day) == (5, 1)

    daily = Schedule.weekly(UTC_ZONE, dict.fromkeys(range(7), ALL_DAY), holiday=may_day)
    assert not daily.always_open
    assert daily.next_change(at("2026-01-05T09:00Z")) == at("2026-05-01T00:00Z")
    assert daily.next_change(at("2026-05-01T00:00Z")) == at("2026-05-02T00:00Z")


def test_outside_1970_to_2099_a_calendar_is_closed_and_answers_at_once() -> None:
    office = Schedule.weekly(BERLIN, OFFICE)
    year_one, year_9999 = at("0001-01-01T00:00Z"), at("9999-12-31T23:59Z")
    assert not office.is_open(year_one)
    assert not office.is_open(year_9999)
    assert office.due(year_9999, HOUR) is None
    assert office.next_change(year_9999) is None
    assert office.due(year_one, HOUR) == at("1970-01-01T10:00+01:00")
    assert office.business_time(year_one, at("1970-01-01T12:00+01:00")) == 3 * HOUR
    assert office.local_midnight(year_one) <= year_one < office.local_midnight(year_one) + DAY
    assert office.local_midnight(year_9999) <= year_9999 < office.local_midnight(year_9999) + DAY


def test_stretches_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="no stretch of a day: minute 1020 to minute 540"):
        Schedule.weekly(UTC_ZONE, {0: ((1020, 540),)})
    with pytest.raises(ValueError, match="no stretch of a day: minute 1380 to minute 1500"):
        Schedule.weekly(UTC_ZONE, {0: ((1380, 1500),)})
    with pytest.raises(ValueError, match=r"stretches overlap: \(540, 720\) and \(600, 660\)"):
        Schedule.weekly(UTC_ZONE, {0: ((540, 720), (600, 660))})


def test_a_schedule_knows_its_name_and_zone() -> None:
    office = Schedule.weekly(BERLIN, OFFICE, name="office")
    assert (office.name, office.zone) == ("office", BERLIN)
