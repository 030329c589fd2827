"""What is kept how long, and what comes too late (exactness.md sections 3, 4, 5)."""

from __future__ import annotations

from typing import Final

import pytest
from msgspec.structs import replace

from streams.events import Event, contact, encode, key_of
from streams.spans import DAY, HOUR, Instant
from streams.stage import Raw, Stage
from tests.boards import Live, backlog, by, doubts, exits, flows, samples
from tests.vocabulary import (
    EMPTY,
    abandoned,
    answered,
    at,
    beat,
    closed,
    deleted,
    ended,
    make,
    merged,
    message,
    moment_of,
    opened,
    outcomes,
    queued,
    records,
    replied,
    site_of,
    solved,
    spammed,
    status,
)

CALL: Final = [queued("call/1", "09:00"), answered("call/1", "09:01"), ended("call/1", "09:05")]
ENDS: Final[dict[str, tuple[list[Event], int]]] = {
    "call": (CALL, 2 * DAY),
    "abandoned": ([queued("call/1", "09:00"), abandoned("call/1", "09:05")], 2 * DAY),
    "closed": ([opened("T1", "09:00"), closed("T1", "09:05")], 8 * DAY),
    "merged": ([opened("T1", "09:00"), merged("T1", "09:05")], 8 * DAY),
    "spam": ([opened("T1", "09:00"), spammed("T1", "09:05")], 8 * DAY),
    "deleted": ([opened("T1", "09:00"), deleted("T1", "09:05")], 8 * DAY),
    "solved": ([opened("T1", "09:00"), solved("T1", "09:05")], 30 * DAY),
    "unknown": ([replied("T1", "09:05")], 8 * DAY),
}


@pytest.mark.parametrize(("life", "kept"), ENDS.values(), ids=list(ENDS))
def test_a_finished_subject_is_forgotten_after_its_retention(life: list[Event], kept: int) -> None:
    live = Live()
    live.hear(*life)
    key = key_of(life[0])
    live.pass_to(at("09:05") + kept)
    assert key in live.stage.rows
    live.stage.take_changes()
    live.pass_to(at("09:05") + kept + 1)
    assert live.stage.rows == {}
    assert live.stage.take_changes() == {key: None}


@pytest.mark.parametrize("state", ["new", "open", "pending", "on_hold"])
def test_an_open_ticket_is_never_forgotten(state: str) -> None:
    live = Live()
    live.hear(opened("T1", "09:00"), status("T1", "09:05", state))
    live.pass_to(at("09:05") + 1_000 * DAY)
    assert backlog(live.floor) == {state: 1}


def test_it_is_kept_from_its_last_event_on() -> None:
    live = Live()
    live.hear(*ENDS["closed"][0], message("T1", "wed 12:00", "agent", public=False))
    live.pass_to(at("wed 12:00") + 8 * DAY)
    assert len(live.stage.rows) == 1
    live.pass_to(at("wed 12:00") + 8 * DAY + 1)
    assert live.stage.rows == {}


def test_a_message_keeps_a_chat_alive() -> None:
    live = Live()
    live.hear(queued("chat/1", "09:00"), answered("chat/1", "09:01"))
    live.hear(make(contact.ChatMessage, "chat/1", "tue 09:00", contact.Message()))
    live.pass_to(at("tue 09:00") + 2 * DAY)
    assert len(live.stage.rows) == 1
    live.pass_to(at("tue 09:00") + 2 * DAY + 1)
    assert live.stage.rows == {}


def test_forgetting_takes_nothing_back() -> None:
    live = Live()
    live.hear(*ENDS["closed"][0], *CALL)
    live.pass_to(at("09:05") + 8 * DAY)
    before = live.floor
    live.pass_to(at("09:05") + 8 * DAY + 1)
    assert live.stage.rows == {}
    assert live.floor == before
    assert live.stage.totals.revisions == {}


@pytest.mark.parametrize("later", [-1, 0, 1, 60_000_000])
def test_a_replay_of_what_was_forgotten_counts_nothing_twice(later: int) -> None:
    life = [*CALL, *ENDS["abandoned"][0], queued("call/2", "09:00"), abandoned("call/2", "09:05")]
    live = Live()
    live.hear(*life)
    live.pass_to(at("09:05") + 2 * DAY + later)
    before = live.floor
    live.hear(*life)
    assert live.floor == before
    assert (live.stage.rows == {}) == (later > 0)


def test_what_comes_after_the_forgetting_meets_an_unknown_subject() -> None:
    live = Live()
    live.hear(opened("T1", "09:00"), closed("T1", "09:05"))
    live.pass_to(at("09:05") + 9 * DAY)
    live.hear(status("T1", "2026-01-14T09:00:00Z", "open", "closed"))
    floor = live.floor
    assert backlog(floor, "unassigned") == {"open": 1}
    assert by(floor, "support_tickets_reopened_total", "queue") == {"unassigned": 1}


