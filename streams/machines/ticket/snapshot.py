"""A snapshot repairs state and milestones, and gives no facts."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from streams.facts import TARGETS, SlaConcluded
from streams.machines import sla
from streams.machines.sla import CANCELLED, OPEN
from streams.machines.terms import Promise, Terms
from streams.machines.ticket.clocks import begin, end, promises, put
from streams.machines.ticket.entries import SnapshotTaken
from streams.machines.ticket.phases import await_next, close, enter_removal, reopen, restore
from streams.machines.ticket.state import DONE, FIRST, REMOVED, RESOLVE, TicketState
from streams.spans import Duration, Instant


def snapshot(t: TicketState, e: SnapshotTaken, terms: Terms) -> bool:
    """Repairs state and milestones, and gives no facts: no verdict, no sample, no reopening."""
    if e.assigned is not None:
        t.assigned = e.assigned
    if e.first_reply_at is not None and not t.answered:
        t.answered = True
        _unbreach(t, e.first_reply_at)
        end(t, e.at, FIRST, None, terms)
    _set_phase(t, e, terms)
    if t.created_at is None and e.created_at is not None:
        _learn_creation(t, e.created_at, e.at, terms)
    return True


def _set_phase(t: TicketState, e: SnapshotTaken, terms: Terms) -> None:
    source = t.phase
    if e.phase in REMOVED:
        enter_removal(t, source, e.phase, e.at)
        for target, clock in enumerate(t.clocks):
            if clock is not None and clock.stage == OPEN:
                put(t, target, sla.stop(clock, e.at, CANCELLED))
    elif e.phase in DONE:
        t.phase = e.phase
        close(t, e.at, terms)
        if source in REMOVED and t.before in DONE:
            t.solved_at = e.at
        else:
            t.solved_at = e.solved_at or t.solved_at or e.at
        t.unanswered = None
    elif source in DONE or (source in REMOVED and t.before in DONE):
        t.phase = e.phase
        reopen(t, e.at, terms)
    elif source in REMOVED:
        restore(t, e.at, terms)
        t.phase = e.phase
    else:
        t.phase = e.phase
        await_next(t, e.at, terms)


def _unbreach(t: TicketState, replied_at: Instant) -> None:
    """A first reply at or before the due instant takes the breach back."""
    clock = t.clocks[FIRST]
    if clock is None or clock.breached is None or replied_at > clock.breached:
        return
    facts = list(t.facts)
    for place in range(len(facts) - 1, -1, -1):
        fact = facts[place]
        if isinstance(fact, SlaConcluded) and (fact.at, fact.target, fact.outcome) == (
            clock.breached,
            TARGETS[FIRST],
            "breached",
        ):
            del facts[place]
            break
    t.facts = tuple(facts)
    put(t, FIRST, replace(clock, breached=None))


def _learn_creation(t: TicketState, created_at: Instant, at: Instant, terms: Terms) -> None:
    """Clocks run from the creation that a snapshot tells of, less the pauses that are known."""
    t.created_at = created_at
    agreed = promises(t, terms)
    for target in (FIRST, RESOLVE):
        if t.clocks[target] is None and (target == RESOLVE or not t.answered):
            used = _used_before(t, agreed[target], created_at, at)
            begin(t, target, created_at, at, used, terms)
    now = at if t.solved_at is None else t.solved_at
    for phase, began, ended in _spells(t, now):
        if phase in DONE:
            t.solved_time += max(ended - max(began, created_at), 0)
    t.spells = ()


def _spells(t: TicketState, until: Instant) -> Iterator[tuple[str, Instant, Instant]]:
    """The phases so far, each with its beginning and its end, none of them after `until`."""
    ends = [*(at for _, at in t.spells[1:]), until]
    for (phase, began), ended in zip(t.spells, ends, strict=False):
        yield phase, began, min(ended, until)


def _used_before(t: TicketState, promise: Promise | None, start: Instant, end: Instant) -> Duration:
    """Clock time between the creation and a snapshot under the present promise."""
    if promise is None:
        return 0
    stopped = promise.pauses | DONE | REMOVED
    used = promise.schedule.business_time(start, end)
    for phase, began, ended in _spells(t, end):
        if phase in stopped:
            used -= promise.schedule.business_time(max(began, start), max(ended, start))
    return used
