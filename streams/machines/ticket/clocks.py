"""The clocks of a ticket: begun, run on, ended, resumed, with the verdicts that follow."""

from __future__ import annotations

from copy import copy

from msgspec.structs import replace

from streams.facts import TARGETS, SlaConcluded
from streams.machines import sla
from streams.machines.sla import CANCELLED, CLOSED, OPEN, Clock
from streams.machines.terms import Promise, Terms, priority_label
from streams.machines.ticket.state import ACTIVE, REMOVED, TicketState, say
from streams.spans import Duration, Instant


def put(t: TicketState, target: int, clock: Clock) -> None:
    """Set the clock of a target."""
    clocks = list(t.clocks)
    clocks[target] = clock
    t.clocks = (clocks[0], clocks[1], clocks[2])


def verdict(t: TicketState, at: Instant, target: int, outcome: str, terms: Terms) -> None:
    """Conclude met, breached or cancelled, under the labels that now hold."""
    queue, priority = terms.queue_label(t.queue), priority_label(t.priority)
    say(t, SlaConcluded(at, queue, priority, TARGETS[target], outcome))


def breach_before(t: TicketState, at: Instant, terms: Terms) -> None:
    """Give the verdicts due before `at`; an event at the very due instant goes first."""
    for target, clock in enumerate(t.clocks):
        if clock is not None and clock.due is not None and clock.due < at:
            verdict(t, clock.due, target, "breached", terms)
            put(t, target, sla.breach(clock))


def end(t: TicketState, at: Instant, target: int, outcome: str | None, terms: Terms) -> None:
    """Fulfil (met), cancel (cancelled) or quietly close (None) a clock that is not closed yet."""
    clock = t.clocks[target]
    if clock is None or clock.stage == CLOSED:
        return
    if outcome is not None and sla.verdict_due(clock):
        verdict(t, at, target, outcome, terms)
    put(t, target, sla.stop(clock, at, CANCELLED if outcome == "cancelled" else CLOSED))


def begin(
    t: TicketState, target: int, started: Instant, since: Instant, used: Duration, terms: Terms
) -> None:
    """A new instance of a clock, in the stage that the phase of the ticket calls for."""
    old = t.clocks[target]
    promise = promises(t, terms)[target]
    instance = 1 if old is None else old.instance + 1
    clock = sla.begin(instance, started, since, used, None, promise, t.phase)
    if t.phase not in ACTIVE:
        clock = sla.stop(clock, since, CANCELLED if t.phase in REMOVED else CLOSED)
    put(t, target, clock)


def promises(t: TicketState, terms: Terms) -> tuple[Promise | None, ...]:
    """What is promised for the ticket as it now is, in the order of `TARGETS`."""
    return terms.promises(t.queue, t.priority, t.tier, t.channel, t.category)


def retarget(t: TicketState, at: Instant, terms: Terms) -> None:
    """Run every open clock on under the promise and the status that now hold."""
    for target, promise in enumerate(promises(t, terms)):
        clock = t.clocks[target]
        if clock is not None and clock.stage == OPEN:
            changed = sla.retarget(clock, at, promise, t.phase)
            if changed is not clock:
                put(t, target, changed)


def resume(t: TicketState, at: Instant, target: int, terms: Terms) -> None:
    """A stopped clock runs on as its next instance."""
    clock = t.clocks[target]
    if clock is not None and clock.stage != OPEN:
        put(t, target, sla.resume(clock, at, promises(t, terms)[target], t.phase))


def bare(t: TicketState) -> TicketState:
    """The state without what follows from the site's promises, as it is stored."""
    stored = copy(t)
    a, b, c = (None if clock is None else replace(clock, promise=None) for clock in t.clocks)
    stored.clocks = (a, b, c)
    return stored


def revived(t: TicketState, terms: Terms) -> TicketState:
    """A stored state under the promises that now hold: open clocks run on from where they stood."""
    t = copy(t)
    for target, promise in enumerate(promises(t, terms)):
        clock = t.clocks[target]
        if clock is not None and clock.stage == OPEN:
            again = sla.begin(
                clock.instance,
                clock.started,
                clock.since,
                clock.used,
                clock.breached,
                promise,
                t.phase,
            )
            put(t, target, again)
    t.next_due = next_due(t)
    return t


def next_due(t: TicketState) -> Instant | None:
    """The earliest due instant of the clocks."""
    return min((c.due for c in t.clocks if c is not None and c.due is not None), default=None)
