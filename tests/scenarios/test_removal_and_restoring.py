"""Merged, spam, deleted, and back again (kpis.md 2.2, 2.5; exactness.md section 9)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from streams.events import Event
from tests.boards import (
    backlog,
    clocks,
    doubts,
    every_way,
    flows,
    next_breach,
    samples,
    second,
    verdicts,
    verdicts_in,
)
from tests.vocabulary import (
    EMPTY,
    at,
    closed,
    deleted,
    merged,
    moved,
    opened,
    prioritised,
    replied,
    restored,
    run,
    site_of,
    solved,
    spammed,
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
sla:
  - {name: everyone, targets: {first_response: 1h, next_response: 30m, resolution: 4h}}
"""
)
REMOVALS: Final = pytest.mark.parametrize("removal", [merged, spammed, deleted])
Removal = Callable[[str, str], Event]

#   09:00 opened   09:20 removed . . . . 11:00 restored   11:40 and 14:40 due
#   [-- 20 min --]                       [-- 40 min, 3 h 40 min --]


def life_of(removal: Removal) -> list[Event]:
    return [opened("T1", "09:00"), removal("T1", "09:20"), restored("T1", "11:00")]


@REMOVALS
def test_a_removal_cancels_what_runs(removal: Removal) -> None:
    floor = every_way(life_of(removal), "09:20", SITE)
    assert verdicts(floor, FIRST) == {"cancelled": 1}
    assert verdicts(floor, RESOLUTION) == {"cancelled": 1}
    assert verdicts_in(floor, FIRST) == {}
    assert clocks(floor, FIRST) == clocks(floor, RESOLUTION) == {}
    assert next_breach(floor, RESOLUTION) is None
    assert floor[AWAITING] == 0


@REMOVALS
def test_a_removed_ticket_breaches_nothing(removal: Removal) -> None:
    floor = every_way(life_of(removal)[:2], "fri 09:00", SITE)
    assert verdicts(floor, FIRST) == {"cancelled": 1}
    assert verdicts(floor, RESOLUTION) == {"cancelled": 1}


@REMOVALS
def test_a_clock_that_has_breached_is_not_cancelled(removal: Removal) -> None:
    life = [opened("T1", "09:00"), removal("T1", "10:30"), restored("T1", "11:00")]
    floor = every_way(life, "10:30", SITE)
    assert verdicts(floor, FIRST) == {"breached": 1}
    assert verdicts(floor, RESOLUTION) == {"cancelled": 1}
    assert clocks(floor, FIRST) == {}
    # Back again it is shown as breached, and gets no second verdict.
    back = every_way([*life, replied("T1", "11:10")], "11:00", SITE)
    assert clocks(back, FIRST) == {"breached": 1}
    assert verdicts(every_way([*life, replied("T1", "11:10")], "11:10", SITE), FIRST) == {
        "breached": 1
    }


def test_removed_at_the_due_instant_is_cancelled_and_just_after_it_has_breached() -> None:
    for when, outcome in [("10:00", "cancelled"), ("10:00:00.000001", "breached")]:
        floor = every_way([opened("T1", "09:00"), deleted("T1", when)], "12:00", SITE)
        assert verdicts(floor, FIRST) == {outcome: 1}, when


@REMOVALS
def test_a_restoring_starts_the_next_instance_with_the_time_already_used(removal: Removal) -> None:
    floor = every_way(life_of(removal), "11:00", SITE)
    assert clocks(floor, FIRST) == {"healthy": 1}
    assert next_breach(floor, FIRST) == second("11:40")
    assert next_breach(floor, RESOLUTION) == second("14:40")
    assert floor[AWAITING] == 1
    late = every_way(life_of(removal), at("11:40") + 1, SITE)
    assert verdicts(late, FIRST) == {"cancelled": 1, "breached": 1}


def test_the_cancelled_verdict_stands() -> None:
    life = [*life_of(spammed), replied("T1", "11:30"), solved("T1", "12:00")]
    floor = every_way(life, "12:00", SITE)
    assert verdicts(floor, FIRST) == {"cancelled": 1, "met": 1}
    assert verdicts(floor, RESOLUTION) == {"cancelled": 1, "met": 1}
    # The removed time stays in the samples.
    assert samples(floor, FIRST) == (1, 2.5 * 3_600)
    assert samples(floor, RESOLUTION) == (1, 3 * 3_600)


@pytest.mark.parametrize("state", ["new", "open", "pending", "on_hold", "solved", "closed"])
def test_a_restoring_goes_back_to_the_state_before_the_removal(state: str) -> None:
    life = [
        opened("T1", "09:00"),
        status("T1", "09:05", "open"),
        status("T1", "09:10", state),
        deleted("T1", "09:20"),
        restored("T1", "09:30"),
    ]
    before, after = every_way(life, "09:10", SITE), every_way(life, "09:30", SITE)
    assert backlog(after) == backlog(before)
    assert flows(after) == flows(before)


def test_after_two_removals_it_is_the_state_before_the_first() -> None:
    life = [
        opened("T1", "09:00"),
        status("T1", "09:10", "on_hold"),
        spammed("T1", "09:20"),
        deleted("T1", "09:30"),
        restored("T1", "09:40"),
    ]
    floor = every_way(life, "09:40", SITE)
    assert backlog(floor) == {"on_hold": 1}
    assert verdicts(floor, FIRST) == {"cancelled": 1}


