"""Talk, hold and wrap-up of every agent leg (kpis.md 2.7; exactness.md sections 3 and 9)."""

from __future__ import annotations

from typing import Final

import pytest

from streams.events import Event
from tests.boards import Live, by, doubts, every_way, samples
from tests.vocabulary import (
    EMPTY,
    answered,
    at,
    ended,
    held,
    queued,
    resumed,
    run,
    site_of,
    transferred,
    wrap_ended,
    wrap_started,
)

CALL: Final = "call/C1"
HANDLE: Final = "contact_handle"
PHASES: Final = "support_contact_handle_phase_seconds_total"
TALK: Final = [queued(CALL, "09:00"), answered(CALL, "09:01")]
NONE: Final[tuple[float, float]] = (0, 0)

#   09:01 answered   09:03 held   09:04 resumed   09:06 ended   09:07 wrap-up   09:09 done
#   [--- 120 s talk --][- 60 s hold -][- 120 s talk -]          [--- 120 s ----]
WHOLE: Final = [
    *TALK,
    held(CALL, "09:03"),
    resumed(CALL, "09:04"),
    ended(CALL, "09:06"),
    wrap_started(CALL, "09:07"),
    wrap_ended(CALL, "09:09"),
]


def handled(events: list[Event], until: str | int) -> tuple[float, float]:
    return samples(every_way(events, until), HANDLE, "voice", "4h")


def test_a_leg_is_talk_and_hold_and_wrap_up() -> None:
    floor = every_way(WHOLE, "09:09")
    assert samples(floor, HANDLE, "voice", "4h") == (1, 420)
    assert by(floor, PHASES, "phase") == {"talk": 240, "hold": 60, "wrap": 120}
    assert floor["support_contact_handle_seconds", "voice", "count"] == 1
    assert floor["support_contact_handle_seconds", "voice", "sum"] == 420


def test_the_wait_in_the_queue_is_no_part_of_it() -> None:
    life = [queued(CALL, "08:00"), answered(CALL, "09:01"), ended(CALL, "09:02")]
    assert handled(life, "10:00") == (1, 60)


def test_without_a_wrap_up_a_leg_counts_at_its_end() -> None:
    assert handled([*TALK, ended(CALL, "09:06")], "09:05") == NONE
    assert handled([*TALK, ended(CALL, "09:06")], "09:06") == (1, 300)


def test_from_the_start_of_the_wrap_up_to_its_end_there_is_no_sample() -> None:
    assert handled(WHOLE, "09:06") == (1, 300)
    assert handled(WHOLE, "09:07") == NONE
    assert handled(WHOLE, at("09:09") - 1) == NONE
    assert handled(WHOLE, "09:09") == (1, 420)


def test_a_wrap_up_that_comes_later_replaces_the_sample_and_is_a_revision() -> None:
    live = Live()
    live.hear(*WHOLE[:5])
    live.pass_to("09:06:30")
    assert samples(live.floor, HANDLE, "voice", "4h") == (1, 300)
    live.hear(WHOLE[5])
    live.pass_to("09:07:30")
    assert samples(live.floor, HANDLE, "voice", "4h") == NONE
    assert live.revisions("support_contact_handle_seconds") == 1
    live.hear(WHOLE[6])
    live.pass_to("09:09")
    assert samples(live.floor, HANDLE, "voice", "4h") == (1, 420)


def test_a_wrap_up_that_nobody_ends_ends_at_its_cap() -> None:
    life = WHOLE[:6]
    assert handled(life, at("09:17") - 1) == NONE
    floor = every_way(life, "09:17")
    assert samples(floor, HANDLE, "voice", "4h") == (1, 300 + 600)
    assert by(floor, PHASES, "phase")["wrap"] == 600


def test_a_wrap_up_that_ends_after_its_cap_was_over_at_the_cap() -> None:
    for end, wrap in [("09:16:59", 599), ("09:17", 600), ("09:30", 600)]:
        life = [*WHOLE[:6], wrap_ended(CALL, end)]
        assert handled(life, "10:00") == (1, 300 + wrap), end
    # It counts at the cap: in the minute of 09:17, 15 minutes on until 09:32.
    life = [*WHOLE[:6], wrap_ended(CALL, "09:30")]
    assert samples(every_way(life, "09:32"), HANDLE, "voice", "15m") == (1, 900)
    assert samples(every_way(life, "09:33"), HANDLE, "voice", "15m") == NONE


def test_the_cap_is_told_by_the_configuration() -> None:
    site = site_of(EMPTY + "limits: {wrap_up: 90s}\n")
    floor = every_way(WHOLE, "09:09", site)
    assert samples(floor, HANDLE, "voice", "4h") == (1, 300 + 90)


def test_a_wrap_up_counts_in_the_day_in_which_it_ends() -> None:
    life = [
        queued(CALL, "23:49"),
        answered(CALL, "23:50"),
        ended(CALL, "23:58"),
        wrap_started(CALL, "23:58"),
        wrap_ended(CALL, "tue 00:01"),
    ]
    floor = every_way(life, "tue 00:05")
    assert samples(floor, HANDLE, "voice", "today") == (1, 480 + 180)
    assert by(floor, "support_window_contacts", "outcome", window="today") == {}


def test_a_wrap_up_without_an_end_of_the_call_ends_the_talk() -> None:
    life = [*TALK, wrap_started(CALL, "09:06"), wrap_ended(CALL, "09:08")]
    floor = every_way(life, "09:08")
    assert by(floor, PHASES, "phase") == {"talk": 300, "wrap": 120}


