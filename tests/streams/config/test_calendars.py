"""Calendars as the file has them, compiled as `streams.site` compiles them."""

from __future__ import annotations

import warnings
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from streams.config import ALWAYS_OPEN, CalendarConfig, load, load_file
from streams.config.public_holidays import countries, is_holiday
from streams.machines.hours import Schedule
from streams.spans import DAY, HOUR, SECOND, Span, instant

EXAMPLE = Path(__file__).with_name("example.yml")


def at(text: str) -> int:
    return instant(datetime.fromisoformat(text))


def compiled(calendar: CalendarConfig, name: str = "any") -> Schedule:
    return Schedule.weekly(
        ZoneInfo(calendar.timezone),
        calendar.hours,
        own_days=calendar.own_days,
        holiday=calendar.holiday,
        name=name,
    )


def hours_of(schedule: Schedule, day: str, zone: str) -> list[tuple[str, str]]:
    """The open stretches of a local day, on the wall."""
    start = instant(datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone)))
    shown = ZoneInfo(zone)

    def wall(at: int) -> str:
        return datetime.fromtimestamp(at // SECOND, shown).strftime("%H:%M")

    return [
        (wall(span.start), wall(span.end)) for span in schedule.open_spans(Span(start, start + DAY))
    ]


def test_the_office_of_the_example_opens_as_it_says() -> None:
    office = compiled(load_file(EXAMPLE).calendars["office"], "office")
    assert (office.name, office.always_open, office.never_opens) == ("office", False, False)
    opened = {
        day: hours_of(office, day, "Europe/Berlin")
        for day in (
            "2026-12-23",  # a Wednesday
            "2026-12-24",  # closed by the site
            "2026-12-25",  # a public holiday
            "2026-12-27",  # a Sunday on which the site opens
            "2026-03-06",  # a Friday
            "2027-03-08",  # Women's Day, a holiday in Berlin alone
            "2027-01-01",
        )
    }
    assert opened == {
        "2026-12-23": [("08:00", "12:00"), ("13:30", "18:00")],
        "2026-12-24": [],
        "2026-12-25": [],
        "2026-12-27": [("10:00", "14:00")],
        "2026-03-06": [("08:00", "16:00")],
        "2027-03-08": [],
        "2027-01-01": [],
    }


def test_a_night_shift_of_two_stretches_is_one_night() -> None:
    night = compiled(load_file(EXAMPLE).calendars["night"])
    evening = at("2026-06-30T22:00+02:00")
    assert night.due(evening, 8 * HOUR) == at("2026-07-01T06:00+02:00")
    assert night.next_change(evening) == at("2026-07-01T06:00+02:00")


@pytest.mark.parametrize("text", ["{}", "{hours: always}", "{hours: {mon-sun: ['00:00-24:00']}}"])
def test_a_calendar_without_hours_is_always_open(text: str) -> None:
    calendar = load(f"calendars: {{any: {text}}}").calendars["any"]
    assert calendar == ALWAYS_OPEN
    assert calendar.always_open
    assert compiled(calendar).always_open


@pytest.mark.parametrize(
    "text",
    [
        "{holidays: {closed: [2026-12-24]}}",
        "{holidays: {open: {2026-12-24: ['10:00-12:00']}}}",
        "{holidays: {country: DE}}",
        "{hours: {mon-sun: ['00:00-23:59']}}",
    ],
)
def test_a_calendar_with_an_exception_is_not_always_open(text: str) -> None:
    calendar = load(f"calendars: {{any: {text}}}").calendars["any"]
    assert not calendar.always_open
    assert not compiled(calendar).always_open


def test_a_calendar_without_an_open_hour_never_opens() -> None:
    calendar = load("calendars: {any: {hours: {mon-fri: []}}}").calendars["any"]
    assert calendar.never_opens
    assert compiled(calendar).never_opens


def test_a_public_holiday_is_of_its_country_and_part() -> None:
    womens_day = date(2026, 3, 8)
    assert is_holiday("DE", "BE", womens_day)
    assert not is_holiday("DE", "BY", womens_day)
    assert not is_holiday("DE", None, womens_day)
    # Independence Day of 2026 falls on a Saturday and is observed on the Friday before.
    assert is_holiday("US", None, date(2026, 7, 3))


def test_every_country_answers_for_every_year_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for country in countries():
            if len(country) == 2:
                for year in (1970, 2026, 2099):
                    is_holiday(country, None, date(year, 7, 1))