def test_a_status_back_to_an_active_state_acts_like_a_restoring() -> None:
    life = [opened("T1", "09:00"), deleted("T1", "09:20"), status("T1", "11:00", "open", "new")]
    floor = every_way(life, "11:00", SITE)
    assert backlog(floor) == {"open": 1}
    assert flows(floor) == {"created": 1}
    assert next_breach(floor, FIRST) == second("11:40")
    assert next_breach(floor, RESOLUTION) == second("14:40")
    assert doubts(run(life, "11:00", SITE)) == {}


def test_back_to_a_pausing_state_the_clock_pauses() -> None:
    life = [opened("T1", "09:00"), deleted("T1", "09:20"), status("T1", "11:00", "pending")]
    floor = every_way([*life, status("T1", "12:00", "open")], "11:30", SITE)
    assert clocks(floor, RESOLUTION) == {"paused": 1}
    later = every_way([*life, status("T1", "12:00", "open")], "12:00", SITE)
    assert next_breach(later, RESOLUTION) == second("15:40")


def test_solved_removed_and_active_again_was_reopened() -> None:
    life = [
        opened("T1", "09:00"),
        replied("T1", "09:10"),
        solved("T1", "10:00"),
        merged("T1", "11:00"),
        status("T1", "12:00", "open"),
    ]
    floor = every_way(life, "12:00", SITE)
    assert flows(floor) == {"created": 1, "resolved": 1, "reopened": 1}
    # 1 h of 4 was used before the solve.
    assert next_breach(floor, RESOLUTION) == second("15:00")
    assert verdicts(floor, RESOLUTION) == {"met": 1}


def test_a_removal_by_status_is_a_removal() -> None:
    life = [
        opened("T1", "09:00"),
        status("T1", "09:20", "spam"),
        status("T1", "09:30", "deleted"),
        restored("T1", "11:00"),
    ]
    gone = every_way(life, "09:30", SITE)
    assert backlog(gone) == {}
    assert verdicts(gone, FIRST) == {"cancelled": 1}
    assert next_breach(every_way(life, "11:00", SITE), FIRST) == second("11:40")


def test_a_solve_out_of_a_removal_counts_as_a_solve_without_a_second_verdict() -> None:
    life = [opened("T1", "09:00"), deleted("T1", "09:20"), solved("T1", "10:00")]
    floor = every_way(life, "10:00", SITE)
    assert flows(floor) == {"created": 1, "resolved": 1}
    assert samples(floor, RESOLUTION) == (1, 3_600)
    assert verdicts(floor, RESOLUTION) == {"cancelled": 1}
    assert verdicts(floor, FIRST) == {"cancelled": 1}


def test_closed_out_of_a_removal_is_no_solve() -> None:
    life = [opened("T1", "09:00"), spammed("T1", "09:20"), closed("T1", "10:00")]
    floor = every_way(life, "10:00", SITE)
    assert flows(floor) == {"created": 1}
    assert backlog(floor) == {}
    # Reopened from there, the resolution goes on with the 20 minutes used.
    reopened = every_way([*life, status("T1", "11:00", "open")], "11:00", SITE)
    assert flows(reopened) == {"created": 1, "reopened": 1}
    assert next_breach(reopened, RESOLUTION) == second("14:40")


def test_a_restoring_of_what_was_not_removed_changes_nothing_and_is_counted() -> None:
    life = [opened("T1", "09:00"), solved("T1", "09:30"), restored("T1", "10:00")]
    floor = every_way(life, "10:00", SITE)
    assert backlog(floor) == {}
    assert flows(floor) == {"created": 1, "resolved": 1}
    assert doubts(run(life, "10:00", SITE)) == {"unusual_transition": 1}


@REMOVALS
def test_a_reply_on_a_removed_ticket_gives_no_sample_and_is_the_first_all_the_same(
    removal: Removal,
) -> None:
    life = [
        opened("T1", "09:00"),
        removal("T1", "09:20"),
        replied("T1", "09:30"),
        restored("T1", "10:00"),
        replied("T1", "10:10"),
    ]
    assert samples(every_way(life, "09:30", SITE), FIRST) == (0, 0)
    back = every_way(life, "10:00", SITE)
    assert back[AWAITING] == 0
    assert clocks(back, FIRST) == {}
    floor = every_way(life, "10:10", SITE)
    assert samples(floor, FIRST) == (0, 0)
    assert verdicts(floor, FIRST) == {"cancelled": 1}


def test_a_next_response_goes_on_after_the_restoring() -> None:
    life = [
        opened("T1", "09:00"),
        replied("T1", "09:05"),
        wrote("T1", "09:10"),  # 10 of 30 min used
        deleted("T1", "09:20"),
        restored("T1", "11:00"),
    ]
    assert verdicts(every_way(life, "09:20", SITE), NEXT) == {"cancelled": 1}
    assert next_breach(every_way(life, "11:00", SITE), NEXT) == second("11:20")


def test_a_message_on_a_removed_ticket_starts_its_clock_at_the_restoring() -> None:
    life = [
        opened("T1", "09:00"),
        replied("T1", "09:05"),
        deleted("T1", "09:20"),
        wrote("T1", "09:30"),
        restored("T1", "11:00"),
    ]
    assert clocks(every_way(life, "10:00", SITE), NEXT) == {}
    assert next_breach(every_way(life, "11:00", SITE), NEXT) == second("11:30")


def test_what_changes_while_it_is_away_holds_when_it_is_back() -> None:
    life = [
        opened("T1", "09:00"),
        deleted("T1", "09:20"),
        moved("T1", "09:30", "returns"),
        prioritised("T1", "09:30", "high"),
        restored("T1", "11:00"),
    ]
    floor = every_way(life, "11:00", SITE)
    assert floor["support_open_tickets", "returns", "high", "new"] == 1
    assert floor["support_sla_open_targets", "returns", "high", RESOLUTION, "healthy"] == 1
