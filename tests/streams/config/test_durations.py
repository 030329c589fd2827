"""One number and one unit; every other spelling is answered with the right one."""

from __future__ import annotations

from decimal import Decimal

import pytest

from streams.config.durations import format_duration, parse_duration, parse_positive
from streams.spans import DAY, HOUR, MINUTE, SECOND

FORMS = "write 20s, 15m, 8h or 2d"


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("0s", 0),
        ("20s", 20 * SECOND),
        ("15m", 15 * MINUTE),
        ("8h", 8 * HOUR),
        ("2d", 2 * DAY),
        ("3650d", 3650 * DAY),
    ],
)
def test_a_duration_is_a_number_and_a_unit(text: str, length: int) -> None:
    assert parse_duration(text) == length


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (0, "0s"),
        (90 * SECOND, "90s"),
        (60 * SECOND, "1m"),
        (90 * MINUTE, "90m"),
        (36 * HOUR, "36h"),
        (48 * HOUR, "2d"),
        (1, "1s"),
    ],
)
def test_a_length_is_written_with_the_largest_unit_that_fits(length: int, text: str) -> None:
    assert format_duration(length) == text


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (20, f"'20' has no unit; {FORMS}"),
        (Decimal("1.5"), f"'1.5' has no unit; {FORMS}"),
        ("20", f"'20' has no unit; {FORMS}"),
        ("-5", f"'-5' has no unit; {FORMS}"),
        ("1h30m", "'1h30m' is no duration; write 90m"),
        ("1.5h", "'1.5h' is no duration; write 90m"),
        ("20 min", "'20 min' is no duration; write 20m"),
        ("2 Days", "'2 Days' is no duration; write 2d"),
        ("1w", "'1w' is no duration; write 7d"),
        ("05m", "'05m' is no duration; write 5m"),
        ("2H", "'2H' is no duration; write 2h"),
        ("500ms", f"'500ms' is no duration; {FORMS}"),
        ("PT1H", f"'PT1H' is no duration; {FORMS}"),
        ("1 month", f"'1 month' is no duration; {FORMS}"),
        ("-5m", f"'-5m' is no duration; {FORMS}"),
        ("\u0662\u0660s", f"'\u0662\u0660s' is no duration; {FORMS}"),
        ("", f"'' is no duration; {FORMS}"),
        (True, f"true is no duration; {FORMS}"),
        (None, f"nothing is no duration; {FORMS}"),
        (["8h"], f"a list is no duration; {FORMS}"),
        ({"h": 8}, f"a mapping is no duration; {FORMS}"),
        ("3651d", "'3651d' is longer than 3650d; write less"),
        ("9" * 70 + "s", f"'{'9' * 60}...' is no duration; {FORMS}"),
    ],
)
def test_any_other_spelling_is_answered_with_the_right_one(value: object, sentence: str) -> None:
    with pytest.raises(ValueError, match="; ") as raised:
        parse_duration(value)
    assert str(raised.value) == sentence


def test_no_time_at_all_is_refused_where_a_promise_is_made() -> None:
    assert parse_positive("1s") == SECOND
    with pytest.raises(ValueError, match=r"^'0m' is no time at all; write more than 0s$"):
        parse_positive("0m")
