"""Why a subject counts as it does: its life told entry by entry, with every clock and verdict.

A record is a fold over its timeline (`machines.timeline`), so its story is the same fold, told:
what each entry was, what it changed, which facts it concluded, and what time alone concluded in
between. Nothing is computed anew: clocks and facts are those that are counted. Served to people by
`explain` and by the drill-down; a plain value that encodes to JSON. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeAlias

import msgspec

from streams.facts import TARGETS, Happening
from streams.machines.contact.state import AWAY, ENDED, ContactState
from streams.machines.terms import Terms
from streams.machines.ticket.state import ACTIVE, TicketState
from streams.machines.timeline import Machine, Record
from streams.spans import Duration, Instant, rfc3339, seconds
from streams.story.clocks import ClockNow, clock_moves, clock_now
from streams.story.words import State, concluded, state_moves, what_happened


class Line(msgspec.Struct, frozen=True):
    """One moment of the story."""

    at: str
    what: str
    """What happened: `the customer wrote`."""
    effects: tuple[str, ...] = ()
    """What it did to clocks and counts, one sentence each."""


class Spell(msgspec.Struct, frozen=True):
    """Calendar time spent in one state and queue, over the whole story."""

    state: str
    queue: str
    seconds: float


class Story(msgspec.Struct, frozen=True):
    """The time ledger of one subject."""

    subject: str
    kind: str
    at: str
    """As of when it is told."""
    state: str
    fields: dict[str, str]
    """Queue, priority, channel, tier, category, as far as known."""
    lines: tuple[Line, ...]
    clocks: tuple[ClockNow, ...]
    spells: tuple[Spell, ...]


AnyMachine: TypeAlias = Machine[Any, Any]

_FIELDS: Final = ("queue", "priority", "channel", "tier", "category")


def story(
    machine: AnyMachine, subject: str, record: Record[Any], now: Instant, terms: Terms
) -> Story:
    """The story of a record up to `now`. `terms` are those of its site."""
    state: State = machine.start if record.base is None else record.base
    lines: list[Line] = []
    spells: Counter[tuple[str, str]] = Counter()
    last: Instant | None = None
    if record.base is not None:
        lines.append(Line(rfc3339(record.base_last[0]), "older entries are folded away"))
    for entry in machine.unpack(record.timeline):
        if last is not None:
            _spend(spells, state, entry.at - last, terms)
        lines += _by_time(machine, state, last, entry.at, terms)
        after = machine.step(state, entry, terms)
        effects = (
            *state_moves(state, after, terms),
            *_clock_effects(state, after, entry.at),
            *_facts(machine, state, after, entry.at, terms),
        )
        lines.append(Line(rfc3339(entry.at), what_happened(entry), effects))
        state, last = after, entry.at
    if last is not None:
        _spend(spells, state, now - last, terms)
    lines += _by_time(machine, state, last, now, terms)
    return Story(
        subject=subject,
        kind=record.kind,
        at=rfc3339(now),
        state=state.phase,
        fields=_fields(state, terms),
        lines=tuple(lines),
        clocks=_clocks(state, now),
        spells=tuple(
            Spell(phase, queue, seconds(length)) for (phase, queue), length in spells.items()
        ),
    )


def _facts(
    machine: AnyMachine, before: State, after: State, at: Instant, terms: Terms
) -> Iterator[str]:
    """What an entry concluded, and what it took back."""
    old = Counter(machine.happened(before, at, terms))
    new = Counter(machine.happened(after, at, terms))
    for fact in (old - new).elements():
        yield f"taken back: {concluded(fact)}"
    for fact in (new - old).elements():
        yield f"counted: {concluded(fact)}"


def _by_time(
    machine: AnyMachine, state: State, last: Instant | None, until: Instant, terms: Terms
) -> Iterator[Line]:
    """What time alone concluded between the last entry and `until`."""
    if last is None:
        return
    known = Counter(machine.happened(state, last, terms))
    by_now = Counter(machine.happened(state, until, terms))
    came: Iterable[Happening] = (by_now - known).elements()
    for fact in sorted(came, key=lambda fact: fact.at):
        yield Line(rfc3339(fact.at), "time passed", (f"counted: {concluded(fact)}",))


def _clock_effects(before: State, after: State, at: Instant) -> Iterator[str]:
    if not isinstance(before, TicketState) or not isinstance(after, TicketState):
        return
    for target, old, new in zip(TARGETS, before.clocks, after.clocks, strict=True):
        if new is not None and new is not old:
            yield from clock_moves(target, old, new, after.phase, at)


def _spend(spells: Counter[tuple[str, str]], state: State, length: Duration, terms: Terms) -> None:
    if length <= 0 or (isinstance(state, TicketState) and state.phase not in ACTIVE):
        return
    if isinstance(state, ContactState) and state.phase in {AWAY, ENDED}:
        return
    spells[state.phase, terms.queue_label(_queue(state))] += length


def _queue(state: State) -> str | None:
    if isinstance(state, ContactState):
        return None if state.segment is None else state.segment.queue
    return state.queue


def _fields(state: State, terms: Terms) -> dict[str, str]:
    known = {name: getattr(state, name, None) for name in _FIELDS}
    known["queue"] = terms.queue_label(_queue(state))
    return {name: str(value) for name, value in known.items() if value}


def _clocks(state: State, now: Instant) -> tuple[ClockNow, ...]:
    if not isinstance(state, TicketState):
        return ()
    return tuple(
        clock_now(target, clock, state.phase, now)
        for target, clock in zip(TARGETS, state.clocks, strict=True)
        if clock is not None
    )
