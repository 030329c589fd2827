"""Met, breached, cancelled: when, once, and under which labels (kpis.md 2.5)."""

from __future__ import annotations

from typing import Final

from tests.boards import Live, by, clocks, every_way, verdicts, verdicts_in
from tests.vocabulary import (
    EMPTY,
    at,
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

OPENED: Final = [opened("T1", "09:00")]
#   09:00 opened    09:30 at risk    10:00 due


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
