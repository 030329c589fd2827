"""The site, compiled: what the configuration says, in the forms that the rooms work with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from streams.config import Config, millionths
from streams.config.calendars import CalendarConfig
from streams.config.site import ALWAYS_OPEN
from streams.config.windows import longest
from streams.counts import kpis
from streams.counts.buckets import COARSE, DRAIN_LENGTH, Window
from streams.counts.feeds import CONTACTS, SLA, TICKETS
from streams.counts.plan import Plan, QueuePlan, SlaTarget
from streams.facts import PRIORITIES
from streams.machines.hours import Schedule
from streams.machines.terms import AtRisk, QueueTerms, Retention, SlaPolicy, Terms
from streams.spans import SECOND, Duration

ALWAYS_NAME: Final = "(always open)"
"""The calendar of a queue for which the file names none; no name in a file can be this."""


@dataclass(frozen=True, slots=True)
class Site:
    """Everything the core needs to know. Frozen: a changed file is another site."""

    name: str
    terms: Terms
    """For the machines."""
    plan: Plan
    """For counting and showing."""
    horizons: Mapping[str, Duration]
    """By kind of subject, how far back any window or late event can reach."""
    wall_clock: bool = True
    """`clock: wall`; False: `clock: events`."""
    configuration: str = ""
    """A hash of the file, to tell workers of two configurations apart."""
    partitions: int = 16


def compile_site(config: Config) -> Site:
    """What a checked configuration means."""
    schedules = {name: schedule_of(name, one) for name, one in config.calendars.items()}
    default = schedule_of(ALWAYS_NAME, ALWAYS_OPEN)
    if config.calendar is not None:
        default = schedules[config.calendar]
    terms = _terms(config, schedules, default)
    windows = config.windows
    # The oldest bucket of a window begins up to one width before the window does.
    late = config.lateness + COARSE
    tickets = max(longest(windows.tickets), longest(windows.sla), DRAIN_LENGTH) + late
    contacts = longest(windows.contacts) + late
    return Site(
        name=config.site,
        terms=terms,
        plan=_plan(config, terms, schedules, default),
        horizons={"ticket": tickets, "call": contacts, "chat": contacts},
        wall_clock=config.clock == "wall",
        configuration=config.hash,
        partitions=config.kafka.partitions,
    )


def schedule_of(name: str, calendar: CalendarConfig) -> Schedule:
    """A calendar of the file, compiled."""
    zone = ZoneInfo(calendar.timezone)
    if calendar.always_open:
        return Schedule.always(zone, name=name)
    return Schedule.weekly(
        zone, calendar.hours, own_days=calendar.own_days, holiday=calendar.holiday, name=name
    )


def _terms(config: Config, schedules: Mapping[str, Schedule], default: Schedule) -> Terms:
    def queue_terms(name: str) -> QueueTerms:
        queue = config.queue(name)
        return QueueTerms(
            schedules[queue.calendar] if queue.calendar else default,
            queue.service_level.within,
            queue.short_abandon.voice,
            queue.short_abandon.chat,
        )

    return Terms(
        default=queue_terms(""),
        queues={name: queue_terms(name) for name in config.queues},
        listed=config.lists_queues,
        policies=tuple(
            SlaPolicy(
                policy.name,
                policy.match.conditions(),
                policy.targets.given(),
                schedules[policy.calendar] if policy.calendar else None,
                policy.pause.by_target(),
            )
            for policy in config.sla
        ),
        at_risk=AtRisk(
            millionths(config.at_risk.share),
            config.at_risk.least,
            millionths(config.at_risk.at_most),
        ),
        max_wait=config.limits.max_wait,
        wrap_up=config.limits.wrap_up,
        retention=Retention(
            config.retention.contacts, config.retention.tickets, config.retention.solved
        ),
    )


def _plan(
    config: Config, terms: Terms, schedules: Mapping[str, Schedule], default: Schedule
) -> Plan:
    def queue_plan(name: str) -> QueuePlan:
        queue, own = config.queue(name), terms.queue_terms(name)
        zone = own.schedule.zone.key
        level = float(queue.service_level.target)
        return QueuePlan(
            queue.title or name, queue.team or "", zone, own.schedule, own.within, level
        )

    windows = {
        TICKETS: _windows(config.windows.tickets),
        CONTACTS: _windows(config.windows.contacts),
        SLA: _windows(config.windows.sla),
    }
    if not any(window.length == DRAIN_LENGTH for window in windows[TICKETS]):
        windows[TICKETS] = (*windows[TICKETS], Window("4h", DRAIN_LENGTH, shown=False))
    return Plan(
        windows=windows,
        default=queue_plan(""),
        queues={name: queue_plan(name) for name in config.queues},
        calendars={one.name: one for one in (default, *schedules.values())},
        targets_of=_targets_of(terms),
        bounds=_bounds(terms),
    )


def _windows(listed: tuple[tuple[str, Duration | None], ...]) -> tuple[Window, ...]:
    return tuple(Window(name, length) for name, length in listed)


def _targets_of(terms: Terms) -> Callable[[str], tuple[SlaTarget, ...]]:
    """Of the first policy that does not look at tier, channel or category."""
    plain = [p for p in terms.policies if p.match.keys() <= {"queue", "priority"}]

    @cache
    def targets_of(queue: str) -> tuple[SlaTarget, ...]:
        found: list[SlaTarget] = []
        for priority in PRIORITIES:
            labels = {"queue": queue, "priority": priority}
            policy = next((p for p in plain if p.holds(labels)), None)
            if policy is not None:
                found += [
                    SlaTarget(queue, priority, target, length)
                    for target, length in policy.targets.items()
                ]
        return tuple(found)

    return targets_of


_REPLY: Final = (60, 300, 900, 1800, 3600, 7200, 14400, 28800, 86400, 172800)
_RESOLUTION: Final = (*_REPLY[1:], 259200, 604800, 1209600)
_WAIT: Final = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600)
_HANDLE: Final = (30, 60, 120, 180, 300, 450, 600, 900, 1200, 1800, 3600)
_LAG: Final = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600)
_RESTORE: Final = (0.1, 0.5, 1, 2, 5, 10, 30, 60, 300)
_EVENT: Final = (5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 1e-2, 0.1)
"""Histogram bounds in seconds (`metrics.md` section 7)."""


def _bounds(terms: Terms) -> dict[str, tuple[Duration, ...]]:
    """Upper bounds, the agreed targets and thresholds among them: so the share within is exact."""

    def agreed(target: str) -> set[Duration]:
        return {p.targets[target] for p in terms.policies if target in p.targets}

    def bounds(base: tuple[float, ...], more: set[Duration]) -> tuple[Duration, ...]:
        return tuple(sorted({round(value * SECOND) for value in base} | more))

    first = agreed("first_response")
    within = {queue.within for queue in (terms.default, *terms.queues.values())}
    return {
        kpis.FIRST_RESPONSE.name: bounds(_REPLY, first),
        kpis.FIRST_RESPONSE_BUSINESS.name: bounds(_REPLY, first),
        kpis.NEXT_RESPONSE.name: bounds(_REPLY, agreed("next_response")),
        kpis.RESOLUTION.name: bounds(_RESOLUTION, agreed("resolution")),
        kpis.CONTACT_WAIT.name: bounds(_WAIT, within),
        kpis.CONTACT_HANDLE.name: bounds(_HANDLE, set()),
        kpis.EVENT_LAG.name: bounds(_LAG, set()),
        kpis.PROCESSING.name: bounds(_EVENT, set()),
        kpis.RECOVERY_SECONDS.name: bounds(_RESTORE, set()),
    }
