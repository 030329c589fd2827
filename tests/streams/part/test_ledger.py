"""The ledger adds what appeared and takes back what vanished, by subject."""

from __future__ import annotations

from typing import Final

from streams.counts.plan import Plan
from streams.facts import (
    AwaitingFirstResponse,
    FirstReplied,
    Happening,
    Standing,
    TicketCreated,
    TicketOpen,
    TicketReopened,
)
from streams.part.cells import parts_of
from streams.part.ledger import Ledger
from streams.part.totals import Totals
from streams.spans import HOUR, MINUTE, SECOND
from tests.vocabulary import at, site_of

NINE: Final = at("09:00")
CREATED: Final = TicketCreated(NINE, "billing", "high", "email")
REOPENED: Final = TicketReopened(NINE, "billing", "high", "email")
REPLIED: Final = FirstReplied(NINE, "billing", "high", "email", 300 * SECOND, 0)
OPEN: Final = TicketOpen("billing", "high", "email", "new", "lt_1h", assigned=False, since=NINE)
WAITS: Final = AwaitingFirstResponse("billing", "high", NINE)


def ledger_at(now: int = NINE) -> Ledger:
    plan: Plan = site_of().plan
    ledger = Ledger(plan, Totals(plan.bounds))
    ledger.advance_to(now)
    return ledger


def tickets(ledger: Ledger, queue: str = "billing") -> dict[str, list[int]]:
    """The window sums of each flow."""
    found = {}
    for key, sums in ledger.block(queue).rolling.items():
        family, labels = parts_of(key)
        if family == "tickets":
            found[labels[0]] = sums
    return found


def move(
    ledger: Ledger,
    happened: tuple[Happening, ...] = (),
    standing: tuple[Standing, ...] = (),
    key: bytes = b"T1",
) -> None:
    ledger.move(key, happened, standing)


def test_what_appears_is_added_to_counters_windows_and_present_counts() -> None:
    ledger = ledger_at()
    move(ledger, (CREATED,), (OPEN, WAITS))
    block = ledger.block("billing")
    assert {parts_of(key): n for key, n in block.present.items()} == {
        ("open", ("high", "new")): 1,
        ("open_by_channel", ("email",)): 1,
        ("open_by_age", ("lt_1h",)): 1,
        ("unassigned", ()): 1,
        ("awaiting", ("high",)): 1,
    }
    assert {parts_of(key): at_ for key, at_ in block.earliest.items()} == {
        ("oldest_open", ("high",)): NINE,
        ("oldest_awaiting", ("high",)): NINE,
    }
    assert tickets(ledger) == {"created": [1, 1, 1, 1]}
    assert [*ledger.totals.counters.values()] == [1]


def test_what_vanishes_is_taken_back_and_counted_as_a_revision() -> None:
    ledger = ledger_at()
    move(ledger, (CREATED, REPLIED), (OPEN, WAITS))
    move(ledger, (CREATED,), (OPEN,))
    move(ledger, (), ())
    assert tickets(ledger) == {}
    assert ledger.block("billing").present == {}
    assert ledger.block("billing").earliest == {}
    assert ledger.totals.revisions == {
        "support_first_response_seconds": 1,
        "support_first_response_business_seconds": 1,
        "support_tickets_created_total": 1,
    }


def test_two_equal_facts_are_two() -> None:
    ledger = ledger_at()
    move(ledger, (CREATED, REOPENED, REOPENED))
    assert tickets(ledger)["reopened"] == [2, 2, 2, 2]
    move(ledger, (REOPENED, CREATED))
    assert tickets(ledger)["reopened"] == [1, 1, 1, 1]
    assert ledger.totals.revisions == {"support_tickets_reopened_total": 1}


def test_the_order_of_facts_is_nothing() -> None:
    ledger = ledger_at()
    move(ledger, (CREATED, REOPENED, REPLIED))
    move(ledger, (REPLIED, CREATED, REOPENED))
    assert ledger.totals.revisions == {}
    assert tickets(ledger) == {"created": [1, 1, 1, 1], "reopened": [1, 1, 1, 1]}


def test_subjects_add_up_and_do_not_meet() -> None:
    ledger = ledger_at()
    move(ledger, (CREATED,), (OPEN,), b"T1")
    move(ledger, (CREATED,), (OPEN,), b"T2")
    move(ledger, (), (), b"T1")
    assert tickets(ledger) == {"created": [1, 1, 1, 1]}
    assert {*ledger.block("billing").present.values()} == {1}


def test_the_forgotten_leave_what_they_concluded_and_take_their_standing_along() -> None:
    ledger = ledger_at()
    move(ledger, (CREATED,), (OPEN,))
    ledger.forget(b"T1")
    assert tickets(ledger) == {"created": [1, 1, 1, 1]}
    assert ledger.block("billing").present == {}
    assert ledger.totals.revisions == {}
    assert ledger.known == {}
    ledger.forget(b"T1")


def test_what_is_folded_away_is_not_taken_back() -> None:
    ledger = ledger_at()
    move(ledger, (CREATED, REPLIED), (OPEN,))
    ledger.replace(b"T1", (REPLIED,))
    move(ledger, (REPLIED, REOPENED), (OPEN,))
    assert ledger.totals.revisions == {}
    assert tickets(ledger) == {"created": [1, 1, 1, 1], "reopened": [1, 1, 1, 1]}


def test_what_is_dated_before_is_left_out_of_the_totals_and_of_the_revisions() -> None:
    ledger = ledger_at()
    ledger.move(b"T1", (CREATED,), (), counted_from=NINE + 1)
    assert [*ledger.totals.counters.values()] == [0]
    assert tickets(ledger) == {"created": [1, 1, 1, 1]}
    ledger.move(b"T1", (), (), counted_from=NINE + 1)
    assert ledger.totals.revisions == {}
    ledger.move(b"T1", (CREATED,), (), counted_from=NINE)
    assert [*ledger.totals.counters.values()] == [1]


def test_only_queues_whose_numbers_change_are_changed() -> None:
    ledger = ledger_at()
    move(ledger, (CREATED,), (OPEN,))
    assert ledger.changed == {"billing"}
    ledger.changed.clear()
    move(ledger, (CREATED,), (OPEN,))
    assert ledger.changed == set()
    ledger.advance_to(NINE + MINUTE - 1)
    assert ledger.changed == set()


def test_a_bucket_that_leaves_a_window_changes_its_queue() -> None:
    ledger = ledger_at()
    move(ledger, (CREATED,), (OPEN,))
    move(ledger, (TicketCreated(NINE + HOUR, "returns", "high", "email"),), (), b"T2")
    ledger.changed.clear()
    ledger.advance_to(NINE + 16 * MINUTE)
    assert ledger.changed == {"billing"}
    assert tickets(ledger) == {"created": [0, 1, 1, 1]}


def test_time_never_goes_back() -> None:
    ledger = ledger_at()
    move(ledger, (CREATED,))
    ledger.advance_to(NINE - HOUR)
    ledger.changed.clear()
    ledger.advance_to(NINE)
    assert ledger.changed == set()
    assert tickets(ledger) == {"created": [1, 1, 1, 1]}
