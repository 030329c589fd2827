"""One order of events, whatever the order of arrival (exactness.md sections 2 and 9)."""

from __future__ import annotations

from itertools import permutations
from typing import Final

import pytest
from msgspec.structs import replace

from streams.events import Event
from tests.boards import Live, backlog, by, doubts, every_way, flows, samples
from tests.vocabulary import (
    assigned,
    handed_off,
    message,
    moved,
    numbered,
    opened,
    outcomes,
    prioritised,
    replied,
    run,
    solved,
    status,
    wrote,
)

FIRST: Final = "first_response"
NEXT: Final = "next_response"
OPENED: Final = opened("T1", "09:00")


def test_at_one_instant_creation_changes_messages_and_statuses_come_in_this_order() -> None:
    #   Created, moved, answered and solved in one second, without a sequence.
    life = [
        solved("T1", "09:00"),
        replied("T1", "09:00"),
        moved("T1", "09:00", "returns"),
        prioritised("T1", "09:00", "high"),
        OPENED,
    ]
    for order in permutations(life):
        floor = every_way(order, "09:01")
        assert flows(floor, "billing") == {"created": 1}
        assert flows(floor, "returns") == {"resolved": 1}
        assert samples(floor, FIRST, "returns") == (1, 0)
        assert floor["support_tickets_resolved_total", "returns", "email", "high", "true"] == 1
        assert backlog(floor, "returns") == {}


def test_customer_messages_come_before_those_of_agents_and_bots() -> None:
    life = [OPENED, replied("T1", "09:05"), wrote("T1", "10:00"), replied("T1", "10:00")]
    assert samples(every_way(life, "10:05"), NEXT) == (1, 0)
    life[-1] = message("T1", "10:00", "bot")
    assert samples(every_way([*life, replied("T1", "10:05")], "10:05"), NEXT) == (1, 300)


def test_the_rest_comes_last() -> None:
    # A hand-off of the same second as the reopening starts the new wait over, at the same instant.
    life = [
        OPENED,
        solved("T1", "09:30"),
        handed_off("T1", "10:00"),
        status("T1", "10:00", "open"),
        replied("T1", "10:05"),
    ]
    assert samples(every_way(life, "10:05"), FIRST) == (1, 300)


def test_a_sequence_orders_what_has_one_time() -> None:
    life = [
        OPENED,
        numbered(status("T1", "09:10", "pending"), "2"),
        numbered(status("T1", "09:10", "open"), "10"),
        numbered(status("T1", "09:10", "on_hold"), "9"),
    ]
    assert backlog(every_way(life, "09:10")) == {"open": 1}


def test_a_sequence_goes_before_the_kind_of_event() -> None:
    life = [
        OPENED,
        numbered(solved("T1", "09:10"), 1),
        numbered(replied("T1", "09:10"), 2),
    ]
    assert samples(every_way(life, "09:10"), FIRST) == (0, 0)
    assert samples(every_way([OPENED, solved("T1", "09:10"), replied("T1", "09:10")], "09:10"),
                   FIRST) == (1, 600)  # fmt: skip


def test_the_time_goes_before_the_sequence() -> None:
    life = [
        numbered(OPENED, 9),
        numbered(status("T1", "09:10", "pending"), 5),
        numbered(status("T1", "09:10:00.000001", "open"), 1),
    ]
    assert backlog(every_way(life, "09:11")) == {"open": 1}


@pytest.mark.parametrize("none", [None, "0", "", "later", "-3", "1.5"])
def test_a_missing_sequence_and_one_that_is_not_digits_sort_as_zero(none: str | None) -> None:
    solving: Event = replace(solved("T1", "09:10"), sequence=none)
    life = [OPENED, solving, numbered(status("T1", "09:10", "pending"), 1)]
    assert backlog(every_way(life, "09:10")) == {"pending": 1}
    # Beside a true zero the kind decides: the reply comes before the solve.
    life = [OPENED, solving, numbered(replied("T1", "09:10"), 0)]
    assert samples(every_way(life, "09:10"), FIRST) == (1, 600)


def test_a_sequence_may_be_longer_than_any_machine_word() -> None:
    long = "1" + 30 * "0"
    life = [
        OPENED,
        numbered(status("T1", "09:10", "pending"), long + "1"),
        numbered(status("T1", "09:10", "open"), long + "2"),
        numbered(status("T1", "09:10", "on_hold"), long + "0"),
    ]
    assert backlog(every_way(life, "09:10")) == {"open": 1}


# --- doubles ------------------------------------------------------------------------------------


def test_of_two_events_with_one_id_the_one_that_sorts_first_stays() -> None:
    early, late = (replace(replied("T1", when), id="one") for when in ("09:05", "09:10"))
    for life in ([OPENED, early, late], [OPENED, late, early], [late, early, OPENED]):
        assert samples(every_way(life, "09:10"), FIRST) == (1, 300)
    assert by(every_way([OPENED, late, early, solved("T1", "10:00")], "10:00"),
              "support_tickets_resolved_total", "one_touch") == {"true": 1}  # fmt: skip


def test_one_id_of_two_sources_is_two_events() -> None:
    first = replace(replied("T1", "09:05"), id="one")
    second = replace(replied("T1", "09:10"), id="one", source="/desk/other")
    floor = every_way([OPENED, first, second, solved("T1", "10:00")], "10:00")
    assert by(floor, "support_tickets_resolved_total", "one_touch") == {"false": 1}


def test_one_id_of_two_subjects_is_two_events() -> None:
    first, second = (replace(opened(name, "09:00"), id="one") for name in ("T1", "T2"))
    assert flows(every_way([first, second], "09:00")) == {"created": 2}


def test_every_event_counts_once_by_what_became_of_it() -> None:
    live = Live(start="08:00")
    answer = replied("T1", "09:05")
    live.hear(OPENED)
    live.hear(solved("T1", "09:30"), answer)  # the reply sorts before the solve
    live.hear(answer)
    assert outcomes(live.stage) == {"processed": 2, "late_applied": 1, "duplicate": 1}


def test_a_second_creation_is_doubtful_and_creates_nothing() -> None:
    life = [OPENED, opened("T1", "09:10", queue="returns")]
    floor = every_way(life, "09:10")
    assert by(floor, "support_tickets_created_total", "queue") == {"billing": 1}
    assert by(floor, "support_open_tickets", "queue") == {"billing": 1}
    assert doubts(run(life, "09:10")) == {"unusual_transition": 1}


def test_an_assignment_takes_its_place_among_the_changes() -> None:
    life = [assigned("T1", "09:00"), OPENED]
    assert every_way(life, "09:00")["support_unassigned_tickets", "billing"] == 0
