"""Figures add up first and divide last; where nothing was counted there is no rate."""

from __future__ import annotations

from prometheus_client.core import GaugeMetricFamily, Metric

from deskpulse.figures import Figures, Served
from streams.counts import kpis
from streams.counts.kpis import Kpi


def metric(kpi: Kpi, samples: dict[tuple[str, ...], float]) -> Metric:
    family = GaugeMetricFamily(kpi.name, kpi.help, labels=kpi.labels)
    for labels, value in samples.items():
        family.add_metric(labels, value)
    return family


def left(**outcomes: int) -> Figures:
    samples: dict[tuple[str, ...], float] = {
        ("voice", "30m", name): float(n) for name, n in outcomes.items()
    }
    return Figures([metric(kpis.WINDOW_CONTACTS, samples)])


def test_the_service_level_is_the_worked_example() -> None:
    """`kpis.md` 2.6: 70 in time of 100 less 4 short ones; 2.3: 11 of 96 abandoned."""
    served = left(
        answered_in_threshold=70,
        answered_late=15,
        abandoned_short=4,
        abandoned_in_threshold=6,
        abandoned_late=5,
        callback=9,
    ).served("30m")
    assert served == Served(85, 11, 4, 0, 9, 70)
    assert served.service_level == 70 / 96
    assert served.abandonment == 11 / 96


def test_flow_outs_are_in_the_denominator() -> None:
    served = left(answered_in_threshold=3, flowed_out=1).served("30m")
    assert served.service_level == 0.75
    assert served.abandonment == 0.0


def test_where_nothing_left_the_queue_there_is_no_rate() -> None:
    for served in (left().served("30m"), left(abandoned_short=3, callback=2).served("30m")):
        assert served.service_level is None
        assert served.abandonment is None


def test_means_are_over_all_queues_not_means_of_means() -> None:
    labels = ("4h", "first_response")
    figures = Figures(
        [
            metric(kpis.WINDOW_DURATION, {("a", *labels): 100.0, ("b", *labels): 30.0}),
            metric(kpis.WINDOW_SAMPLES, {("a", *labels): 1.0, ("b", *labels): 3.0}),
        ]
    )
    assert figures.mean("first_response", "4h") == 130 / 4
    assert figures.mean("first_response", "4h", queue="b") == 10
    assert figures.mean("resolution", "4h") is None


def test_compliance_is_kept_of_kept_and_broken() -> None:
    figures = Figures(
        [
            metric(
                kpis.WINDOW_SLA,
                {
                    ("a", "normal", "first_response", "4h", "met"): 900.0,
                    ("a", "high", "resolution", "4h", "breached"): 100.0,
                },
            )
        ]
    )
    assert figures.compliance("4h") == 0.9
    assert figures.compliance("7d") is None


def test_the_largest_and_the_smallest_and_the_labels() -> None:
    figures = Figures([metric(kpis.LONGEST_WAIT, {("a",): 11.0, ("b",): 12.0})])
    assert figures.largest(kpis.LONGEST_WAIT) == 12
    assert figures.smallest(kpis.LONGEST_WAIT) == 11
    assert figures.largest(kpis.LONGEST_WAIT, queue="c") == 0
    assert figures.values(kpis.LONGEST_WAIT, "queue") == ["a", "b"]
