"""A snapshot repairs state and milestones and gives no facts (exactness.md section 9)."""

from __future__ import annotations

from typing import Final

import pytest

from streams.events import Event
from tests.boards import (
    Live,
    backlog,
    by,
    clocks,
    every_way,
    flows,
    next_breach,
    samples,
    second,
    verdicts,
)
from tests.vocabulary import (
    EMPTY,
    at,
    deleted,
    opened,
    replied,
    restored,
    site_of,
    snapshot,
    solved,
    status,
    wrote,
)

FIRST: Final = "first_response"
NEXT: Final = "next_response"
RESOLUTION: Final = "resolution"
AWAITING: Final = ("support_awaiting_first_response_tickets", "billing", "normal")

SITE: Final = site_of(
    EMPTY
    + """
calendars: {office: {timezone: UTC, hours: {mon-fri: ["09:00-17:00"]}}}
sla:
  - {name: high, match: {priority: [high]}, calendar: office, targets: {resolution: 8h}}
  - {name: everyone, targets: {first_response: 1h, next_response: 30m, resolution: 4h}}
"""
)
OPENED: Final = opened("T1", "09:00")


def taken(when: str, state: str, **fields: str | None) -> Event:
    return snapshot("T1", when, state, queue="billing", **fields)


def test_only_the_state_is_required() -> None:
    floor = every_way([snapshot("T1", "09:00", "open")], "10:00", SITE)
    assert backlog(floor, "unassigned") == {"open": 1}
    assert floor["support_oldest_open_ticket_age_seconds", "unassigned", "normal"] == 3_600
    assert floor["support_open_tickets_by_channel", "unassigned", "other"] == 1


@pytest.mark.parametrize("state", ["open", "solved", "closed", "merged", "spam", "deleted"])
def test_a_snapshot_gives_no_facts(state: str) -> None:
    told = taken(
        "12:00", state, created_at="08:00", first_reply_at="08:10", solved_at="08:30"
    )  # fmt: skip
    assert [s for s in every_way([told], "12:00", SITE) if s[0].endswith("_total")] == []
    life = [OPENED, told]
    floor = every_way(life, "12:00", SITE)
    assert flows(floor) == {"created": 1}
    # 09:00 to 10:00 went by before it: that breach is not of the snapshot's making.
    assert verdicts(floor, RESOLUTION) == {}
    assert samples(floor, FIRST) == samples(floor, RESOLUTION) == (0, 0)


def test_it_repairs_a_solve_that_was_lost() -> None:
    life = [OPENED, taken("11:00", "solved", solved_at="10:30")]
    floor = every_way(life, "11:00", SITE)
    assert backlog(floor) == {}
    assert clocks(floor, RESOLUTION) == {}
    assert floor[AWAITING] == 0
    # Solved since 10:30: a reopening and a solve later, that time is taken off.
    again = [*life, status("T1", "12:00", "open"), solved("T1", "13:00")]
    assert samples(every_way(again, "13:00", SITE), RESOLUTION) == (1, 2.5 * 3_600)


def test_it_repairs_a_reopening_that_was_lost() -> None:
    life = [OPENED, replied("T1", "09:10"), solved("T1", "10:00"), taken("12:00", "open")]
    floor = every_way(life, "12:00", SITE)
    assert backlog(floor) == {"open": 1}
    assert flows(floor) == {"created": 1, "resolved": 1}
    assert next_breach(floor, RESOLUTION) == second("15:00")
    done = every_way([*life, solved("T1", "13:00")], "13:00", SITE)
    assert samples(done, RESOLUTION) == (1, 2 * 3_600)


def test_it_repairs_a_removal_and_a_restoring_that_were_lost() -> None:
    life = [OPENED, taken("09:20", "deleted"), taken("11:00", "open")]
    gone = every_way(life, "09:20", SITE)
    assert backlog(gone) == {}
    assert clocks(gone, FIRST) == {}
    assert verdicts(gone, FIRST) == {}
    back = every_way(life, "11:00", SITE)
    assert backlog(back) == {"open": 1}
    assert next_breach(back, FIRST) == second("11:40")
    assert next_breach(back, RESOLUTION) == second("14:40")


def test_a_restoring_goes_back_to_the_state_before_the_removal_that_a_snapshot_showed() -> None:
    life = [
        OPENED,
        status("T1", "09:10", "on_hold"),
        taken("09:20", "spam"),
        restored("T1", "09:30"),
    ]
    assert backlog(every_way(life, "09:30", SITE)) == {"on_hold": 1}


