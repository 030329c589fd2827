"""From an event to the entry of a timeline: what counts is taken, the rest is left behind.

No message text, no name, no address and no agent id gets past here: agents become a hash where a
leg must find its wrap-up again, and nothing where only *somebody or nobody* matters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from msgspec import UnsetType
from msgspec.structs import replace

from streams.events import Event, bot, contact, sequence_number, ticket
from streams.facts import FLOW_REASONS, OTHER
from streams.machines.contact import entries as c
from streams.machines.terms import NO_QUEUE
from streams.machines.ticket import entries as t
from streams.machines.timeline import LARGEST_SEQUENCE, Entry, Fills, event_id
from streams.spans import Duration, Instant, instant, microseconds

_Any: TypeAlias = Any
"""The event class of the table below: a union of sixty says less."""


_Head = tuple[Instant, int | str, int, Fills | None]
"""Time, sequence, id and common fields, in the order of `Entry`."""


LONGEST_LABEL: Final = 255
"""Characters. What is longer is an accident, and counts as `other`: it would be a label of metrics,
and make a row or a part too large for Kafka."""


def label(text: str | None) -> str | None:
    """A label as it is kept: None for an empty one, `other` for one that is too long."""
    if not text:
        return None
    return text if len(text) <= LONGEST_LABEL else OTHER


def _queue(event: _Any) -> str:
    """The queue that a contact event must name."""
    return label(event.data.queue) or NO_QUEUE


def _head(event: Event, at: Instant, *, without: str = "") -> _Head:
    data = event.data
    given = (data.queue, data.priority, data.channel, data.tier, data.category)
    fills = None
    if any(given):
        # `label` spelt out: this is the hot path.
        fills = Fills(
            *[(text if len(text) <= LONGEST_LABEL else OTHER) if text else None for text in given]
        )
        if without:
            fills = replace(fills, **{without: None})
    number = sequence_number(event) if event.sequence is not None else 0
    sequence = number if number <= LARGEST_SEQUENCE else str(number)
    return at, sequence, event_id(event.source, event.id), fills


# --- tickets ------------------------------------------------------------------------------------


def _created(event: _Any, at: Instant) -> Entry:
    return t.Created(*_head(event, at), event.data.created_by)


def _snapshot(event: _Any, at: Instant) -> Entry:
    data = event.data
    return t.SnapshotTaken(
        *_head(event, at),
        data.status_category,
        None if data.created_at is None else instant(data.created_at),
        None if data.first_reply_at is None else instant(data.first_reply_at),
        None if data.solved_at is None else instant(data.solved_at),
        None if isinstance(data.assignee, UnsetType) else bool(data.assignee),
    )


def _queue_changed(event: _Any, at: Instant) -> Entry:
    data = event.data
    return t.QueueChanged(
        *_head(event, at, without="queue"), label(data.to) or NO_QUEUE, label(data.from_)
    )


def _field_changed(name: str) -> Callable[[Any, Instant], Entry]:
    return lambda event, at: t.FieldChanged(
        *_head(event, at, without=name), name, label(event.data.to) or OTHER
    )


def _assigned(event: _Any, at: Instant) -> Entry:
    return t.Assigned(*_head(event, at), bool(event.data.to))


def _message(event: _Any, at: Instant) -> Entry:
    data = event.data
    public = data.visibility == "public"
    if data.author_role == "customer" and public:
        return t.CustomerWrote(*_head(event, at))
    if data.author_role == "agent" and public and not data.automated:
        return t.AgentReplied(*_head(event, at))
    return t.Noted(*_head(event, at))


def _status_changed(event: _Any, at: Instant) -> Entry:
    return t.StatusChanged(*_head(event, at), event.data.to, event.data.from_)


def _removed(phase: str) -> Callable[[Any, Instant], Entry]:
    return lambda event, at: t.Removed(*_head(event, at), phase)


def _escalated(event: _Any, at: Instant) -> Entry:
    return t.Escalated(*_head(event, at), level_label(event.data.level))


def level_label(level: str | int) -> str:
    """`1` to `9` for 2, "2", "L2", "tier 2"; `other` for the rest: a label must be a closed set."""
    digit = str(level).lower().lstrip("abcdefghijklmnopqrstuvwxyz -_")
    return digit if len(digit) == 1 and digit in "123456789" else OTHER


TICKET_ENTRIES: Final[Mapping[type[Event], Callable[[Any, Instant], Any]]] = {
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
    ticket.TicketRestored: lambda event, at: t.Restored(*_head(event, at)),
    ticket.TicketEscalated: _escalated,
    bot.BotHandoff: lambda event, at: t.BotHandedOff(*_head(event, at)),
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


def _answered(event: _Any, at: Instant) -> Entry:
    data = event.data
    return c.Answered(*_head(event, at), _queue(event), _agent(event), _length(data.wait_s))


def _abandoned(event: _Any, at: Instant) -> Entry:
    return c.Abandoned(*_head(event, at), _queue(event), _length(event.data.wait_s))


def _reason(reason: str) -> str:
    return reason if reason in FLOW_REASONS else OTHER


def _ended(event: _Any, at: Instant) -> Entry:
    data = event.data
    by_customer = data.ended_by == "customer"
    return c.Ended(*_head(event, at), by_customer, _length(data.talk_s), _length(data.hold_s))


_BY_SUFFIX: Final[Mapping[str, Callable[[Any, Instant], Any]]] = {
    "Queued": lambda event, at: c.Queued(*_head(event, at), _queue(event)),
    "Offered": lambda event, at: c.Noted(*_head(event, at)),
    "OfferMissed": lambda event, at: c.Noted(*_head(event, at)),
    "Answered": _answered,
    "Held": lambda event, at: c.Held(*_head(event, at)),
    "Resumed": lambda event, at: c.Resumed(*_head(event, at)),
    "Transferred": lambda event, at: c.Transferred(*_head(event, at)),
    "Abandoned": _abandoned,
    "FlowedOut": lambda event, at: c.FlowedOut(
        *_head(event, at), _queue(event), _reason(event.data.reason)
    ),
    "CallbackRequested": lambda event, at: c.CallbackChosen(*_head(event, at), _queue(event)),
    "CallbackAttempted": lambda event, at: c.Noted(*_head(event, at)),
    "CallbackDone": lambda event, at: c.Noted(*_head(event, at)),
    "Ended": _ended,
    "WrapupStarted": lambda event, at: c.WrapUpStarted(*_head(event, at), _agent(event)),
    "WrapupEnded": lambda event, at: c.WrapUpEnded(*_head(event, at), _agent(event)),
}

CONTACT_ENTRIES: Final[Mapping[type[Event], Callable[[Any, Instant], Any]]] = {
    event: _BY_SUFFIX[suffix]
    for event in contact.EVENTS
    if (suffix := event.__name__.removeprefix("Call").removeprefix("Chat")) in _BY_SUFFIX
}
"""What the contact machine takes. A chat message only shows that the chat is alive."""
