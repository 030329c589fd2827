"""One suite for every aggregate: empty, add, merge, read, and all of it backwards."""

from __future__ import annotations

from math import ceil
from random import Random
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.counts.aggregates import COUNT, QUANTILE, Count, Mean, Tally
from streams.spans import DAY, HOUR, MINUTE, SECOND

MEAN: Final = Mean()
ALL: Final = [COUNT, MEAN, QUANTILE]
NAMES: Final = ["count", "mean", "quantile"]
EVERY: Final = pytest.mark.parametrize("aggregate", ALL, ids=NAMES)

DURATIONS: Final = st.integers(0, 399 * DAY)
VALUES: Final = st.lists(DURATIONS, max_size=30)


def state_of(aggregate: Count, values: list[int]) -> Tally:
    state = aggregate.empty()
    for value in values:
        aggregate.add(state, value)
    return state


def shown(aggregate: Count, state: Tally) -> list[float | None]:
    """All that can be read from a state."""
    read = [aggregate.read(state)]
    if aggregate is QUANTILE:
        read += [QUANTILE.quantile(state, q) for q in (0.01, 0.5, 0.9, 1.0)]
    return read


@EVERY
def test_of_nothing_a_count_is_zero_and_the_rest_is_not_there(aggregate: Count) -> None:
    first, *more = shown(aggregate, aggregate.empty())
    assert first == (0 if aggregate is COUNT else None)
    assert more == [None] * len(more)


@EVERY
@given(values=VALUES, order=st.randoms(use_true_random=False))
def test_any_order_reads_the_same(aggregate: Count, values: list[int], order: Random) -> None:
    shuffled = list(values)
    order.shuffle(shuffled)
    assert state_of(aggregate, shuffled) == state_of(aggregate, values)


@EVERY
@given(parts=st.lists(VALUES, max_size=5), order=st.randoms(use_true_random=False))
def test_merging_in_any_order_reads_like_adding_all(
    aggregate: Count, parts: list[list[int]], order: Random
) -> None:
    whole = state_of(aggregate, [value for part in parts for value in part])
    shuffled = list(parts)
    order.shuffle(shuffled)
    merged = aggregate.empty()
    for part in shuffled:
        aggregate.merge(merged, state_of(aggregate, part))
    assert shown(aggregate, merged) == shown(aggregate, whole)


@EVERY
@given(kept=VALUES, gone=VALUES)
def test_what_is_taken_back_was_never_there(
    aggregate: Count, kept: list[int], gone: list[int]
) -> None:
    one_by_one = state_of(aggregate, [*gone, *kept])
    for value in reversed(gone):
        aggregate.add(one_by_one, value, -1)
    at_once = state_of(aggregate, [*kept, *gone])
    aggregate.merge(at_once, state_of(aggregate, gone), -1)
    expected = shown(aggregate, state_of(aggregate, kept))
    assert shown(aggregate, one_by_one) == shown(aggregate, at_once) == expected


@EVERY
def test_a_value_may_be_taken_back_before_it_comes(aggregate: Count) -> None:
    state = aggregate.empty()
    aggregate.add(state, HOUR, -1)
    aggregate.add(state, HOUR)
    assert shown(aggregate, state) == shown(aggregate, aggregate.empty())


@EVERY
@given(values=VALUES)
def test_merging_leaves_what_is_merged_alone(aggregate: Count, values: list[int]) -> None:
    part = state_of(aggregate, values)
    before = dict(part)
    aggregate.merge(aggregate.empty(), part)
    assert part == before


@given(values=st.lists(DURATIONS, min_size=1, max_size=50))
def test_counts_and_means_are_exact(values: list[int]) -> None:
    assert COUNT.read(state_of(COUNT, values)) == len(values)
    for aggregate in (MEAN, QUANTILE):
        assert aggregate.read(state_of(aggregate, values)) == sum(values) / len(values)


@given(
    values=st.lists(st.integers(1_001, 399 * DAY), min_size=1, max_size=200),
    q=st.sampled_from([0.5, 0.9, 0.01, 0.99, 1.0, 1 / 3]),
)
def test_a_quantile_is_within_two_per_cent_of_the_value_of_nearest_rank(
    values: list[int], q: float
) -> None:
    exact = sorted(values)[max(ceil(round(len(values) * q, 6)), 1) - 1]
    found = QUANTILE.quantile(state_of(QUANTILE, values), q)
    assert found == pytest.approx(exact, rel=0.02)


@pytest.mark.parametrize(
    ("values", "q", "rank"),
    [
        ([1, 2, 3, 4], 0.5, 2),
        ([1, 2, 3, 4, 5], 0.5, 3),
        (list(range(1, 11)), 0.9, 9),
        (list(range(1, 12)), 0.9, 10),
        ([7], 0.9, 1),
    ],
)
def test_nearest_rank_is_the_first_that_leaves_so_many_at_or_below(
    values: list[int], q: float, rank: int
) -> None:
    found = QUANTILE.quantile(state_of(QUANTILE, [n * MINUTE for n in values]), q)
    assert found == pytest.approx(sorted(values)[rank - 1] * MINUTE, rel=0.02)


def test_nothing_and_almost_nothing_read_as_nothing() -> None:
    for value in (0, 1, 1_000):
        assert QUANTILE.quantile(state_of(QUANTILE, [value]), 0.5) == 0
    assert QUANTILE.quantile(state_of(QUANTILE, [SECOND]), 0.5) == pytest.approx(SECOND, rel=0.02)


def test_beyond_four_hundred_days_a_quantile_stands_still() -> None:
    found = QUANTILE.quantile(state_of(QUANTILE, [4_000 * DAY]), 0.5)
    assert found == pytest.approx(400 * DAY, rel=0.05)