def test_the_retention_is_told_by_the_configuration() -> None:
    site = site_of(EMPTY + "retention: {contacts: 3d, tickets: 9d, solved: 10d}\n")
    for life, kept in [
        (CALL, 3 * DAY),
        (ENDS["closed"][0], 9 * DAY),
        (ENDS["solved"][0], 10 * DAY),
    ]:
        live = Live(site)
        live.hear(*life)
        live.pass_to(at("09:05") + kept)
        assert len(live.stage.rows) == 1
        live.pass_to(at("09:05") + kept + 1)
        assert live.stage.rows == {}


# --- late ---------------------------------------------------------------------------------------


def test_a_late_event_corrects_and_is_counted_as_a_revision() -> None:
    live = Live()
    live.hear(opened("T1", "09:00"), replied("T1", "09:20"))
    live.pass_to("09:30")
    assert samples(live.floor, "first_response") == (1, 1_200)
    live.hear(replied("T1", "09:05"))
    assert samples(live.floor, "first_response") == (1, 300)
    assert live.revisions("support_first_response_seconds") == 1
    assert live.revisions("support_first_response_business_seconds") == 1
    assert outcomes(live.stage)["late_applied"] == 1


def test_counters_never_fall() -> None:
    live = Live()
    live.hear(opened("T1", "09:00"), replied("T1", "09:20"))
    live.hear(replied("T1", "09:05"))
    series = ("support_first_response_seconds", "billing", "normal")
    assert live.floor[(*series, "count")] == 2
    assert live.floor[(*series, "count")] - live.revisions(series[0]) == 1


def test_the_first_event_of_a_subject_older_than_its_retention_is_dropped() -> None:
    live = Live(start=at("mon 09:00") + 8 * DAY)
    live.hear(opened("T1", "mon 09:00"))  # exactly 8 d is not older
    assert outcomes(live.stage) == {"processed": 1}
    late = Live(start=at("mon 09:00") + 8 * DAY + 1)
    late.hear(opened("T1", "mon 09:00"))
    assert outcomes(late.stage) == {"late_dropped": 1}
    assert late.stage.rows == {}
    assert by(late.floor, "support_tickets_created_total", "queue") == {}


def test_a_fact_older_than_its_retention_is_counted_as_dropped_only() -> None:
    live = Live()
    live.hear(opened("T1", "mon 09:00"))
    live.pass_to(at("mon 09:05") + 8 * DAY + 1)
    live.hear(replied("T1", "mon 09:05"))
    assert outcomes(live.stage)["late_dropped"] == 1
    assert live.floor["support_first_response_seconds", "billing", "normal", "count"] == 0
    assert samples(live.floor, "first_response") == (0, 0)
    assert live.stage.totals.revisions == {}


def test_contacts_have_a_retention_of_their_own() -> None:
    live = Live(start=at("mon 09:00") + 2 * DAY + 1)
    live.hear(queued("call/1", "mon 09:00"), opened("T1", "mon 09:00"))
    assert outcomes(live.stage) == {"late_dropped": 1, "processed": 1}


# --- from the future ----------------------------------------------------------------------------


def told_at(event: Event, when: str) -> Event:
    return replace(event, data=replace(event.data, ingested_at=moment_of(when)))


def hear(stage: Stage, event: Event, wall: Instant | None = None) -> list[str]:
    return [rejected.reason for rejected in stage.apply(0, records([event]), wall)]


def test_more_than_a_day_ahead_of_its_arrival_is_from_the_future() -> None:
    for when, reasons in [
        ("tue 09:00", []),
        ("tue 09:00:00.000001", ["from_the_future"]),
    ]:
        stage = Stage(site_of())
        assert hear(stage, told_at(opened("T1", when), "mon 09:00")) == reasons
        assert len(stage.rows) == 1 - len(reasons)


def test_without_an_arrival_time_it_is_measured_by_the_wall_clock() -> None:
    wall_clock = site_of("clock: wall\n")
    stage = Stage(wall_clock)
    assert hear(stage, opened("T1", "tue 09:00"), at("mon 09:00")) == []
    assert hear(stage, opened("T2", "tue 09:00:00.000001"), at("mon 09:00")) == ["from_the_future"]


def test_under_the_clock_of_events_the_wall_is_not_asked() -> None:
    assert hear(Stage(site_of()), opened("T1", "2029-01-01T00:00:00Z"), at("mon 09:00")) == []


def test_a_rejected_event_moves_nothing() -> None:
    stage = Stage(site_of())
    hear(stage, opened("T1", "mon 09:00"))
    assert stage.partition_time(None, caught_up=True) == at("mon 09:00")
    assert hear(stage, told_at(opened("T2", "fri 09:00"), "mon 09:00")) == ["from_the_future"]
    assert stage.partition_time(None, caught_up=True) == at("mon 09:00")
    assert outcomes(stage) == {"processed": 1, "invalid": 1}