def test_a_leg_that_never_ends_gives_no_sample() -> None:
    assert handled([*TALK, held(CALL, "09:03")], "12:00") == NONE


def test_a_hold_that_is_not_taken_off_lasts_to_the_end() -> None:
    floor = every_way([*TALK, held(CALL, "09:03"), ended(CALL, "09:06")], "09:06")
    assert by(floor, PHASES, "phase") == {"talk": 120, "hold": 180}


def test_holding_twice_adds_up() -> None:
    life = [
        *TALK,
        held(CALL, "09:02"),
        resumed(CALL, "09:02:30"),
        held(CALL, "09:03"),
        held(CALL, "09:03:10"),  # already on hold
        resumed(CALL, "09:04"),
        ended(CALL, "09:06"),
    ]
    assert by(every_way(life, "09:06"), PHASES, "phase") == {"talk": 210, "hold": 90}


# --- what the source says -----------------------------------------------------------------------


def test_what_the_source_says_of_talk_and_hold_is_taken() -> None:
    life = [*TALK, ended(CALL, "09:06", talk_s=200, hold_s=100)]
    floor = every_way(life, "09:06")
    assert by(floor, PHASES, "phase") == {"talk": 200, "hold": 100}
    assert doubts(run(life, "09:06")) == {}


def test_a_hold_of_the_source_leaves_the_rest_to_the_talk() -> None:
    floor = every_way([*TALK, ended(CALL, "09:06", hold_s=100)], "09:06")
    assert by(floor, PHASES, "phase") == {"talk": 200, "hold": 100}


def test_a_talk_of_the_source_stands_beside_the_hold_of_the_events() -> None:
    life = [*TALK, held(CALL, "09:03"), resumed(CALL, "09:04"), ended(CALL, "09:06", talk_s=230)]
    assert by(every_way(life, "09:06"), PHASES, "phase") == {"talk": 230, "hold": 60}
    assert doubts(run(life, "09:06")) == {"talk_mismatch": 1}  # 240 s by the events


@pytest.mark.parametrize(
    ("talk_s", "mismatch"), [(299, False), (298.999, True), (301, False), (301.001, True)]
)
def test_more_than_a_second_off_the_event_times_is_a_mismatch(
    talk_s: float, *, mismatch: bool
) -> None:
    life = [*TALK, ended(CALL, "09:06", talk_s=talk_s)]
    assert by(every_way(life, "09:06"), PHASES, "phase") == {"talk": talk_s}
    assert doubts(run(life, "09:06")) == ({"talk_mismatch": 1} if mismatch else {})


@pytest.mark.parametrize(
    ("hold_s", "mismatch"), [(59, False), (58.999, True), (61, False), (61.001, True)]
)
def test_a_hold_off_the_event_times_is_a_mismatch_too(hold_s: float, *, mismatch: bool) -> None:
    life = [*WHOLE[:4], ended(CALL, "09:06", hold_s=hold_s)]
    assert by(every_way(life, "09:06"), PHASES, "phase")["hold"] == hold_s
    assert doubts(run(life, "09:06")) == ({"hold_mismatch": 1} if mismatch else {})


@pytest.mark.parametrize("unknown", [{"talk_s": None}, {"hold_s": None}])
def test_an_unknown_talk_or_hold_gives_no_sample(unknown: dict[str, None]) -> None:
    life = [*TALK, ended(CALL, "09:06", **unknown)]
    floor = every_way(life, "10:00")
    assert samples(floor, HANDLE, "voice", "4h") == NONE
    assert by(floor, PHASES, "phase") == {}
    assert doubts(run(life, "10:00")) == {}


# --- several legs -------------------------------------------------------------------------------


def test_a_transfer_is_two_legs_and_two_samples() -> None:
    life = [
        queued(CALL, "09:00", "first"),
        answered(CALL, "09:01", "first", agent="a-1"),
        transferred(CALL, "09:05"),  # 240 s
        queued(CALL, "09:05", "second"),
        answered(CALL, "09:06", "second", agent="a-2"),
        wrap_started(CALL, "09:05:30", "a-1"),
        wrap_ended(CALL, "09:06:30", "a-1"),  # 60 s of the first agent
        ended(CALL, "09:09"),  # 180 s
        wrap_started(CALL, "09:09", "a-2"),
        wrap_ended(CALL, "09:09:20", "a-2"),  # 20 s of the second
    ]
    floor = every_way(life, "09:10")
    assert samples(floor, HANDLE, "first", "4h") == (1, 300)
    assert samples(floor, HANDLE, "second", "4h") == (1, 200)


def test_a_second_answer_without_a_transfer_ends_the_first_leg() -> None:
    life = [
        *TALK,
        answered(CALL, "09:03", agent="a-2"),
        ended(CALL, "09:06"),
    ]
    assert handled(life, "09:06") == (2, 120 + 180)


def test_a_chat_is_handled_like_a_call() -> None:
    chat = "chat/C1"
    life = [
        queued(chat, "09:00", "chat"),
        answered(chat, "09:01", "chat"),
        ended(chat, "09:11", by="customer"),
        wrap_started(chat, "09:11"),
        wrap_ended(chat, "09:12"),
    ]
    assert samples(every_way(life, "09:12"), HANDLE, "chat", "4h") == (1, 660)
