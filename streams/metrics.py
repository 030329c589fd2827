"""What is shown: a collector that reads the board when scraped.

It reads an immutable snapshot that the event loop swaps by reference, so a scrape sees no half of
anything and touches no live state. Everything is made fresh at each scrape: what is no longer there
leaves no old value behind. Ages are as of the scrape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from streams.board import Reading
from streams.counts.kpis import CATALOGUE, PIPELINE, REVISIONS, Kpi
from streams.counts.labels import closed_values
from streams.counts.plan import Plan
from streams.gauges import Values, gauges, zero_labels
from streams.part.totals import Distribution, Totals
from streams.spans import Duration, Instant, seconds


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that one process shows, at rest."""

    reading: Reading | None
    """None where the board has nothing to say, or must not say it."""
    totals: tuple[Totals, ...] = ()
    """Of the stages of this process, past ones too."""
    pipeline: Mapping[Kpi, Values] = field(default_factory=dict)
    """Gauges, infos and counters of the process itself."""


class Shown(Collector):
    """The collector. `snapshot` and `now` are asked at each scrape."""

    def __init__(
        self, plan: Plan, snapshot: Callable[[], Snapshot], now: Callable[[], Instant]
    ) -> None:
        self._plan = plan
        self._snapshot = snapshot
        self._now = now

    def describe(self) -> Iterable[Metric]:
        """Nothing: what is shown depends on what happens."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Every metric of the catalogue that has something to say, in its order."""
        yield from families(self._plan, self._snapshot(), self._now())


def families(
    plan: Plan, snapshot: Snapshot, now: Instant, *, pipeline: bool = True
) -> Iterator[Metric]:
    """The metrics of a snapshot as of `now`. `pipeline=False` leaves `support_stream_*` out."""
    shown = dict(snapshot.pipeline)
    if snapshot.reading is not None:
        shown |= dict(gauges(snapshot.reading, plan, now))
    counters, distributions = _add_up(snapshot.totals)
    for kpi in CATALOGUE:
        if kpi.group == PIPELINE and not pipeline:
            continue
        metric: Metric
        if kpi.kind == "histogram":
            metric = _histogram(kpi, plan, distributions.get(kpi.name, {}))
        elif kpi.kind == "counter":
            values = {**_zeros(kpi, plan), **shown.get(kpi, {}), **counters.get(kpi.name, {})}
            metric = _plain(kpi, values)
        else:
            metric = _plain(kpi, shown.get(kpi, {}))
        if metric.samples:
            yield metric


def _add_up(
    all_totals: Iterable[Totals],
) -> tuple[dict[str, Values], dict[str, dict[tuple[str, ...], Distribution]]]:
    """Counters and histograms over all totals, each by metric name and then by labels."""
    sums = Totals()
    for totals in all_totals:
        sums.absorb(totals)
    counters: dict[str, Values] = {}
    for (name, labels), n in sums.counters.items():
        counters.setdefault(name, {})[labels] = n
    for family, n in sums.revisions.items():
        counters.setdefault(REVISIONS.name, {})[family,] = n
    distributions: dict[str, dict[tuple[str, ...], Distribution]] = {}
    for (name, labels), one in sums.distributions.items():
        distributions.setdefault(name, {})[labels] = one
    return counters, distributions


def _zeros(kpi: Kpi, plan: Plan) -> Values:
    """Counters start at 0 for every configured label set, or a first increment would be missed."""
    if kpi is REVISIONS:
        return {
            (one.name,): 0
            for one in CATALOGUE
            if one.group != PIPELINE and one.kind in ("counter", "histogram")
        }
    if "queue" in kpi.labels:
        return dict.fromkeys(zero_labels(kpi, plan), 0.0)
    sets = [closed_values(kpi, label) for label in kpi.labels]
    return dict.fromkeys(product(*sets), 0.0)


def _plain(kpi: Kpi, values: Mapping[tuple[str, ...], float]) -> Metric:
    """A counter, gauge or info. Counters of seconds are kept in microseconds until here."""
    if kpi.kind == "info":
        info = InfoMetricFamily(kpi.name.removesuffix("_info"), kpi.help)
        for labels in values:
            info.add_metric((), dict(zip(kpi.labels, labels, strict=True)))
        return info
    if kpi.kind == "counter":
        counter = CounterMetricFamily(kpi.name, kpi.help, labels=kpi.labels)
        for labels, value in values.items():
            counter.add_metric(labels, seconds(int(value)) if kpi.unit == "s" else value)
        return counter
    gauge = GaugeMetricFamily(kpi.name, kpi.help, labels=kpi.labels)
    for labels, value in values.items():
        gauge.add_metric(labels, value)
    return gauge


def _le(bound: Duration) -> str:
    """As the client writes it: `900.0`. `le="900"` would match nothing on Prometheus 2."""
    return repr(seconds(bound))


def _histogram(
    kpi: Kpi, plan: Plan, found: Mapping[tuple[str, ...], Distribution]
) -> HistogramMetricFamily:
    metric = HistogramMetricFamily(kpi.name, kpi.help, labels=kpi.labels)
    bounds = plan.bounds[kpi.name]
    empty = Distribution(bounds, [0] * (len(bounds) + 1))
    zeros = dict.fromkeys(zero_labels(kpi, plan), empty) if "queue" in kpi.labels else {}
    for labels, one in {**zeros, **found}.items():
        buckets: list[tuple[str, float]] = []
        below = 0
        for bound, n in zip(one.bounds, one.counts, strict=False):
            below += n
            buckets.append((_le(bound), below))
        buckets.append(("+Inf", below + one.counts[-1]))
        metric.add_metric(labels, buckets, seconds(one.total))
    return metric
