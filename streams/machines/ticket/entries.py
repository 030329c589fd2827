"""What can happen to a ticket, in compact form: the entries of its timeline.

Order at equal time and sequence (`exactness.md` section 9): creation and snapshot, changes and
assignment, customer messages, other messages, status changes and removals, the rest.
"""

from __future__ import annotations

from typing import ClassVar, Final, TypeAlias

import msgspec

from streams.machines.timeline import Entry
from streams.spans import Instant


class Created(Entry, frozen=True, gc=False, array_like=True, tag=1):
    """The creation."""

    rank: ClassVar[int] = 0
    by: str


class SnapshotTaken(Entry, frozen=True, gc=False, array_like=True, tag=2):
    """The full state as the desk has it: repairs, and gives no facts."""

    rank: ClassVar[int] = 0
    phase: str
    created_at: Instant | None
    first_reply_at: Instant | None
    solved_at: Instant | None
    assigned: bool | None
    """None where the snapshot does not say."""


class QueueChanged(Entry, frozen=True, gc=False, array_like=True, tag=3):
    """`to` is `NO_QUEUE` for none; `source` is the queue before, where given."""

    rank: ClassVar[int] = 1
    to: str
    source: str | None


class FieldChanged(Entry, frozen=True, gc=False, array_like=True, tag=4):
    """Priority, category or tier changed."""

    rank: ClassVar[int] = 1
    field: str
    to: str


class Assigned(Entry, frozen=True, gc=False, array_like=True, tag=5):
    """Assigned to somebody, or to nobody. To whom is not kept."""

    rank: ClassVar[int] = 1
    somebody: bool


class CustomerWrote(Entry, frozen=True, gc=False, array_like=True, tag=6):
    """A public message of the customer, automated ones too."""

    rank: ClassVar[int] = 2


class AgentReplied(Entry, frozen=True, gc=False, array_like=True, tag=7):
    """A public message of a human agent, not automated: the only kind that answers."""

    rank: ClassVar[int] = 3


class Noted(Entry, frozen=True, gc=False, array_like=True, tag=8):
    """Any other message: internal, automated, of a bot or the system. It changes no clock."""

    rank: ClassVar[int] = 3


class StatusChanged(Entry, frozen=True, gc=False, array_like=True, tag=9):
    """The status category moved; `source` is the one before, where given."""

    rank: ClassVar[int] = 4
    to: str
    source: str | None


class Removed(Entry, frozen=True, gc=False, array_like=True, tag=10):
    """Merged, spam or deleted."""

    rank: ClassVar[int] = 4
    phase: str


class Restored(Entry, frozen=True, gc=False, array_like=True, tag=11):
    """Back to the state before the removal."""

    rank: ClassVar[int] = 4


class Escalated(Entry, frozen=True, gc=False, array_like=True, tag=12):
    """Handed to a higher level."""

    rank: ClassVar[int] = 5
    level: str


class BotHandedOff(Entry, frozen=True, gc=False, array_like=True, tag=13):
    """A bot gave the ticket to people: the first-response clock starts over."""

    rank: ClassVar[int] = 5


TicketEntry: TypeAlias = (
    Created
    | SnapshotTaken
    | QueueChanged
    | FieldChanged
    | Assigned
    | CustomerWrote
    | AgentReplied
    | Noted
    | StatusChanged
    | Removed
    | Restored
    | Escalated
    | BotHandedOff
)

unpack: Final = msgspec.msgpack.Decoder(list[TicketEntry]).decode
