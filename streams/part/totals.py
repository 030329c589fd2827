"""Counters and histograms of the facts concluded here, from zero at the start, never falling."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from streams.counts.kpis import Kpi
from streams.spans import Duration

Series: TypeAlias = tuple[str, tuple[str, ...]]
"""(metric name, label values)."""

Bin: TypeAlias = list[int]
"""A counter at hand: one number, in a place that stays."""


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
    distributions: dict[Series, Distribution] = field(default_factory=dict)
    revisions: dict[str, int] = field(default_factory=dict)
    """Facts taken back, by the metric they had been counted in."""
    _bins: dict[Series, Bin] = field(default_factory=dict)

    @property
    def counters(self) -> dict[Series, int]:
        """Every counter by its series: a copy, in which nothing can be counted."""
        return {series: found[0] for series, found in list(self._bins.items())}

    def bin(self, kpi: Kpi, labels: tuple[str, ...]) -> Bin:
        """The place of a counter, for those who add to it often."""
        return self._bins.setdefault((kpi.name, labels), [0])

    def count(self, kpi: Kpi, labels: tuple[str, ...], amount: int = 1) -> None:
        """Add to a counter."""
        self.bin(kpi, labels)[0] += amount

    def distribution(self, kpi: Kpi, labels: tuple[str, ...]) -> Distribution:
        """A histogram, empty when it is new."""
        found = self.distributions.get((kpi.name, labels))
        if found is None:
            bounds = self.bounds[kpi.name]
            found = Distribution(bounds, [0] * (len(bounds) + 1))
            self.distributions[kpi.name, labels] = found
        return found

    def observe(self, kpi: Kpi, labels: tuple[str, ...], value: Duration) -> None:
        """Add a value to a histogram."""
        self.distribution(kpi, labels).observe(value)

    def revise(self, name: str) -> None:
        """A fact that this metric had counted was taken back."""
        self.revisions[name] = self.revisions.get(name, 0) + 1

    def absorb(self, other: Totals) -> None:
        """Add all that another has counted; the other is left as it is.

        So a stage that is given up leaves its totals behind, and a scrape adds up those of a
        process. The lists are copies: a scrape may read while the event loop counts.
        """
        for series, found in list(other._bins.items()):
            self._bins.setdefault(series, [0])[0] += found[0]
        for name, n in list(other.revisions.items()):
            self.revisions[name] = self.revisions.get(name, 0) + n
        for series, one in list(other.distributions.items()):
            known = self.distributions.get(series)
            if known is None:
                known = Distribution(one.bounds, [0] * len(one.counts))
                self.distributions[series] = known
            known.counts = [a + b for a, b in zip(known.counts, one.counts, strict=True)]
            known.total += one.total
