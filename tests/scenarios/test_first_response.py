"""When the wait for a first reply begins, when it ends, and what it counts as (kpis.md 2.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from streams.events import Event
from streams.events.envelope import Role
from tests.boards import Live, every_way, samples
from tests.vocabulary import (
    EMPTY,
    handed_off,
    merged,
    message,
    moved,
    opened,
    prioritised,
    replied,
    site_of,
    snapshot,
    solved,
    status,
    wrote,
)

FIRST: Final = "first_response"
BUSINESS: Final = "first_response_business"
AWAITING: Final = "support_awaiting_first_response_tickets"
OLDEST: Final = "support_oldest_awaiting_first_response_age_seconds"
NONE: Final[tuple[float, float]] = (0, 0)

OFFICE: Final = site_of(
    EMPTY
    + """
calendars:
  office: {timezone: UTC, hours: {mon-fri: ["09:00-17:00"]}}
  round-the-clock: {timezone: UTC, hours: always}
calendar: office
queues: {billing: {}, night: {calendar: round-the-clock}}
"""
)


def test_the_wait_ends_with_the_first_reply_and_with_no_later_one() -> None:
    #   09:00 opened      09:05 replied     09:20 replied
    #         [---- 300 s ----]
    life = [opened("T1", "09:00"), replied("T1", "09:05"), replied("T1", "09:20")]
    assert samples(every_way(life, "09:04"), FIRST) == NONE
    assert samples(every_way(life, "09:05"), FIRST) == (1, 300)
    floor = every_way(life, "09:20")
    assert samples(floor, FIRST) == (1, 300)
    assert floor["support_first_response_seconds", "billing", "normal", "count"] == 1
    assert floor["support_first_response_seconds", "billing", "normal", "sum"] == 300


NO_REPLIES: Final[dict[str, Callable[[str, str], Event]]] = {
    "internal note": lambda name, when: message(name, when, "agent", public=False),
    "auto-reply of an agent": lambda name, when: message(name, when, "agent", automated=True),
    "bot": lambda name, when: message(name, when, "bot"),
    "automated bot": lambda name, when: message(name, when, "bot", automated=True),
    "system": lambda name, when: message(name, when, "system"),
    "customer": wrote,
}


@pytest.mark.parametrize("writes", NO_REPLIES.values(), ids=list(NO_REPLIES))
def test_only_a_public_human_agent_message_is_a_reply(writes: Callable[[str, str], Event]) -> None:
    life = [opened("T1", "09:00"), writes("T1", "09:05"), replied("T1", "09:10")]
    waiting = every_way(life, "09:05")
    assert samples(waiting, FIRST) == NONE
    assert waiting[AWAITING, "billing", "normal"] == 1
    assert samples(every_way(life, "09:10"), FIRST) == (1, 600)


def test_a_ticket_awaits_its_first_response_until_it_is_given() -> None:
    life = [
        opened("T1", "09:00"),
        opened("T2", "09:10"),
        opened("T3", "09:15", priority="high"),
        replied("T1", "09:30"),
    ]
    floor = every_way(life, "09:20")
    assert floor[AWAITING, "billing", "normal"] == 2
    assert floor[AWAITING, "billing", "high"] == 1
    assert floor[OLDEST, "billing", "normal"] == 20 * 60
    assert floor[OLDEST, "billing", "high"] == 5 * 60
    later = every_way(life, "09:30")
    assert later[AWAITING, "billing", "normal"] == 1
    assert later[OLDEST, "billing", "normal"] == 20 * 60


def test_nobody_waits_reads_as_age_zero() -> None:
    floor = every_way([opened("T1", "09:00"), replied("T1", "09:05")], "09:06")
    assert floor[AWAITING, "billing", "normal"] == 0
    assert floor[OLDEST, "billing", "normal"] == 0


def test_a_handoff_by_a_bot_starts_the_wait_anew() -> None:
    #   09:00 opened    09:10 handed off    09:12 replied
    #                         [---- 120 s ----]
    life = [opened("T1", "09:00"), handed_off("T1", "09:10"), replied("T1", "09:12")]
    assert every_way(life, "09:09")[OLDEST, "billing", "normal"] == 9 * 60
    assert every_way(life, "09:11")[OLDEST, "billing", "normal"] == 60
    assert samples(every_way(life, "09:12"), FIRST) == (1, 120)


def test_a_handoff_after_the_reply_starts_nothing() -> None:
    life = [
        opened("T1", "09:00"),
        replied("T1", "09:05"),
        handed_off("T1", "09:10"),
        replied("T1", "09:12"),
    ]
    floor = every_way(life, "09:12")
    assert samples(floor, FIRST) == (1, 300)
    assert every_way(life, "09:11")[AWAITING, "billing", "normal"] == 0


def test_a_ticket_that_an_agent_started_has_no_first_response() -> None:
    life = [opened("T1", "09:00", by="agent"), replied("T1", "09:05")]
    assert every_way(life, "09:01")[AWAITING, "billing", "normal"] == 0
    assert samples(every_way(life, "09:05"), FIRST) == NONE


@pytest.mark.parametrize("by", ["customer", "bot", "system"])
def test_a_ticket_that_no_agent_started_has_a_first_response(by: Role) -> None:
    life = [opened("T1", "09:00", by=by), replied("T1", "09:05")]
    assert every_way(life, "09:01")[AWAITING, "billing", "normal"] == 1
    assert samples(every_way(life, "09:05"), FIRST) == (1, 300)


def test_solved_without_a_reply_is_outside_the_mean_and_waits_no_more() -> None:
    life = [opened("T1", "09:00"), solved("T1", "09:30")]
    floor = every_way(life, "09:30")
    assert samples(floor, FIRST) == NONE
    assert floor[AWAITING, "billing", "normal"] == 0


def test_reopened_after_a_solve_without_a_human_reply_waits_from_the_reopening() -> None:
    #   mon 09:00 opened   09:05 solved by a bot   fri 14:00 reopened   14:10 replied
    #                                                    [---- 600 s ----]
    life = [
        opened("T1", "09:00"),
        message("T1", "09:01", "bot", automated=True),
        solved("T1", "09:05"),
        status("T1", "fri 14:00", "open", "solved"),
        replied("T1", "fri 14:10"),
    ]
    waiting = every_way(life, "fri 14:04")
    assert waiting[AWAITING, "billing", "normal"] == 1
    assert waiting[OLDEST, "billing", "normal"] == 4 * 60
    assert samples(every_way(life, "fri 14:10"), FIRST) == (1, 600)


def test_reopened_after_a_human_reply_waits_for_no_first_response() -> None:
    life = [
        opened("T1", "09:00"),
        replied("T1", "09:05"),
        solved("T1", "09:10"),
        status("T1", "10:00", "open"),
        replied("T1", "10:05"),
    ]
    assert every_way(life, "10:01")[AWAITING, "billing", "normal"] == 0
    assert samples(every_way(life, "10:05"), FIRST) == (1, 300)


def test_a_reply_to_a_solved_ticket_gives_no_sample_and_counts_as_the_first() -> None:
    life = [
        opened("T1", "09:00"),
        solved("T1", "09:30"),
        replied("T1", "09:40"),
        status("T1", "10:00", "open"),
        replied("T1", "10:05"),
    ]
    assert samples(every_way(life, "09:40"), FIRST) == NONE
    assert every_way(life, "10:01")[AWAITING, "billing", "normal"] == 0
    assert samples(every_way(life, "10:05"), FIRST) == NONE


def test_a_move_of_queue_or_priority_never_resets_the_wait() -> None:
    life = [
        opened("T1", "09:00"),
        moved("T1", "09:03", "returns"),
        prioritised("T1", "09:04", "high"),
        replied("T1", "09:05"),
    ]
    assert every_way(life, "09:04")[OLDEST, "returns", "high"] == 4 * 60
    floor = every_way(life, "09:05")
    assert samples(floor, FIRST, queue="billing") == NONE
    assert samples(floor, FIRST, queue="returns") == (1, 300)
    assert floor["support_first_response_seconds", "returns", "high", "sum"] == 300


def test_the_answer_to_a_merged_ticket_counts_for_the_survivor_only() -> None:
    life = [
        opened("T0", "09:01"),
        opened("T1", "09:00"),
        merged("T1", "09:03"),
        replied("T1", "09:05"),
        replied("T0", "09:05"),
    ]
    assert every_way(life, "09:04")[AWAITING, "billing", "normal"] == 1
    assert samples(every_way(life, "09:05"), FIRST) == (1, 240)


def test_a_reply_that_arrives_before_its_ticket_is_kept_until_it_comes() -> None:
    live = Live()
    live.hear(replied("T1", "09:05"))
    live.pass_to("09:06")
    assert samples(live.floor, FIRST) == NONE
    live.hear(opened("T1", "09:00"))
    assert samples(live.floor, FIRST) == (1, 300)
    assert live.revisions("support_first_response_seconds") == 0


def test_a_reply_dated_before_the_creation_gives_no_sample_but_the_ticket_counts_as_answered() -> (
    None
):
    life = [
        replied("T1", "08:55"),
        opened("T1", "09:00"),
        wrote("T1", "09:10"),
        replied("T1", "09:20"),
    ]
    assert every_way(life, "09:01")[AWAITING, "billing", "normal"] == 0
    floor = every_way(life, "09:20")
    assert samples(floor, FIRST) == NONE
    assert samples(floor, "next_response") == (1, 600)


def test_a_reply_at_the_instant_of_the_creation_took_no_time_at_all() -> None:
    life = [opened("T1", "09:00"), replied("T1", "09:00")]
    assert samples(every_way(life, "09:00"), FIRST) == (1, 0)
    before = [opened("T1", "09:00:00.000001"), replied("T1", "09:00")]
    assert samples(every_way(before, "09:01"), FIRST) == NONE


@pytest.mark.parametrize("first", [replied("T1", "09:00"), status("T1", "09:00", "open")])
def test_without_a_known_creation_there_is_no_sample(first: Event) -> None:
    life = [first, replied("T1", "09:05")]
    floor = every_way(life, "09:05")
    assert samples(floor, FIRST) == NONE
    assert floor[AWAITING, "billing", "normal"] == 0


def test_a_snapshot_makes_the_creation_known() -> None:
    #   08:00 created, says the snapshot of 09:10      09:20 replied
    #         [------------- 4 800 s -----------------------]
    life = [
        snapshot("T1", "09:10", "open", queue="billing", created_at="08:00"),
        replied("T1", "09:20"),
    ]
    assert every_way(life, "09:10")[OLDEST, "billing", "normal"] == 70 * 60
    assert samples(every_way(life, "09:20"), FIRST) == (1, 4_800)


def test_a_first_reply_known_from_a_snapshot_leaves_none_to_come() -> None:
    taken = snapshot(
        "T1", "09:10", "open", queue="billing", created_at="08:00", first_reply_at="08:30"
    )
    life = [taken, replied("T1", "09:20")]
    assert every_way(life, "09:10")[AWAITING, "billing", "normal"] == 0
    assert samples(every_way(life, "09:20"), FIRST) == NONE


def test_business_time_stands_beside_the_calendar_time() -> None:
    #   mon 16:30 opened  17:00 closes     tue 09:00 opens  09:10 replied
    #       [-- 30 min ----]                   [-- 10 min ----]          of 16 h 40 min
    life = [opened("T1", "16:30"), replied("T1", "tue 09:10")]
    floor = every_way(life, "tue 09:10", OFFICE)
    assert samples(floor, FIRST) == (1, 60_000)
    assert samples(floor, BUSINESS) == (1, 2_400)
    assert floor["support_first_response_business_seconds", "billing", "normal", "sum"] == 2_400


def test_a_reply_outside_hours_to_a_ticket_from_outside_hours_takes_no_business_time() -> None:
    life = [opened("T1", "18:00"), replied("T1", "20:00")]
    floor = every_way(life, "20:00", OFFICE)
    assert samples(floor, FIRST) == (1, 7_200)
    assert samples(floor, BUSINESS) == (1, 0)


def test_business_time_is_by_the_calendar_of_the_queue_at_the_reply() -> None:
    #   16:00 opened in billing, 17:00 closes, 18:00 to night, which never closes, 19:00 replied
    life = [opened("T1", "16:00"), moved("T1", "18:00", "night"), replied("T1", "19:00")]
    floor = every_way(life, "19:00", OFFICE)
    assert samples(floor, BUSINESS, queue="night") == (1, 3 * 3_600)
    back = [*life[:2], moved("T1", "18:30", "billing"), life[2]]
    assert samples(every_way(back, "19:00", OFFICE), BUSINESS) == (1, 3_600)


def test_social_responses_are_first_and_later_replies_on_that_channel() -> None:
    life = [
        opened("T1", "09:00", channel="social"),
        replied("T1", "09:04"),  # 240 s
        wrote("T1", "09:10"),
        wrote("T1", "09:11"),
        replied("T1", "09:12"),  # 120 s: a burst is one response due
        opened("T2", "09:00"),
        replied("T2", "09:30"),  # 1 800 s, by e-mail
    ]
    floor = every_way(life, "09:30")
    assert samples(floor, "social_response") == (2, 360)
    assert samples(floor, FIRST) == (2, 2_040)
    assert samples(floor, "next_response") == (1, 120)
