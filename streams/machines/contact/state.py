"""What is known of a call or chat, and the moves it makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from streams.facts import CHANNELS, Happening
from streams.machines.contact.entries import (
    ABSENT,
    Abandoned,
    Answered,
    CallbackChosen,
    Ended,
    FlowedOut,
    Held,
    Queued,
    Resumed,
    Transferred,
)
from streams.machines.terms import channel_label
from streams.spans import Duration, Instant

UNKNOWN: Final = "unknown"
QUEUED: Final = "queued"
CONNECTED: Final = "connected"
ON_HOLD: Final = "on_hold"
AWAY: Final = "away"
ENDED: Final = "ended"

_EXITS: Final[Mapping[type, str]] = {
    Answered: CONNECTED,
    Abandoned: ENDED,
    FlowedOut: AWAY,
    CallbackChosen: ENDED,
    Transferred: AWAY,
    Ended: ENDED,
}
ANYWHERE: Final[Mapping[type, str]] = {Queued: QUEUED, Held: ON_HOLD, Resumed: CONNECTED, **_EXITS}
"""Where an entry leads, from whatever phase."""

TRANSITIONS: Final[Mapping[str, Mapping[type, str]]] = {
    UNKNOWN: ANYWHERE,
    QUEUED: {Queued: QUEUED, **_EXITS},
    CONNECTED: {Queued: QUEUED, Held: ON_HOLD, Transferred: AWAY, Ended: ENDED},
    ON_HOLD: {Queued: QUEUED, Resumed: CONNECTED, Transferred: AWAY, Ended: ENDED},
    AWAY: {Queued: QUEUED, Answered: CONNECTED, Ended: ENDED},
    ENDED: {Queued: QUEUED},
}
"""The usual moves; every phase is a row. Any other is taken and counted as doubtful: away (it left
a queue or an agent) and ended are told apart only by what may usually come next."""


class Segment(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One stay in one queue."""

    queue: str
    since: Instant | None
    """None: an exit was seen, the entry was not."""
    outcome: Happening | None = None
    """None: still waiting."""


class Leg(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One agent's part of the contact."""

    queue: str
    agent: int
    answered_at: Instant
    held: Duration = 0
    hold_since: Instant | None = None
    talk_end: Instant | None = None
    ended: bool = False
    """By its own `ended` or a transfer, not just by a wrap-up that began."""
    talk: Duration = ABSENT
    hold: Duration = ABSENT
    wrap_since: Instant | None = None
    wrap_end: Instant | None = None


class ContactState(msgspec.Struct, gc=False):
    """What the events so far say of a call or chat. Never changed once `step` has returned it."""

    kind: str
    """call or chat: the short-abandon limit and the usual channel go by it."""
    phase: str = UNKNOWN
    channel: str | None = None
    first_since: Instant | None = None
    """Entry into its first queue."""
    segment: Segment | None = None
    """The newest segment, open or closed; earlier ones have become facts."""
    legs: tuple[Leg, ...] = ()
    facts: tuple[Happening, ...] = ()


def say(c: ContactState, fact: Happening) -> None:
    """Conclude something."""
    c.facts = (*c.facts, fact)


def label_of_channel(c: ContactState) -> str:
    """A missing channel of a call is voice, of a chat chat."""
    if c.channel is None:
        return CHANNELS[0] if c.kind == "call" else CHANNELS[1]
    return channel_label(c.channel)
