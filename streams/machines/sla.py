"""SLA clocks: time used under the terms in force at each moment.

A clock belongs to one target (first response, next response, resolution) of one ticket. It accrues
time while its promise holds, its status does not pause it and its calendar is open. **What is used
is used**: a new promise or calendar changes what comes after, never what went before, so

    due = the earliest instant from `since` on at which  used + business_time(since, due) = target

and where nothing remains at a change, due is the change itself. A clock without a promise stands:
it accrues nothing and is in no count, and goes on when a promise comes. Breached means now > due;
fulfilled at due is met. Stages of a clock:

    OPEN ──fulfilled──▶ CLOSED ──reopened──▶ OPEN (next instance, used time kept)
      └──removed──▶ CANCELLED ──restored──▶ OPEN (next instance, used time kept)
"""

from __future__ import annotations

from typing import Final

import msgspec

from streams.machines.terms import Promise
from streams.spans import Duration, Instant

OPEN: Final = 0
CLOSED: Final = 1
CANCELLED: Final = 2


class Clock(msgspec.Struct, frozen=True, gc=False):
    """The state of one clock. `promise` and what follows from it are derived, and never stored."""

    stage: int
    instance: int
    started: Instant
    """Where the duration sample starts, in calendar time; not touched by pauses or policies."""
    used: Duration
    """Accrued until `since`, under the terms of then."""
    since: Instant
    paused: bool
    """Stopped by the status of the ticket."""
    breached: Instant | None
    """The due instant of this instance or of an earlier one that it goes on from."""
    promise: Promise | None
    due: Instant | None
    """None: not running (closed, breached, paused, standing) or a calendar that never opens."""
    risk_at: Instant | None
    """From here on at risk; None where due is None."""


def begin(
    instance: int,
    started: Instant,
    since: Instant,
    used: Duration,
    breached: Instant | None,
    promise: Promise | None,
    phase: str,
) -> Clock:
    """An open clock that runs on from `since` with `used` already on it."""
    paused = promise is not None and phase in promise.pauses
    due = risk_at = None
    if promise is not None and not paused and breached is None:
        due, risk_at = _deadlines(promise, since, used)
    return Clock(OPEN, instance, started, used, since, paused, breached, promise, due, risk_at)


def _deadlines(
    promise: Promise, since: Instant, used: Duration
) -> tuple[Instant | None, Instant | None]:
    remaining = promise.target - used
    if remaining <= 0:
        return since, since
    due = promise.schedule.due(since, remaining)
    if due is None:
        return None, None
    calm = remaining - promise.risk
    return due, since if calm <= 0 else promise.schedule.due(since, calm)


def used_at(clock: Clock, at: Instant) -> Duration:
    """Clock time used at an instant not before `since`."""
    if clock.stage != OPEN or clock.paused or clock.promise is None:
        return clock.used
    return clock.used + clock.promise.schedule.business_time(clock.since, at)


def retarget(clock: Clock, at: Instant, promise: Promise | None, phase: str) -> Clock:
    """The clock after a change of promise or of the ticket's status at `at`."""
    paused = promise is not None and phase in promise.pauses
    same = promise is clock.promise or promise == clock.promise
    if clock.stage != OPEN or (same and paused == clock.paused):
        return clock
    used = used_at(clock, at)
    return begin(clock.instance, clock.started, at, used, clock.breached, promise, phase)


def breach(clock: Clock) -> Clock:
    """The clock whose due instant has passed: it stays open, with its verdict given."""
    return msgspec.structs.replace(clock, breached=clock.due, due=None, risk_at=None)


def stop(clock: Clock, at: Instant, stage: int) -> Clock:
    """The clock fulfilled (CLOSED) or removed with its ticket (CANCELLED)."""
    return msgspec.structs.replace(
        clock,
        stage=stage,
        used=used_at(clock, at),
        since=at,
        paused=False,
        promise=None,
        due=None,
        risk_at=None,
    )


def resume(clock: Clock, at: Instant, promise: Promise | None, phase: str) -> Clock:
    """The next instance of a stopped clock, with the time already used and an earlier breach."""
    return begin(clock.instance + 1, clock.started, at, clock.used, clock.breached, promise, phase)


def verdict_due(clock: Clock) -> bool:
    """Whether ending this clock now gives a verdict: open, promised, and not breached."""
    return clock.stage == OPEN and clock.promise is not None and clock.breached is None
