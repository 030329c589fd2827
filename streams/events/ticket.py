"""What can happen to a ticket (topic `support.tickets`).

Solved and reopened are no events: they are read from `TicketStatusChanged`.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from streams.events.envelope import (
    FIRST_TIME,
    LAST_TIME,
    BadEvent,
    Data,
    Event,
    Moment,
    Role,
    Visibility,
)

StatusCategory: TypeAlias = Literal[
    "new", "open", "pending", "on_hold", "solved", "closed", "merged", "spam", "deleted"
]


class Created(Data, frozen=True, kw_only=True):
    """How a ticket came in."""

    created_by: Role
    channel: str
    requester_role: str | None = None


class StatusChanged(Data, frozen=True, kw_only=True):
    """From one status category to another; `status` is the desk's own name for it."""

    to: StatusCategory
    from_: StatusCategory | None = msgspec.field(name="from", default=None)
    status: str | None = None
    by: str | None = None


class MessageAdded(Data, frozen=True, kw_only=True):
    """A message, without its text."""

    message_id: str
    author_role: Role
    visibility: Visibility
    automated: bool


class Moved(Data, frozen=True, kw_only=True):
    """To another agent or queue; `to` is null for none."""

    to: str | None
    from_: str | None = msgspec.field(name="from", default=None)
    reason: str | None = None


class Relabelled(Data, frozen=True, kw_only=True):
    """Another priority, category or tier."""

    to: str
    from_: str | None = msgspec.field(name="from", default=None)


class Escalated(Data, frozen=True, kw_only=True):
    """To a higher level."""

    level: str | int
    to_queue: str | None = None
    reason: str | None = None


class Joined(Data, frozen=True, kw_only=True):
    """The other ticket: merged into it, or split off to it."""

    into_id: str


class Snapshot(Data, frozen=True, kw_only=True):
    """The full state as the desk has it, to repair ours."""

    status_category: StatusCategory
    created_at: Moment | None = None
    first_reply_at: Moment | None = None
    solved_at: Moment | None = None
    assignee: str | UnsetType | None = UNSET
    """Absent: not said. Null: nobody."""

    def __post_init__(self) -> None:
        for name in ("created_at", "first_reply_at", "solved_at"):
            at = getattr(self, name)
            if at is not None and not FIRST_TIME <= at <= LAST_TIME:
                raise BadEvent("field_value", f"data.{name}: is outside the years 1 to 9999 in UTC")


class TicketEvent(Event, frozen=True):
    """An event about a ticket."""

    family = "ticket"
    topic = "support.tickets"
    subjects = ("ticket/",)


class TicketCreated(TicketEvent, frozen=True, tag="support.ticket.created.v1"):
    """A ticket came in. The text it was opened with is part of this, no message of its own."""

    data: Created


class TicketStatusChanged(TicketEvent, frozen=True, tag="support.ticket.status_changed.v1"):
    """The status category moved."""

    data: StatusChanged


class TicketMessageAdded(TicketEvent, frozen=True, tag="support.ticket.message_added.v1"):
    """Somebody, or something, wrote."""

    data: MessageAdded


class TicketAssigned(TicketEvent, frozen=True, tag="support.ticket.assigned.v1"):
    """An agent got it, or nobody has it any more."""

    data: Moved


class TicketQueueChanged(TicketEvent, frozen=True, tag="support.ticket.queue_changed.v1"):
    """It went to another queue, or to none."""

    data: Moved


class TicketPriorityChanged(TicketEvent, frozen=True, tag="support.ticket.priority_changed.v1"):
    """It has another priority."""

    data: Relabelled


class TicketCategoryChanged(TicketEvent, frozen=True, tag="support.ticket.category_changed.v1"):
    """It is about something else."""

    data: Relabelled


class TicketTierChanged(TicketEvent, frozen=True, tag="support.ticket.tier_changed.v1"):
    """Its customer has another tier."""

    data: Relabelled


class TicketEscalated(TicketEvent, frozen=True, tag="support.ticket.escalated.v1"):
    """It was handed to a higher level."""

    data: Escalated


class TicketMerged(TicketEvent, frozen=True, tag="support.ticket.merged.v1"):
    """It went on as another ticket."""

    data: Joined


class TicketSplit(TicketEvent, frozen=True, tag="support.ticket.split.v1"):
    """Part of it goes on as another ticket."""

    data: Joined


class TicketSpammed(TicketEvent, frozen=True, tag="support.ticket.spammed.v1"):
    """It was marked as spam."""

    data: Data


class TicketDeleted(TicketEvent, frozen=True, tag="support.ticket.deleted.v1"):
    """It was deleted."""

    data: Data


class TicketRestored(TicketEvent, frozen=True, tag="support.ticket.restored.v1"):
    """It is back from merge, spam or deletion."""

    data: Data


class TicketSnapshot(TicketEvent, frozen=True, tag="support.ticket.snapshot.v1"):
    """The full state at `time`, for backfill and reconciliation."""

    data: Snapshot


EVENTS: tuple[type[Event], ...] = (
    TicketCreated,
    TicketStatusChanged,
    TicketMessageAdded,
    TicketAssigned,
    TicketQueueChanged,
    TicketPriorityChanged,
    TicketCategoryChanged,
    TicketTierChanged,
    TicketEscalated,
    TicketMerged,
    TicketSplit,
    TicketSpammed,
    TicketDeleted,
    TicketRestored,
    TicketSnapshot,
)
