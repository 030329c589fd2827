"""What is counted on this site: the windows, the queues, the bounds.

Built once from the configuration, by `streams.site`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from streams.counts.buckets import Window
from streams.spans import Duration, Instant


class Calendar(Protocol):
    """What counting needs of a calendar; `machines.hours.Schedule` is one."""

    @property
    def name(self) -> str:
        """As in the configuration."""
        ...

    def is_open(self, at: Instant) -> bool:
        """Whether `at` lies in its hours."""
        ...

    def local_midnight(self, at: Instant) -> Instant:
        """The start of the local day that holds `at`."""
        ...


@dataclass(frozen=True, slots=True)
class QueuePlan:
    """A queue as it is shown."""

    title: str
    team: str
    zone: str
    """IANA name; its `today` begins at local midnight there."""
    calendar: Calendar
    within: Duration
    """The service-level threshold."""
    service_level: float
    """The share to be answered within it, 0 to 1."""


@dataclass(frozen=True, slots=True)
class SlaTarget:
    """An agreed target, by the labels of `support_sla_target_seconds`."""

    queue: str
    priority: str
    target: str
    length: Duration


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that counting and showing need of the configuration."""

    windows: Mapping[str, tuple[Window, ...]]
    """By group: tickets, contacts, sla."""
    default: QueuePlan
    """For a queue that the file does not list; its title and team are empty."""
    queues: Mapping[str, QueuePlan] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    """Every calendar that a queue or a policy uses, by name."""
    targets_of: Callable[[str], tuple[SlaTarget, ...]] = lambda _: ()
    """The agreed targets of a queue, by its label."""
    bounds: Mapping[str, tuple[Duration, ...]] = field(default_factory=dict)
    """Upper bounds of each histogram, by metric name."""

    def window_names(self) -> dict[str, tuple[str, ...]]:
        """By group, the names of its windows in the order of their sums."""
        return {
            group: tuple(window.name for window in windows)
            for group, windows in self.windows.items()
        }

    def queue(self, label: str) -> QueuePlan:
        """How a queue label is shown."""
        return self.queues.get(label, self.default)
