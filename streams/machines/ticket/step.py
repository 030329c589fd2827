"""One entry after another: what each does to a ticket."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from streams.facts import (
    Doubtful,
    FirstReplied,
    NextReplied,
    TicketCreated,
    TicketEscalated,
    TicketTransferred,
)
from streams.machines import sla
from streams.machines.sla import OPEN
from streams.machines.terms import Terms
from streams.machines.ticket.clocks import (
    begin,
    breach_before,
    end,
    next_due,
    promises,
    put,
    retarget,
)
from streams.machines.ticket.entries import (
    AgentReplied,
    Assigned,
    BotHandedOff,
    Created,
    CustomerWrote,
    Escalated,
    FieldChanged,
    QueueChanged,
    Removed,
    Restored,
    SnapshotTaken,
    StatusChanged,
    TicketEntry,
)
from streams.machines.ticket.phases import removed, restored, status_changed
from streams.machines.ticket.snapshot import snapshot
from streams.machines.ticket.state import (
    ACTIVE,
    FIRST,
    NEXT,
    RESOLVE,
    UNKNOWN,
    TicketState,
    labels,
    say,
)
from streams.machines.timeline import Fills
from streams.spans import Instant

_copy: Callable[[TicketState], TicketState] = TicketState.__copy__  # type: ignore[attr-defined] # stubs lack it


def step(state: TicketState, entry: TicketEntry, terms: Terms) -> TicketState:
    """The state after one entry, which sorts after all before it."""
    t = _copy(state)
    if t.first_at is None:
        t.first_at = entry.at
    elif t.next_due is not None and t.next_due < entry.at:
        breach_before(t, entry.at, terms)
    kind = type(entry)
    moved = entry.fills is not None and _take(t, entry.fills, entry.at, terms, kind)
    handler = _HANDLERS.get(kind)
    if handler is not None and handler(t, entry, terms):
        moved = True
    if moved:
        retarget(t, entry.at, terms)
    if t.clocks is not state.clocks:
        t.next_due = next_due(t)
    if t.created_at is None and t.phase != state.phase:
        t.spells = (*t.spells, (t.phase, entry.at))
    return t


# --- common fields ------------------------------------------------------------------------------


def _take(t: TicketState, fills: Fills, at: Instant, terms: Terms, kind: type) -> bool:
    """Set (`*_changed`, snapshot) or fill the common fields; whether one of them changed."""
    sets = kind in _SETTERS
    moved = False
    if fills.queue is not None and fills.queue != t.queue and (sets or t.queue is None):
        if kind is not SnapshotTaken:
            _leave(t, t.queue, fills.queue, at, terms)
        t.queue = fills.queue
        moved = True
    for name in ("priority", "channel", "tier", "category"):
        value = getattr(fills, name)
        if value is not None:
            known = getattr(t, name)
            if known is None or (sets and known != value):
                setattr(t, name, value)
                moved = True
    return moved


def _leave(t: TicketState, queue: str | None, to: str, at: Instant, terms: Terms) -> None:
    """Leaving a real queue, to another or to none, is a transfer; leaving none is not."""
    if queue and queue != to:
        say(t, TicketTransferred(at, terms.queue_label(queue)))


def _queue_changed(t: TicketState, e: QueueChanged, terms: Terms) -> bool:
    _leave(t, e.source if t.queue is None else t.queue, e.to, e.at, terms)
    t.queue = e.to
    return True


def _field_changed(t: TicketState, e: FieldChanged, _terms: Terms) -> bool:
    setattr(t, e.field, e.to)
    return True


def _assigned(t: TicketState, e: Assigned, _terms: Terms) -> bool:
    t.assigned = e.somebody
    return False


def _escalated(t: TicketState, e: Escalated, terms: Terms) -> bool:
    if not t.escalated:
        t.escalated = True
        say(t, TicketEscalated(e.at, terms.queue_label(t.queue), e.level))
    return False


# --- messages -----------------------------------------------------------------------------------


def _customer_wrote(t: TicketState, e: CustomerWrote, terms: Terms) -> bool:
    """Before the first reply the wait belongs to the first response, and starts nothing here."""
    awaits_next = t.answered or t.by_agent
    if awaits_next and t.unanswered is None and e.at != t.created_at:
        t.unanswered = e.at
        if t.phase in ACTIVE:
            begin(t, NEXT, e.at, e.at, 0, terms)
    return False


def _agent_replied(t: TicketState, e: AgentReplied, terms: Terms) -> bool:
    t.replies += 1
    t.answered = True
    t.unanswered = None
    first, following, _ = t.clocks
    queue, priority, channel = labels(t, terms)
    if first is not None and first.stage == OPEN and e.at >= first.started:
        business = terms.queue_terms(t.queue).schedule.business_time(first.started, e.at)
        elapsed = e.at - first.started
        say(t, FirstReplied(e.at, queue, priority, channel, elapsed, business))
    if following is not None and following.stage == OPEN:
        say(t, NextReplied(e.at, queue, priority, channel, e.at - following.started))
    for target in (FIRST, NEXT):
        clock = t.clocks[target]
        if clock is not None:
            end(t, e.at, target, "met" if clock.stage == OPEN else None, terms)
    return False


def _bot_handed_off(t: TicketState, e: BotHandedOff, terms: Terms) -> bool:
    """People take over: the same instance starts anew; an earlier breach stays."""
    clock = t.clocks[FIRST]
    if clock is not None and clock.stage == OPEN:
        promise = promises(t, terms)[FIRST]
        put(t, FIRST, sla.begin(clock.instance, e.at, e.at, 0, clock.breached, promise, t.phase))
    return False


# --- the creation --------------------------------------------------------------------------------


def _created(t: TicketState, e: Created, terms: Terms) -> bool:
    """Sets the creation; resets no phase and no field that other events have set before."""
    if t.born:
        say(t, Doubtful(e.at, "unusual_transition"))
        return False
    t.born = True
    if t.phase == UNKNOWN:
        t.phase = "new"
    say(t, TicketCreated(e.at, *labels(t, terms)))
    if t.created_at is None:
        t.created_at = e.at
        t.by_agent = e.by == "agent"
        t.spells = ()
        if t.unanswered == e.at:
            t.unanswered = None
        if not t.by_agent and not t.answered:
            begin(t, FIRST, e.at, e.at, 0, terms)
        begin(t, RESOLVE, e.at, e.at, 0, terms)
    return False


_SETTERS: Final = frozenset({SnapshotTaken, QueueChanged, FieldChanged})

_HANDLERS: Final[Mapping[type, Callable[[TicketState, Any, Terms], bool]]] = {
    Created: _created,
    SnapshotTaken: snapshot,
    QueueChanged: _queue_changed,
    FieldChanged: _field_changed,
    Assigned: _assigned,
    CustomerWrote: _customer_wrote,
    AgentReplied: _agent_replied,
    StatusChanged: status_changed,
    Removed: removed,
    Restored: restored,
    Escalated: _escalated,
    BotHandedOff: _bot_handed_off,
}
"""What each entry does, and whether it changed something that a promise may depend on.

A note does nothing."""
