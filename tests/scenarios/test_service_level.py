"""Answered, how soon, and out of whom (kpis.md 2.6, 2.12)."""

from __future__ import annotations

from typing import Final

import pytest

from tests.boards import by, doubts, every_way, exits, samples
from tests.vocabulary import (
    EMPTY,
    abandoned,
    answered,
    at,
    ended,
    queued,
    run,
    site_of,
    transferred,
)

CALL: Final = "call/C1"
WAIT: Final = "support_contact_wait_seconds"
OVER: Final = ("support_queue_waiting_over_threshold", "voice")


@pytest.mark.parametrize(
    ("taken", "outcome"),
    [
        ("09:00:01", "answered_in_threshold"),
        ("09:00:19.999999", "answered_in_threshold"),
        ("09:00:20", "answered_in_threshold"),
        ("09:00:20.000001", "answered_late"),
        ("09:05", "answered_late"),
    ],
)
def test_within_is_a_wait_of_at_most_the_threshold(taken: str, outcome: str) -> None:
    floor = every_way([queued(CALL, "09:00"), answered(CALL, taken)], "09:10")
    assert exits(floor) == {outcome: 1}
    flag = "true" if outcome == "answered_in_threshold" else "false"
    assert by(floor, "support_contacts_answered_total", "in_threshold") == {flag: 1}


def test_the_threshold_is_that_of_the_queue() -> None:
    site = site_of(EMPTY + "queues: {voice: {service_level: {within: 30s}}, billing: {}}\n")
    calls = [
        queued("call/1", "09:00"),
        answered("call/1", "09:00:30"),
        queued("call/2", "09:00", "billing"),
        answered("call/2", "09:00:30", "billing"),
    ]
    floor = every_way(calls, "09:10", site)
    assert exits(floor, "voice") == {"answered_in_threshold": 1}
    assert exits(floor, "billing") == {"answered_late": 1}


def test_an_answer_whose_entry_was_not_seen_uses_its_own_wait() -> None:
    floor = every_way([answered(CALL, "09:00", wait_s=15)], "09:10")
    assert exits(floor) == {"answered_in_threshold": 1}
    assert samples(floor, "contact_wait", "voice", "4h") == (1, 15)


def test_an_answer_of_unknown_wait_is_late_and_gives_no_wait_sample() -> None:
    unseen = every_way([answered(CALL, "09:00")], "09:10")
    null = every_way([queued(CALL, "09:00"), answered(CALL, "09:00:05", wait_s=None)], "09:10")
    for floor in (unseen, null):
        assert exits(floor) == {"answered_late": 1}
        assert samples(floor, "contact_wait", "voice", "4h") == (0, 0)
        assert floor[WAIT, "voice", "answered", "count"] == 0


def test_the_wait_the_source_gives_wins_over_the_event_times() -> None:
    calls = [queued(CALL, "09:00"), answered(CALL, "09:00:25", wait_s=18.5)]
    floor = every_way(calls, "09:10")
    assert exits(floor) == {"answered_in_threshold": 1}
    assert samples(floor, "contact_wait", "voice", "4h") == (1, 18.5)
    assert doubts(run(calls, "09:10")) == {"wait_mismatch": 1}
    close = [queued(CALL, "09:00"), answered(CALL, "09:00:25", wait_s=24)]
    assert doubts(run(close, "09:10")) == {}


def test_the_speed_of_answer_is_of_answered_contacts_only() -> None:
    calls = [
        queued("call/1", "09:00"),
        answered("call/1", "09:00:10"),
        queued("call/2", "09:00"),
        answered("call/2", "09:00:40"),
        queued("call/3", "09:00"),
        abandoned("call/3", "09:05"),
    ]
    floor = every_way(calls, "09:10")
    assert samples(floor, "contact_wait", "voice", "4h") == (2, 50)
    assert floor[WAIT, "voice", "answered", "sum"] == 50
    assert floor[WAIT, "voice", "abandoned", "sum"] == 300


def test_a_contact_counts_at_its_exit_and_not_at_its_entry() -> None:
    calls = [queued(CALL, "09:00"), answered(CALL, "09:59")]
    assert exits(every_way(calls, "09:58")) == {}
    assert exits(every_way(calls, "10:00"), window="15m") == {"answered_late": 1}


def test_a_transfer_counts_again_in_each_queue_with_the_wait_in_it() -> None:
    calls = [
        queued(CALL, "09:00", "first"),
        answered(CALL, "09:00:10", "first"),
        transferred(CALL, "09:02"),
        queued(CALL, "09:02", "second"),
        answered(CALL, "09:02:30", "second", agent="a-2"),
        ended(CALL, "09:04"),
    ]
    floor = every_way(calls, "09:10")
    assert exits(floor, "first") == {"answered_in_threshold": 1}
    assert exits(floor, "second") == {"answered_late": 1}
    assert samples(floor, "contact_wait", "second", "4h") == (1, 30)


def test_queued_again_after_the_answer_is_a_segment_of_its_own() -> None:
    calls = [
        queued(CALL, "09:00", "first"),
        answered(CALL, "09:00:10", "first"),
        queued(CALL, "09:02", "second"),
        answered(CALL, "09:02:15", "second"),
    ]
    floor = every_way(calls, "09:10")
    assert exits(floor, "first") == {"answered_in_threshold": 1}
    assert exits(floor, "second") == {"answered_in_threshold": 1}


def test_an_exit_sorts_before_the_next_entry_of_the_same_instant() -> None:
    calls = [
        queued(CALL, "09:00", "first"),
        queued(CALL, "09:00:15", "second"),
        answered(CALL, "09:00:15", "first"),
        abandoned(CALL, "09:01", "second"),
    ]
    floor = every_way(calls, "09:10")
    assert exits(floor, "first") == {"answered_in_threshold": 1}
    assert exits(floor, "second") == {"abandoned_late": 1}
    assert by(floor, "support_contacts_lost_total", "queue") == {}


def test_every_entry_is_offered() -> None:
    calls = [queued("call/1", "09:00"), queued("chat/1", "09:00"), queued("call/2", "09:00")]
    floor = every_way(calls, "09:00")
    name = "support_contacts_offered_total"
    assert by(floor, name, "channel", queue="voice") == {"voice": 2, "chat": 1}


def test_who_waits_past_the_threshold_is_shown_beside_the_rate() -> None:
    calls = [queued(CALL, "09:00")]
    assert every_way(calls, "09:00:20")[OVER] == 0
    over = every_way(calls, at("09:00:20") + 1)
    assert over[OVER] == 1
    assert exits(over) == {}
    gone = every_way([*calls, abandoned(CALL, "09:01")], "09:01")
    assert gone[OVER] == 0
