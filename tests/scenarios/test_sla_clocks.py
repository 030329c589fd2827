"""Clocks, their statuses and their verdicts (kpis.md 2.4, 2.5; exactness.md sections 3 and 9)."""

from __future__ import annotations

from typing import Final

import pytest

from streams.events import Event
from tests.boards import Live, by, clocks, every_way, next_breach, second, verdicts, verdicts_in
from tests.vocabulary import (
    EMPTY,
    at,
    handed_off,
    moved,
    opened,
    replied,
    site_of,
    solved,
    status,
    wrote,
)

FIRST: Final = "first_response"
NEXT: Final = "next_response"
RESOLUTION: Final = "resolution"

SITE: Final = site_of(
    EMPTY
    + """
sla:
  - {name: everyone, targets: {first_response: 1h, next_response: 30m, resolution: 4h}}
"""
)
"""Always open. At risk with 30 min, 15 min and 1 h to go."""

OFFICE: Final = site_of(
    EMPTY
    + """
calendars: {office: {timezone: UTC, hours: {mon-fri: ["09:00-17:00"]}}}
calendar: office
sla:
  - {name: everyone, targets: {resolution: 4h}}
"""
)

OPENED: Final = [opened("T1", "09:00")]
#   09:00 opened    09:30 at risk    10:00 due


# --- verdicts -----------------------------------------------------------------------------------


def test_fulfilled_at_the_due_instant_is_met_and_just_after_it_is_breached() -> None:
    for when, outcome in [
        ("09:59:59.999999", "met"),
        ("10:00", "met"),
        ("10:00:00.000001", "breached"),
    ]:
        floor = every_way([*OPENED, replied("T1", when)], "10:30", SITE)
        assert verdicts(floor, FIRST) == {outcome: 1}, when
        assert verdicts_in(floor, FIRST) == {outcome: 1}, when


def test_a_clock_breaches_when_now_is_after_due_and_not_before() -> None:
    assert verdicts(every_way(OPENED, "10:00", SITE), FIRST) == {}
    assert verdicts(every_way(OPENED, at("10:00") + 1, SITE), FIRST) == {"breached": 1}
    # Each by its own due instant: at 13:00 the resolution is due, and the reply long overdue.
    both = every_way(OPENED, "13:00", SITE)
    assert (verdicts(both, FIRST), verdicts(both, RESOLUTION)) == ({"breached": 1}, {})


def test_a_breach_is_dated_at_the_due_instant_whenever_it_is_found() -> None:
    # A window of 4 h holds the minute of 10:00 until 14:00, and not in the minute of 14:01.
    live = Live(SITE)
    live.hear(*OPENED)
    live.pass_to("13:59")
    assert verdicts_in(live.floor, FIRST, "4h") == {"breached": 1}
    live.pass_to("14:00:59.999999")
    assert verdicts_in(live.floor, FIRST, "4h") == {"breached": 1}
    live.pass_to("14:01")
    assert verdicts_in(live.floor, FIRST, "4h") == {}
    assert verdicts(live.floor, FIRST) == {"breached": 1}


def test_a_late_fulfilment_keeps_the_breach_and_adds_nothing() -> None:
    floor = every_way([*OPENED, replied("T1", "11:00")], "11:00", SITE)
    assert verdicts(floor, FIRST) == {"breached": 1}
    assert clocks(floor, FIRST) == {}


def test_a_verdict_is_given_once() -> None:
    life = [*OPENED, replied("T1", "09:10"), replied("T1", "09:20"), solved("T1", "10:00")]
    floor = every_way(life, "18:00", SITE)
    assert verdicts(floor, FIRST) == {"met": 1}
    assert verdicts(floor, RESOLUTION) == {"met": 1}


def test_met_counts_at_the_fulfilment() -> None:
    life = [*OPENED, replied("T1", "09:10")]
    assert verdicts_in(every_way(life, "13:10", SITE), FIRST, "4h") == {"met": 1}
    assert verdicts_in(every_way(life, "13:11", SITE), FIRST, "4h") == {}


