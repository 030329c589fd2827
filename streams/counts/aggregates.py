"""Aggregates: four short functions each, over whole numbers.

The state of every aggregate is a `Tally`, a sparse vector of whole numbers by slot. So adding,
taking back (`n=-1`) and merging are exact in any order, and a window is kept by adding the buckets
that enter and subtracting those that leave. An aggregate decides only how a value spreads over
slots, and how the slots read. No minimum, maximum or last value: they cannot be taken back.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from typing import Final, TypeAlias

from streams.spans import DAY, Duration

Tally: TypeAlias = dict[int, int]
Slots: TypeAlias = tuple[tuple[int, int], ...]

COUNT_SLOT: Final = 0
SUM_SLOT: Final = 1
_FIRST_BAND: Final = 2


class Count:
    """How many. Reads 0 when empty."""

    def empty(self) -> Tally:
        """Nothing yet."""
        return {}

    def slots(self, _value: Duration) -> Slots:
        """What one value adds, by slot."""
        return ((COUNT_SLOT, 1),)

    def add(self, state: Tally, value: Duration, n: int = 1) -> Tally:
        """Put a value in n times; -1 takes it back."""
        for slot, amount in self.slots(value):
            state[slot] = state.get(slot, 0) + n * amount
        return state

    def merge(self, a: Tally, b: Mapping[int, int], n: int = 1) -> Tally:
        """Add b to a, n times; -1 takes it out."""
        for slot, amount in b.items():
            a[slot] = a.get(slot, 0) + n * amount
        return a

    def read(self, state: Mapping[int, int]) -> float | None:
        """The number of values."""
        return state.get(COUNT_SLOT, 0)


class Mean(Count):
    """Sum and count of durations. Reads their mean in microseconds; None of none."""

    def slots(self, value: Duration) -> Slots:
        """One, and the value."""
        return ((COUNT_SLOT, 1), (SUM_SLOT, value))

    def read(self, state: Mapping[int, int]) -> float | None:
        """Divide last; no sample, no value."""
        n = state.get(COUNT_SLOT, 0)
        return state.get(SUM_SLOT, 0) / n if n > 0 else None


_ERROR: Final = 0.02
_GROWTH: Final = (1 + _ERROR) / (1 - _ERROR)
_LEAST: Final = 1_000  # a millisecond; what is shorter reads as 0


def _bands() -> tuple[int, ...]:
    """Upper ends of the log bands, from a millisecond to past 400 days, each 2/49 wider."""
    ends = [_LEAST]
    while ends[-1] < 400 * DAY:
        ends.append(max(round(_LEAST * _GROWTH ** len(ends)), ends[-1] + 1))
    return tuple(ends)


BANDS: Final = _bands()


class Quantile(Mean):
    """A mean that also keeps its values in log bands: mergeable quantiles, relative error <= 2 %.

    The bands and the estimate within one are those of DDSketch (Masson, Rim and Lee, VLDB 2019,
    https://arxiv.org/abs/1908.10693): with ends growing by (1+e)/(1-e), the harmonic middle of a
    band is within e of every value in it. The ends are whole numbers, so no platform disagrees.
    """

    def slots(self, value: Duration) -> Slots:
        """One, the value, and one in its band."""
        return (
            (COUNT_SLOT, 1),
            (SUM_SLOT, value),
            (_FIRST_BAND + bisect_left(BANDS, value), 1),
        )

    def quantile(self, state: Mapping[int, int], q: float) -> float | None:
        """The value of nearest rank, in microseconds, within 2 %; None of none."""
        total = state.get(COUNT_SLOT, 0)
        if total <= 0:
            return None
        rank = max(-(-total * round(q * 1_000_000) // 1_000_000), 1)
        below = 0
        for slot in sorted(slot for slot in state if slot >= _FIRST_BAND):
            below += state[slot]
            if below >= rank:
                return _middle(slot - _FIRST_BAND)
        return None


def _middle(band: int) -> float:
    if band == 0:
        return 0.0
    if band >= len(BANDS):
        return float(BANDS[-1])
    low, high = BANDS[band - 1], BANDS[band]
    return 2 * low * high / (low + high)


COUNT: Final = Count()
QUANTILE: Final = Quantile()
