"""Counters and histograms of the facts concluded here, from zero at the start, never falling."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from streams.counts.kpis import Kpi
from streams.spans import Duration

Series = tuple[str, tuple[str, ...]]
"""(metric name, label values)."""


@dataclass(slots=True)
class Distribution:
    """A classic histogram in whole microseconds."""

    bounds: Sequence[Duration]
    counts: list[int]
    """By bound, not cumulative; the last is above every bound."""
    total: int = 0
    """The sum of all values."""

    def observe(self, value: Duration) -> None:
        """Count a value under the first bound that is not below it."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value


@dataclass(slots=True)
class Totals:
    """What one process has concluded since it started."""

    bounds: Mapping[str, Sequence[Duration]] = field(default_factory=dict)
    """Of each histogram, by metric name."""
    counters: dict[Series, int] = field(default_factory=dict)
    distributions: dict[Series, Distribution] = field(default_factory=dict)
    revisions: dict[str, int] = field(default_factory=dict)
    """Facts taken back, by the metric they had been counted in."""

    def count(self, kpi: Kpi, labels: tuple[str, ...], amount: int = 1) -> None:
        """Add to a counter."""
        series = (kpi.name, labels)
        self.counters[series] = self.counters.get(series, 0) + amount

    def observe(self, kpi: Kpi, labels: tuple[str, ...], value: Duration) -> None:
        """Add a value to a histogram."""
        series = (kpi.name, labels)
        found = self.distributions.get(series)
        if found is None:
            bounds = self.bounds[kpi.name]
            found = self.distributions[series] = Distribution(bounds, [0] * (len(bounds) + 1))
        found.observe(value)

    def revise(self, name: str) -> None:
        """A fact that this metric had counted was taken back."""
        self.revisions[name] = self.revisions.get(name, 0) + 1