def test_a_solve_fulfils_every_clock() -> None:
    life = [*OPENED, solved("T1", "09:30")]
    floor = every_way(life, "09:30", SITE)
    assert verdicts(floor, FIRST) == {"met": 1}
    assert verdicts(floor, RESOLUTION) == {"met": 1}
    life = [*OPENED, replied("T1", "09:10"), wrote("T1", "09:20"), solved("T1", "09:40")]
    assert verdicts(every_way(life, "09:40", SITE), NEXT) == {"met": 1}


def test_only_a_solve_fulfils_the_resolution() -> None:
    life = [*OPENED, replied("T1", "09:10"), status("T1", "12:00", "open")]
    floor = every_way(life, at("13:00") + 1, SITE)
    assert verdicts(floor, RESOLUTION) == {"breached": 1}


def test_straight_into_closed_is_a_solve_for_the_clocks_too() -> None:
    floor = every_way([*OPENED, status("T1", "09:30", "closed")], "18:00", SITE)
    assert verdicts(floor, FIRST) == {"met": 1}
    assert verdicts(floor, RESOLUTION) == {"met": 1}


def test_running_and_cancelled_clocks_are_in_neither_term() -> None:
    life = [
        *OPENED,
        opened("T2", "09:00"),
        status("T2", "09:10", "deleted"),
        opened("T3", "09:00"),
        replied("T3", "09:05"),
    ]
    floor = every_way(life, "09:30", SITE)
    assert verdicts(floor, FIRST) == {"met": 1, "cancelled": 1}
    assert verdicts_in(floor, FIRST) == {"met": 1}


def test_a_verdict_counts_under_the_labels_of_its_instant() -> None:
    life = [
        *OPENED,
        moved("T1", "09:30", "returns"),
        moved("T1", "10:30", "billing"),
        replied("T1", "11:00"),
    ]
    floor = every_way(life, "11:00", SITE)
    assert by(floor, "support_sla_targets_total", "queue", target=FIRST) == {"returns": 1}


def test_a_reply_dated_in_time_that_arrives_after_the_breach_takes_it_back() -> None:
    live = Live(SITE)
    live.hear(*OPENED)
    live.pass_to("10:05")
    assert verdicts_in(live.floor, FIRST) == {"breached": 1}
    assert clocks(live.floor, FIRST) == {"breached": 1}
    live.hear(replied("T1", "10:00"))
    assert verdicts_in(live.floor, FIRST) == {"met": 1}
    assert clocks(live.floor, FIRST) == {}
    assert live.revisions("support_sla_targets_total") == 1


def test_a_reply_dated_too_late_leaves_the_breach() -> None:
    live = Live(SITE)
    live.hear(*OPENED)
    live.pass_to("10:05")
    live.hear(replied("T1", "10:00:00.000001"))
    assert verdicts_in(live.floor, FIRST) == {"breached": 1}
    assert live.revisions("support_sla_targets_total") == 0


# --- statuses -----------------------------------------------------------------------------------


def test_healthy_then_at_risk_then_breached() -> None:
    for when, standing in [
        (at("09:00"), "healthy"),
        (at("09:30") - 1, "healthy"),
        (at("09:30"), "at_risk"),
        (at("10:00"), "at_risk"),
        (at("10:00") + 1, "breached"),
        (at("18:00"), "breached"),
    ]:
        assert clocks(every_way(OPENED, when, SITE), FIRST) == {standing: 1}, when


def test_the_resolution_is_paused_while_the_ticket_is_pending_and_replies_never_are() -> None:
    #   09:00 opened   10:00 pending . . . . 12:00 open       15:00 due
    #   [---- 1 h ----]                      [------ 3 h ------]
    life = [*OPENED, status("T1", "10:00", "pending"), status("T1", "12:00", "open")]
    paused = every_way(life, "11:00", SITE)
    assert clocks(paused, RESOLUTION) == {"paused": 1}
    assert clocks(paused, FIRST) == {"breached": 1}
    assert next_breach(paused, RESOLUTION) is None
    assert next_breach(every_way(life, "12:00", SITE), RESOLUTION) == second("15:00")
    assert clocks(every_way(life, at("14:00") - 1, SITE), RESOLUTION) == {"healthy": 1}
    assert clocks(every_way(life, "14:00", SITE), RESOLUTION) == {"at_risk": 1}
    assert verdicts(every_way(life, "15:00", SITE), RESOLUTION) == {}
    assert verdicts(every_way(life, at("15:00") + 1, SITE), RESOLUTION) == {"breached": 1}


