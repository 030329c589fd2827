"""Opening hours as people write them."""

from __future__ import annotations

import pytest

from streams.config.errors import Problem, Wrong
from streams.config.stretches import format_stretches, parse_stretches
from streams.config.week import ALWAYS, format_week, parse_week


def wrong(value: object) -> list[Problem]:
    with pytest.raises(Wrong) as raised:
        parse_week(value)
    return list(raised.value.problems)


def test_stretches_are_kept_in_order_and_joined_where_they_adjoin() -> None:
    written = ["13:30-18:00", "08:00-10:00", "10:00-12:00"]
    assert parse_stretches(written) == ((480, 720), (810, 1080))
    assert format_stretches(((480, 720), (810, 1080))) == ["08:00-12:00", "13:30-18:00"]


def test_a_day_ends_at_24_00() -> None:
    assert parse_stretches(["22:00-24:00", "00:00-06:00"]) == ((0, 360), (1320, 1440))


def test_a_range_of_days_may_run_over_the_end_of_the_week() -> None:
    hours = ((540, 600),)
    assert parse_week({"fri-mon": ["09:00-10:00"], "wed": []}) == {
        0: hours,
        2: (),
        4: hours,
        5: hours,
        6: hours,
    }


def test_always_is_every_minute_of_every_day() -> None:
    assert parse_week("always") == ALWAYS == parse_week({"mon-sun": ["00:00-24:00"]})
    assert format_week(ALWAYS) == "always"


def test_what_is_formatted_is_what_was_parsed() -> None:
    week = parse_week({"mon-tue": ["08:00-12:00", "13:30-18:00"], "sun": []})
    assert format_week(week) == {
        "mon": ["08:00-12:00", "13:30-18:00"],
        "tue": ["08:00-12:00", "13:30-18:00"],
        "sun": [],
    }
    assert parse_week(format_week(week)) == week


def test_the_list_that_is_formatted_is_not_the_default_itself() -> None:
    parse_week("always").clear()
    assert len(ALWAYS) == 7


@pytest.mark.parametrize(
    ("stretch", "sentence"),
    [
        ("8-12", "'8-12' is no stretch of a day; write \"08:00-12:00\""),
        ("8:00 - 12:30", "'8:00 - 12:30' is no stretch of a day; write \"08:00-12:30\""),
        ("8.00 to 12h", "'8.00 to 12h' is no stretch of a day; write \"08:00-12:00\""),
        ("morning", "'morning' is no stretch of a day; write \"08:00-18:00\""),
        ("08:00-12:60", "'08:00-12:60' is no stretch of a day; write \"08:00-18:00\""),
        (8, '8 is no stretch of a day; write "08:00-18:00"'),
        ("24:00-24:00", "'24:00-24:00' leaves its day; write times from 00:00 to 24:00"),
        ("20:00-24:01", "'20:00-24:01' leaves its day; write times from 00:00 to 24:00"),
        ("10:00-10:00", "'10:00-10:00' is empty; closing must come after opening"),
        ("22:00-00:00", "'22:00-00:00' closes before it opens; write \"22:00-24:00\""),
        (
            "22:00-06:00",
            (
                "'22:00-06:00' closes before it opens; write two stretches: \"22:00-24:00\" and, "
                "for "
                'the next day, "00:00-06:00"'
            ),
        ),
        (
            "17:00 to 09:00",
            (
                "'17:00 to 09:00' closes before it opens; write two stretches: \"17:00-24:00\" "
                "and, for"
                ' the next day, "00:00-09:00"'
            ),
        ),
    ],
)
def test_a_stretch_in_another_form_is_answered_with_the_right_one(
    stretch: object, sentence: str
) -> None:
    assert wrong({"fri": [stretch]}) == [Problem(("fri", 0), sentence)]


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("Monday", "'Monday' is no day; write mon"),
        ("Mon - Fri", "'Mon - Fri' is no day; write mon-fri"),
        ("tues", "'tues' is no day; write tue"),
        ("weekdays", "'weekdays' is no day; write mon-fri"),
        ("weekend", "'weekend' is no day; write sat-sun"),
        ("daily", "'daily' is no day; write mon-sun"),
        ("mon,wed", "'mon,wed' is no day; write mon"),
        ("x", "'x' is no day; write mon, or a range such as mon-fri, one key for each"),
        ("mon-", "'mon-' is no day; write mon, or a range such as mon-fri, one key for each"),
    ],
)
def test_a_day_in_another_form_is_answered_with_the_right_one(key: str, sentence: str) -> None:
    assert wrong({key: []}) == [Problem((key,), sentence)]


def test_each_day_is_said_once() -> None:
    sentence = "tue is in 'tue-wed' already; say each day once"
    assert wrong({"tue-wed": [], "mon-wed": []}) == [Problem(("mon-wed",), sentence)]


@pytest.mark.parametrize(
    ("stretches", "position", "sentence"),
    [
        (
            ["08:00-12:00", "11:59-13:00"],
            1,
            '11:59-13:00 overlaps 08:00-12:00; write one stretch, "08:00-13:00"',
        ),
        (
            ["09:00-10:00", "08:00-18:00"],
            1,
            '08:00-18:00 overlaps 09:00-10:00; write one stretch, "08:00-18:00"',
        ),
        (
            ["08:00-09:00", "08:00-09:00"],
            1,
            '08:00-09:00 overlaps 08:00-09:00; write one stretch, "08:00-09:00"',
        ),
    ],
)
def test_stretches_of_a_day_do_not_overlap(
    stretches: list[str], position: int, sentence: str
) -> None:
    assert wrong({"fri": stretches}) == [Problem(("fri", position), sentence)]


def test_hours_of_another_kind_are_answered_with_the_right_ones() -> None:
    assert wrong("24/7") == [
        Problem(
            (),
            "'24/7' is no opening hours; write always, or days such as mon-fri: [\"08:00-18:00\"]",
        )
    ]
    assert wrong({"mon": "9-17", "tue": None}) == [
        Problem(
            ("mon",),
            "'9-17' is no list of stretches; write [\"09:00-17:00\"], or [] for a closed day",
        ),
        Problem(
            ("tue",),
            'nothing is no list of stretches; write ["08:00-18:00"], or [] for a closed day',
        ),
    ]
