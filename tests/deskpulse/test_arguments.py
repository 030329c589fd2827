"""What people type as times, lengths and factors: taken as meant, or refused in one sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskpulse.arguments import a_duration, a_factor, a_time_of_day, an_instant
from deskpulse.errors import Misused
from streams.spans import DAY, HOUR, MINUTE, SECOND


@given(
    days=st.integers(0, 40), hours=st.integers(0, 40), minutes=st.integers(0, 90),
    seconds=st.integers(0, 90),
)  # fmt: skip
def test_a_length_is_the_sum_of_what_is_written(
    days: int, hours: int, minutes: int, seconds: int
) -> None:
    text = "".join(
        f"{number}{unit}"
        for number, unit in ((days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s"))
        if number
    )
    total = days * DAY + hours * HOUR + minutes * MINUTE + seconds * SECOND
    if total:
        assert a_duration(text, "--for") == total
    else:
        with pytest.raises(Misused):
            a_duration(text, "--for")


@pytest.mark.parametrize("text", ["", "2", "m", "2 m", "-2m", "2x", "0s", "1h30", "h1"])
def test_anything_else_is_no_length(text: str) -> None:
    with pytest.raises(Misused, match=r"^--for: .* is no duration; write 90s, 2m, 1h30m or 8d$"):
        a_duration(text, "--for")


def test_half_an_hour_may_be_written_with_a_point() -> None:
    assert a_duration("0.5h", "--for") == 30 * MINUTE


def test_an_instant_needs_an_offset() -> None:
    assert an_instant("2026-01-05T10:00:00+01:00", "--at") == an_instant(
        "2026-01-05T09:00:00Z", "--at"
    )
    for text in ("2026-01-05T09:00:00", "2026-01-05", "noon"):
        with pytest.raises(Misused, match="is no time with an offset"):
            an_instant(text, "--at")


@pytest.mark.parametrize(
    ("text", "at"), [("00:00", 0), ("09:05", 9 * HOUR + 5 * MINUTE), ("23:59", DAY - MINUTE)]
)
def test_a_time_of_day_is_since_midnight(text: str, at: int) -> None:
    assert a_time_of_day(text, "--incident") == at


@pytest.mark.parametrize("text", ["24:00", "9:05", "09:60", "noon", "09:05:00"])
def test_anything_else_is_no_time_of_day(text: str) -> None:
    with pytest.raises(Misused, match="is no time of day; write 10:30"):
        a_time_of_day(text, "--incident")


@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), float("inf")])
def test_a_speed_gets_somewhere(value: float) -> None:
    assert a_factor(0.5, "--speed") == 0.5
    assert a_factor(None, "--speed") is None
    with pytest.raises(Misused, match="would never get anywhere"):
        a_factor(value, "--speed")
