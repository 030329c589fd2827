"""Which tickets are unsolved, where, how old, and how they come and go (kpis.md 2.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from streams.events import Event
from streams.spans import DAY, HOUR
from tests.boards import Live, backlog, by, doubts, every_way, flows
from tests.vocabulary import (
    EMPTY,
    assigned,
    at,
    deleted,
    escalated,
    merged,
    moved,
    opened,
    prioritised,
    replied,
    restored,
    run,
    site_of,
    snapshot,
    solved,
    spammed,
    status,
    wrote,
)

OPEN: Final = "support_open_tickets"
AGE: Final = "support_oldest_open_ticket_age_seconds"
DRAIN: Final = ("support_drain_time_seconds", "billing")


def test_a_new_ticket_is_in_the_backlog_at_once() -> None:
    floor = every_way([opened("T1", "09:00")], "09:00")
    assert backlog(floor) == {"new": 1}
    assert flows(floor) == {"created": 1}


@pytest.mark.parametrize("state", ["new", "open", "pending", "on_hold"])
def test_active_categories_are_in_the_backlog(state: str) -> None:
    life = [opened("T1", "09:00"), status("T1", "09:05", "open"), status("T1", "09:10", state)]
    assert backlog(every_way(life, "09:10")) == {state: 1}


@pytest.mark.parametrize("state", ["solved", "closed", "merged", "spam", "deleted"])
def test_the_other_categories_are_not(state: str) -> None:
    life = [opened("T1", "09:00"), status("T1", "09:05", state)]
    assert backlog(every_way(life, "09:04")) == {"new": 1}
    assert backlog(every_way(life, "09:05")) == {}


@pytest.mark.parametrize("removal", [merged, spammed, deleted])
def test_a_removed_ticket_leaves_without_being_solved_and_returns_when_restored(
    removal: Callable[[str, str], Event],
) -> None:
    life = [
        opened("T1", "09:00"),
        status("T1", "09:05", "pending"),
        removal("T1", "09:10"),
        restored("T1", "09:20"),
    ]
    gone = every_way(life, "09:10")
    assert backlog(gone) == {}
    assert flows(gone) == {"created": 1}
    back = every_way(life, "09:20")
    assert backlog(back) == {"pending": 1}
    assert flows(back) == {"created": 1}


def test_a_ticket_is_counted_by_queue_priority_state_and_channel_as_they_now_are() -> None:
    life = [
        opened("T1", "09:00", priority="low", channel="web"),
        status("T1", "09:05", "open"),
        moved("T1", "09:10", "returns"),
        prioritised("T1", "09:15", "urgent"),
    ]
    before = every_way(life, "09:05")
    assert before[OPEN, "billing", "low", "open"] == 1
    assert before["support_open_tickets_by_channel", "billing", "web"] == 1
    after = every_way(life, "09:15")
    assert by(after, OPEN, "queue") == {"returns": 1}
    assert after[OPEN, "returns", "urgent", "open"] == 1
    assert after["support_open_tickets_by_channel", "returns", "web"] == 1
    assert after["support_open_tickets_by_age", "returns", "lt_1h"] == 1


def test_the_oldest_ticket_ages_with_the_clock_by_queue_and_priority() -> None:
    life = [
        opened("T1", "09:00"),
        opened("T2", "09:30"),
        opened("T3", "09:40", priority="high"),
        solved("T1", "10:00"),
    ]
    floor = every_way(life, "09:50")
    assert floor[AGE, "billing", "normal"] == 50 * 60
    assert floor[AGE, "billing", "high"] == 10 * 60
    assert every_way(life, "10:00")[AGE, "billing", "normal"] == 30 * 60
    none_left = [*life, solved("T2", "10:05")]
    assert every_way(none_left, "10:05")[AGE, "billing", "normal"] == 0


BANDS: Final = [
    (0, "lt_1h"),
    (HOUR - 1, "lt_1h"),
    (HOUR, "1h_4h"),
    (4 * HOUR - 1, "1h_4h"),
    (4 * HOUR, "4h_1d"),
    (DAY - 1, "4h_1d"),
    (DAY, "1d_3d"),
    (3 * DAY - 1, "1d_3d"),
    (3 * DAY, "3d_7d"),
    (7 * DAY - 1, "3d_7d"),
    (7 * DAY, "gt_7d"),
    (90 * DAY, "gt_7d"),
]


@pytest.mark.parametrize(("age", "band"), BANDS)
def test_age_bands_are_half_open(age: int, band: str) -> None:
    floor = every_way([opened("T1", "09:00")], at("09:00") + age)
    assert by(floor, "support_open_tickets_by_age", "age_band", queue="billing") == {band: 1}


def test_a_ticket_without_an_assignee_is_unassigned() -> None:
    life = [opened("T1", "09:00"), assigned("T1", "09:05"), assigned("T1", "09:10", to=None)]
    name = ("support_unassigned_tickets", "billing")
    assert [every_way(life, t)[name] for t in ("09:04", "09:05", "09:10")] == [1, 0, 1]
    assert every_way([*life, solved("T1", "09:15")], "09:15")[name] == 0


# --- seen in mid-life ---------------------------------------------------------------------------

SHOWING: Final = [
    (status("T1", "09:00", "pending"), {"pending": 1}),
    (status("T1", "09:00", "pending", "open"), {"pending": 1}),
    (snapshot("T1", "09:00", "on_hold"), {"on_hold": 1}),
    (restored("T1", "09:00"), {"open": 1}),
    (status("T1", "09:00", "solved", "open"), {}),
    (merged("T1", "09:00"), {}),
    (spammed("T1", "09:00"), {}),
    (deleted("T1", "09:00"), {}),
]


@pytest.mark.parametrize(("first", "expected"), SHOWING)
def test_a_ticket_seen_in_mid_life_enters_with_the_state_the_event_shows(
    first: Event, expected: dict[str, float]
) -> None:
    floor = every_way([first], "09:00")
    assert backlog(floor, "unassigned") == expected
    assert "created" not in flows(floor, "unassigned")


SILENT: Final = [
    replied("T1", "09:00"),
    wrote("T1", "09:00"),
    moved("T1", "09:00", "billing"),
    prioritised("T1", "09:00", "high"),
    assigned("T1", "09:00"),
    escalated("T1", "09:00"),
]


@pytest.mark.parametrize("first", SILENT)
def test_any_other_first_event_shows_no_state_and_so_no_backlog(first: Event) -> None:
    life = [first, status("T1", "09:30", "open")]
    floor = every_way(life, "09:29")
    assert by(floor, OPEN, "queue") == {}
    assert by(floor, "support_unassigned_tickets", "queue") == {}
    assert sum(by(every_way(life, "09:30"), OPEN, "state").values()) == 1


def test_a_ticket_without_a_known_creation_ages_from_the_first_event_seen_of_it() -> None:
    life = [replied("T1", "08:00"), status("T1", "09:00", "open")]
    assert every_way(life, "10:00")[AGE, "unassigned", "normal"] == 2 * 3_600


def test_a_creation_that_comes_after_other_events_resets_nothing() -> None:
    live = Live()
    live.hear(moved("T1", "09:30", "returns"), status("T1", "09:40", "pending"))
    live.pass_to("10:00")
    live.hear(opened("T1", "09:00", queue="billing", priority="high"))
    floor = live.floor
    assert floor[OPEN, "returns", "high", "pending"] == 1
    assert floor[AGE, "returns", "high"] == 3_600
    assert flows(floor, "billing") == {"created": 1}


def test_a_creation_dated_after_other_events_resets_no_state_and_no_field_already_set() -> None:
    life = [
        moved("T1", "08:30", "returns"),
        status("T1", "08:40", "pending"),
        opened("T1", "09:00", queue="billing", priority="high"),
    ]
    floor = every_way(life, "09:30")
    assert backlog(floor, "returns") == {"pending": 1}
    assert floor[OPEN, "returns", "high", "pending"] == 1
    assert floor[AGE, "returns", "high"] == 30 * 60
    assert flows(floor, "returns") == {"created": 1}


# --- what comes and goes ------------------------------------------------------------------------


def test_drain_time_is_what_can_be_worked_on_over_the_excess_of_solves() -> None:
    #   Within 4 h: 3 created, 5 solved: 2 more in 4 h. Actionable are new and open, not pending.
    #   3 left to work on / (2 / 14 400 s) = 21 600 s
    old = [opened(f"T{n}", "mon 00:00") for n in range(8)]
    life = [
        *old,
        *(opened(f"N{n}", "tue 09:00") for n in range(3)),
        *(solved(f"T{n}", "tue 10:00") for n in range(5)),
        status("T5", "tue 10:00", "pending"),
        status("T6", "tue 10:00", "on_hold"),
        status("T7", "tue 10:00", "open"),
        status("N0", "tue 10:00", "open"),
        status("N1", "tue 10:00", "pending"),
    ]
    assert every_way(life, "tue 11:00")[DRAIN] == 3 * 4 * 3_600 / 2


def test_drain_time_is_absent_when_the_queue_does_not_shrink() -> None:
    life = [opened("T1", "09:00"), opened("T2", "09:00"), solved("T1", "09:30")]
    assert DRAIN not in every_way(life, "09:30")
    level = [*life, solved("T2", "09:40")]
    assert DRAIN not in every_way(level, "09:40")
    shrinking = [opened("T0", "mon 00:00"), *level, solved("T0", "09:50")]
    assert every_way(shrinking, "09:50")[DRAIN] == 0


def test_a_creation_keeps_the_labels_it_had_and_is_never_taken_back() -> None:
    life = [
        opened("T1", "09:00", channel="web", priority="low"),
        moved("T1", "09:05", "returns"),
        prioritised("T1", "09:05", "high"),
        spammed("T1", "09:10"),
    ]
    floor = every_way(life, "09:10")
    assert floor["support_tickets_created_total", "billing", "web", "low"] == 1
    assert flows(floor) == {"created": 1}
    assert by(floor, "support_window_tickets_by_channel", "channel", window="7d") == {"web": 1}


def test_leaving_a_real_queue_is_a_transfer_and_leaving_none_is_not() -> None:
    life = [
        opened("T1", "09:00", queue=None),
        moved("T1", "09:05", "billing"),  # from none
        moved("T1", "09:10", "returns"),
        moved("T1", "09:15", None),  # to none
        moved("T1", "09:20", None),  # not at all
        moved("T1", "09:25", "returns"),  # from none
        moved("T1", "09:30", "returns"),  # not at all
    ]
    floor = every_way(life, "09:30")
    transfers = by(floor, "support_tickets_transferred_total", "queue")
    assert transfers == {"billing": 1, "returns": 1}
    assert by(every_way(life, "09:20"), OPEN, "queue") == {"unassigned": 1}


def test_the_queue_before_is_taken_from_the_event_only_where_it_is_not_known() -> None:
    unknown = [status("T1", "09:00", "open"), moved("T1", "09:05", "returns", was="billing")]
    floor = every_way(unknown, "09:05")
    assert by(floor, "support_tickets_transferred_total", "queue") == {"billing": 1}
    known = [opened("T1", "09:00"), moved("T1", "09:05", "returns", was="elsewhere")]
    floor = every_way(known, "09:05")
    assert by(floor, "support_tickets_transferred_total", "queue") == {"billing": 1}
    none = [opened("T1", "09:00", queue=None), moved("T1", "09:05", None, was=None)]
    assert by(every_way(none, "09:05"), "support_tickets_transferred_total", "queue") == {}


def test_only_the_first_escalation_counts_with_its_level_and_it_moves_no_queue() -> None:
    life = [
        opened("T1", "09:00"),
        escalated("T1", "09:05", level=2, to_queue="experts"),
        escalated("T1", "09:10", level=3),
    ]
    floor = every_way(life, "09:10")
    assert by(floor, "support_tickets_escalated_total", "level", queue="billing") == {"2": 1}
    assert flows(floor) == {"created": 1, "escalated": 1}
    assert by(floor, OPEN, "queue") == {"billing": 1}


# --- impossible moves ---------------------------------------------------------------------------


def test_a_move_that_no_desk_makes_is_taken_and_counted() -> None:
    life = [opened("T1", "09:00"), deleted("T1", "09:05"), solved("T1", "09:10")]
    floor = every_way(life, "09:10")
    assert backlog(floor) == {}
    assert flows(floor) == {"created": 1, "resolved": 1}
    assert doubts(run(life, "09:10")) == {"unusual_transition": 1}
    assert doubts(run(life[:2], "09:10")) == {}


def test_an_impossible_move_is_counted_from_the_fold_and_not_at_arrival() -> None:
    live = Live()
    live.hear(opened("T1", "09:00"), deleted("T1", "09:05"), solved("T1", "09:10"))
    assert doubts(live.stage) == {"unusual_transition": 1}
    live.hear(restored("T1", "09:07"))
    live.pass_to("09:30")
    assert live.revisions("support_stream_quality_total") == 1


def test_the_same_state_again_is_no_move() -> None:
    life = [
        opened("T1", "09:00"),
        solved("T1", "09:10"),
        solved("T1", "09:20"),
        status("T1", "09:30", "solved", "open"),
    ]
    floor = every_way(life, "09:30")
    assert flows(floor) == {"created": 1, "resolved": 1}
    assert doubts(run(life, "09:30")) == {}


def test_where_queues_are_listed_an_unlisted_one_counts_under_other() -> None:
    site = site_of(EMPTY + "queues: {billing: {}}\n")
    life = [opened("T1", "09:00", queue="misc"), opened("T2", "09:00", queue=None)]
    floor = every_way(life, "09:00", site)
    assert by(floor, OPEN, "queue") == {"other": 1, "unassigned": 1}
