"""Counters and histograms of what was concluded here."""

from __future__ import annotations

import pytest

from streams.counts import kpis
from streams.part.totals import Distribution, Totals
from streams.spans import SECOND


def test_counters_add_up_by_their_labels() -> None:
    totals = Totals()
    totals.count(kpis.TICKETS_REOPENED, ("billing",))
    totals.count(kpis.TICKETS_REOPENED, ("billing",), 2)
    totals.count(kpis.TICKETS_REOPENED, ("returns",))
    name = "support_tickets_reopened_total"
    assert totals.counters == {(name, ("billing",)): 3, (name, ("returns",)): 1}


@pytest.mark.parametrize(("value", "place"), [(0, 0), (9, 0), (10, 0), (11, 1), (20, 1), (21, 2)])
def test_a_bound_is_inside_its_bucket(value: int, place: int) -> None:
    one = Distribution((10, 20), [0, 0, 0])
    one.observe(value)
    assert one.counts == [int(n == place) for n in range(3)]
    assert one.total == value


def test_a_histogram_has_the_bounds_of_its_metric() -> None:
    totals = Totals({"support_first_response_seconds": (60 * SECOND,)})
    totals.observe(kpis.FIRST_RESPONSE, ("billing", "high"), 60 * SECOND)
    totals.observe(kpis.FIRST_RESPONSE, ("billing", "high"), 61 * SECOND)
    [(series, one)] = totals.distributions.items()
    assert series == ("support_first_response_seconds", ("billing", "high"))
    assert (one.counts, one.total) == ([1, 1], 121 * SECOND)


def test_what_is_taken_back_is_counted_by_its_metric_and_lowers_no_counter() -> None:
    totals = Totals()
    totals.count(kpis.TICKETS_REOPENED, ("billing",))
    totals.revise("support_tickets_reopened_total")
    totals.revise("support_tickets_reopened_total")
    assert totals.revisions == {"support_tickets_reopened_total": 2}
    assert [*totals.counters.values()] == [1]


def test_what_a_stage_has_counted_outlives_it() -> None:
    bounds = {"support_first_response_seconds": (60 * SECOND,)}
    past, gone = Totals(), Totals(bounds)
    gone.count(kpis.TICKETS_REOPENED, ("billing",), 3)
    gone.observe(kpis.FIRST_RESPONSE, ("billing", "high"), 61 * SECOND)
    gone.revise("support_tickets_reopened_total")
    past.absorb(gone)
    past.absorb(gone)
    assert [*past.counters.values()] == [6]
    [one] = past.distributions.values()
    assert (one.bounds, one.counts, one.total) == ((60 * SECOND,), [0, 2], 122 * SECOND)
    assert past.revisions == {"support_tickets_reopened_total": 2}
    [untouched] = gone.distributions.values()
    assert untouched.counts == [0, 1]
