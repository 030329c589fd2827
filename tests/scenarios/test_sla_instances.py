"""Clocks that start again: messages, reopenings, hand-offs (exactness.md section 9)."""

from __future__ import annotations

from typing import Final

from tests.boards import clocks, every_way, next_breach, second, verdicts
from tests.vocabulary import (
    EMPTY,
    at,
    handed_off,
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

OPENED: Final = [opened("T1", "09:00")]
#   09:00 opened    09:30 at risk    10:00 due


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
