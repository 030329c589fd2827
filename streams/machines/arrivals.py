"""From an event to the entry of a timeline: what counts is taken, the rest is left behind.

No message text, no name, no address and no agent id gets past here: agents become a hash where a
leg must find its wrap-up again, and nothing where only *somebody or nobody* matters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from msgspec import UnsetType

from streams.events import Event, bot, contact, sequence_number, ticket
from streams.facts import OTHER
from streams.machines.contact import entries as c
from streams.machines.terms import NO_QUEUE
from streams.machines.ticket import entries as t
from streams.machines.timeline import Entry, Fills, event_id
from streams.spans import Duration, Instant, instant, microseconds

_Any: TypeAlias = Any
"""The event class of the table below: a union of sixty says less."""

_LARGEST_SEQUENCE: Final = 2**63 - 1


_Head = tuple[Instant, int | str, int, Fills | None]
"""Time, sequence, id and common fields, in the order of `Entry`."""


def _head(event: Event, *, without: str = "") -> _Head:
    data = event.data
    queue = (data.queue or None) if without != "queue" else None
    priority = (data.priority or None) if without != "priority" else None
    tier = (data.tier or None) if without != "tier" else None
    category = (data.category or None) if without != "category" else None
    channel = data.channel or None
    fills = None
    if queue or priority or channel or tier or category:
        fills = Fills(queue, priority, channel, tier, category)
    number = sequence_number(event) if event.sequence is not None else 0
    sequence = number if number <= _LARGEST_SEQUENCE else str(number)
    return instant(event.time), sequence, event_id(event.source, event.id), fills


# --- tickets ------------------------------------------------------------------------------------


def _created(event: _Any) -> Entry:
    return t.Created(*_head(event), event.data.created_by)


def _snapshot(event: _Any) -> Entry:
    data = event.data
    return t.SnapshotTaken(
        *_head(event),
        data.status_category,
        None if data.created_at is None else instant(data.created_at),
        None if data.first_reply_at is None else instant(data.first_reply_at),
        None if data.solved_at is None else instant(data.solved_at),
        data.assignee is not None,
    )


def _queue_changed(event: _Any) -> Entry:
    data = event.data
    return t.QueueChanged(*_head(event, without="queue"), data.to or NO_QUEUE, data.from_ or None)


def _field_changed(name: str) -> Callable[[Any], Entry]:
    return lambda event: t.FieldChanged(*_head(event, without=name), name, event.data.to)


def _assigned(event: _Any) -> Entry:
    return t.Assigned(*_head(event), bool(event.data.to))


def _message(event: _Any) -> Entry:
    data = event.data
    public = data.visibility == "public"
    if data.author_role == "customer" and public:
        return t.CustomerWrote(*_head(event))
    if data.author_role == "agent" and public and not data.automated:
        return t.AgentReplied(*_head(event))
    return t.Noted(*_head(event))


def _status_changed(event: _Any) -> Entry:
    return t.StatusChanged(*_head(event), event.data.to, event.data.from_)


def _removed(phase: str) -> Callable[[Any], Entry]:
    return lambda event: t.Removed(*_head(event), phase)


def _escalated(event: _Any) -> Entry:
    return t.Escalated(*_head(event), level_label(event.data.level))


def level_label(level: str | int) -> str:
    """`1` to `9` for 2, "2", "L2", "tier 2"; `other` for the rest: a label must be a closed set."""
    digit = str(level).lower().lstrip("abcdefghijklmnopqrstuvwxyz -_")
    return digit if len(digit) == 1 and digit in "123456789" else OTHER


TICKET_ENTRIES: Final[Mapping[type[Event], Callable[[Any], Any]]] = {
    ticket.TicketCreated: _created,
    ticket.TicketSnapshot: _snapshot,
    ticket.TicketQueueChanged: _queue_changed,
    ticket.TicketPriorityChanged: _field_changed("priority"),
    ticket.TicketCategoryChanged: _field_changed("category"),
    ticket.TicketTierChanged: _field_changed("tier"),
    ticket.TicketAssigned: _assigned,
    ticket.TicketMessageAdded: _message,
    ticket.TicketStatusChanged: _status_changed,
    ticket.TicketMerged: _removed("merged"),
    ticket.TicketSpammed: _removed("spam"),
    ticket.TicketDeleted: _removed("deleted"),
    ticket.TicketRestored: lambda event: t.Restored(*_head(event)),
    ticket.TicketEscalated: _escalated,
    bot.BotHandoff: lambda event: t.BotHandedOff(*_head(event)),
}
"""What the ticket machine takes; other events about a ticket are ignored for now."""


# --- calls and chats ----------------------------------------------------------------------------


def _length(value: float | UnsetType | None) -> Duration:
    """An explicit null is *not known*; nothing at all is to be computed."""
    if isinstance(value, UnsetType):
        return c.ABSENT
    return c.NOT_KNOWN if value is None else microseconds(value)


def _agent(event: _Any) -> int:
    agent = event.data.agent_id
    return 0 if agent is None else event_id(event.source, agent)


def _answered(event: _Any) -> Entry:
    data = event.data
    return c.Answered(*_head(event), data.queue, _agent(event), _length(data.wait_s))


def _abandoned(event: _Any) -> Entry:
    return c.Abandoned(*_head(event), event.data.queue, _length(event.data.wait_s))


def _ended(event: _Any) -> Entry:
    data = event.data
    by_customer = data.ended_by == "customer"
    return c.Ended(*_head(event), by_customer, _length(data.talk_s), _length(data.hold_s))


_BY_SUFFIX: Final[Mapping[str, Callable[[Any], Any]]] = {
    "Queued": lambda event: c.Queued(*_head(event), event.data.queue),
    "Offered": lambda event: c.Noted(*_head(event)),
    "OfferMissed": lambda event: c.Noted(*_head(event)),
    "Answered": _answered,
    "Held": lambda event: c.Held(*_head(event)),
    "Resumed": lambda event: c.Resumed(*_head(event)),
    "Transferred": lambda event: c.Transferred(*_head(event)),
    "Abandoned": _abandoned,
    "FlowedOut": lambda event: c.FlowedOut(*_head(event), event.data.queue, event.data.reason),
    "CallbackRequested": lambda event: c.CallbackChosen(*_head(event), event.data.queue),
    "CallbackAttempted": lambda event: c.Noted(*_head(event)),
    "CallbackDone": lambda event: c.Noted(*_head(event)),
    "Ended": _ended,
    "WrapupStarted": lambda event: c.WrapUpStarted(*_head(event), _agent(event)),
    "WrapupEnded": lambda event: c.WrapUpEnded(*_head(event), _agent(event)),
}

CONTACT_ENTRIES: Final[Mapping[type[Event], Callable[[Any], Any]]] = {
    event: _BY_SUFFIX[suffix]
    for event in contact.EVENTS
    if (suffix := event.__name__.removeprefix("Call").removeprefix("Chat")) in _BY_SUFFIX
}
"""What the contact machine takes. A chat message only shows that the chat is alive."""
