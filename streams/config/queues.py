"""Queues: what each is called, who works it, when it is open and how its calls are judged.

Every value has a default, so a queue that the file does not list has all of them.
"""

from __future__ import annotations

from decimal import Decimal

from streams.config.durations import Duration, PositiveDuration
from streams.config.names import Name
from streams.config.section import Section
from streams.config.shares import PositiveShare
from streams.spans import SECOND


class ServiceLevel(Section):
    """The share of contacts that are to be answered within a wait."""

    within: PositiveDuration = 20 * SECOND
    """A wait up to this counts as within; the limit included."""
    target: PositiveShare = Decimal("0.80")


class ShortAbandon(Section):
    """Who gave up this soon did not wait: counted apart, in no rate."""

    voice: Duration = 10 * SECOND
    """A call abandoned after less than this is short."""
    chat: Duration = 0
    """A chat abandoned after less than this is short."""


class QueueConfig(Section):
    """One queue. Its name is the one that events carry."""

    title: Name | None = None
    """What people read; the name of the queue where there is none."""
    team: Name | None = None
    """The team that works the queue."""
    calendar: str | None = None
    """When it is open; the calendar of the site where there is none."""
    service_level: ServiceLevel = ServiceLevel()
    short_abandon: ShortAbandon = ShortAbandon()