def test_solved_then_removed_then_shown_open_runs_on() -> None:
    life = [
        OPENED,
        replied("T1", "09:10"),
        solved("T1", "10:00"),
        deleted("T1", "11:00"),
        taken("12:00", "open"),
    ]
    floor = every_way(life, "12:00", SITE)
    assert clocks(floor, RESOLUTION) == {"healthy": 1}
    assert next_breach(floor, RESOLUTION) == second("15:00")
    done = every_way([*life, solved("T1", "13:00")], "13:00", SITE)
    assert samples(done, RESOLUTION) == (1, 3 * 3_600)  # solved from 10:00 to 11:00


def test_it_sets_the_common_fields_and_moves_no_ticket() -> None:
    life = [OPENED, snapshot("T1", "09:20", "open", queue="returns", priority="high")]
    floor = every_way(life, "09:20", SITE)
    assert floor["support_open_tickets", "returns", "high", "open"] == 1
    assert by(floor, "support_tickets_transferred_total", "queue") == {}


def test_it_says_who_has_it() -> None:
    life = [
        OPENED,
        snapshot("T1", "09:10", "open", assignee="a-1"),
        snapshot("T1", "09:20", "pending"),  # does not say
        snapshot("T1", "09:30", "open", assignee=None),
    ]
    name = ("support_unassigned_tickets", "billing")
    instants = ("09:00", "09:10", "09:20", "09:30")
    assert [every_way(life, when, SITE)[name] for when in instants] == [1, 0, 0, 1]


# --- clocks -------------------------------------------------------------------------------------


def test_clocks_start_at_the_creation_it_tells_of() -> None:
    life = [taken("09:30", "open", created_at="09:00")]
    floor = every_way(life, "09:30", SITE)
    assert next_breach(floor, FIRST) == second("10:00")
    assert next_breach(floor, RESOLUTION) == second("13:00")
    assert floor[AWAITING] == 1
    assert clocks(floor, FIRST) == {"at_risk": 1}


def test_a_clock_is_never_due_before_the_snapshot() -> None:
    life = [taken("12:00", "open", created_at="09:00")]
    floor = every_way(life, "12:00", SITE)
    assert next_breach(floor, FIRST) == second("12:00")
    assert next_breach(floor, RESOLUTION) == second("13:00")
    assert verdicts(floor, FIRST) == {}
    assert verdicts(every_way(life, at("12:00") + 1, SITE), FIRST) == {"breached": 1}


def test_the_past_runs_under_the_terms_of_the_snapshot() -> None:
    #   mon 15:00 created   17:00 closes    tue 09:00 opens   10:00 snapshot   15:00 due, 8 h
    #       [---- 2 h ------]                   [---- 1 h ----][----- 5 h -----]
    life = [taken("tue 10:00", "open", priority="high", created_at="15:00")]
    assert next_breach(every_way(life, "tue 10:00", SITE), RESOLUTION) == second("tue 15:00")


def test_the_past_runs_less_the_pauses_that_are_known() -> None:
    #   09:00 created   09:30 pending . . . 10:30 open   11:00 snapshot    14:00 due, 4 h
    #   [-- 30 min ---]                     [-- 30 min --][----- 3 h -----]
    life = [
        status("T1", "09:30", "pending"),
        status("T1", "10:30", "open"),
        taken("11:00", "open", created_at="09:00"),
    ]
    assert next_breach(every_way(life, "11:00", SITE), RESOLUTION) == second("14:00")
    # Shown open by the snapshot itself: paused up to it.
    life = [status("T1", "09:30", "pending"), taken("11:00", "open", created_at="09:00")]
    assert next_breach(every_way(life, "11:00", SITE), RESOLUTION) == second("14:30")
    # Removed and solved time is not used either.
    life = [
        deleted("T1", "09:30"),
        restored("T1", "10:00"),
        solved("T1", "10:10"),
        status("T1", "10:20", "open"),
        taken("11:00", "open", created_at="09:00"),
    ]
    assert next_breach(every_way(life, "11:00", SITE), RESOLUTION) == second("13:40")


