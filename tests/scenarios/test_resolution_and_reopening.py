"""What a solve is, what a reopening is, and how long a resolution took (kpis.md 2.11, 2.14)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from streams.events import Event
from tests.boards import Live, backlog, by, every_way, flows, samples
from tests.vocabulary import (
    closed,
    deleted,
    merged,
    message,
    moved,
    opened,
    prioritised,
    replied,
    restored,
    snapshot,
    solved,
    spammed,
    status,
)

RESOLUTION: Final = "resolution"
NONE: Final[tuple[float, float]] = (0, 0)
HISTOGRAM: Final = "support_resolution_seconds"


def test_a_resolution_lasts_from_the_creation_to_the_solve() -> None:
    life = [opened("T1", "09:00"), solved("T1", "10:00")]
    assert samples(every_way(life, "09:59"), RESOLUTION) == NONE
    floor = every_way(life, "10:00")
    assert samples(floor, RESOLUTION) == (1, 3_600)
    assert floor[HISTOGRAM, "billing", "normal", "count"] == 1
    assert floor[HISTOGRAM, "billing", "normal", "sum"] == 3_600


REOPENED: Final = [
    opened("T1", "09:00"),
    solved("T1", "10:00"),
    status("T1", "14:00", "open", "solved"),
    solved("T1", "15:30"),
]
#   09:00 opened    10:00 solved  . . . .  14:00 reopened    15:30 solved
#   [--- 3 600 s ---]                      [---- 5 400 s ----]


def test_the_solved_interval_does_not_count() -> None:
    assert samples(every_way(REOPENED, "15:30"), RESOLUTION) == (1, 9_000)


def test_a_reopening_alone_leaves_the_sample_of_the_first_resolution() -> None:
    assert samples(every_way(REOPENED, "13:59"), RESOLUTION) == (1, 3_600)
    assert samples(every_way(REOPENED, "15:29"), RESOLUTION) == (1, 3_600)


def test_the_next_solve_replaces_the_sample_and_is_counted_as_a_revision() -> None:
    live = Live()
    live.hear(*REOPENED[:2])
    live.pass_to("12:00")
    live.hear(REOPENED[2])
    live.pass_to("14:30")
    assert live.revisions(HISTOGRAM) == 0
    live.hear(REOPENED[3])
    live.pass_to("15:40")
    assert live.revisions(HISTOGRAM) == 1
    assert samples(live.floor, RESOLUTION, window="7d") == (1, 9_000)
    assert samples(live.floor, RESOLUTION, window="15m") == (1, 9_000)


def test_the_replaced_sample_has_left_the_window_it_was_in() -> None:
    floor = every_way(REOPENED, "15:30")
    assert samples(floor, RESOLUTION, window="4h") == (1, 9_000)
    # 10:00 would still be within 7 d, and 15:30 is no longer within 4 h of 19:31.
    assert samples(every_way(REOPENED, "19:30"), RESOLUTION, window="4h") == (1, 9_000)
    assert samples(every_way(REOPENED, "19:31"), RESOLUTION, window="4h") == NONE


def test_every_solved_interval_is_taken_off() -> None:
    #   09:00 ... 10:00 solved ... 11:00 open ... 12:00 solved ... 13:00 open ... 13:30 solved
    life = [
        opened("T1", "09:00"),
        solved("T1", "10:00"),
        status("T1", "11:00", "pending"),
        solved("T1", "12:00"),
        status("T1", "13:00", "new"),
        solved("T1", "13:30"),
    ]
    floor = every_way(life, "13:30")
    assert samples(floor, RESOLUTION) == (1, 2.5 * 3_600)
    assert flows(floor) == {"created": 1, "resolved": 3, "reopened": 2}


def test_waiting_for_the_customer_is_part_of_the_resolution() -> None:
    life = [
        opened("T1", "09:00"),
        status("T1", "09:10", "pending"),
        status("T1", "09:20", "on_hold"),
        solved("T1", "10:00"),
    ]
    assert samples(every_way(life, "10:00"), RESOLUTION) == (1, 3_600)


def test_solved_then_closed_is_one_solve_at_the_solve() -> None:
    life = [opened("T1", "09:00"), solved("T1", "10:00"), closed("T1", "12:00")]
    floor = every_way(life, "12:00")
    assert flows(floor) == {"created": 1, "resolved": 1}
    assert samples(floor, RESOLUTION) == (1, 3_600)


def test_closed_then_solved_is_no_second_solve() -> None:
    life = [opened("T1", "09:00"), closed("T1", "10:00"), solved("T1", "12:00")]
    floor = every_way(life, "12:00")
    assert flows(floor) == {"created": 1, "resolved": 1}
    assert samples(floor, RESOLUTION) == (1, 3_600)


@pytest.mark.parametrize("active", ["new", "open", "pending", "on_hold"])
def test_straight_into_closed_from_an_active_state_is_a_solve(active: str) -> None:
    life = [opened("T1", "09:00"), status("T1", "09:30", active), closed("T1", "10:00")]
    floor = every_way(life, "10:00")
    assert flows(floor) == {"created": 1, "resolved": 1}
    assert samples(floor, RESOLUTION) == (1, 3_600)


@pytest.mark.parametrize("done", ["solved", "closed"])
@pytest.mark.parametrize("active", ["new", "open", "pending", "on_hold"])
def test_from_solved_or_closed_back_to_an_active_state_is_a_reopening(
    done: str, active: str
) -> None:
    life = [opened("T1", "09:00"), status("T1", "10:00", done), status("T1", "11:00", active)]
    floor = every_way(life, "11:00")
    assert flows(floor) == {"created": 1, "resolved": 1, "reopened": 1}
    assert floor["support_tickets_reopened_total", "billing"] == 1
    assert backlog(floor) == {active: 1}


def test_solved_closed_and_reopened_was_done_all_the_time_between() -> None:
    life = [
        opened("T1", "09:00"),
        solved("T1", "10:00"),
        closed("T1", "11:00"),
        status("T1", "12:00", "open"),
        solved("T1", "13:00"),
    ]
    assert samples(every_way(life, "13:00"), RESOLUTION) == (1, 2 * 3_600)


# --- what is not known --------------------------------------------------------------------------


def test_without_a_known_creation_a_solve_counts_and_has_no_sample() -> None:
    life = [status("T1", "09:00", "open"), solved("T1", "10:00")]
    floor = every_way(life, "10:00")
    assert flows(floor, "unassigned") == {"resolved": 1}
    assert samples(floor, RESOLUTION, queue="unassigned") == NONE


FIRST_SEEN: Final = [
    (status("T1", "09:00", "solved"), {"resolved": 1}),
    (status("T1", "09:00", "solved", "open"), {"resolved": 1}),
    (status("T1", "09:00", "solved", "closed"), {}),
    (status("T1", "09:00", "closed", "pending"), {"resolved": 1}),
    (status("T1", "09:00", "closed", "solved"), {}),
    (status("T1", "09:00", "closed"), {}),
    (status("T1", "09:00", "open", "solved"), {"reopened": 1}),
    (status("T1", "09:00", "open", "closed"), {"reopened": 1}),
    (status("T1", "09:00", "open", "pending"), {}),
    (status("T1", "09:00", "open"), {}),
]


@pytest.mark.parametrize(("first", "expected"), FIRST_SEEN)
def test_of_an_unknown_ticket_the_event_says_what_the_state_was(
    first: Event, expected: dict[str, float]
) -> None:
    assert flows(every_way([first], "09:00"), "unassigned") == expected
    # A message shows no state: `from` is still the best that is known.
    noted = [replied("T1", "08:00"), first]
    assert flows(every_way(noted, "09:00"), "unassigned") == expected


def test_where_the_state_is_known_the_event_is_not_asked() -> None:
    life = [
        opened("T1", "09:00"),
        status("T1", "09:10", "open", "solved"),  # it was new
        solved("T1", "10:00"),
        status("T1", "11:00", "pending", "open"),  # it was solved
    ]
    floor = every_way(life, "11:00")
    assert flows(floor) == {"created": 1, "resolved": 1, "reopened": 1}


def test_a_solve_dated_before_the_creation_counts_and_has_no_sample() -> None:
    life = [solved("T1", "08:00"), opened("T1", "09:00")]
    floor = every_way(life, "09:30")
    assert samples(floor, RESOLUTION) == NONE
    assert by(floor, "support_tickets_resolved_total", "queue") == {"unassigned": 1}
    assert backlog(floor) == {}
    again = [*life, status("T1", "10:00", "open"), solved("T1", "11:00")]
    # The hour from 09:00 to 10:00 was solved; what was before the creation is no part of it.
    assert samples(every_way(again, "11:00"), RESOLUTION) == (1, 3_600)


# --- one touch ----------------------------------------------------------------------------------

NOTES: Final = [
    message("T1", "09:10", "agent", public=False),
    message("T1", "09:11", "agent", automated=True),
    message("T1", "09:12", "bot"),
    message("T1", "09:13", "customer"),
]


@pytest.mark.parametrize(
    ("replies", "one_touch"), [(0, "false"), (1, "true"), (2, "false"), (3, "false")]
)
def test_one_touch_is_exactly_one_public_human_agent_reply_before_the_solve(
    replies: int, one_touch: str
) -> None:
    written = [replied("T1", f"09:{20 + n}") for n in range(replies)]
    life = [opened("T1", "09:00"), *NOTES, *written, solved("T1", "10:00")]
    floor = every_way(life, "10:00")
    series = ("support_tickets_resolved_total", "billing", "email", "normal")
    assert floor[(*series, one_touch)] == 1
    assert by(floor, series[0], "one_touch") == {one_touch: 1}


def test_a_reply_after_the_solve_does_not_touch_it() -> None:
    life = [
        opened("T1", "09:00"),
        replied("T1", "09:05"),
        solved("T1", "09:10"),
        replied("T1", "09:20"),
    ]
    assert by(every_way(life, "09:20"), "support_tickets_resolved_total", "one_touch") == {
        "true": 1
    }


def test_in_one_instant_the_reply_comes_before_the_solve() -> None:
    life = [opened("T1", "09:00"), solved("T1", "09:10"), replied("T1", "09:10")]
    floor = every_way(life, "09:10")
    assert by(floor, "support_tickets_resolved_total", "one_touch") == {"true": 1}
    assert samples(floor, "first_response") == (1, 600)


# --- labels, windows, removals ------------------------------------------------------------------


def test_a_solve_counts_where_the_ticket_is_at_the_solve() -> None:
    life = [
        opened("T1", "09:00"),
        moved("T1", "09:30", "returns"),
        prioritised("T1", "09:40", "high"),
        solved("T1", "10:00"),
        moved("T1", "11:00", "billing"),
        status("T1", "12:00", "open"),
    ]
    floor = every_way(life, "12:00")
    assert flows(floor, "returns") == {"resolved": 1}
    assert flows(floor, "billing") == {"created": 1, "reopened": 1}
    assert samples(floor, RESOLUTION, queue="returns") == (1, 3_600)
    assert floor["support_tickets_resolved_total", "returns", "email", "high", "false"] == 1
    assert floor[HISTOGRAM, "returns", "high", "count"] == 1


def test_a_ticket_opened_before_the_window_counts_when_it_is_solved_in_it() -> None:
    life = [opened("T1", "mon 09:00"), solved("T1", "wed 09:00")]
    floor = every_way(life, "wed 09:05")
    assert flows(floor, window="15m") == {"resolved": 1}
    assert samples(floor, RESOLUTION, window="15m") == (1, 2 * 86_400)


@pytest.mark.parametrize("removal", [merged, spammed, deleted])
def test_a_removal_is_no_solve_and_has_no_sample(removal: Callable[[str, str], Event]) -> None:
    life = [opened("T1", "09:00"), removal("T1", "10:00")]
    floor = every_way(life, "10:00")
    assert flows(floor) == {"created": 1}
    assert samples(floor, RESOLUTION) == NONE


@pytest.mark.parametrize("removal", [merged, spammed, deleted])
def test_a_ticket_removed_after_a_solve_keeps_the_facts_it_had(
    removal: Callable[[str, str], Event],
) -> None:
    life = [
        opened("T1", "09:00"),
        replied("T1", "09:05"),
        solved("T1", "10:00"),
        removal("T1", "11:00"),
    ]
    floor = every_way(life, "11:00")
    assert flows(floor) == {"created": 1, "resolved": 1}
    assert samples(floor, RESOLUTION) == (1, 3_600)
    assert samples(floor, "first_response") == (1, 300)


def test_the_removed_time_stays_in_the_sample() -> None:
    #   09:00 opened   10:00 deleted   12:00 restored   13:00 solved
    #   [----------------------- 4 h -----------------------]
    life = [
        opened("T1", "09:00"),
        deleted("T1", "10:00"),
        restored("T1", "12:00"),
        solved("T1", "13:00"),
    ]
    assert samples(every_way(life, "13:00"), RESOLUTION) == (1, 4 * 3_600)


def test_removed_while_solved_only_the_solved_time_is_taken_off() -> None:
    #   09 opened   10 solved   11 merged   12 restored   13 reopened   14 solved
    #   [---- 1 h ----]         [-- 1 h, removed --]      [---- 1 h ----]
    life = [
        opened("T1", "09:00"),
        solved("T1", "10:00"),
        merged("T1", "11:00"),
        restored("T1", "12:00"),
        status("T1", "13:00", "open"),
        solved("T1", "14:00"),
    ]
    assert samples(every_way(life, "14:00"), RESOLUTION) == (1, 3 * 3_600)
    # Straight from the removal to work: the merged hour stays in as well.
    life[3:5] = [status("T1", "13:00", "open")]
    assert samples(every_way(life, "14:00"), RESOLUTION) == (1, 4 * 3_600)


def test_the_solved_time_before_a_snapshot_tells_of_the_creation_is_taken_off() -> None:
    #   08:00 created, says the snapshot of 13:00   09 open   10 solved   12 open   14 solved
    #   [------------------- 2 h ---------------------]       [------ 2 h -------]
    life = [
        status("T1", "09:00", "open"),
        solved("T1", "10:00"),
        status("T1", "12:00", "open"),
        snapshot("T1", "13:00", "open", queue="billing", created_at="08:00"),
        solved("T1", "14:00"),
    ]
    assert samples(every_way(life, "14:00"), RESOLUTION) == (1, 4 * 3_600)
    # The snapshot itself is what shows the reopening.
    shown = [*life[:2], snapshot("T1", "12:00", "open", queue="billing", created_at="08:00")]
    assert samples(every_way([*shown, life[-1]], "14:00"), RESOLUTION) == (1, 4 * 3_600)
