"""Windows and what they need to be kept for them."""

from __future__ import annotations

import pytest

from streams.config import load
from streams.config.windows import Window, longest, needed, parse_windows
from streams.spans import DAY, HOUR, MINUTE


def test_a_window_bears_the_name_it_is_written_with() -> None:
    assert parse_windows(["60m", "today", "7d"]) == (
        Window("60m", 60 * MINUTE),
        Window("today", None),
        Window("7d", 7 * DAY),
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("168h", None),
        ("169h", "'169h' is longer than 7d; for more use increase() in Prometheus, or report"),
        ("1m", None),
        ("60s", None),
        ("59s", "'59s' is shorter than 1m, the width of a bucket; write 1m"),
        ("90s", "'90s' is no multiple of 1m, as windows up to 4h must be; write 2m"),
        ("239m", None),
        ("241m", "'241m' is no multiple of 15m, as windows longer than 4h must be; write 255m"),
        ("255m", None),
    ],
)
def test_a_window_is_made_of_whole_buckets(text: str, sentence: str | None) -> None:
    if sentence is None:
        assert [window.name for window in parse_windows([text])] == [text]
    else:
        with pytest.raises(ValueError, match="; ") as raised:
            parse_windows([text])
        assert str(raised.value) == sentence


def test_today_is_as_long_as_the_longest_day() -> None:
    assert longest(parse_windows(["today", "25h"])) == 26 * HOUR


def test_tickets_are_kept_for_the_windows_of_their_sla_too() -> None:
    config = load("windows: {tickets: [1h], contacts: [15m], sla: [2h]}\nlateness: 30m")
    assert needed(config.windows, config.lateness) == {
        "contacts": 45 * MINUTE,
        "tickets": 150 * MINUTE,
        "solved": 150 * MINUTE,
    }


@pytest.mark.parametrize("key", ["contacts", "tickets", "solved"])
def test_a_retention_may_be_as_short_as_the_longest_window_and_the_lateness(key: str) -> None:
    shortest = {"contacts": "30h", "tickets": "172h", "solved": "172h"}[key]
    config = load(f"retention: {{{key}: {shortest}}}")
    assert getattr(config.retention, key) == needed(config.windows, config.lateness)[key]
