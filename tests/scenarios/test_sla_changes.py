"""What is used is used: a change of promise changes what comes after (exactness.md section 9)."""

from __future__ import annotations

from typing import Final

import pytest

from streams.events import Event
from tests.boards import (
    Floor,
    Live,
    by,
    clocks,
    every_way,
    next_breach,
    second,
    verdicts,
    verdicts_in,
)
from tests.vocabulary import (
    EMPTY,
    at,
    categorised,
    message,
    moved,
    opened,
    prioritised,
    restored,
    site_of,
    solved,
    spammed,
    status,
    tiered,
)

RESOLUTION: Final = "resolution"

SITE: Final = site_of(
    EMPTY
    + """
sla:
  - {name: urgent, match: {priority: [urgent]}, targets: {resolution: 2h}}
  - {name: high, match: {priority: [high]}, targets: {first_response: 1h}}
  - {name: everyone, match: {priority: [normal]}, targets: {first_response: 8h, resolution: 8h}}
"""
)
"""A low ticket falls under no policy, a high one has no resolution target."""

OFFICE: Final = site_of(
    EMPTY
    + """
calendars:
  office: {timezone: UTC, hours: {mon-fri: ["09:00-17:00"]}}
  round-the-clock: {timezone: UTC, hours: always}
calendar: office
queues: {billing: {}, night: {calendar: round-the-clock}}
sla:
  - {name: urgent, match: {priority: [urgent]}, targets: {resolution: 2h}}
  - {name: everyone, targets: {resolution: 8h}}
"""
)

NORMAL: Final = [opened("T1", "09:00")]
URGENT: Final = [opened("T1", "09:00", priority="urgent")]


def verdicts_by_priority(floor: Floor) -> dict[str, float]:
    return by(floor, "support_sla_targets_total", "priority", target=RESOLUTION)


def test_a_shorter_target_leaves_what_remains_of_it() -> None:
    #   09:00 opened, 8 h   10:00 urgent, 2 h   11:00 due
    #   [------ 1 h -------][------ 1 h -------]
    life = [*NORMAL, prioritised("T1", "10:00", "urgent")]
    assert next_breach(every_way(life, "09:30", SITE), RESOLUTION) == second("17:00")
    assert next_breach(every_way(life, "10:00", SITE), RESOLUTION) == second("11:00")
    late = every_way(life, at("11:00") + 1, SITE)
    assert verdicts_by_priority(late) == {"urgent": 1}


def test_a_longer_target_leaves_what_remains_of_it() -> None:
    life = [*URGENT, prioritised("T1", "10:00", "normal")]
    floor = every_way(life, "10:00", SITE)
    assert next_breach(floor, RESOLUTION) == second("17:00")
    assert clocks(floor, RESOLUTION) == {"healthy": 1}


def test_at_risk_goes_by_the_new_target() -> None:
    # 25 % of 8 h: at risk from 15:00 on; of 2 h the last 30 minutes.
    life = [*NORMAL, prioritised("T1", "10:00", "urgent")]
    assert clocks(every_way(NORMAL, "15:00", SITE), RESOLUTION) == {"at_risk": 1}
    assert clocks(every_way(life, at("10:30") - 1, SITE), RESOLUTION) == {"healthy": 1}
    assert clocks(every_way(life, "10:30", SITE), RESOLUTION) == {"at_risk": 1}


def test_past_due_at_the_change_breaches_at_the_change_under_the_labels_after_it() -> None:
    #   09:00 opened   12:00 urgent: 3 h used of 2 h
    life = [*NORMAL, prioritised("T1", "12:00", "urgent")]
    change = every_way(life, "12:00", SITE)
    assert clocks(change, RESOLUTION) == {"at_risk": 1}
    assert next_breach(change, RESOLUTION) == second("12:00")
    floor = every_way(life, at("12:00") + 1, SITE)
    assert verdicts_by_priority(floor) == {"urgent": 1}
    # It is dated 12:00, not 11:00: in a window of 4 h until 16:00.
    assert verdicts_in(every_way(life, "16:00", SITE), RESOLUTION, "4h") == {"breached": 1}
    assert verdicts_in(every_way(life, "16:01", SITE), RESOLUTION, "4h") == {}