def test_a_clock_that_is_ahead_by_more_than_five_minutes_is_flagged() -> None:
    for when, expected in [("09:05", {}), ("09:05:00.000001", {"clock_skew": 1})]:
        stage = Stage(site_of())
        assert hear(stage, told_at(opened("T1", when), "09:00")) == []
        assert doubts(stage) == expected


# --- the time of a partition --------------------------------------------------------------------


def test_under_the_clock_of_events_it_is_the_smallest_of_what_the_topics_have_read() -> None:
    stage = Stage(site_of())
    assert not stage.apply(0, records([opened("T1", "09:00"), opened("T2", "08:00")]))
    assert stage.partition_time(None, caught_up=True) == at("09:00")
    assert not stage.apply(1, records([queued("call/1", "08:30")]))
    assert stage.partition_time(None, caught_up=True) == at("09:00")  # never back
    assert not stage.apply(1, records([beat("09:40")], 1))
    assert not stage.apply(0, records([beat("09:30")], 2))
    assert stage.partition_time(None, caught_up=True) == at("09:30")


def test_under_the_wall_clock_a_worker_that_lags_stands_where_it_has_read_to() -> None:
    stage = Stage(site_of("clock: wall\n"))
    wall = at("12:00")
    assert not stage.apply(0, records([opened("T1", "09:00")]), wall)
    assert stage.partition_time(wall, caught_up=False) == at("09:00")
    assert not stage.apply(1, records([beat("09:30")]), wall)
    assert stage.partition_time(wall, caught_up=False) == at("09:30")
    assert stage.partition_time(wall, caught_up=True) == wall
    assert stage.partition_time(wall - HOUR, caught_up=True) == wall


def test_under_the_wall_clock_it_is_never_above_the_wall() -> None:
    stage = Stage(site_of("clock: wall\n"))
    wall = at("12:00")
    assert not stage.apply(0, records([opened("T1", "15:00")]), wall)
    assert stage.partition_time(wall, caught_up=False) == wall


def test_a_worker_that_lags_breaches_nobody_whose_reply_it_has_not_read() -> None:
    site = site_of("clock: wall\nsla: [{name: everyone, targets: {first_response: 1h}}]\n")
    stage, wall = Stage(site), at("14:00")
    assert not stage.apply(0, records([opened("T1", "09:00")]), wall)
    stage.advance_to(stage.partition_time(wall, caught_up=False))
    assert stage.now == at("09:00")
    assert not stage.apply(0, records([replied("T1", "09:30")], 1), wall)
    stage.advance_to(stage.partition_time(wall, caught_up=True))
    verdicts = {
        labels[3]: n
        for (name, labels), n in stage.totals.counters.items()
        if name == "support_sla_targets_total"
    }
    assert verdicts == {"met": 1}


# --- what is read twice -------------------------------------------------------------------------


def test_a_source_record_at_or_below_the_last_applied_offset_is_skipped() -> None:
    live = Live()
    live.hear(*CALL)
    live.crash()
    [first, *_] = records(CALL)
    assert not live.stage.apply(0, [Raw(0, first.key, first.value)])
    assert outcomes(live.stage) == {"duplicate": 1}
    live.pass_to("09:10")
    assert exits(live.floor) == {"answered_late": 1}


def test_offsets_are_those_of_one_topic() -> None:
    stage = Stage(site_of())
    assert not stage.apply(0, [Raw(7, None, encode(opened("T1", "09:00")))])
    assert not stage.apply(1, [Raw(3, None, encode(replied("T1", "09:05")))])
    assert outcomes(stage) == {"processed": 2}
    assert stage.applied() == {0: 7, 1: 3}


def test_after_a_restart_what_is_dated_up_to_the_last_flush_is_not_counted_again() -> None:
    live = Live()
    live.hear(opened("T1", "09:00"), replied("T1", "09:05"))
    live.pass_to("09:10")
    live.crash()
    assert by(live.floor, "support_tickets_created_total", "queue") == {}
    assert flows(live.floor) == {"created": 1}
    live.hear(solved("T1", "09:20"))
    live.pass_to("09:20")
    assert by(live.floor, "support_tickets_resolved_total", "queue") == {"billing": 1}


def test_a_record_whose_key_is_not_its_subject_is_taken_and_counted() -> None:
    stage = Stage(site_of())
    assert not stage.apply(0, [Raw(0, b"ticket/other", encode(opened("T1", "09:00")))])
    assert doubts(stage) == {"key_mismatch": 1}
    assert list(stage.rows) == [b"ticket/T1"]
