"""How the worker itself is doing: plain numbers, read by the metrics, the watchdog and `/readyz`.

Written in Faust's loop, read by other threads: single attributes and copies only, no locks.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from streams.worker import clock

RESTORE_BOUNDS: Final = (0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0)
"""Bounds of the histogram of restores, seconds."""


class State:
    """Counters since the start of the process, and what is going on."""

    def __init__(self) -> None:
        self.started_at = clock.monotonic()
        self.records = 0
        self.batches = 0
        self.apply_seconds = 0.0
        self.last_batch_at = self.started_at
        self.last_commit_at = self.started_at
        self.dead_letters: Counter[tuple[str, str]] = Counter()
        self.rebalances = 0
        self.rebalancing_since: float | None = None
        self.restoring_since: float | None = None
        self.restore_moved_at = 0.0
        self.restore_read = 0
        self.restores: list[float] = []
        self.loop_turned_at = self.started_at
        self.loop_lag = 0.0
        self.parts_sent = 0
        self.parts_failed = 0
        self.last_part_at = self.started_at
        self.stopping_since: float | None = None

    def batch(self, records: int, seconds: float) -> None:
        """A batch was taken."""
        self.records += records
        self.batches += 1
        self.apply_seconds += seconds
        self.last_batch_at = clock.monotonic()

    def dead_letter(self, topic: str, reason: str) -> None:
        """A source record was rejected."""
        self.dead_letters[topic, reason] += 1

    def rebalance_started(self) -> None:
        """The group gives out partitions anew."""
        self.rebalances += 1
        self.rebalancing_since = clock.monotonic()

    def rebalance_ended(self) -> None:
        """Faust says it is done; our own restore may still run."""
        self.rebalancing_since = None

    def restore_started(self) -> None:
        """Rows are being loaded."""
        self.restoring_since = self.restore_moved_at = clock.monotonic()
        self.restore_read = 0

    def restore_progress(self, records: int) -> None:
        """So many more changelog records have been read."""
        self.restore_read += records
        self.restore_moved_at = clock.monotonic()

    def restore_ended(self) -> None:
        """Every owned partition has its rows."""
        if self.restoring_since is not None:
            self.restores.append(clock.monotonic() - self.restoring_since)
        self.restoring_since = None

    def committed(self) -> None:
        """Offsets were committed."""
        self.last_commit_at = clock.monotonic()

    def turned(self, late: float) -> None:
        """The loop has run a timer, so many seconds late."""
        self.loop_turned_at = clock.monotonic()
        self.loop_lag = late
