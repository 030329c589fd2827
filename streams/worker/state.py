"""How the worker itself is doing: plain numbers, read by the metrics, the watchdog and `/readyz`.

Written in Faust's loop, read by other threads: single attributes and copies only, no locks.
"""

from __future__ import annotations

from collections import Counter

from streams.worker import clock


class State:
    """Counters since the start of the process, and what is going on."""

    def __init__(self) -> None:
        self.started_at = clock.monotonic()
        self.last_batch_at = self.started_at
        self.dead_letters: Counter[tuple[str, str]] = Counter()
        self.rebalances = 0
        self.rebalancing_since: float | None = None
        self.restoring_since: float | None = None
        self.restore_moved_at = 0.0
        self.restore_read = 0
        self.restore_due = 0
        """Changelog records to read, as noted at the assignment."""
        self.loop_turned_at = self.started_at
        self.loop_lag = 0.0
        self.parts_sent = 0
        self.parts_failed = 0
        self.stopping_since: float | None = None

    def batch(self) -> None:
        """A batch was taken."""
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

    def restore_started(self, due: int) -> None:
        """Rows are being loaded."""
        self.restore_due = due
        self.restoring_since = self.restore_moved_at = clock.monotonic()
        self.restore_read = 0

    def restore_progress(self, records: int) -> None:
        """So many more changelog records have been read."""
        self.restore_read += records
        self.restore_moved_at = clock.monotonic()

    def restore_ended(self) -> float:
        """Every owned partition has its rows; how many seconds that took."""
        began = self.restoring_since
        self.restoring_since = None
        return clock.monotonic() - began if began is not None else 0.0

    def turned(self, late: float) -> None:
        """The loop has run a timer, so many seconds late."""
        self.loop_turned_at = clock.monotonic()
        self.loop_lag = late
