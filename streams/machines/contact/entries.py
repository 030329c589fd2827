"""What can happen to a call or chat, in compact form: the entries of its timeline.

Order at equal time and sequence: exits sort before `queued` (a transfer); a source whose queueing
and exit can share a time must give a sequence (`exactness.md` section 9).
"""

from __future__ import annotations

from typing import ClassVar, Final, TypeAlias

import msgspec

from streams.machines.timeline import Entry
from streams.spans import Duration

ABSENT: Final = -1
"""The event does not say: compute it from the times of the contact."""
NOT_KNOWN: Final = -2
"""The event says null: not known, and not to be computed."""


class Answered(Entry, frozen=True, gc=False, array_like=True, tag=1):
    """An agent took it."""

    rank: ClassVar[int] = 4
    queue: str
    agent: int
    """A hash, to match holds and wrap-ups with their leg."""
    wait: Duration


class Abandoned(Entry, frozen=True, gc=False, array_like=True, tag=2):
    """The customer left the queue."""

    rank: ClassVar[int] = 4
    queue: str
    wait: Duration


class FlowedOut(Entry, frozen=True, gc=False, array_like=True, tag=3):
    """It left the queue unanswered, by rule or key."""

    rank: ClassVar[int] = 4
    queue: str
    reason: str


class CallbackChosen(Entry, frozen=True, gc=False, array_like=True, tag=4):
    """The customer asked to be called back."""

    rank: ClassVar[int] = 4
    queue: str


class Transferred(Entry, frozen=True, gc=False, array_like=True, tag=5):
    """It left its queue or its agent for another."""

    rank: ClassVar[int] = 4


class Queued(Entry, frozen=True, gc=False, array_like=True, tag=6):
    """It entered a queue: a new segment."""

    rank: ClassVar[int] = 5
    queue: str


class Held(Entry, frozen=True, gc=False, array_like=True, tag=7):
    """Put on hold."""

    rank: ClassVar[int] = 6


class Resumed(Entry, frozen=True, gc=False, array_like=True, tag=8):
    """Taken off hold."""

    rank: ClassVar[int] = 7


class Ended(Entry, frozen=True, gc=False, array_like=True, tag=9):
    """Hung up, or closed."""

    rank: ClassVar[int] = 8
    by_customer: bool
    talk: Duration
    hold: Duration


class WrapUpStarted(Entry, frozen=True, gc=False, array_like=True, tag=10):
    """The agent works on after the conversation."""

    rank: ClassVar[int] = 9
    agent: int


class WrapUpEnded(Entry, frozen=True, gc=False, array_like=True, tag=11):
    """The agent is done with it."""

    rank: ClassVar[int] = 10
    agent: int


class Noted(Entry, frozen=True, gc=False, array_like=True, tag=12):
    """Offered to an agent, missed, called back: nothing here counts it yet."""

    rank: ClassVar[int] = 11


ContactEntry: TypeAlias = (
    Answered
    | Abandoned
    | FlowedOut
    | CallbackChosen
    | Transferred
    | Queued
    | Held
    | Resumed
    | Ended
    | WrapUpStarted
    | WrapUpEnded
    | Noted
)

unpack: Final = msgspec.msgpack.Decoder(list[ContactEntry]).decode
