"""Buckets of event time, and the windows made of them.

Bucket n of width w is `[n*w, (n+1)*w)` in microseconds since the epoch; n floors below zero too, so
every instant is in exactly one. A rolling window is the sum of whole buckets: those whose end lies
after `now - length` and whose start is at or before `now`. So it covers its length to its length
plus one width, costs constant memory, and a late fact finds its bucket as long as that is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from streams.spans import HOUR, MINUTE, Duration, Instant, Span

FINE: Final = MINUTE
"""Bucket width of windows up to 4 h (the configuration asks for lengths that fit)."""
COARSE: Final = 15 * MINUTE
"""Of longer ones, and of `today`: every zone offset is a multiple of it."""
DRAIN_LENGTH: Final[Duration] = 4 * HOUR
"""Drain time reads the pace of so long a window, which is kept also where the file lists none."""

_LONGEST_FINE: Final[Duration] = 4 * HOUR


def bucket(at: Instant, width: Duration) -> int:
    """The number of the bucket that holds `at`."""
    return at // width


def span_of(number: int, width: Duration) -> Span:
    """The instants of a bucket."""
    return Span(number * width, (number + 1) * width)


@dataclass(frozen=True, slots=True)
class Window:
    """A rolling window by its name (`15m`), or the local day (`today`, no length of its own)."""

    name: str
    length: Duration | None
    shown: bool = True
    """False: kept for a figure derived from it, and not exported."""

    @property
    def width(self) -> Duration:
        """The width of its buckets."""
        return FINE if self.length is not None and self.length <= _LONGEST_FINE else COARSE

    def lowest(self, now: Instant, midnight: Instant) -> int:
        """Its oldest bucket at `now`, given the start of the local day."""
        since = midnight if self.length is None else now - self.length
        return bucket(since, self.width)
