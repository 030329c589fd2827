"""From the oldest unanswered customer message to the next human reply (kpis.md 2.15)."""

from __future__ import annotations

from typing import Final

import pytest

from streams.events import Event
from tests.boards import every_way, samples
from tests.vocabulary import (
    deleted,
    message,
    moved,
    numbered,
    opened,
    replied,
    restored,
    solved,
    status,
    wrote,
)

NEXT: Final = "next_response"
NONE: Final[tuple[float, float]] = (0, 0)

ANSWERED: Final = [opened("T1", "09:00"), replied("T1", "09:30")]
"""The first response is given: what follows are next responses."""


def test_several_customer_messages_count_once_from_the_oldest() -> None:
    #   10:00 wrote   10:05 wrote   10:20 replied
    #   [--------- 1 200 s ---------]
    life = [*ANSWERED, wrote("T1", "10:00"), wrote("T1", "10:05"), replied("T1", "10:20")]
    assert samples(every_way(life, "10:19"), NEXT) == NONE
    floor = every_way(life, "10:20")
    assert samples(floor, NEXT) == (1, 1_200)
    assert floor["support_next_response_seconds", "billing", "normal", "count"] == 1
    assert floor["support_next_response_seconds", "billing", "normal", "sum"] == 1_200


def test_every_exchange_is_a_sample_of_its_own() -> None:
    life = [
        *ANSWERED,
        wrote("T1", "10:00"),
        replied("T1", "10:10"),
        replied("T1", "10:15"),  # answers nothing
        wrote("T1", "10:20"),
        replied("T1", "10:25"),
    ]
    assert samples(every_way(life, "10:25"), NEXT) == (2, 900)


def test_before_the_first_reply_the_wait_belongs_to_the_first_response() -> None:
    life = [opened("T1", "09:00"), wrote("T1", "09:02"), replied("T1", "09:10")]
    floor = every_way(life, "09:10")
    assert samples(floor, NEXT) == NONE
    assert samples(floor, "first_response") == (1, 600)


def test_a_message_at_the_instant_of_the_creation_changes_no_clock() -> None:
    life = [opened("T1", "09:00", by="agent"), wrote("T1", "09:00"), replied("T1", "09:10")]
    assert samples(every_way(life, "09:10"), NEXT) == NONE
    later = [
        opened("T1", "09:00", by="agent"),
        wrote("T1", "09:00:00.000001"),
        replied("T1", "09:00:01.000001"),
    ]
    assert samples(every_way(later, "09:10"), NEXT) == (1, 1)


def test_an_agent_started_ticket_has_next_responses_from_the_first_customer_message_on() -> None:
    life = [opened("T1", "09:00", by="agent"), wrote("T1", "09:10"), replied("T1", "09:15")]
    assert samples(every_way(life, "09:15"), NEXT) == (1, 300)


def test_an_automated_customer_message_counts_as_one() -> None:
    life = [
        *ANSWERED,
        message("T1", "10:00", "customer", automated=True),
        replied("T1", "10:10"),
    ]
    assert samples(every_way(life, "10:10"), NEXT) == (1, 600)


@pytest.mark.parametrize(
    "writes",
    [
        message("T1", "10:05", "agent", public=False),
        message("T1", "10:05", "agent", automated=True),
        message("T1", "10:05", "bot"),
        message("T1", "10:05", "system"),
    ],
    ids=["internal note", "auto-reply", "bot", "system"],
)
def test_only_a_public_human_agent_message_answers(writes: Event) -> None:
    life = [*ANSWERED, wrote("T1", "10:00"), writes, replied("T1", "10:10")]
    assert samples(every_way(life, "10:05"), NEXT) == NONE
    assert samples(every_way(life, "10:10"), NEXT) == (1, 600)


def test_a_solve_without_a_reply_closes_it_with_no_sample() -> None:
    life = [
        *ANSWERED,
        wrote("T1", "10:00"),
        solved("T1", "10:10"),
        status("T1", "11:00", "open"),
        replied("T1", "11:05"),
    ]
    assert samples(every_way(life, "10:10"), NEXT) == NONE
    assert samples(every_way(life, "11:05"), NEXT) == NONE


