"""Who left the queue, how, and what it counts as (kpis.md 2.3; exactness.md section 9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from streams.events import Event
from tests.boards import by, doubts, every_way, exits
from tests.vocabulary import (
    EMPTY,
    abandoned,
    answered,
    at,
    callback,
    ended,
    flowed_out,
    held,
    numbered,
    queued,
    resumed,
    run,
    rung,
    site_of,
    transferred,
)

LOST: Final = "support_contacts_lost_total"
WAIT: Final = "support_contact_wait_seconds"
CALL: Final = "call/C1"
CHAT: Final = "chat/C1"


@pytest.mark.parametrize(
    ("left", "outcome"),
    [
        ("09:00:00.000001", "abandoned_short"),
        ("09:00:09.999999", "abandoned_short"),
        ("09:00:10", "abandoned_in_threshold"),
        ("09:00:20", "abandoned_in_threshold"),
        ("09:00:20.000001", "abandoned_late"),
        ("09:10", "abandoned_late"),
    ],
)
def test_a_call_abandoned_within_ten_seconds_is_short_and_within_twenty_in_threshold(
    left: str, outcome: str
) -> None:
    floor = every_way([queued(CALL, "09:00"), abandoned(CALL, left)], "09:10")
    assert exits(floor) == {outcome: 1}
    kind = outcome.removeprefix("abandoned_")
    assert by(floor, "support_contacts_abandoned_total", "kind") == {kind: 1}


@pytest.mark.parametrize(
    ("left", "outcome"),
    [
        ("09:00:00.000001", "abandoned_in_threshold"),
        ("09:00:20", "abandoned_in_threshold"),
        ("09:00:20.000001", "abandoned_late"),
    ],
)
def test_a_chat_is_never_a_short_abandon_unless_told(left: str, outcome: str) -> None:
    assert exits(every_way([queued(CHAT, "09:00"), abandoned(CHAT, left)], "09:10")) == {outcome: 1}


def test_the_limits_are_those_of_the_queue_and_of_the_kind_of_contact() -> None:
    site = site_of(
        EMPTY
        + """
queues:
  voice: {service_level: {within: 30s}, short_abandon: {voice: 5s, chat: 3s}}
  other-desk: {}
