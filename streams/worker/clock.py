"""The only call of the system clock in `streams`.

Everything else takes `now` as an argument. Two clocks: `now` is what people and Kafka agree on and
may jump; `monotonic` only measures how long something takes.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import chain, repeat
from typing import Final

from streams.spans import Instant

_NANOSECONDS_PER_MICROSECOND: Final = 1_000
_MICROSECONDS_PER_MILLISECOND: Final = 1_000


def now() -> Instant:
    """The wall clock, in microseconds since the epoch."""
    return time.time_ns() // _NANOSECONDS_PER_MICROSECOND


def monotonic() -> float:
    """Seconds since some fixed point; never goes back, runs on while a process is stopped."""
    return time.monotonic()


def pauses() -> Iterator[float]:
    """How many seconds to wait before the next try: 1, 2, 4, then 8 each time."""
    return chain((1.0, 2.0, 4.0), repeat(8.0))


def of_kafka(milliseconds: int) -> Instant:
    """A timestamp of Kafka's as an instant."""
    return milliseconds * _MICROSECONDS_PER_MILLISECOND