@pytest.mark.parametrize("state", ["new", "open", "on_hold"])
def test_no_other_state_pauses_unless_told(state: str) -> None:
    life = [*OPENED, status("T1", "09:10", "pending"), status("T1", "09:10:01", state)]
    floor = every_way(life, "09:20", SITE)
    assert clocks(floor, RESOLUTION) == {"healthy": 1}
    assert next_breach(floor, RESOLUTION) == second("13:00:01")


def test_what_pauses_is_told_by_target() -> None:
    site = site_of(
        EMPTY
        + """
sla:
  - name: everyone
    targets: {first_response: 1h, next_response: 1h, resolution: 4h}
    pause: {first_response: [on_hold], next_response: [pending], resolution: [pending, on_hold]}
"""
    )
    held = every_way([*OPENED, status("T1", "09:20", "on_hold")], "09:30", site)
    assert clocks(held, FIRST) == {"paused": 1}
    assert clocks(held, RESOLUTION) == {"paused": 1}
    life = [*OPENED, replied("T1", "09:10"), wrote("T1", "09:20"), status("T1", "09:25", "on_hold")]
    assert clocks(every_way(life, "09:30", site), NEXT) == {"healthy": 1}
    waiting = [*life, status("T1", "09:40", "pending")]
    assert clocks(every_way(waiting, "18:00", site), NEXT) == {"paused": 1}


def test_a_ticket_born_into_a_pausing_state_is_paused_from_the_start() -> None:
    life = [status("T1", "08:00", "pending"), *OPENED, status("T1", "10:00", "open")]
    assert clocks(every_way(life, "09:30", SITE), RESOLUTION) == {"paused": 1}
    assert next_breach(every_way(life, "10:00", SITE), RESOLUTION) == second("14:00")


def test_a_clock_outside_opening_hours_is_paused_and_its_breach_is_foretold() -> None:
    #   mon 16:00 opened   17:00 closes     tue 09:00 opens  11:00 at risk   12:00 due
    #       [---- 1 h ----]                     [------------ 3 h -----------]
    life = [opened("T1", "16:00")]
    for when, standing in [
        (at("17:00") - 1, "healthy"),
        (at("17:00"), "paused"),
        (at("tue 09:00") - 1, "paused"),
        (at("tue 09:00"), "healthy"),
        (at("tue 11:00") - 1, "healthy"),
        (at("tue 11:00"), "at_risk"),
        (at("tue 12:00"), "at_risk"),
        (at("tue 12:00") + 1, "breached"),
        (at("tue 17:00"), "breached"),
    ]:
        floor = every_way(life, when, OFFICE)
        assert clocks(floor, RESOLUTION) == {standing: 1}, when
        if standing != "breached":
            assert next_breach(floor, RESOLUTION) == second("tue 12:00")
        else:
            assert next_breach(floor, RESOLUTION) is None


def test_paused_by_status_goes_before_paused_by_hours() -> None:
    life = [opened("T1", "16:00"), status("T1", "16:30", "pending")]
    floor = every_way(life, "18:00", OFFICE)
    assert clocks(floor, RESOLUTION) == {"paused": 1}
    assert next_breach(floor, RESOLUTION) is None


def test_due_exactly_at_closing_stays_at_closing() -> None:
    life = [opened("T1", "13:00")]
    floor = every_way(life, "16:00", OFFICE)
    assert next_breach(floor, RESOLUTION) == second("17:00")
    assert verdicts(every_way(life, "17:00", OFFICE), RESOLUTION) == {}
    assert verdicts(every_way(life, at("17:00") + 1, OFFICE), RESOLUTION) == {"breached": 1}


