"""What an objective is tried on: timelines of one queue, and what must fire when. Pure.

A timeline is made of stretches. What must fire follows from the objective alone: a level fires
above its set edge and goes on above its clear edge. A stretch is looked at twice: at the last
evaluation before `for` is over, where nothing new may fire yet, and at the next. One that is too
short for that changes nothing, and is looked at once, at its end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final, NamedTuple, TypeAlias

from alerting.objectives import OPEN_GRACE, Level, Objective
from alerting.render.prometheus import EVALUATION_INTERVAL, number
from streams.spans import MINUTE, Duration

STEP: Final = Decimal(1)
"""Just above an edge."""
MISSED: Final = "_"
"""No scrape: Prometheus goes on with what it read last, for up to five minutes."""
GONE: Final = "stale"
"""A scrape without the series: a board that is not whole shows no KPI."""

Firing: TypeAlias = tuple[Level, ...]


class Stretch(NamedTuple):
    """What the boards show for a while."""

    value: Decimal | str
    """Of the KPI; or MISSED, or GONE."""
    length: Duration
    """Whole evaluations."""
    is_open: bool = True


class Look(NamedTuple):
    """What must fire at an evaluation."""

    at: Duration
    """From the start of the timeline."""
    firing: Firing
    value: Decimal
    """Of the KPI, as it is told."""


def timelines(objective: Objective) -> Iterator[tuple[str, list[Stretch]]]:
    """Name and stretches of each; every one begins with silence."""
    long = _evaluations(objective.lasting + MINUTE)
    calm = Stretch(Decimal(0), long)
    for level in objective.levels:
        at, between = Stretch(level.set_at, long), Stretch(level.clear_at + STEP, long)
        above, cleared = Stretch(level.set_at + STEP, long), Stretch(level.clear_at, long)
        name = (
            f"{level.severity} begins above {number(level.set_at)} and not at it, stays in a dip "
            f"between clear and set, ends at {number(level.clear_at)}"
        )
        yield name, [calm, between, at, above, between, above, between, cleared, between, calm]
    above = Stretch(max(level.set_at for level in objective.levels) + STEP, long)
    between = Stretch(min(level.clear_at for level in objective.levels) + STEP, long)
    missed = Stretch(MISSED, 2 * MINUTE)
    yield "a few missed scrapes change nothing", [calm, above, missed, above, calm]
    gone = above._replace(value=GONE)
    yield "a stale series does not alert and begins anew", [calm, above, gone, between, above]
    if objective.hours == "open":
        closed = above._replace(is_open=False)
        opened = above._replace(length=_evaluations(OPEN_GRACE) + long)
        yield "a closed queue is quiet, and so is its first while", [closed, opened, closed]


def looks(objective: Objective, stretches: Sequence[Stretch]) -> Iterator[Look]:
    """What the objective promises at the instants that matter, in their order."""
    start, value, was_open = 0, Decimal(0), True
    firing: Firing = ()
    for stretch in stretches:
        if isinstance(stretch.value, Decimal):
            value = stretch.value
        after = tuple(
            level
            for level in objective.levels
            if _fires(objective, level, stretch, was=level in firing)
        )
        opened = stretch.is_open and not was_open
        delay = _evaluations(objective.lasting) + (_evaluations(OPEN_GRACE) if opened else 0)
        if stretch.length > delay:
            # A range holds its first instant or not, by Prometheus' version: one evaluation.
            early = delay - EVALUATION_INTERVAL * (2 if opened else 1)
            kept = tuple(level for level in after if level in firing)
            yield Look(start + early, kept, value)
            yield Look(start + delay, after, value)
        else:
            yield Look(start + stretch.length - EVALUATION_INTERVAL, after, value)
        start, firing, was_open = start + stretch.length, after, stretch.is_open


def _fires(objective: Objective, level: Level, stretch: Stretch, *, was: bool) -> bool:
    """Whether a level fires once the stretch has lasted; `was`: it fired before."""
    if not stretch.is_open and objective.hours == "open":
        return False
    if isinstance(stretch.value, str):
        return was and stretch.value == MISSED
    return stretch.value > level.set_at or (was and stretch.value > level.clear_at)


def _evaluations(length: Duration) -> Duration:
    """The length in whole evaluations, rounded up."""
    return -(-length // EVALUATION_INTERVAL) * EVALUATION_INTERVAL
