"""What is known of a ticket, and the moves a desk makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

import msgspec

from streams.facts import OPEN_STATES, Happening, ResolutionMeasured
from streams.machines.sla import Clock
from streams.machines.terms import Terms, channel_label, priority_label
from streams.spans import Duration, Instant

UNKNOWN: Final = "unknown"
ACTIVE: Final = frozenset(OPEN_STATES)
DONE: Final = frozenset({"solved", "closed"})
REMOVED: Final = frozenset({"merged", "spam", "deleted"})
PHASES: Final = (UNKNOWN, *sorted(ACTIVE | DONE | REMOVED))

USUAL: Final[Mapping[str, frozenset[str]]] = {
    UNKNOWN: frozenset(PHASES),
    "new": ACTIVE | DONE | REMOVED,
    "open": ACTIVE | DONE | REMOVED,
    "pending": ACTIVE | DONE | REMOVED,
    "on_hold": ACTIVE | DONE | REMOVED,
    "solved": ACTIVE | DONE | REMOVED,
    "closed": (ACTIVE - {"new"}) | REMOVED,
    "merged": ACTIVE,
    "spam": ACTIVE | {"deleted"},
    "deleted": ACTIVE,
}
"""The moves a desk makes; any other is taken and counted as doubtful. Every phase is a row."""


FIRST, NEXT, RESOLVE = range(3)
"""Places in `TicketState.clocks`, in the order of `TARGETS`."""

Clocks: TypeAlias = tuple[Clock | None, Clock | None, Clock | None]


class TicketState(msgspec.Struct, gc=False):
    """What the events so far say of a ticket. Raw names; labels are folded where facts are made.

    Never changed once `step` has returned it: `step` works on a copy of its own.
    """

    phase: str = UNKNOWN
    before: str = UNKNOWN
    """The phase before the removal, while removed."""
    first_at: Instant | None = None
    """The first event seen."""
    queue: str | None = None
    """None: not known yet. `NO_QUEUE`: known to be in none."""
    priority: str | None = None
    channel: str | None = None
    tier: str | None = None
    category: str | None = None
    assigned: bool = False
    born: bool = False
    """The creation event itself was seen, not only a snapshot that tells of it."""
    created_at: Instant | None = None
    by_agent: bool = False
    replies: int = 0
    """Public human agent replies so far."""
    answered: bool = False
    """A human reply is known of, be it only from a snapshot."""
    unanswered: Instant | None = None
    """The oldest customer message that waits for a reply after the first one."""
    solved_at: Instant | None = None
    """Since when it is solved or closed, while it is."""
    solved_time: Duration = 0
    """Time spent solved since the creation, before the present solve."""
    escalated: bool = False
    spells: tuple[tuple[str, Instant], ...] = ()
    """The phases so far with their beginnings, kept only while the creation is unknown."""
    clocks: Clocks = (None, None, None)
    next_due: Instant | None = None
    """The earliest due instant of the clocks."""
    measured: ResolutionMeasured | None = None
    """The resolution sample; it belongs to the last solve."""
    facts: tuple[Happening, ...] = ()


START: Final = TicketState()


def labels(t: TicketState, terms: Terms) -> tuple[str, str, str]:
    """Queue, priority and channel as they count now."""
    return terms.queue_label(t.queue), priority_label(t.priority), channel_label(t.channel)


def say(t: TicketState, fact: Happening) -> None:
    """Conclude something."""
    t.facts = (*t.facts, fact)