def test_a_calendar_that_never_opens_gives_no_due_date() -> None:
    site = site_of(
        EMPTY
        + """
calendars: {never: {timezone: UTC, hours: {}}}
sla:
  - {name: everyone, calendar: never, targets: {resolution: 4h}}
"""
    )
    floor = every_way(OPENED, "2026-03-05T09:00Z", site)
    assert clocks(floor, RESOLUTION) == {"paused": 1}
    assert next_breach(floor, RESOLUTION) is None
    assert verdicts(floor, RESOLUTION) == {}
    # Nothing was used, so the promise was kept.
    life = [*OPENED, solved("T1", "fri 09:00")]
    assert verdicts(every_way(life, "fri 09:00", site), RESOLUTION) == {"met": 1}


def test_the_next_breach_is_the_earliest_of_clocks_that_have_not_breached() -> None:
    life = [
        opened("T1", "09:00"),  # breaches at 10:00
        opened("T2", "09:20"),  # at 10:20
        opened("T3", "09:40"),
        replied("T2", "10:10"),
    ]
    name = "support_sla_next_breach_timestamp_seconds"
    for when, due in [
        (at("09:50"), "10:00"),
        (at("10:00"), "10:00"),
        (at("10:00") + 1, "10:20"),
        (at("10:10"), "10:40"),
    ]:
        assert every_way(life, when, SITE)[name, "billing", "normal", FIRST] == second(due)
    assert next_breach(every_way(life, "11:00", SITE), FIRST) is None


# --- instances ----------------------------------------------------------------------------------


def test_every_next_response_is_an_instance_of_its_own() -> None:
    life = [
        *OPENED,
        replied("T1", "09:10"),
        wrote("T1", "10:00"),  # due 10:30
        wrote("T1", "10:10"),  # the oldest one counts
        replied("T1", "10:20"),  # met
        wrote("T1", "11:00"),  # due 11:30
        replied("T1", "12:00"),
        wrote("T1", "12:00:01"),
        replied("T1", "12:30:01"),  # met at due
    ]
    waiting = every_way(life, "10:15", SITE)
    assert next_breach(waiting, NEXT) == second("10:30")
    assert clocks(waiting, NEXT) == {"at_risk": 1}
    assert clocks(every_way(life, "11:31", SITE), NEXT) == {"breached": 1}
    floor = every_way(life, "13:00", SITE)
    assert verdicts(floor, NEXT) == {"met": 2, "breached": 1}
    assert verdicts(floor, FIRST) == {"met": 1}


def test_a_message_before_the_first_reply_starts_no_next_response() -> None:
    life = [*OPENED, wrote("T1", "09:10")]
    assert clocks(every_way(life, "09:20", SITE), NEXT) == {}


def test_a_message_on_a_solved_ticket_starts_its_clock_at_the_reopening() -> None:
    life = [
        *OPENED,
        replied("T1", "09:10"),
        solved("T1", "09:20"),
        wrote("T1", "09:30"),
        status("T1", "09:50", "open"),
    ]
    assert clocks(every_way(life, "09:40", SITE), NEXT) == {}
    assert next_breach(every_way(life, "09:50", SITE), NEXT) == second("10:20")


def test_a_reopening_resumes_the_resolution_with_the_time_already_used() -> None:
    #   09:00 opened   11:00 solved: met . . . 14:00 reopened   15:00 at risk   16:00 due
    #   [---- 2 h ----]                        [------------ 2 h ------------]
    life = [
        *OPENED,
        replied("T1", "09:10"),
        solved("T1", "11:00"),
        status("T1", "14:00", "open"),
    ]
    reopened = every_way(life, "14:00", SITE)
    assert clocks(reopened, RESOLUTION) == {"healthy": 1}
    assert next_breach(reopened, RESOLUTION) == second("16:00")
    assert clocks(every_way(life, "15:00", SITE), RESOLUTION) == {"at_risk": 1}
    assert verdicts(every_way(life, "16:00", SITE), RESOLUTION) == {"met": 1}
    late = every_way(life, at("16:00") + 1, SITE)
    assert verdicts(late, RESOLUTION) == {"met": 1, "breached": 1}
    again = every_way([*life, solved("T1", "16:00")], "17:00", SITE)
    assert verdicts(again, RESOLUTION) == {"met": 2}


