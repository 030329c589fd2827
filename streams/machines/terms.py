"""What the site promises, compiled for the machines: queues, policies, limits.

The machines never read the configuration file; `streams.site` builds these objects from it once.
All of them are frozen but for a cache of policy matches, which holds nothing that is not derived.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from streams.facts import CHANNELS, OTHER, PRIORITIES, TARGETS, UNASSIGNED
from streams.machines.hours import Schedule
from streams.spans import DAY, HOUR, MINUTE, SECOND, Duration

NO_QUEUE: Final = ""
"""The raw value of *known to be in no queue*, as against None, *not known yet*."""

_Raw: TypeAlias = tuple[str | None, str | None, str | None, str | None, str | None]
"""Queue, priority, tier, channel and category as the desk names them."""

_PRIORITY_LABELS = {p: p for p in PRIORITIES}
_CHANNEL_LABELS = {c: c for c in CHANNELS}


MOST_REMEMBERED: Final = 10_000
"""Matches of policies kept at hand. Tiers and categories are free text: there is no end of them."""


@dataclass(frozen=True, slots=True)
class AtRisk:
    """A clock is at risk when at most max(share * target, min(least, at_most * target)) remains.

    Shares are parts of a million, so the threshold is a whole number of microseconds.
    """

    share: int = 250_000
    least: Duration = 30 * MINUTE
    at_most: int = 500_000

    def threshold(self, target: Duration) -> Duration:
        """The remaining time at or below which a clock of this target is at risk."""
        least = min(self.least, target * self.at_most // 1_000_000)
        return max(target * self.share // 1_000_000, least)


@dataclass(frozen=True, slots=True)
class SlaPolicy:
    """One policy of the file. All conditions in `match` must hold; an absent one always does."""

    name: str
    match: Mapping[str, frozenset[str]]
    """tier, priority, queue, channel, category: the (folded) labels it takes."""
    targets: Mapping[str, Duration]
    calendar: Schedule | None = None
    """None: the calendar of the queue."""
    pauses: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By target, the status categories that stop its clock."""

    def holds(self, labels: Mapping[str, str]) -> bool:
        """Whether a ticket with these labels falls under this policy."""
        return all(labels[name] in taken for name, taken in self.match.items())


@dataclass(frozen=True, slots=True)
class Promise:
    """What a target of a matching policy means for a ticket: how long, when, stopped by what."""

    policy: str
    target: Duration
    schedule: Schedule
    pauses: frozenset[str]
    risk: Duration
    """At risk when no more than this remains."""


@dataclass(frozen=True, slots=True)
class QueueTerms:
    """What a queue promises and how its exits are judged."""

    schedule: Schedule
    within: Duration = 20 * SECOND
    """Service level: answered within this wait, the limit included."""
    short_call: Duration = 10 * SECOND
    """An abandoned call that waited less is short."""
    short_chat: Duration = 0


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a finished subject is kept, by partition time (`exactness.md` section 5)."""

    contacts: Duration = 2 * DAY
    tickets: Duration = 8 * DAY
    solved: Duration = 30 * DAY


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything the machines need to know of the site."""

    default: QueueTerms
    queues: Mapping[str, QueueTerms] = field(default_factory=dict)
    listed: bool = False
    """Whether the file lists queues: an unlisted one then counts under `other`."""
    policies: tuple[SlaPolicy, ...] = ()
    at_risk: AtRisk = field(default_factory=AtRisk)
    max_wait: Duration = 4 * HOUR
    wrap_up: Duration = 10 * MINUTE
    retention: Retention = field(default_factory=Retention)
    _promises: dict[_Raw, tuple[Promise | None, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def queue_label(self, queue: str | None) -> str:
        """The label a queue counts under."""
        if not queue:
            return UNASSIGNED
        if self.listed and queue not in self.queues:
            return OTHER
        return queue

    def queue_terms(self, queue: str | None) -> QueueTerms:
        """The terms of a queue, by its raw name; the defaults for one the file does not list."""
        return self.queues.get(queue, self.default) if queue else self.default

    def promises(
        self,
        queue: str | None,
        priority: str | None,
        tier: str | None,
        channel: str | None,
        category: str | None,
    ) -> tuple[Promise | None, ...]:
        """The promises in force for these raw values, in the order of `TARGETS`.

        The first policy that matches decides alone: a target it lacks is not looked up in a later
        one. None: no policy matches, or it has no such target.
        """
        key = (queue, priority, tier, channel, category)
        found = self._promises.get(key)
        if found is None:
            if len(self._promises) >= MOST_REMEMBERED:
                self._promises.clear()
            found = self._promises[key] = self._match(key)
        return found

    def _match(self, raw: _Raw) -> tuple[Promise | None, ...]:
        queue, priority, tier, channel, category = raw
        labels = {
            "queue": self.queue_label(queue),
            "priority": priority_label(priority),
            "tier": tier or "",
            "channel": channel_label(channel),
            "category": category or "",
        }
        for policy in self.policies:
            if policy.holds(labels):
                schedule = policy.calendar or self.queue_terms(queue).schedule
                return tuple(self._promise(policy, target, schedule) for target in TARGETS)
        return (None,) * len(TARGETS)

    def _promise(self, policy: SlaPolicy, target: str, schedule: Schedule) -> Promise | None:
        length = policy.targets.get(target)
        if length is None:
            return None
        pauses = policy.pauses.get(target, _DEFAULT_PAUSES.get(target, frozenset()))
        return Promise(policy.name, length, schedule, pauses, self.at_risk.threshold(length))


_DEFAULT_PAUSES: Mapping[str, frozenset[str]] = {"resolution": frozenset({"pending"})}
"""Reply clocks never pause by status; resolution waits with the requester (`kpis.md` 2.5)."""


def priority_label(priority: str | None) -> str:
    """low, normal, high, urgent; `other` for an unknown one, `normal` for none."""
    return "normal" if priority is None else _PRIORITY_LABELS.get(priority, OTHER)


def channel_label(channel: str | None) -> str:
    """One of the eight channels; `other` for an unknown one or none."""
    return OTHER if channel is None else _CHANNEL_LABELS.get(channel, OTHER)
