"""The clocks of a story: how each moved at an entry, and how each stands and why."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from streams.facts import TARGETS
from streams.machines.sla import CANCELLED, OPEN, Clock, used_at
from streams.machines.terms import Promise
from streams.machines.ticket.reading import clock_status
from streams.machines.ticket.state import DONE
from streams.spans import Instant, rfc3339, seconds
from streams.story.words import lasting, target_in_words


class ClockNow(msgspec.Struct, frozen=True):
    """A clock as it stands."""

    target: str
    status: str
    """healthy, at_risk, breached, paused, standing, fulfilled or cancelled."""
    instance: int
    used_s: float
    target_s: float | None = None
    policy: str | None = None
    calendar: str | None = None
    due_at: str | None = None
    note: str = ""
    """Why, where the status does not say it all."""


def clock_now(target: str, clock: Clock, phase: str, now: Instant) -> ClockNow:
    """How the clock of a target stands at `now`."""
    promise = clock.promise
    status, note = _status(clock, phase, now)
    return ClockNow(
        target=target,
        status=status,
        instance=clock.instance,
        used_s=seconds(used_at(clock, max(now, clock.since))),
        target_s=None if promise is None else seconds(promise.target),
        policy=None if promise is None else promise.policy,
        calendar=None if promise is None else promise.schedule.name,
        due_at=None if clock.due is None else rfc3339(clock.due),
        note=note,
    )


def _status(clock: Clock, phase: str, now: Instant) -> tuple[str, str]:
    """How a clock stands, and why."""
    if clock.stage != OPEN:
        late = f"breached at {rfc3339(clock.breached)}" if clock.breached is not None else ""
        return ("cancelled" if clock.stage == CANCELLED else "fulfilled"), late
    status = clock_status(clock, now)
    promise = clock.promise
    if status is None or promise is None:
        return status or "standing", "no policy promises this now"
    if status == "breached":
        due = clock.due if clock.breached is None else clock.breached
        return status, "" if due is None else f"since {rfc3339(due)}"
    return _running(clock, promise, status, phase, now)


def _running(
    clock: Clock, promise: Promise, status: str, phase: str, now: Instant
) -> tuple[str, str]:
    """The same of a clock that may still be kept."""
    schedule = promise.schedule
    if clock.paused:
        return status, f"{phase} stops it ({promise.policy})"
    if clock.due is None:
        return status, f"calendar {schedule.name} never opens: nothing is ever due"
    if not schedule.is_open(now):
        opens = schedule.next_change(now)
        until = "" if opens is None else f" until {rfc3339(opens)}"
        return "paused", f"outside the hours of {schedule.name}{until}"
    left = promise.target - used_at(clock, max(now, clock.since))
    return status, f"{lasting(left)} of clock time left"


def clock_moves(
    target: str, old: Clock | None, new: Clock, phase: str, at: Instant
) -> Iterator[str]:
    """What became of a clock at an entry."""
    name = f"{target_in_words(target)} clock"
    if new.stage != OPEN:
        if old is None or old.stage == OPEN:
            yield f"{name} {_end(target, old, new, phase, at)}"
        return
    if old is not None and old.breached is None and new.breached is not None:
        return  # the verdict has a line of its own
    if old is None:
        yield f"{name} starts: {_terms_of(new, phase)}"
    elif old.stage != OPEN:
        used = f"instance {new.instance}, {lasting(new.used)} used"
        yield f"{name} goes on as {used}: {_terms_of(new, phase)}"
    elif new.started != old.started:
        yield f"{name} starts anew at {rfc3339(at)}: {_terms_of(new, phase)}"
    else:
        yield f"{name}, {lasting(new.used)} used: {_terms_of(new, phase)}"


def _end(target: str, old: Clock | None, new: Clock, phase: str, at: Instant) -> str:
    """How a clock ended: by what, after how much, and how late."""
    used = f"with {lasting(new.used)} used"
    if new.stage == CANCELLED:
        return f"is cancelled {used}"
    if new.breached is not None and old is not None and old.promise is not None:
        late = old.promise.schedule.business_time(new.breached, at)
        used = f"{lasting(late)} of clock time overdue"
    # A reply would have ended it before: so the solve did, and nobody has answered.
    unanswered = target != TARGETS[-1] and phase in DONE
    return f"is closed unanswered by the solve, {used}" if unanswered else f"ends {used}"


def _terms_of(clock: Clock, phase: str) -> str:
    """Under which terms a clock runs, and until when."""
    promise = clock.promise
    if promise is None:
        return "no policy promises this, it stands"
    said = f"{lasting(promise.target)} by {promise.policy}, calendar {promise.schedule.name}"
    if clock.breached is not None:
        return f"{said}; breached at {rfc3339(clock.breached)}"
    if clock.paused:
        return f"{said}; paused while {phase}"
    if clock.due is None:
        return f"{said}, which never opens: nothing is due"
    return f"{said}; due {rfc3339(clock.due)}"
