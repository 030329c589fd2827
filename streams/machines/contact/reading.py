"""What a call or chat says at a given time: facts, standings, when they change by time alone."""

from __future__ import annotations

from copy import copy
from typing import Final

import msgspec

from streams.facts import ContactLost, ContactWaiting, Happening, LegHandled, Standing
from streams.machines.contact.entries import ABSENT, NOT_KNOWN, ContactEntry, unpack
from streams.machines.contact.state import ContactState, Leg, label_of_channel
from streams.machines.contact.step import step
from streams.machines.terms import Terms
from streams.machines.timeline import Machine
from streams.spans import Duration, Instant


def wrapped_at(leg: Leg, terms: Terms) -> Instant | None:
    """When its sample counts: at the end of wrap-up or its cap; None while it still talks."""
    if leg.talk_end is None:
        return None
    if leg.wrap_since is None:
        return leg.talk_end
    return max(leg.wrap_since + wrap_up(leg, terms), leg.talk_end)


def wrap_up(leg: Leg, terms: Terms) -> Duration:
    """How long wrap-up lasts, by its end or its cap; 0 where there is none."""
    if leg.wrap_since is None:
        return 0
    return (
        terms.wrap_up if leg.wrap_end is None else min(leg.wrap_end - leg.wrap_since, terms.wrap_up)
    )


def handled(leg: Leg, now: Instant, terms: Terms) -> LegHandled | None:
    """The sample of a leg, once its wrap-up is over; None for an unknown talk or hold time."""
    at = wrapped_at(leg, terms)
    if at is None or leg.talk_end is None or NOT_KNOWN in (leg.talk, leg.hold):
        return None
    if leg.wrap_since is not None and leg.wrap_end is None and at > now:
        return None
    hold = leg.held if leg.hold == ABSENT else leg.hold
    talk = max(leg.talk_end - leg.answered_at - hold, 0) if leg.talk == ABSENT else leg.talk
    return LegHandled(at, terms.queue_label(leg.queue), talk, hold, wrap_up(leg, terms))


def happened(c: ContactState, now: Instant, terms: Terms) -> tuple[Happening, ...]:
    """All it has concluded by `now`: by events, by the maximum wait, by the wrap-up cap."""
    facts = c.facts
    segment = c.segment
    if segment is not None:
        if segment.outcome is not None:
            facts = (*facts, segment.outcome)
        elif segment.since is not None and segment.since + terms.max_wait < now:
            lost_at = segment.since + terms.max_wait
            facts = (*facts, ContactLost(lost_at, terms.queue_label(segment.queue)))
    for leg in c.legs:
        sample = handled(leg, now, terms)
        if sample is not None:
            facts = (*facts, sample)
    return facts


def standing(c: ContactState, now: Instant, terms: Terms) -> tuple[Standing, ...]:
    """Waiting in a queue, or nothing."""
    segment = c.segment
    if segment is None or segment.outcome is not None or segment.since is None:
        return ()
    if segment.since + terms.max_wait < now:
        return ()
    over = now - segment.since > terms.queue_terms(segment.queue).within
    first = segment.since if c.first_since is None else c.first_since
    label = terms.queue_label(segment.queue)
    return (ContactWaiting(label, label_of_channel(c), over, segment.since, first),)


def next_change(c: ContactState, now: Instant, terms: Terms) -> Instant | None:
    """The earliest instant after `now`: over the threshold, swept, or a wrap-up capped."""
    coming: list[Instant] = []
    segment = c.segment
    if segment is not None and segment.outcome is None and segment.since is not None:
        within = terms.queue_terms(segment.queue).within
        coming += [segment.since + within + 1, segment.since + terms.max_wait + 1]
    for leg in c.legs:
        counted_at = wrapped_at(leg, terms)
        if counted_at is not None and leg.wrap_since is not None and leg.wrap_end is None:
            coming.append(counted_at)
    return min((at for at in coming if at > now), default=None)


def kept_until(_c: ContactState, seen: Instant, terms: Terms) -> Instant | None:
    """Forgotten some time after its last event (`retention.contacts`, 2 d by default)."""
    return seen + terms.retention.contacts


def trimmed(c: ContactState, horizon: Instant, _terms: Terms) -> ContactState:
    """Without the happenings before `horizon`."""
    shorter = copy(c)
    shorter.facts = tuple(fact for fact in c.facts if fact.at >= horizon)
    return shorter


_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(ContactState).decode


def _machine(kind: str) -> Machine[ContactState, ContactEntry]:
    return Machine(
        start=ContactState(kind),
        step=step,
        unpack=unpack,
        happened=happened,
        standing=standing,
        next_change=next_change,
        kept_until=kept_until,
        trimmed=trimmed,
        pack_state=_pack,
        unpack_state=lambda data, _terms: _unpack(data),
    )


CALL: Final = _machine("call")
CHAT: Final = _machine("chat")
