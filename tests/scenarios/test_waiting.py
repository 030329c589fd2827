"""Who waits in a queue now, and for how long (kpis.md 2.13)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from streams.events import Event
from tests.boards import by, every_way
from tests.vocabulary import (
    EMPTY,
    abandoned,
    answered,
    callback,
    ended,
    flowed_out,
    queued,
    rung,
    site_of,
    transferred,
)

WAITING: Final = "support_queue_waiting"
LONGEST: Final = ("support_queue_longest_wait_seconds", "voice")
SINCE_FIRST: Final = "support_queue_longest_contact_age_seconds"


def test_the_longest_wait_is_that_of_the_oldest_still_queued() -> None:
    calls = [
        queued("call/1", "09:00"),
        queued("call/2", "09:00:30"),
        answered("call/1", "09:01"),
    ]
    floor = every_way(calls, "09:00:50")
    assert by(floor, WAITING, "queue") == {"voice": 2}
    assert floor[LONGEST] == 50
    assert every_way(calls, "09:01")[LONGEST] == 30


def test_nobody_waiting_reads_as_zero_and_is_shown() -> None:
    site = site_of(EMPTY + "queues: {voice: {}}\n")
    floor = every_way([queued("call/1", "09:00"), answered("call/1", "09:01")], "09:02", site)
    assert by(floor, WAITING, "queue") == {}
    assert floor[LONGEST] == 0
    assert floor[SINCE_FIRST, "voice"] == 0


@pytest.mark.parametrize("leaves", [answered, abandoned, flowed_out, callback, transferred, ended])
def test_whoever_left_waits_no_more(leaves: Callable[[str, str], Event]) -> None:
    floor = every_way([queued("call/1", "09:00"), leaves("call/1", "09:01")], "09:01")
    assert by(floor, WAITING, "queue") == {}
    assert floor[LONGEST] == 0


def test_whoever_is_rung_still_waits() -> None:
    floor = every_way([queued("call/1", "09:00"), rung("call/1", "09:00:30")], "09:01")
    assert by(floor, WAITING, "queue") == {"voice": 1}


def test_there_are_two_waits_in_this_queue_and_since_the_first() -> None:
    #   09:00 first queue   09:02 answered   09:05 second queue   09:06
    calls = [
        queued("call/1", "09:00", "first"),
        answered("call/1", "09:02", "first"),
        transferred("call/1", "09:05"),
        queued("call/1", "09:05", "voice"),
    ]
    floor = every_way(calls, "09:06")
    assert floor[LONGEST] == 60
    assert floor[SINCE_FIRST, "voice"] == 360


def test_contacts_wait_by_channel_and_a_missing_one_is_that_of_the_kind() -> None:
    contacts = [
        queued("call/1", "09:00"),
        queued("chat/1", "09:00"),
        queued("chat/2", "09:00", channel="messaging"),
        queued("call/2", "09:00", channel="carrier-pigeon"),
    ]
    floor = every_way(contacts, "09:01")
    assert by(floor, WAITING, "channel") == {"voice": 1, "chat": 1, "messaging": 1, "other": 1}
