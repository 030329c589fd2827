"""What a ticket says at a given time: facts, standings, and when they change by time alone."""

from __future__ import annotations

from bisect import bisect_right
from copy import copy
from typing import Final

import msgspec

from streams.facts import (
    AGE_BANDS,
    TARGETS,
    AwaitingFirstResponse,
    Happening,
    SlaConcluded,
    SlaRunning,
    Standing,
    TicketOpen,
)
from streams.machines.sla import OPEN, Clock
from streams.machines.terms import Terms, channel_label, priority_label
from streams.machines.ticket.clocks import bare, breach_before, next_due, revived
from streams.machines.ticket.entries import TicketEntry, unpack
from streams.machines.ticket.state import ACTIVE, FIRST, START, TicketState
from streams.machines.ticket.step import step
from streams.machines.timeline import Machine
from streams.spans import AFTER_ALL, DAY, HOUR, Duration, Instant

_BAND_STARTS: Final = (0, HOUR, 4 * HOUR, DAY, 3 * DAY, 7 * DAY)
"""Where the age bands begin, in the order of `AGE_BANDS`; exactly 7 d is `gt_7d`."""


def age_band(age: Duration) -> str:
    """The half-open band that an age lies in."""
    return AGE_BANDS[max(bisect_right(_BAND_STARTS, age) - 1, 0)]


def happened(t: TicketState, now: Instant, terms: Terms) -> tuple[Happening, ...]:
    """All it has concluded by `now`: by events, and by due instants that lie before `now`."""
    facts = t.facts if t.measured is None else (*t.facts, t.measured)
    if t.next_due is None or t.next_due >= now:
        return facts
    queue, priority = terms.queue_label(t.queue), priority_label(t.priority)
    return facts + tuple(
        SlaConcluded(clock.due, queue, priority, target, "breached")
        for target, clock in zip(TARGETS, t.clocks, strict=True)
        if clock is not None and clock.due is not None and clock.due < now
    )


def standing(t: TicketState, now: Instant, terms: Terms) -> tuple[Standing, ...]:
    """What is true of it at `now`; nothing unless it is open."""
    if t.phase not in ACTIVE or t.first_at is None:
        return ()
    queue, priority = terms.queue_label(t.queue), priority_label(t.priority)
    since = _since(t)
    found: list[Standing] = [
        TicketOpen(
            queue,
            priority,
            channel_label(t.channel),
            t.phase,
            age_band(now - since),
            t.assigned,
            since,
        )
    ]
    first = t.clocks[FIRST]
    if first is not None and first.stage == OPEN:
        found.append(AwaitingFirstResponse(queue, priority, first.started))
    for target, clock in enumerate(t.clocks):
        if clock is not None and clock.stage == OPEN:
            status = clock_status(clock, now)
            if status is not None:
                calendar = "" if clock.promise is None else clock.promise.schedule.name
                due = clock.due if status in _RUNS else None
                found.append(SlaRunning(queue, priority, TARGETS[target], status, calendar, due))
    return tuple(found)


_RUNS: Final = frozenset({"healthy", "at_risk"})


def clock_status(clock: Clock, now: Instant) -> str | None:
    """What an open clock counts as; None: it stands.

    breached, else paused (by status, or by a calendar that never opens), else at_risk, else
    healthy. Whether its calendar is open is for the reader to say: outside hours the last two read
    as paused.
    """
    if clock.breached is not None or (clock.due is not None and clock.due < now):
        return "breached"
    if clock.promise is None:
        return None
    if clock.paused or clock.due is None:
        return "paused"
    return "at_risk" if clock.risk_at is not None and clock.risk_at <= now else "healthy"


def _since(t: TicketState) -> Instant:
    if t.created_at is not None:
        return t.created_at
    return 0 if t.first_at is None else t.first_at


def next_change(t: TicketState, now: Instant, _terms: Terms) -> Instant | None:
    """The earliest instant after `now` at which a verdict, a status or an age band changes."""
    if t.phase not in ACTIVE:
        return None
    since = _since(t)
    place = bisect_right(_BAND_STARTS, now - since)
    earliest = since + _BAND_STARTS[place] if place < len(_BAND_STARTS) else AFTER_ALL
    for clock in t.clocks:
        if clock is not None and clock.due is not None:
            if now <= clock.due < earliest:
                earliest = clock.due + 1
            if clock.risk_at is not None and now < clock.risk_at < earliest:
                earliest = clock.risk_at
    return None if earliest == AFTER_ALL else earliest


def kept_until(t: TicketState, seen: Instant, terms: Terms) -> Instant | None:
    """By default 30 d after the last event if solved, 8 d if closed, removed or unknown.

    An open one is never forgotten.
    """
    if t.phase in ACTIVE:
        return None
    kept = terms.retention
    return seen + (kept.solved if t.phase == "solved" else kept.tickets)


def trimmed(t: TicketState, horizon: Instant, terms: Terms) -> TicketState:
    """Without the happenings before `horizon`; what was due before it has had its verdict."""
    shorter = copy(t)
    if t.next_due is not None and t.next_due < horizon:
        breach_before(shorter, horizon, terms)
        shorter.next_due = next_due(shorter)
    shorter.facts = tuple(fact for fact in shorter.facts if fact.at >= horizon)
    if t.measured is not None and t.measured.at < horizon:
        shorter.measured = None
    return shorter


_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(TicketState).decode

TICKET: Final[Machine[TicketState, TicketEntry]] = Machine(
    start=START,
    step=step,
    unpack=unpack,
    happened=happened,
    standing=standing,
    next_change=next_change,
    kept_until=kept_until,
    trimmed=trimmed,
    pack_state=lambda t: _pack(bare(t)),
    unpack_state=lambda data, terms: revived(_unpack(data), terms),
)
