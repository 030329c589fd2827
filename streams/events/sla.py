"""SLA verdicts and states: emitted on `support.sla`.

A desk's own may come in on `support.tickets`, for comparison only.
"""

from __future__ import annotations

from streams.events.envelope import Data, Event, Moment, Seconds


class SlaState(Data, frozen=True, kw_only=True):
    """Which clock, under which terms."""

    metric: str
    instance: str | int
    policy_id: str
    policy_version: str | int
    calendar_version: str | int
    due_at: Moment | None = None
    remaining_s: Seconds | None = None


class SlaEvent(Event, frozen=True):
    """An event about one SLA clock of a ticket."""

    family = "sla"
    topic = "support.sla"
    subjects = ("ticket/",)

    data: SlaState


class SlaApplied(SlaEvent, frozen=True, tag="support.sla.applied.v1"):
    """A clock started, or runs under other terms from now on."""


class SlaPaused(SlaEvent, frozen=True, tag="support.sla.paused.v1"):
    """The clock stands still."""


class SlaResumed(SlaEvent, frozen=True, tag="support.sla.resumed.v1"):
    """The clock runs again."""


class SlaFulfilled(SlaEvent, frozen=True, tag="support.sla.fulfilled.v1"):
    """The promise was kept."""


class SlaAtRisk(SlaEvent, frozen=True, tag="support.sla.at_risk.v1"):
    """Little time is left."""


class SlaBreached(SlaEvent, frozen=True, tag="support.sla.breached.v1"):
    """The promise was broken; dated at the due instant."""


class SlaCancelled(SlaEvent, frozen=True, tag="support.sla.cancelled.v1"):
    """The clock ended without a verdict."""


EVENTS: tuple[type[Event], ...] = (
    SlaApplied,
    SlaPaused,
    SlaResumed,
    SlaFulfilled,
    SlaAtRisk,
    SlaBreached,
    SlaCancelled,
)
