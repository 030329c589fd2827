"""Facts carry the labels of their time, gauges those of now (exactness.md sections 2, 3, 9)."""

from __future__ import annotations

from typing import Any, Final

import pytest

from streams.events import Event, ticket
from streams.events.envelope import Data
from tests.boards import Live, by, every_way, flows, samples
from tests.vocabulary import (
    EMPTY,
    make,
    message,
    moved,
    opened,
    prioritised,
    replied,
    run,
    site_of,
    snapshot,
    status,
)

OPEN: Final = "support_open_tickets"
OVERFLOW: Final = "support_stream_label_overflow_total"


def test_a_later_change_does_not_move_a_fact() -> None:
    life = [
        opened("T1", "09:00"),
        replied("T1", "09:05"),
        moved("T1", "09:06", "returns"),
        prioritised("T1", "09:07", "high"),
    ]
    floor = every_way(life, "09:10")
    assert samples(floor, "first_response", "billing") == (1, 300)
    assert floor["support_first_response_seconds", "billing", "normal", "count"] == 1
    assert flows(floor, "billing") == {"created": 1}
    assert floor[OPEN, "returns", "high", "new"] == 1


def test_a_late_change_moves_it() -> None:
    live = Live()
    live.hear(opened("T1", "09:00"), replied("T1", "09:05"))
    live.pass_to("09:10")
    assert samples(live.floor, "first_response", "billing") == (1, 300)
    live.hear(moved("T1", "09:03", "returns"))
    assert samples(live.floor, "first_response", "billing") == (0, 0)
    assert samples(live.floor, "first_response", "returns") == (1, 300)
    assert live.revisions("support_first_response_seconds") == 1
    assert flows(live.floor, "billing") == {"created": 1}


# --- folding ------------------------------------------------------------------------------------


def test_missing_labels_have_a_name() -> None:
    life = [status("T1", "09:00", "open")]
    floor = every_way(life, "09:00")
    assert floor[OPEN, "unassigned", "normal", "open"] == 1
    assert floor["support_open_tickets_by_channel", "unassigned", "other"] == 1


def test_unknown_values_are_folded_into_other_and_counted() -> None:
    life = [opened("T1", "09:00", priority="panic", channel="fax", queue="misc")]
    site = site_of(EMPTY + "queues: {billing: {}}\n")
    floor = every_way(life, "09:00", site)
    assert floor[OPEN, "other", "other", "new"] == 1
    assert floor["support_open_tickets_by_channel", "other", "other"] == 1
    assert floor["support_tickets_created_total", "other", "other", "other"] == 1
    counters = run(life, "09:00", site).totals.counters
    overflowed = {labels[0]: n for (name, labels), n in counters.items() if name == OVERFLOW}
    assert overflowed == {"queue": 1, "priority": 1, "channel": 1}


def test_queues_that_are_not_listed_are_never_folded_where_none_are() -> None:
    life = [opened(f"T{n}", "09:00", queue=f"q{n}") for n in range(120)]
    assert len(by(every_way(life, "09:00"), OPEN, "queue")) == 120


@pytest.mark.parametrize(
    "channel", ["voice", "chat", "email", "web", "social", "sms", "messaging", "api"]
)
def test_every_channel_of_the_contract_is_a_label(channel: str) -> None:
    floor = every_way([opened("T1", "09:00", channel=channel)], "09:00")
    assert by(floor, "support_window_tickets_by_channel", "channel", window="7d") == {channel: 1}


@pytest.mark.parametrize("priority", ["low", "normal", "high", "urgent"])
def test_every_priority_of_the_contract_is_a_label(priority: str) -> None:
    floor = every_way([opened("T1", "09:00", priority=priority)], "09:00")
    assert by(floor, OPEN, "priority") == {priority: 1}


# --- who sets and who fills ---------------------------------------------------------------------

COMMON: Final[dict[str, Any]] = {"queue": "returns", "priority": "high", "channel": "web"}