def test_past_due_at_a_change_while_paused_by_status_breaches_at_the_resume() -> None:
    life = [
        *NORMAL,
        status("T1", "12:00", "pending"),
        prioritised("T1", "12:30", "urgent"),
        status("T1", "14:00", "open"),
    ]
    paused = every_way(life, "13:00", SITE)
    assert clocks(paused, RESOLUTION) == {"paused": 1}
    assert verdicts(paused, RESOLUTION) == {}
    assert verdicts(every_way(life, "14:00", SITE), RESOLUTION) == {}
    assert verdicts(every_way(life, at("14:00") + 1, SITE), RESOLUTION) == {"breached": 1}
    assert verdicts_in(every_way(life, "18:00", SITE), RESOLUTION, "4h") == {"breached": 1}
    assert verdicts_in(every_way(life, "18:01", SITE), RESOLUTION, "4h") == {}


def test_past_due_while_paused_and_fulfilled_without_a_resume_is_met() -> None:
    life = [
        *NORMAL,
        status("T1", "12:00", "pending"),
        prioritised("T1", "12:30", "urgent"),
        solved("T1", "13:00"),
    ]
    assert verdicts(every_way(life, "13:00", SITE), RESOLUTION) == {"met": 1}


def test_past_due_at_a_change_outside_opening_hours_breaches_at_the_change() -> None:
    #   12:00 opened   17:00 closes: 5 h used   20:00 urgent: 2 h
    life = [opened("T1", "12:00"), prioritised("T1", "20:00", "urgent")]
    floor = every_way(life, "20:00", OFFICE)
    assert clocks(floor, RESOLUTION) == {"paused": 1}
    assert next_breach(floor, RESOLUTION) == second("20:00")
    late = every_way(life, at("20:00") + 1, OFFICE)
    assert clocks(late, RESOLUTION) == {"breached": 1}
    assert verdicts_by_priority(late) == {"urgent": 1}


def test_an_existing_breach_stays_whatever_is_promised_now() -> None:
    life = [*URGENT, prioritised("T1", "12:00", "normal"), solved("T1", "13:00")]
    floor = every_way(life, "12:00", SITE)
    assert clocks(floor, RESOLUTION) == {"breached": 1}
    assert by(floor, "support_sla_open_targets", "priority", target=RESOLUTION) == {"normal": 1}
    assert next_breach(floor, RESOLUTION) is None
    assert verdicts(every_way(life, "13:00", SITE), RESOLUTION) == {"breached": 1}


def test_a_change_at_the_due_instant_counts_first() -> None:
    saved = every_way([*URGENT, prioritised("T1", "11:00", "normal")], "12:00", SITE)
    assert verdicts(saved, RESOLUTION) == {}
    assert next_breach(saved, RESOLUTION) == second("17:00")
    moved_away = every_way([*URGENT, moved("T1", "11:00", "returns")], "12:00", SITE)
    assert by(moved_away, "support_sla_targets_total", "queue") == {"returns": 1}
    too_late = every_way([*URGENT, moved("T1", "11:00:00.000001", "returns")], "12:00", SITE)
    assert by(too_late, "support_sla_targets_total", "queue") == {"billing": 1}


def test_under_no_policy_the_clock_stands_and_goes_on_when_one_matches_again() -> None:
    #   09:00 urgent   10:00 low . . . . . 15:00 urgent   16:00 due
    #   [---- 1 h ----]                    [---- 1 h ----]
    life = [*URGENT, prioritised("T1", "10:00", "low"), prioritised("T1", "15:00", "urgent")]
    standing = every_way(life, "12:00", SITE)
    assert clocks(standing, RESOLUTION) == {}
    assert next_breach(standing, RESOLUTION) is None
    assert verdicts(standing, RESOLUTION) == {}
    assert next_breach(every_way(life, "15:00", SITE), RESOLUTION) == second("16:00")


def test_a_policy_without_the_target_lets_it_stand_too() -> None:
    life = [*URGENT, prioritised("T1", "10:00", "high"), prioritised("T1", "15:00", "urgent")]
    standing = every_way(life, "10:00", SITE)
    assert clocks(standing, RESOLUTION) == {}
    # The first response, which had no target before, starts to run: 1 h from here.
    assert next_breach(standing, "first_response") == second("11:00")
    assert next_breach(every_way(life, "15:00", SITE), RESOLUTION) == second("16:00")


def test_no_time_is_used_where_nothing_was_ever_promised() -> None:
    life = [opened("T1", "09:00", priority="low"), prioritised("T1", "15:00", "urgent")]
    assert next_breach(every_way(life, "15:00", SITE), RESOLUTION) == second("17:00")


@pytest.mark.parametrize("end", [solved("T1", "11:00"), spammed("T1", "11:00")])
def test_a_standing_clock_that_is_fulfilled_or_cancelled_gives_no_verdict(end: Event) -> None:
    life = [*URGENT, prioritised("T1", "10:00", "low"), end]
    floor = every_way(life, "18:00", SITE)
    assert verdicts(floor, RESOLUTION) == {}
    assert clocks(floor, RESOLUTION) == {}


