"""Agent legs: talk, hold, wrap-up."""

from __future__ import annotations

from msgspec.structs import replace

from streams.facts import Doubtful, HoldAbandoned
from streams.machines.contact.entries import (
    ABSENT,
    Ended,
    Held,
    Resumed,
    WrapUpEnded,
    WrapUpStarted,
)
from streams.machines.contact.state import ContactState, Leg, say
from streams.machines.terms import Terms
from streams.spans import SECOND, Instant


def end_leg(c: ContactState, at: Instant) -> None:
    """The newest leg stops talking, if it still does."""
    if c.legs and not c.legs[-1].ended:
        _put_leg(c, len(c.legs) - 1, replace(_unhold(c.legs[-1], at), talk_end=at, ended=True))


def _put_leg(c: ContactState, place: int, leg: Leg) -> None:
    c.legs = (*c.legs[:place], leg, *c.legs[place + 1 :])


def _unhold(leg: Leg, at: Instant) -> Leg:
    if leg.hold_since is None:
        return leg
    return replace(leg, held=leg.held + at - leg.hold_since, hold_since=None)


def held(c: ContactState, e: Held, _terms: Terms) -> None:
    """Hold time begins."""
    if c.legs and not c.legs[-1].ended and c.legs[-1].hold_since is None:
        _put_leg(c, len(c.legs) - 1, replace(c.legs[-1], hold_since=e.at))


def resumed(c: ContactState, e: Resumed, _terms: Terms) -> None:
    """Hold time ends."""
    if c.legs:
        _put_leg(c, len(c.legs) - 1, _unhold(c.legs[-1], e.at))


def ended(c: ContactState, e: Ended, terms: Terms) -> None:
    """The newest leg ends; what the source says of talk and hold goes before the event times."""
    if not c.legs or c.legs[-1].ended:
        return
    leg = c.legs[-1]
    if leg.hold_since is not None and e.by_customer:
        say(c, HoldAbandoned(e.at, terms.queue_label(leg.queue)))
    leg = _unhold(leg, e.at)
    _compare(c, leg, e)
    leg = replace(leg, talk_end=e.at, ended=True, talk=e.talk, hold=e.hold)
    _put_leg(c, len(c.legs) - 1, leg)


def _compare(c: ContactState, leg: Leg, e: Ended) -> None:
    """What the source says against the event times, where both are there, to within a second.

    Without a `held` its hold time stands alone; it is taken off the talk like one of the events.
    """
    if e.hold >= 0 and leg.held and abs(leg.held - e.hold) > SECOND:
        say(c, Doubtful(e.at, "hold_mismatch"))
    hold = leg.held if e.hold == ABSENT else e.hold
    if min(e.talk, hold) >= 0 and abs(e.at - leg.answered_at - hold - e.talk) > SECOND:
        say(c, Doubtful(e.at, "talk_mismatch"))


def _leg_of(c: ContactState, agent: int) -> int | None:
    """The newest leg of an agent; the newest of all where that agent has none."""
    for place in range(len(c.legs) - 1, -1, -1):
        if c.legs[place].agent == agent:
            return place
    return len(c.legs) - 1 if c.legs else None


def wrap_up_started(c: ContactState, e: WrapUpStarted, _terms: Terms) -> None:
    """The leg has no sample until this ends; without an end of its own the talk ends here."""
    place = _leg_of(c, e.agent)
    if place is not None and c.legs[place].wrap_since is None:
        leg = replace(c.legs[place], wrap_since=e.at)
        if leg.talk_end is None:
            leg = replace(leg, talk_end=e.at)
        _put_leg(c, place, leg)


def wrap_up_ended(c: ContactState, e: WrapUpEnded, _terms: Terms) -> None:
    """The leg is complete."""
    place = _leg_of(c, e.agent)
    if place is not None:
        leg = c.legs[place]
        if leg.wrap_since is not None and leg.wrap_end is None:
            _put_leg(c, place, replace(leg, wrap_end=e.at))