def told(kind: type[Event], when: str, data: Data) -> Event:
    return make(kind, "ticket/T1", when, data)


FILLERS: Final = {
    "message": message("T1", "09:10", "customer", **COMMON),
    "status_changed": told(
        ticket.TicketStatusChanged, "09:10", ticket.StatusChanged(to="new", **COMMON)
    ),
    "assigned": told(ticket.TicketAssigned, "09:10", ticket.Moved(to="a-1", **COMMON)),
    "escalated": told(ticket.TicketEscalated, "09:10", ticket.Escalated(level=2, **COMMON)),
}


@pytest.mark.parametrize("event", FILLERS.values(), ids=list(FILLERS))
def test_other_events_only_fill_what_is_still_unknown(event: Event) -> None:
    known = [opened("T1", "09:00", priority="low", channel="email"), event]
    floor = every_way(known, "09:10")
    assert by(floor, OPEN, "queue") == {"billing": 1}
    assert by(floor, OPEN, "priority") == {"low": 1}
    assert by(floor, "support_open_tickets_by_channel", "channel") == {"email": 1}
    unknown = [status("T1", "09:00", "new"), event]
    floor = every_way(unknown, "09:10")
    assert floor[OPEN, "returns", "high", "new"] == 1
    assert by(floor, "support_open_tickets_by_channel", "channel") == {"web": 1}
    assert by(floor, "support_tickets_transferred_total", "queue") == {}


def changed(kind: type[Event], to: str | None) -> Event:
    data: Data
    if kind is ticket.TicketQueueChanged:
        data = ticket.Moved(to=to, priority="high", channel="web")
    else:
        data = ticket.Relabelled(to=to or "", queue="returns", channel="web")
    return told(kind, "09:10", data)


@pytest.mark.parametrize(
    ("event", "queue", "priority"),
    [
        (changed(ticket.TicketQueueChanged, "elsewhere"), "elsewhere", "high"),
        (changed(ticket.TicketPriorityChanged, "urgent"), "returns", "urgent"),
        (changed(ticket.TicketTierChanged, "gold"), "returns", "normal"),
        (changed(ticket.TicketCategoryChanged, "refund"), "returns", "normal"),
    ],
    ids=["queue", "priority", "tier", "category"],
)
def test_a_change_of_one_field_sets_the_others_it_tells(
    event: Event, queue: str, priority: str
) -> None:
    floor = every_way([opened("T1", "09:00"), event], "09:10")
    assert floor[OPEN, queue, priority, "new"] == 1
    assert by(floor, "support_open_tickets_by_channel", "channel") == {"web": 1}
    assert by(floor, "support_tickets_transferred_total", "queue") == {"billing": 1}


def test_a_snapshot_sets_them_all() -> None:
    life = [opened("T1", "09:00", priority="low"), snapshot("T1", "09:10", "open", **COMMON)]
    floor = every_way(life, "09:10")
    assert floor[OPEN, "returns", "high", "open"] == 1
    assert by(floor, "support_open_tickets_by_channel", "channel") == {"web": 1}


def test_what_was_filled_is_set_by_a_change_and_not_by_a_later_creation() -> None:
    life = [
        message("T1", "08:50", "customer", queue="returns", priority="low"),
        opened("T1", "09:00", queue="billing", priority="high"),
    ]
    floor = every_way(life, "09:00")
    assert floor[OPEN, "returns", "low", "new"] == 1
    later = [*life, moved("T1", "09:10", "billing"), prioritised("T1", "09:10", "high")]
    assert every_way(later, "09:10")[OPEN, "billing", "high", "new"] == 1


def test_no_queue_is_known_to_be_none_and_is_not_filled() -> None:
    life = [
        opened("T1", "09:00"),
        moved("T1", "09:05", None),
        message("T1", "09:10", "customer", queue="returns"),
    ]
    assert by(every_way(life, "09:10"), OPEN, "queue") == {"unassigned": 1}
