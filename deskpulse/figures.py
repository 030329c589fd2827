"""Metrics as a person asks for them: sums over labels, and the rates that the parts add up to.

The formulas are those of `metrics.md` section 1. Whole numbers are summed first and divided last;
where nothing was counted there is no rate, neither 0 nor 100.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from streams.counts import kpis

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus_client.core import Metric

    from streams.counts.kpis import Kpi

ANSWERED = ("answered_in_threshold", "answered_late")
LEFT = ("abandoned_in_threshold", "abandoned_late")


class Served(NamedTuple):
    """What became of the contacts that left a queue in a window."""

    answered: int
    abandoned: int
    short: int
    flowed_out: int
    callbacks: int
    in_threshold: int

    @property
    def service_level(self) -> float | None:
        """Answered within the threshold, of all that left but short abandons and callbacks."""
        return _ratio(self.in_threshold, self.answered + self.abandoned + self.flowed_out)

    @property
    def abandonment(self) -> float | None:
        """Long abandons, of all that left but short abandons and callbacks."""
        return _ratio(self.abandoned, self.answered + self.abandoned + self.flowed_out)


class Figures:
    """All samples of a scrape, or of a report."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._samples: dict[str, list[tuple[dict[str, str], float]]] = defaultdict(list)
        for metric in metrics:
            for sample in metric.samples:
                self._samples[sample.name].append((sample.labels, sample.value))

    def sum(self, kpi: Kpi, **labels: str) -> float:
        """The sum of a metric over all label sets that have these labels; 0 where none has."""
        return sum(self._found(kpi, labels))

    def count(self, kpi: Kpi, **labels: str) -> int:
        """The same, of a metric that counts."""
        return round(self.sum(kpi, **labels))

    def total(self, kpi: Kpi, part: str, **labels: str) -> float:
        """The `sum` or `count` of a histogram over all label sets that have these labels."""
        return sum(
            value
            for found, value in self._samples[f"{kpi.name}_{part}"]
            if all(found.get(name) == one for name, one in labels.items())
        )

    def samples(self, kpi: Kpi) -> list[tuple[dict[str, str], float]]:
        """Every label set with its value."""
        return list(self._samples[kpi.name])

    def largest(self, kpi: Kpi, **labels: str) -> float:
        """The largest value; 0 where there is none."""
        return max(self._found(kpi, labels), default=0.0)

    def smallest(self, kpi: Kpi, **labels: str) -> float:
        """The smallest value; 0 where there is none."""
        return min(self._found(kpi, labels), default=0.0)

    def values(self, kpi: Kpi, label: str) -> list[str]:
        """The values of a label, sorted."""
        return sorted({labels[label] for labels, _ in self._samples[kpi.name] if label in labels})

    def mean(self, measure: str, window: str, **labels: str) -> float | None:
        """The mean of a duration in a window, in seconds."""
        labels |= {"measure": measure, "window": window}
        return _ratio(
            self.sum(kpis.WINDOW_DURATION, **labels), self.sum(kpis.WINDOW_SAMPLES, **labels)
        )

    def served(self, window: str, **labels: str) -> Served:
        """What became of contacts in a window."""

        def left(*outcomes: str) -> int:
            return sum(
                self.count(kpis.WINDOW_CONTACTS, window=window, outcome=outcome, **labels)
                for outcome in outcomes
            )

        return Served(
            answered=left(*ANSWERED),
            abandoned=left(*LEFT),
            short=left("abandoned_short"),
            flowed_out=left("flowed_out"),
            callbacks=left("callback"),
            in_threshold=left("answered_in_threshold"),
        )

    def compliance(self, window: str, **labels: str) -> float | None:
        """Met, of all targets that were met or breached in a window."""

        def judged(outcome: str) -> int:
            return self.count(kpis.WINDOW_SLA, window=window, outcome=outcome, **labels)

        met = judged("met")
        return _ratio(met, met + judged("breached"))

    def _found(self, kpi: Kpi, wanted: dict[str, str]) -> list[float]:
        return [
            value
            for labels, value in self._samples[kpi.name]
            if all(labels.get(name) == one for name, one in wanted.items())
        ]


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
