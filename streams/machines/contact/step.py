"""One entry after another: what each does to a call or chat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec.structs import replace

from streams.facts import (
    CallbackRequested,
    ContactAbandoned,
    ContactAnswered,
    ContactFlowedOut,
    ContactLost,
    ContactOffered,
    Doubtful,
)
from streams.machines.contact import legs
from streams.machines.contact.entries import (
    ABSENT,
    NOT_KNOWN,
    Abandoned,
    Answered,
    CallbackChosen,
    ContactEntry,
    Ended,
    FlowedOut,
    Held,
    Queued,
    Resumed,
    Transferred,
    WrapUpEnded,
    WrapUpStarted,
)
from streams.machines.contact.legs import end_leg
from streams.machines.contact.state import (
    ANYWHERE,
    TRANSITIONS,
    ContactState,
    Leg,
    Segment,
    label_of_channel,
    say,
)
from streams.machines.terms import Terms
from streams.spans import SECOND, Duration, Instant

_copy: Callable[[ContactState], ContactState] = ContactState.__copy__  # type: ignore[attr-defined] # stubs lack it


def step(state: ContactState, entry: ContactEntry, terms: Terms) -> ContactState:
    """The state after one entry, which sorts after all before it."""
    c = _copy(state)
    _sweep(c, entry.at, terms)
    if entry.fills is not None and c.channel is None:
        c.channel = entry.fills.channel
    kind = type(entry)
    handler = _HANDLERS.get(kind)
    if handler is not None:
        after = TRANSITIONS[c.phase].get(kind)
        if after is None and kind in ANYWHERE:
            say(c, Doubtful(entry.at, "unusual_transition"))
            after = ANYWHERE[kind]
        handler(c, entry, terms)
        c.phase = after or c.phase
    return c


# --- segments -----------------------------------------------------------------------------------


def _sweep(c: ContactState, at: Instant, terms: Terms) -> None:
    """A segment that has waited longer than the maximum before `at` is lost."""
    segment = c.segment
    if segment is not None and segment.outcome is None and segment.since is not None:
        limit = segment.since + terms.max_wait
        if limit < at:
            lost = ContactLost(limit, terms.queue_label(segment.queue))
            c.segment = replace(segment, outcome=lost)


def _queued(c: ContactState, e: Queued, terms: Terms) -> None:
    _lose(c, e.at, terms)
    _shelve(c)
    end_leg(c, e.at)
    c.segment = Segment(e.queue, e.at)
    if c.first_since is None:
        c.first_since = e.at
    say(c, ContactOffered(e.at, terms.queue_label(e.queue), label_of_channel(c)))


def _lose(c: ContactState, at: Instant, terms: Terms) -> None:
    """An open segment without an exit: lost, in no rate."""
    if c.segment is not None and c.segment.outcome is None:
        lost = ContactLost(at, terms.queue_label(c.segment.queue))
        c.segment = replace(c.segment, outcome=lost)


def _shelve(c: ContactState) -> None:
    """The segment is over for good: its outcome becomes a fact."""
    if c.segment is not None and c.segment.outcome is not None:
        say(c, c.segment.outcome)
    c.segment = None


def _exit(c: ContactState, queue: str) -> Segment:
    """The segment that an exit closes; a closed one again, or one whose entry was not seen."""
    return c.segment if c.segment is not None else Segment(queue, None)


def _wait(c: ContactState, segment: Segment, e: Answered | Abandoned) -> Duration | None:
    """The wait the source gives, else the one of the event times; None: not known."""
    if e.wait == NOT_KNOWN:
        return None
    computed = None if segment.since is None else e.at - segment.since
    if e.wait == ABSENT:
        return computed
    if computed is not None and abs(computed - e.wait) > SECOND:
        say(c, Doubtful(e.at, "wait_mismatch"))
    return e.wait


def _answered(c: ContactState, e: Answered, terms: Terms) -> None:
    segment = _exit(c, e.queue)
    wait = _wait(c, segment, e)
    within = terms.queue_terms(segment.queue).within
    label = terms.queue_label(segment.queue)
    answer = ContactAnswered(e.at, label, wait is not None and wait <= within, wait)
    c.segment = replace(segment, outcome=answer)
    end_leg(c, e.at)
    c.legs = (*c.legs, Leg(segment.queue, e.agent, e.at))


def _abandoned(c: ContactState, e: Abandoned, terms: Terms) -> None:
    segment = _exit(c, e.queue)
    wait = _wait(c, segment, e)
    queue = terms.queue_terms(segment.queue)
    short = queue.short_call if c.kind == "call" else queue.short_chat
    if wait is None:
        kind = "late"
    elif wait < short:
        kind = "short"
    else:
        kind = "in_threshold" if wait <= queue.within else "late"
    left = ContactAbandoned(e.at, terms.queue_label(segment.queue), kind, wait)
    c.segment = replace(segment, outcome=left)
    end_leg(c, e.at)


def _flowed_out(c: ContactState, e: FlowedOut, terms: Terms) -> None:
    segment = _exit(c, e.queue)
    out = ContactFlowedOut(e.at, terms.queue_label(segment.queue), e.reason)
    c.segment = replace(segment, outcome=out)
    end_leg(c, e.at)


def _callback_chosen(c: ContactState, e: CallbackChosen, terms: Terms) -> None:
    segment = _exit(c, e.queue)
    c.segment = replace(segment, outcome=CallbackRequested(e.at, terms.queue_label(segment.queue)))
    end_leg(c, e.at)


def _transferred(c: ContactState, e: Transferred, terms: Terms) -> None:
    """Closes a segment and opens none; while queued it is an overflow."""
    if c.segment is not None and c.segment.outcome is None:
        label = terms.queue_label(c.segment.queue)
        c.segment = replace(c.segment, outcome=ContactFlowedOut(e.at, label, "overflow"))
    _shelve(c)
    end_leg(c, e.at)


def _ended(c: ContactState, e: Ended, terms: Terms) -> None:
    _lose(c, e.at, terms)
    legs.ended(c, e, terms)


_HANDLERS: Final[Mapping[type, Callable[[ContactState, Any, Terms], None]]] = {
    Queued: _queued,
    Answered: _answered,
    Abandoned: _abandoned,
    FlowedOut: _flowed_out,
    CallbackChosen: _callback_chosen,
    Transferred: _transferred,
    Held: legs.held,
    Resumed: legs.resumed,
    Ended: _ended,
    WrapUpStarted: legs.wrap_up_started,
    WrapUpEnded: legs.wrap_up_ended,
}
"""What each entry does; a note (`Noted`) does nothing."""