def test_a_ticket_shown_pending_is_paused_from_the_snapshot_on() -> None:
    life = [taken("10:00", "pending", created_at="09:00"), status("T1", "12:00", "open")]
    assert clocks(every_way(life, "10:00", SITE), RESOLUTION) == {"paused": 1}
    assert next_breach(every_way(life, "12:00", SITE), RESOLUTION) == second("15:00")


def test_a_known_creation_is_not_moved() -> None:
    life = [OPENED, taken("09:10", "open", created_at="08:00")]
    floor = every_way(life, "09:30", SITE)
    assert next_breach(floor, FIRST) == second("10:00")
    assert floor["support_oldest_open_ticket_age_seconds", "billing", "normal"] == 30 * 60


def test_a_creation_event_that_arrives_after_the_snapshot_sets_the_creation() -> None:
    live = Live(SITE)
    live.hear(taken("10:00", "open", created_at="08:00"))
    live.pass_to("10:10")
    live.hear(opened("T1", "09:30"))
    floor = live.floor
    assert flows(floor) == {"created": 1}
    assert floor["support_oldest_open_ticket_age_seconds", "billing", "normal"] == 40 * 60
    assert next_breach(floor, FIRST) == second("10:30")


def test_a_first_reply_in_time_takes_the_breach_back_and_gives_no_met() -> None:
    for replied_at, expected in [
        ("09:10", {}),
        ("10:00", {}),
        ("10:00:00.000001", {"breached": 1}),
    ]:
        life = [OPENED, taken("10:30", "open", first_reply_at=replied_at)]
        floor = every_way(life, "10:30", SITE)
        assert verdicts(floor, FIRST) == expected, replied_at
        assert clocks(floor, FIRST) == {}
        assert floor[AWAITING] == 0
        assert samples(floor, FIRST) == (0, 0)


def test_a_first_reply_before_due_ends_the_clock_without_a_verdict() -> None:
    life = [OPENED, taken("09:30", "open", first_reply_at="09:10")]
    floor = every_way(life, "18:00", SITE)
    assert verdicts(floor, FIRST) == {}
    assert clocks(floor, FIRST) == {}


def test_after_a_first_reply_that_it_tells_of_come_next_responses() -> None:
    life = [
        taken("09:10", "open", created_at="08:00", first_reply_at="08:30"),
        wrote("T1", "09:20"),
        replied("T1", "09:30"),
    ]
    assert next_breach(every_way(life, "09:20", SITE), NEXT) == second("09:50")
    floor = every_way(life, "09:30", SITE)
    assert samples(floor, NEXT) == (1, 600)
    assert samples(floor, FIRST) == (0, 0)
    assert verdicts(floor, NEXT) == {"met": 1}


def test_a_solve_that_it_shows_ends_every_clock_without_a_verdict() -> None:
    life = [OPENED, replied("T1", "09:05"), wrote("T1", "09:10"), taken("09:20", "closed")]
    floor = every_way(life, "18:00", SITE)
    assert verdicts(floor, NEXT) == verdicts(floor, RESOLUTION) == {}
    assert clocks(floor, NEXT) == clocks(floor, RESOLUTION) == {}


def test_shown_solved_and_then_reopened_without_a_reply_waits_from_the_reopening() -> None:
    #   08:00 created   09:00 solved . . . 11:00 reopened   11:10 replied   12:00 solved
    #   [---- 1 h ----]                    [------------ 1 h ----------------]
    life = [
        taken("10:00", "solved", created_at="08:00", solved_at="09:00"),
        status("T1", "11:00", "open"),
        replied("T1", "11:10"),
        solved("T1", "12:00"),
    ]
    reopened = every_way(life, "11:00", SITE)
    assert reopened[AWAITING] == 1
    assert next_breach(reopened, FIRST) == second("12:00")
    floor = every_way(life, "12:00", SITE)
    assert samples(floor, FIRST) == (1, 600)
    assert samples(floor, RESOLUTION) == (1, 2 * 3_600)
    assert flows(floor) == {"reopened": 1, "resolved": 1}


def test_events_after_the_snapshot_go_on_from_it() -> None:
    life = [taken("10:00", "open", created_at="09:00"), status("T1", "10:30", "pending")]
    assert backlog(every_way(life, "10:30", SITE)) == {"pending": 1}


def test_in_one_instant_the_snapshot_comes_before_the_status() -> None:
    life = [status("T1", "10:00", "pending"), taken("10:00", "open", created_at="09:00")]
    assert backlog(every_way(life, "10:00", SITE)) == {"pending": 1}