def test_a_message_on_a_solved_ticket_waits_from_the_reopening() -> None:
    #   10:00 solved   10:20 wrote   10:30 reopened   10:40 replied
    #                                [---- 600 s -----]
    life = [
        *ANSWERED,
        solved("T1", "10:00"),
        wrote("T1", "10:20"),
        status("T1", "10:30", "open"),
        replied("T1", "10:40"),
    ]
    assert samples(every_way(life, "10:40"), NEXT) == (1, 600)


def test_a_message_after_the_reopening_waits_from_itself() -> None:
    life = [
        *ANSWERED,
        solved("T1", "10:00"),
        status("T1", "10:30", "open"),
        wrote("T1", "10:32"),
        replied("T1", "10:40"),
    ]
    assert samples(every_way(life, "10:40"), NEXT) == (1, 480)


def test_a_reply_on_the_solved_ticket_answers_the_message_before_the_reopening() -> None:
    life = [
        *ANSWERED,
        solved("T1", "10:00"),
        wrote("T1", "10:20"),
        replied("T1", "10:25"),
        status("T1", "10:30", "open"),
        replied("T1", "10:40"),
    ]
    assert samples(every_way(life, "10:40"), NEXT) == NONE


def test_a_message_on_a_removed_ticket_waits_from_the_restoring() -> None:
    #   10:00 deleted   10:20 wrote   10:30 restored   10:45 replied
    #                                 [---- 900 s -----]
    life = [
        *ANSWERED,
        deleted("T1", "10:00"),
        wrote("T1", "10:20"),
        restored("T1", "10:30"),
        replied("T1", "10:45"),
    ]
    assert samples(every_way(life, "10:45"), NEXT) == (1, 900)


def test_the_removed_time_stays_in_the_sample_of_a_message_before_it() -> None:
    #   10:00 wrote   10:05 deleted   10:30 restored   10:40 replied
    #   [------------------- 2 400 s ------------------]
    life = [
        *ANSWERED,
        wrote("T1", "10:00"),
        deleted("T1", "10:05"),
        restored("T1", "10:30"),
        replied("T1", "10:40"),
    ]
    assert samples(every_way(life, "10:40"), NEXT) == (1, 2_400)


def test_a_reply_on_a_removed_ticket_gives_no_sample_and_leaves_nothing_to_answer() -> None:
    life = [
        *ANSWERED,
        wrote("T1", "10:00"),
        deleted("T1", "10:05"),
        replied("T1", "10:10"),
        restored("T1", "10:30"),
        replied("T1", "10:40"),
    ]
    assert samples(every_way(life, "10:10"), NEXT) == NONE
    assert samples(every_way(life, "10:40"), NEXT) == NONE


def test_in_one_instant_the_customer_wrote_before_the_agent() -> None:
    life = [*ANSWERED, replied("T1", "10:00"), wrote("T1", "10:00"), replied("T1", "10:10")]
    assert samples(every_way(life, "10:10"), NEXT) == (1, 0)


def test_a_sequence_says_otherwise() -> None:
    life = [
        *ANSWERED,
        numbered(replied("T1", "10:00"), 1),
        numbered(wrote("T1", "10:00"), 2),
        replied("T1", "10:10"),
    ]
    assert samples(every_way(life, "10:10"), NEXT) == (1, 600)


def test_in_one_instant_a_message_comes_before_the_solve() -> None:
    life = [*ANSWERED, wrote("T1", "10:00"), solved("T1", "10:10"), replied("T1", "10:10")]
    assert samples(every_way(life, "10:10"), NEXT) == (1, 600)


def test_a_sample_counts_where_the_ticket_is_at_the_reply() -> None:
    life = [
        *ANSWERED,
        wrote("T1", "10:00"),
        moved("T1", "10:05", "returns"),
        replied("T1", "10:10"),
        moved("T1", "10:15", "billing"),
    ]
    floor = every_way(life, "10:15")
    assert samples(floor, NEXT, queue="returns") == (1, 600)
    assert samples(floor, NEXT, queue="billing") == NONE


def test_where_no_first_reply_is_known_of_there_is_no_next_one() -> None:
    life = [status("T1", "09:00", "open"), wrote("T1", "09:10"), replied("T1", "09:20")]
    assert samples(every_way(life, "09:20"), NEXT, queue="unassigned") == NONE
    then = [*life, wrote("T1", "09:30"), replied("T1", "09:40")]
    assert samples(every_way(then, "09:40"), NEXT, queue="unassigned") == (1, 600)
