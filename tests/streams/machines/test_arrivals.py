"""What of an event gets into a timeline, and what is left at the door."""

from __future__ import annotations

from typing import Final

import pytest

from streams.events import bot, contact, ticket
from streams.events.envelope import Data
from streams.facts import OTHER
from streams.machines.arrivals import (
    CONTACT_ENTRIES,
    LONGEST_LABEL,
    TICKET_ENTRIES,
    level_label,
)
from streams.machines.contact import entries as c
from streams.machines.contact.state import ANYWHERE
from streams.machines.ticket import entries as t
from tests.vocabulary import answered, at, ended, make, message, moved, opened, queued

NOT_COUNTED: Final = {ticket.TicketSplit, bot.BotHandled}
"""About tickets, and nothing here counts them yet."""


def test_every_event_about_a_ticket_is_taken_or_known_not_to_be() -> None:
    about = {*ticket.EVENTS, *bot.EVENTS}
    assert about - TICKET_ENTRIES.keys() == NOT_COUNTED


def test_every_event_about_a_contact_is_taken_but_the_messages_of_a_chat() -> None:
    assert {*contact.EVENTS} - CONTACT_ENTRIES.keys() == {contact.ChatMessage}
    assert CONTACT_ENTRIES.keys() <= {*contact.EVENTS}


@pytest.mark.parametrize(
    ("level", "label"),
    [
        (2, "2"),
        ("2", "2"),
        ("L2", "2"),
        ("tier 3", "3"),
        ("Level-1", "1"),
        (9, "9"),
        (0, "other"),
        (10, "other"),
        ("boss", "other"),
        ("2nd", "other"),
        ("", "other"),
    ],
)
def test_a_level_is_a_digit_or_other(level: str | int, label: str) -> None:
    assert level_label(level) == label


def test_only_public_messages_of_people_are_more_than_a_note() -> None:
    make_entry = TICKET_ENTRIES[ticket.TicketMessageAdded]

    def kind(event: ticket.TicketMessageAdded) -> type:
        return type(make_entry(event, at(event.time)))

    assert kind(message("T1", "09:00", "customer")) is t.CustomerWrote
    assert kind(message("T1", "09:00", "customer", automated=True)) is t.CustomerWrote
    assert kind(message("T1", "09:00", "customer", public=False)) is t.Noted
    assert kind(message("T1", "09:00", "agent")) is t.AgentReplied
    assert kind(message("T1", "09:00", "agent", automated=True)) is t.Noted
    assert kind(message("T1", "09:00", "agent", public=False)) is t.Noted
    assert kind(message("T1", "09:00", "bot")) is t.Noted
    assert kind(message("T1", "09:00", "system")) is t.Noted


def test_absent_is_to_be_computed_and_null_is_not_known() -> None:
    def wait(event: contact.CallAnswered) -> int:
        found: int = CONTACT_ENTRIES[contact.CallAnswered](event, at(event.time)).wait
        return found

    plain = make(contact.CallAnswered, "call/1", "09:00", answered("call/1", "09:00").data)
    assert wait(plain) == c.ABSENT
    for given, expected in [(None, c.NOT_KNOWN), (0, 0), (1.5, 1_500_000)]:
        data = answered("call/1", "09:00", wait_s=given).data
        assert wait(make(contact.CallAnswered, "call/1", "09:00", data)) == expected
    end = CONTACT_ENTRIES[contact.CallEnded](ended("call/1", "09:00", talk_s=None), at("09:00"))
    assert (end.talk, end.hold) == (c.NOT_KNOWN, c.ABSENT)


def test_an_agent_is_a_hash_by_source() -> None:
    make_entry = CONTACT_ENTRIES[contact.CallAnswered]
    one, other = (answered("call/1", "09:00", agent=name) for name in ("a-1", "a-2"))
    first, second = (make_entry(event, at("09:00")).agent for event in (one, other))
    assert first != second
    assert make_entry(one, at("09:00")).agent == first
    assert "a-1" not in repr(make_entry(one, at("09:00")))


def test_empty_names_are_no_names() -> None:
    data = Data(queue="", priority="", channel="", tier="", category="")
    event = make(ticket.TicketRestored, "ticket/T1", "09:00", data)
    assert TICKET_ENTRIES[ticket.TicketRestored](event, at("09:00")).fills is None


def test_to_no_queue_is_known_to_be_none() -> None:
    make_entry = TICKET_ENTRIES[ticket.TicketQueueChanged]
    assert make_entry(moved("T1", "09:00", None), at("09:00")).to == ""
    assert make_entry(moved("T1", "09:00", "returns"), at("09:00")).to == "returns"


def test_exits_sort_before_entries_and_wrap_ups_in_their_order() -> None:
    ranks = [c.Answered.rank, c.Queued.rank, c.Held.rank, c.Resumed.rank, c.Ended.rank]
    assert ranks == sorted(ranks)
    assert {c.Abandoned.rank, c.FlowedOut.rank, c.CallbackChosen.rank, c.Transferred.rank} == {
        c.Answered.rank
    }
    assert c.Ended.rank < c.WrapUpStarted.rank < c.WrapUpEnded.rank
    assert c.Queued in ANYWHERE


def test_a_ticket_entry_carries_no_more_than_counts() -> None:
    event = opened("T1", "09:00", agent_id="a-1", customer_id="c-1", brand="b")
    entry = TICKET_ENTRIES[ticket.TicketCreated](event, at("09:00"))
    for word in ("a-1", "c-1", "T1"):
        assert word not in repr(entry)


LONGEST: Final = "q" * LONGEST_LABEL


@pytest.mark.parametrize(("name", "expected"), [(LONGEST, LONGEST), (LONGEST + "q", OTHER)])
def test_a_label_that_is_too_long_reads_as_other(name: str, expected: str) -> None:
    entry = TICKET_ENTRIES[ticket.TicketQueueChanged](moved("T1", "09:00", name, name), at("09:00"))
    assert (entry.to, entry.source) == (expected, expected)
    made = TICKET_ENTRIES[ticket.TicketCreated](
        opened("T1", "09:00", queue=name, tier=name, category=name), at("09:00")
    )
    assert (made.fills.queue, made.fills.tier, made.fills.category) == (expected,) * 3
    call = CONTACT_ENTRIES[contact.CallQueued](queued("call/1", "09:00", name), at("09:00"))
    assert call.queue == expected
