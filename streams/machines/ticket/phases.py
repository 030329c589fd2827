"""From one phase of a ticket to another, with what that concludes."""

from __future__ import annotations

from streams.facts import (
    Doubtful,
    ResolutionMeasured,
    TicketReopened,
    TicketResolved,
)
from streams.machines.sla import CANCELLED, CLOSED, OPEN
from streams.machines.terms import Terms
from streams.machines.ticket.clocks import begin, end, resume
from streams.machines.ticket.entries import Removed, Restored, StatusChanged
from streams.machines.ticket.state import (
    ACTIVE,
    DONE,
    FIRST,
    NEXT,
    REMOVED,
    RESOLVE,
    UNKNOWN,
    USUAL,
    TicketState,
    labels,
    say,
)
from streams.spans import Instant


def status_changed(t: TicketState, e: StatusChanged, terms: Terms) -> bool:
    """The newer status wins; `from` is trusted only where the phase was not known."""
    if e.to == t.phase:
        return False
    source = e.source if t.phase == UNKNOWN and e.source is not None else t.phase
    if e.to != source and e.to not in USUAL[source]:
        say(t, Doubtful(e.at, "unusual_transition"))
    if source in REMOVED and e.to in ACTIVE and t.phase == source:
        restore(t, e.at, terms)
        source = t.before
    move(t, source, e.to, e.at, terms)
    return True


def move(t: TicketState, source: str, to: str, at: Instant, terms: Terms) -> None:
    """From one phase to another, with what it concludes."""
    if to in REMOVED:
        remove(t, source, to, at, terms)
        return
    t.phase = to
    if to in ACTIVE:
        if source in DONE:
            say(t, TicketReopened(at, *labels(t, terms)))
            reopen(t, at, terms)
        else:
            await_next(t, at, terms)
    elif (to == "solved" and source not in DONE) or (to == "closed" and source in ACTIVE):
        solve(t, at, terms)
    else:
        t.solved_at = at if t.solved_at is None else t.solved_at
        close(t, at, terms)


def solve(t: TicketState, at: Instant, terms: Terms) -> None:
    """Fulfils every running clock; a solve without a reply closes the first response unanswered."""
    queue, priority, channel = labels(t, terms)
    say(t, TicketResolved(at, queue, priority, channel, t.replies == 1))
    t.solved_at = at
    t.measured = None
    if t.created_at is not None and at >= t.created_at:
        elapsed = at - t.created_at - t.solved_time
        t.measured = ResolutionMeasured(at, queue, priority, elapsed)
    for target, clock in enumerate(t.clocks):
        if clock is not None:
            end(t, at, target, "met" if clock.stage == OPEN else None, terms)
    t.unanswered = None


def close(t: TicketState, at: Instant, terms: Terms) -> None:
    """Done without a solve: whatever is left of the clocks ends without a verdict."""
    for target in range(len(t.clocks)):
        end(t, at, target, None, terms)


def reopen(t: TicketState, at: Instant, terms: Terms) -> None:
    """Goes on with the time used; without any human reply the first response starts anew."""
    leave_solved(t, at)
    if t.created_at is not None and not t.answered and not t.by_agent:
        begin(t, FIRST, at, at, 0, terms)
    resume(t, at, RESOLVE, terms)
    await_next(t, at, terms)


def leave_solved(t: TicketState, at: Instant) -> None:
    """It is solved no longer, and that time is no part of its resolution."""
    if t.solved_at is not None and t.created_at is not None:
        t.solved_time += max(at - max(t.solved_at, t.created_at), 0)
    t.solved_at = None


def await_next(t: TicketState, at: Instant, terms: Terms) -> None:
    """A customer message that came while the ticket was not active waits from now on."""
    clock = t.clocks[NEXT]
    if t.unanswered is not None and (clock is None or clock.stage == CLOSED):
        begin(t, NEXT, at, at, 0, terms)


def removed(t: TicketState, e: Removed, terms: Terms) -> bool:
    """Merged, spam or deleted."""
    if e.phase == t.phase:
        return False
    if e.phase not in USUAL[t.phase]:
        say(t, Doubtful(e.at, "unusual_transition"))
    remove(t, t.phase, e.phase, e.at, terms)
    return True


def remove(t: TicketState, source: str, to: str, at: Instant, terms: Terms) -> None:
    """Cancels what runs; facts of before stay as they are, and removed time is not solved time."""
    enter_removal(t, source, to, at)
    for target, clock in enumerate(t.clocks):
        if clock is not None and clock.stage == OPEN:
            end(t, at, target, "cancelled", terms)


def enter_removal(t: TicketState, source: str, to: str, at: Instant) -> None:
    """Into a removed phase; the one before is where a restoring goes back to."""
    if source not in REMOVED:
        t.before = source
    t.phase = to
    leave_solved(t, at)


def restored(t: TicketState, e: Restored, terms: Terms) -> bool:
    """Back from a removal; without one before it is doubtful and changes nothing."""
    if t.phase not in REMOVED and t.phase != UNKNOWN:
        say(t, Doubtful(e.at, "unusual_transition"))
        return False
    restore(t, e.at, terms)
    return True


def restore(t: TicketState, at: Instant, terms: Terms) -> None:
    """Back to the phase before; cancelled clocks run on as their next instance."""
    t.phase = "open" if t.before == UNKNOWN else t.before
    if t.phase in DONE:
        t.solved_at = at
    if t.phase in ACTIVE:
        for target, clock in enumerate(t.clocks):
            if clock is not None and clock.stage == CANCELLED:
                resume(t, at, target, terms)
        await_next(t, at, terms)