"""
    )
    calls = [
        queued("call/1", "09:00"),
        abandoned("call/1", "09:00:04.999999"),
        queued("call/2", "09:00"),
        abandoned("call/2", "09:00:05"),
        queued("call/3", "09:00"),
        abandoned("call/3", "09:00:30"),
        queued("chat/1", "09:00"),
        abandoned("chat/1", "09:00:02.999999"),
        queued("chat/2", "09:00"),
        abandoned("chat/2", "09:00:03"),
    ]
    assert exits(every_way(calls, "09:10", site)) == {
        "abandoned_short": 2,
        "abandoned_in_threshold": 3,
    }


def test_the_short_limit_goes_by_the_kind_of_contact_and_not_by_its_channel() -> None:
    life = [queued(CALL, "09:00", channel="chat"), abandoned(CALL, "09:00:05")]
    assert exits(every_way(life, "09:10")) == {"abandoned_short": 1}


def test_a_queue_that_is_not_listed_is_judged_by_the_defaults_and_counts_under_other() -> None:
    site = site_of(EMPTY + "queues: {voice: {service_level: {within: 30s}}}\n")
    life = [queued(CALL, "09:00", "misc"), abandoned(CALL, "09:00:25", "misc")]
    assert exits(every_way(life, "09:10", site), "other") == {"abandoned_late": 1}


def test_gone_in_the_very_instant_is_a_wait_of_nothing_where_a_sequence_tells_them_apart() -> None:
    for contact, outcome in [(CALL, "abandoned_short"), (CHAT, "abandoned_in_threshold")]:
        life = [numbered(queued(contact, "09:00"), 1), numbered(abandoned(contact, "09:00"), 2)]
        assert exits(every_way(life, "09:10")) == {outcome: 1}


def test_where_limits_overlap_short_wins() -> None:
    site = site_of(
        EMPTY + "queues: {voice: {service_level: {within: 5s}, short_abandon: {voice: 10s}}}\n"
    )
    for left, outcome in [("09:00:09", "abandoned_short"), ("09:00:10", "abandoned_late")]:
        calls = [queued(CALL, "09:00"), abandoned(CALL, left)]
        assert exits(every_way(calls, "09:10", site)) == {outcome: 1}


def test_the_wait_the_source_gives_is_taken() -> None:
    calls = [queued(CALL, "09:00"), abandoned(CALL, "09:00:21", wait_s=20)]
    floor = every_way(calls, "09:10")
    assert exits(floor) == {"abandoned_in_threshold": 1}
    assert floor[WAIT, "voice", "abandoned", "sum"] == 20
    assert doubts(run(calls, "09:10")) == {}


def test_more_than_a_second_apart_from_the_event_times_it_is_counted_as_a_mismatch() -> None:
    calls = [queued(CALL, "09:00"), abandoned(CALL, "09:00:21.000001", wait_s=20)]
    assert exits(every_way(calls, "09:10")) == {"abandoned_in_threshold": 1}
    assert doubts(run(calls, "09:10")) == {"wait_mismatch": 1}


def test_an_unknown_wait_is_late_and_gives_no_wait_sample() -> None:
    floor = every_way([queued(CALL, "09:00"), abandoned(CALL, "09:00:05", wait_s=None)], "09:10")
    assert exits(floor) == {"abandoned_late": 1}
    assert floor[WAIT, "voice", "abandoned", "count"] == 0


def test_an_abandon_whose_entry_was_not_seen_uses_its_own_wait() -> None:
    for wait, outcome in [
        ({"wait_s": 5}, "abandoned_short"),
        ({"wait_s": 12}, "abandoned_in_threshold"),
        ({}, "abandoned_late"),
    ]:
        more: dict[str, Any] = wait
        assert exits(every_way([abandoned(CALL, "09:00", **more)], "09:10")) == {outcome: 1}


def test_short_abandons_are_in_the_wait_histogram() -> None:
    calls = [queued(CALL, "09:00"), abandoned(CALL, "09:00:05")]
    floor = every_way(calls, "09:10")
    assert floor[WAIT, "voice", "abandoned", "count"] == 1
    assert floor[WAIT, "voice", "abandoned", "sum"] == 5


# --- what is no abandon -------------------------------------------------------------------------


def test_a_hang_up_before_the_queue_is_not_counted_at_all() -> None:
    floor = every_way([ended(CALL, "09:00", by="customer")], "09:10")
    assert exits(floor) == {}
    assert by(floor, LOST, "queue") == {}


def test_a_hang_up_while_an_agent_is_rung_is_an_abandon() -> None:
    calls = [queued(CALL, "09:00"), rung(CALL, "09:00:15"), abandoned(CALL, "09:00:30")]
    assert exits(every_way(calls, "09:10")) == {"abandoned_late": 1}


def test_a_hang_up_on_hold_is_counted_apart() -> None:
    calls = [
        queued(CALL, "09:00"),
        answered(CALL, "09:00:10"),
        held(CALL, "09:01"),
        ended(CALL, "09:02", by="customer"),
    ]
    floor = every_way(calls, "09:10")
    assert exits(floor) == {"answered_in_threshold": 1}
    assert by(floor, "support_contacts_hold_abandoned_total", "queue") == {"voice": 1}


@pytest.mark.parametrize(
    ("before", "by_whom"),
    [(held, "agent"), (held, "system"), (held, "unknown"), (resumed, "customer")],
)
def test_only_a_customer_who_is_on_hold_hangs_up_on_hold(
    before: Callable[[str, str], Event], by_whom: str
) -> None:
    calls = [
        queued(CALL, "09:00"),
        answered(CALL, "09:00:10"),
        held(CALL, "09:01"),
        before(CALL, "09:01:30"),
        ended(CALL, "09:02", by=by_whom),
    ]
    floor = every_way(calls, "09:10")
    assert by(floor, "support_contacts_hold_abandoned_total", "queue") == {}


@pytest.mark.parametrize("reason", ["timeout", "no_agents", "key", "overflow", "voicemail"])
def test_leaving_by_rule_or_key_is_a_flow_out_by_its_reason(reason: str) -> None:
    floor = every_way([queued(CALL, "09:00"), flowed_out(CALL, "09:01", reason)], "09:10")
    assert exits(floor) == {"flowed_out": 1}
    assert by(floor, "support_contacts_flowed_out_total", "reason") == {reason: 1}
    assert floor[WAIT, "voice", "abandoned", "count"] == 0


def test_an_unknown_reason_is_other() -> None:
    floor = every_way([queued(CALL, "09:00"), flowed_out(CALL, "09:01", "gremlins")], "09:10")
    assert by(floor, "support_contacts_flowed_out_total", "reason") == {"other": 1}


def test_a_callback_is_an_outcome_of_its_own() -> None:
    floor = every_way([queued(CALL, "09:00"), callback(CALL, "09:01")], "09:10")
    assert exits(floor) == {"callback": 1}
    assert by(floor, "support_contacts_callback_requested_total", "queue") == {"voice": 1}


def test_a_transfer_while_queued_is_an_overflow_and_opens_nothing() -> None:
    floor = every_way([queued(CALL, "09:00"), transferred(CALL, "09:01", to_queue="b")], "09:10")
    assert exits(floor) == {"flowed_out": 1}
    assert by(floor, "support_contacts_flowed_out_total", "reason") == {"overflow": 1}
    assert by(floor, "support_queue_waiting", "queue") == {}
    assert exits(floor, "b") == {}


def test_transferred_to_a_second_queue_and_hung_up_there_both_segments_count() -> None:
    calls = [
        queued(CALL, "09:00", "first"),
        answered(CALL, "09:00:05", "first"),
        transferred(CALL, "09:02"),
        queued(CALL, "09:02", "second"),
        abandoned(CALL, "09:02:45", "second"),
    ]
    floor = every_way(calls, "09:10")
    assert exits(floor, "first") == {"answered_in_threshold": 1}
    assert exits(floor, "second") == {"abandoned_late": 1}
    assert by(floor, "support_contacts_offered_total", "queue") == {"first": 1, "second": 1}
    assert floor[WAIT, "second", "abandoned", "sum"] == 45


def test_the_queue_of_an_exit_is_that_of_its_segment() -> None:
    floor = every_way([queued(CALL, "09:00"), abandoned(CALL, "09:01", "elsewhere")], "09:10")
    assert exits(floor, "voice") == {"abandoned_late": 1}
    assert exits(floor, "elsewhere") == {}


# --- what went wrong ----------------------------------------------------------------------------


def test_one_outcome_a_segment_the_newest_dated_at_the_newer_event() -> None:
    calls = [queued(CALL, "09:00"), abandoned(CALL, "09:00:15"), answered(CALL, "09:00:40")]
    floor = every_way(calls, "13:00:59")
    assert exits(floor) == {"answered_late": 1}
    assert by(floor, "support_contacts_abandoned_total", "kind") == {}
    assert floor[WAIT, "voice", "answered", "sum"] == 40
    assert doubts(run(calls, "09:10")) == {"unusual_transition": 1}
    # In the 15 minutes up to 09:16 there is the minute of 09:01, not that of 09:00.
    later = [queued(CALL, "09:00"), abandoned(CALL, "09:00:15"), answered(CALL, "09:01")]
    assert exits(every_way(later, "09:16"), window="15m") == {"answered_late": 1}


def test_hung_up_while_queued_the_segment_is_lost() -> None:
    floor = every_way([queued(CALL, "09:00"), ended(CALL, "09:01", by="customer")], "09:10")
    assert exits(floor) == {}
    assert by(floor, LOST, "queue") == {"voice": 1}
    assert by(floor, "support_queue_waiting", "queue") == {}


def test_queued_again_without_an_exit_the_old_segment_is_lost() -> None:
    calls = [queued(CALL, "09:00", "first"), queued(CALL, "09:01", "second")]
    floor = every_way(calls, "09:02")
    assert by(floor, LOST, "queue") == {"first": 1}
    assert by(floor, "support_queue_waiting", "queue") == {"second": 1}


def test_a_contact_that_waits_longer_than_the_maximum_is_lost() -> None:
    calls = [queued(CALL, "09:00")]
    still = every_way(calls, "13:00")
    assert by(still, "support_queue_waiting", "queue") == {"voice": 1}
    assert by(still, LOST, "queue") == {}
    swept = every_way(calls, at("13:00") + 1)
    assert by(swept, "support_queue_waiting", "queue") == {}
    assert by(swept, LOST, "queue") == {"voice": 1}
    assert exits(swept) == {}


def test_the_maximum_wait_is_told_by_the_configuration() -> None:
    site = site_of(EMPTY + "limits: {max_wait: 10m}\n")
    assert by(every_way([queued(CALL, "09:00")], "09:10", site), LOST, "queue") == {}
    assert by(every_way([queued(CALL, "09:00")], at("09:10") + 1, site), LOST, "queue") == {
        "voice": 1
    }


def test_an_exit_after_the_sweep_is_newer_and_wins() -> None:
    calls = [queued(CALL, "09:00"), abandoned(CALL, "14:00")]
    floor = every_way(calls, "14:30")
    assert exits(floor) == {"abandoned_late": 1}
    assert by(floor, LOST, "queue") == {}


def test_an_exit_at_the_very_maximum_is_in_time() -> None:
    calls = [queued(CALL, "09:00"), abandoned(CALL, "13:00")]
    floor = every_way(calls, "14:00")
    assert exits(floor) == {"abandoned_late": 1}
    assert by(floor, LOST, "queue") == {}