def test_reopened_when_all_was_used_breaches_at_the_reopening() -> None:
    life = [*OPENED, solved("T1", "13:00"), status("T1", "14:00", "open")]
    assert verdicts(every_way(life, "14:00", SITE), RESOLUTION) == {"met": 1}
    late = every_way(life, at("14:00") + 1, SITE)
    assert verdicts(late, RESOLUTION) == {"met": 1, "breached": 1}


def test_reopened_after_a_breach_is_shown_as_breached_without_a_second_verdict() -> None:
    life = [
        *OPENED,
        solved("T1", "14:00"),
        status("T1", "15:00", "open"),
        solved("T1", "18:00"),
    ]
    done = every_way(life, "14:30", SITE)
    assert clocks(done, RESOLUTION) == {}
    reopened = every_way(life, "15:00", SITE)
    assert clocks(reopened, RESOLUTION) == {"breached": 1}
    assert next_breach(reopened, RESOLUTION) is None
    floor = every_way(life, "18:00", SITE)
    assert clocks(floor, RESOLUTION) == {}
    assert verdicts(floor, RESOLUTION) == {"breached": 1}


def test_reopened_without_a_human_reply_the_first_response_can_breach_again() -> None:
    life = [*OPENED, solved("T1", "10:30"), status("T1", "12:00", "open")]
    reopened = every_way(life, "12:00", SITE)
    assert clocks(reopened, FIRST) == {"healthy": 1}
    assert next_breach(reopened, FIRST) == second("13:00")
    assert verdicts(every_way(life, at("13:00") + 1, SITE), FIRST) == {"breached": 2}
    in_time = every_way([*life, replied("T1", "12:30")], "14:00", SITE)
    assert verdicts(in_time, FIRST) == {"breached": 1, "met": 1}


def test_a_handoff_restarts_the_same_instance() -> None:
    life = [*OPENED, handed_off("T1", "09:50")]
    floor = every_way(life, "09:50", SITE)
    assert next_breach(floor, FIRST) == second("10:50")
    assert clocks(floor, FIRST) == {"healthy": 1}
    answered = every_way([*life, replied("T1", "10:50")], "12:00", SITE)
    assert verdicts(answered, FIRST) == {"met": 1}
    assert verdicts(every_way(life, at("10:50") + 1, SITE), FIRST) == {"breached": 1}


def test_an_earlier_breach_stays_over_a_handoff_and_there_is_no_second_one() -> None:
    life = [*OPENED, handed_off("T1", "10:30")]
    assert clocks(every_way(life, "10:40", SITE), FIRST) == {"breached": 1}
    assert verdicts(every_way(life, "12:00", SITE), FIRST) == {"breached": 1}
    answered = every_way([*life, replied("T1", "10:40")], "12:00", SITE)
    assert verdicts(answered, FIRST) == {"breached": 1}


def test_the_resolution_does_not_care_for_handoffs() -> None:
    life = [*OPENED, handed_off("T1", "09:50")]
    assert next_breach(every_way(life, "10:00", SITE), RESOLUTION) == second("13:00")


def test_an_agent_started_ticket_has_a_resolution_clock_and_no_first_response() -> None:
    life = [opened("T1", "09:00", by="agent"), wrote("T1", "09:10")]
    floor = every_way(life, "09:20", SITE)
    assert clocks(floor, FIRST) == {}
    assert clocks(floor, RESOLUTION) == {"healthy": 1}
    assert next_breach(floor, NEXT) == second("09:40")


def test_without_a_known_creation_there_is_no_clock() -> None:
    life = [status("T1", "09:00", "open")]
    floor = every_way(life, "18:00", SITE)
    assert clocks(floor, FIRST) == clocks(floor, RESOLUTION) == {}
    assert verdicts(floor, FIRST) == {}


def test_a_reply_dated_before_the_creation_leaves_no_clock_to_run() -> None:
    life = [replied("T1", "08:55"), *OPENED]
    floor = every_way(life, "12:00", SITE)
    assert clocks(floor, FIRST) == {}
    assert verdicts(floor, FIRST) == {}
    assert clocks(floor, RESOLUTION) == {"at_risk": 1}


