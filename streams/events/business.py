"""Configuration and business figures (topic `support.config`, compacted).

`policy`, `calendar` and `queue` events are reserved: read and counted as ignored, their `body`
unread. The configuration file is the only configuration.
"""

from __future__ import annotations

from streams.events.envelope import Data, Event, Moment


class Revision(Data, frozen=True, kw_only=True):
    """A new version of something configured."""

    version: str | int
    effective_from: Moment


class Figures(Data, frozen=True, kw_only=True):
    """The slow numbers of one period. Each is used only where present."""

    period: str
    currency: str | None = None
    operating_expense: float | None = None
    support_cost: float | None = None
    revenue: float | None = None
    customers_start: float | None = None
    customers_retained: float | None = None
    customers_lost: float | None = None
    mrr: float | None = None
    mrr_prev: float | None = None
    purchase_value: float | None = None
    purchases_per_year: float | None = None
    lifespan_years: float | None = None


class ConfigEvent(Event, frozen=True):
    """An event on the configuration topic."""

    family = "config"
    topic = "support.config"


class PolicyUpdated(ConfigEvent, frozen=True, tag="support.policy.updated.v1"):
    """An SLA policy has a new version."""

    subjects = ("policy/",)
    data: Revision


class CalendarUpdated(ConfigEvent, frozen=True, tag="support.calendar.updated.v1"):
    """A calendar has a new version."""

    subjects = ("calendar/",)
    data: Revision


class QueueUpdated(ConfigEvent, frozen=True, tag="support.queue.updated.v1"):
    """A queue has a new version."""

    subjects = ("queue/",)
    data: Revision


class BusinessFigures(ConfigEvent, frozen=True, tag="support.business.figures.v1"):
    """The figures of a period, as the books have them."""

    family = "business"
    subjects = ("business/",)
    data: Figures


EVENTS: tuple[type[Event], ...] = (PolicyUpdated, CalendarUpdated, QueueUpdated, BusinessFigures)
