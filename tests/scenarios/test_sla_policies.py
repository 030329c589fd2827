"""Which policy a ticket falls under, and what is agreed (config.md, exactness.md section 9)."""

from __future__ import annotations

from typing import Final

import pytest

from streams.events import Event
from tests.boards import clocks, every_way, next_breach, second
from tests.vocabulary import (
    EMPTY,
    opened,
    replied,
    site_of,
    solved,
)

FIRST: Final = "first_response"
RESOLUTION: Final = "resolution"

OPENED: Final = [opened("T1", "09:00")]
#   09:00 opened    09:30 at risk    10:00 due


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
