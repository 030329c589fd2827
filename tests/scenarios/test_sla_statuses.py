"""Healthy, at risk, paused, breached, and when it will be (kpis.md 2.4)."""

from __future__ import annotations

from typing import Final

import pytest

from tests.boards import clocks, every_way, next_breach, second, verdicts
from tests.vocabulary import (
    EMPTY,
    at,
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