def test_a_breached_clock_stays_shown_as_breached_where_no_policy_matches_any_more() -> None:
    life = [*URGENT, prioritised("T1", "12:00", "low")]
    floor = every_way(life, "13:00", SITE)
    assert clocks(floor, RESOLUTION) == {"breached": 1}
    assert floor["support_sla_open_targets", "billing", "low", RESOLUTION, "breached"] == 1


def test_another_queue_brings_another_calendar_for_what_remains() -> None:
    #   mon 15:00 opened   17:00 closes: 2 h   20:00 to night, always open   tue 02:00 due
    #       [---- 2 h ----]                          [-------- 6 h --------]
    life = [opened("T1", "15:00"), moved("T1", "20:00", "night")]
    assert next_breach(every_way(life, "18:00", OFFICE), RESOLUTION) == second("tue 15:00")
    assert next_breach(every_way(life, "20:00", OFFICE), RESOLUTION) == second("tue 02:00")
    # And back: 16 h to 20 h in the night are used, and 4 h remain of the office's.
    life = [opened("T1", "16:00", queue="night"), moved("T1", "20:00", "billing")]
    assert next_breach(every_way(life, "20:00", OFFICE), RESOLUTION) == second("tue 13:00")


BY_FIELD: Final = site_of(
    EMPTY
    + """
sla:
  - {name: gold, match: {tier: [gold]}, targets: {resolution: 2h}}
  - {name: invoices, match: {category: [invoice]}, targets: {resolution: 2h}}
  - {name: mail, match: {queue: [mail]}, targets: {resolution: 2h}}
  - {name: everyone, targets: {resolution: 8h}}
"""
)


@pytest.mark.parametrize(
    "change",
    [
        tiered("T1", "10:00", "gold"),
        categorised("T1", "10:00", "invoice"),
        moved("T1", "10:00", "mail"),
        message("T1", "10:00", "customer", tier="gold"),  # fills what was unknown
        message("T1", "10:00", "bot", category="invoice"),
    ],
    ids=["tier", "category", "queue", "tier learnt", "category learnt"],
)
def test_every_field_that_policies_look_at_changes_the_promise(change: Event) -> None:
    life = [*NORMAL, change]
    assert next_breach(every_way(life, "09:59", BY_FIELD), RESOLUTION) == second("17:00")
    assert next_breach(every_way(life, "10:00", BY_FIELD), RESOLUTION) == second("11:00")


def test_a_known_field_is_not_changed_by_a_message() -> None:
    life = [
        opened("T1", "09:00", tier="iron", category="refund"),
        message("T1", "10:00", "customer", tier="gold", category="invoice", queue="mail"),
    ]
    floor = every_way(life, "10:00", BY_FIELD)
    assert next_breach(floor, RESOLUTION) == second("17:00")


def test_a_late_change_moves_the_verdict_it_should_have_changed() -> None:
    live = Live(SITE)
    live.hear(*URGENT)
    live.pass_to("12:00")
    assert verdicts_in(live.floor, RESOLUTION) == {"breached": 1}
    live.hear(prioritised("T1", "10:30", "normal"))
    assert verdicts_in(live.floor, RESOLUTION) == {}
    assert next_breach(live.floor, RESOLUTION) == second("17:00")
    assert live.revisions("support_sla_targets_total") == 1


def test_another_policy_with_another_pause_set_goes_by_its_own() -> None:
    site = site_of(
        EMPTY
        + """
sla:
  - name: urgent
    match: {priority: [urgent]}
    targets: {resolution: 4h}
    pause: {resolution: []}
  - {name: everyone, targets: {resolution: 4h}}
"""
    )
    #   09:00 opened   10:00 pending . . . 11:00 urgent, which never pauses   14:00 due
    life = [*NORMAL, status("T1", "10:00", "pending"), prioritised("T1", "11:00", "urgent")]
    assert clocks(every_way(life, "10:30", site), RESOLUTION) == {"paused": 1}
    floor = every_way(life, "11:00", site)
    assert clocks(floor, RESOLUTION) == {"healthy": 1}
    assert next_breach(floor, RESOLUTION) == second("14:00")


def test_a_priority_changed_while_the_ticket_is_away_holds_from_its_return() -> None:
    #   09:00 opened   10:00 spam, 1 h used   11:00 urgent   12:00 restored   13:00 due
    life = [
        *NORMAL,
        spammed("T1", "10:00"),
        prioritised("T1", "11:00", "urgent"),
        restored("T1", "12:00"),
    ]
    assert next_breach(every_way(life, "12:00", SITE), RESOLUTION) == second("13:00")
