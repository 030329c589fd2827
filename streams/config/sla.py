"""SLA policies: which tickets, which targets, on whose clock, stopped by what.

Policies are tried in their order and the first whose match holds decides alone. A policy with
`targets: {}` exempts what it matches.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field

from streams.config.durations import Duration, PositiveDuration
from streams.config.names import Name
from streams.config.section import Section
from streams.config.shares import Share
from streams.spans import MINUTE
from streams.spans import Duration as Microseconds

Priority: TypeAlias = Literal["low", "normal", "high", "urgent", "other"]
Channel: TypeAlias = Literal[
    "voice", "chat", "email", "web", "social", "sms", "messaging", "api", "other"
]
Stopping: TypeAlias = Literal["new", "open", "pending", "on_hold"]
"""Status categories that can stop a clock; in the others it has ended anyway."""


def _some(values: tuple[str, ...]) -> tuple[str, ...]:
    if not values:
        raise ValueError("an empty list matches nothing; name a value or leave the key out")
    return values


class Match(Section):
    """Which tickets a policy takes: all given conditions must hold. `{}` takes every ticket.

    `other` stands for a label that is not known, `unassigned` for a ticket in no queue.
    """

    tier: Annotated[tuple[Name, ...], AfterValidator(_some)] | None = None
    priority: Annotated[tuple[Priority, ...], AfterValidator(_some)] | None = None
    queue: Annotated[tuple[Name, ...], AfterValidator(_some)] | None = None
    channel: Annotated[tuple[Channel, ...], AfterValidator(_some)] | None = None
    category: Annotated[tuple[Name, ...], AfterValidator(_some)] | None = None

    def conditions(self) -> dict[str, frozenset[str]]:
        """The values taken, by the conditions that are given."""
        return {
            name: frozenset(values)
            for name in type(self).model_fields
            if (values := getattr(self, name)) is not None
        }


class Targets(Section):
    """What is promised, in the open time of the policy's calendar."""

    first_response: PositiveDuration | None = None
    next_response: PositiveDuration | None = None
    resolution: PositiveDuration | None = None

    def given(self) -> dict[str, Microseconds]:
        """The promises by target, those that are given."""
        return {
            name: length
            for name in type(self).model_fields
            if (length := getattr(self, name)) is not None
        }


class Pause(Section):
    """The status categories that stop each clock."""

    first_response: tuple[Stopping, ...] = ()
    next_response: tuple[Stopping, ...] = ()
    resolution: tuple[Stopping, ...] = ("pending",)

    def by_target(self) -> dict[str, frozenset[str]]:
        """The stopping status categories of every target."""
        return {name: frozenset(getattr(self, name)) for name in type(self).model_fields}


class SlaPolicyConfig(Section):
    """One policy of the ordered list."""

    name: Name = Field(examples=["everyone"])
    match: Match = Match()
    calendar: str | None = None
    """On which the targets run; the calendar of the ticket's queue where there is none."""
    targets: Targets = Field(examples=[{"first_response": "8h", "resolution": "3d"}])
    pause: Pause = Pause()


class AtRisk(Section):
    """At risk when no more remains than max(share of target, min(least, at_most of target))."""

    share: Share = Decimal("0.25")
    least: Duration = 30 * MINUTE
    at_most: Share = Decimal("0.50")


def shadow(policies: Iterable[SlaPolicyConfig], later: SlaPolicyConfig) -> SlaPolicyConfig | None:
    """The first of the earlier policies that takes every ticket that `later` would take, if any."""
    wanted = later.match.conditions()
    for earlier in policies:
        taken = earlier.match.conditions()
        if all(name in wanted and wanted[name] <= values for name, values in taken.items()):
            return earlier
    return None
