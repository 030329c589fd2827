"""Every instant is in one bucket, and a window is the buckets that it touches."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.counts.buckets import COARSE, FINE, Window, bucket, span_of
from streams.machines.zones import local_midnight
from streams.spans import DAY, HOUR, MINUTE, instant

INSTANTS: Final = st.integers(-(10**16), 10**16)
WIDTHS: Final = st.sampled_from([FINE, COARSE])
LENGTHS: Final = st.sampled_from([MINUTE, 15 * MINUTE, 4 * HOUR, 4 * HOUR + COARSE, DAY, 7 * DAY])


@given(INSTANTS, WIDTHS)
def test_every_instant_is_in_exactly_one_bucket(at: int, width: int) -> None:
    number = bucket(at, width)
    assert at in span_of(number, width)
    assert at not in span_of(number - 1, width)
    assert at not in span_of(number + 1, width)


@given(INSTANTS, WIDTHS)
def test_buckets_adjoin(at: int, width: int) -> None:
    number = bucket(at, width)
    assert span_of(number, width).end == span_of(number + 1, width).start
    assert span_of(number, width).length == width


@given(INSTANTS, LENGTHS, st.integers(-10_000, 3))
def test_a_window_is_the_buckets_whose_end_lies_after_its_start_and_that_have_begun(
    now: int, length: int, back: int
) -> None:
    window = Window("w", length)
    number = bucket(now, window.width) + back
    span = span_of(number, window.width)
    inside = window.lowest(now, 0) <= number <= bucket(now, window.width)
    assert inside == (span.end > now - length and span.start <= now)


@given(INSTANTS, LENGTHS)
def test_a_window_covers_its_length_to_one_width_more(now: int, length: int) -> None:
    window = Window("w", length)
    covered = now - span_of(window.lowest(now, 0), window.width).start
    assert length <= covered < length + window.width


@pytest.mark.parametrize(
    ("length", "width"),
    [
        (MINUTE, FINE),
        (4 * HOUR, FINE),
        (4 * HOUR + 1, COARSE),
        (7 * DAY, COARSE),
        (None, COARSE),
    ],
)
def test_up_to_four_hours_a_window_is_made_of_minutes(length: int | None, width: int) -> None:
    assert Window("w", length).width == width


@given(
    st.sampled_from(sorted(available_timezones())),
    st.datetimes(datetime(1975, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds are naive
)
def test_a_local_midnight_is_the_edge_of_a_bucket(zone: str, moment: datetime) -> None:
    assert local_midnight(ZoneInfo(zone), instant(moment)) % COARSE == 0


def test_today_begins_at_the_midnight_it_is_given() -> None:
    now = 100 * DAY + 5 * HOUR
    assert Window("today", None).lowest(now, 100 * DAY) == bucket(100 * DAY, COARSE)
    assert Window("today", None).lowest(now, 100 * DAY - HOUR) == bucket(100 * DAY - HOUR, COARSE)