# --- policies -----------------------------------------------------------------------------------


def test_without_a_policy_there_are_no_sla_series() -> None:
    life = [*OPENED, replied("T1", "09:05"), solved("T1", "10:00"), opened("T2", "09:00")]
    floor = every_way(life, "18:00", site_of(EMPTY + "queues: {billing: {}}\n"))
    assert [series for series in floor if series[0].startswith("support_sla")] == []


def test_the_first_policy_that_matches_decides_alone() -> None:
    site = site_of(
        EMPTY
        + """
sla:
  - {name: high, match: {priority: [high, urgent]}, targets: {resolution: 2h}}
  - {name: everyone, targets: {first_response: 1h, resolution: 4h}}
"""
    )
    floor = every_way([opened("T1", "09:00", priority="high")], "09:30", site)
    assert next_breach(floor, RESOLUTION) == second("11:00")
    assert clocks(floor, FIRST) == {}  # a target it lacks is not looked up in a later one
    floor = every_way([opened("T1", "09:00", priority="low")], "09:20", site)
    assert next_breach(floor, RESOLUTION) == second("13:00")
    assert clocks(floor, FIRST) == {"healthy": 1}


GOLD: Final = site_of(
    EMPTY
    + """
queues: {billing: {}, returns: {}}
sla:
  - name: gold
    match:
      {tier: [gold], priority: [normal, other], queue: [billing, other], channel: [email, other],
       category: [invoice]}
    targets: {resolution: 1h}
  - {name: everyone, targets: {resolution: 2h}}
"""
)
MATCHING: Final = {"tier": "gold", "priority": "normal", "category": "invoice"}


@pytest.mark.parametrize(
    ("fields", "due"),
    [
        ({}, "10:00"),
        ({"priority": None}, "10:00"),  # missing: normal
        ({"priority": "whatever"}, "10:00"),  # unknown: other
        ({"queue": "elsewhere"}, "10:00"),  # not listed: other
        ({"channel": "fax"}, "10:00"),  # unknown: other
        ({"tier": "silver"}, "11:00"),
        ({"tier": None}, "11:00"),
        ({"priority": "high"}, "11:00"),
        ({"queue": "returns"}, "11:00"),
        ({"queue": None}, "11:00"),
        ({"channel": "web"}, "11:00"),
        ({"category": "refund"}, "11:00"),
        ({"category": None}, "11:00"),
    ],
)
def test_all_conditions_of_a_policy_must_hold_for_the_folded_labels(
    fields: dict[str, str | None], due: str
) -> None:
    ticket: Event = opened("T1", "09:00", **{**MATCHING, **fields})  # type: ignore[arg-type] # fields
    floor = every_way([ticket], "09:00", GOLD)
    assert next_breach(floor, RESOLUTION) == second(due)


def test_the_agreed_target_is_that_of_the_first_policy_that_looks_at_queue_and_priority_only() -> (
    None
):
    site = site_of(
        EMPTY
        + """
queues: {billing: {}, returns: {}}
sla:
  - {name: gold, match: {tier: [gold]}, targets: {resolution: 1h}}
  - {name: mail, match: {channel: [email], queue: [billing]}, targets: {resolution: 2h}}
  - {name: invoices, match: {category: [invoice]}, targets: {resolution: 3h}}
  - {name: urgent, match: {priority: [urgent]}, targets: {resolution: 4h}}
  - {name: returns, match: {queue: [returns]}, targets: {first_response: 5h}}
  - {name: everyone, match: {priority: [high, urgent]}, targets: {resolution: 6h}}
"""
    )
    floor = every_way([], "09:00", site)
    name = "support_sla_target_seconds"
    assert {series[1:]: n for series, n in floor.items() if series[0] == name} == {
        ("billing", "urgent", RESOLUTION): 4 * 3_600,
        ("billing", "high", RESOLUTION): 6 * 3_600,
        ("returns", "urgent", RESOLUTION): 4 * 3_600,
        ("returns", "high", FIRST): 5 * 3_600,
        ("returns", "normal", FIRST): 5 * 3_600,
        ("returns", "low", FIRST): 5 * 3_600,
    }
