"""What a process shows: its board and its worker, as one snapshot that is swapped by reference.

The board is shown only while it can be trusted: complete, read to the end noted at the start, still
being read, and no part older than `parts_max_age`. Otherwise only the pipeline's own metrics are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from streams.board import Reading
from streams.counts import kpis
from streams.counts.kpis import Kpi
from streams.gauges import Values
from streams.metrics import Snapshot
from streams.site import Site
from streams.spans import SECOND, Duration, Instant, seconds
from streams.worker import clock
from streams.worker.pipeline import Vitals, age_of
from streams.worker.reader import PartsReader

STALE_AFTER: Final = 15 * SECOND
"""A part older than this is marked."""


class Show:
    """Holds the snapshot; `refresh` makes a new one."""

    def __init__(
        self,
        site: Site,
        version: str,
        reader: PartsReader | None,
        vitals: Callable[[], Vitals | None],
        *,
        is_worker: bool,
        parts_max_age: Duration,
    ) -> None:
        self.site = site
        self.reader = reader
        self._version = version
        self._vitals = vitals
        self._is_worker = is_worker
        self._max_age = parts_max_age
        self._built: tuple[Reading | None, Vitals | None, Instant] = (None, None, clock.now())
        self._read: tuple[int, Reading | None] = (-1, None)

    def refresh(self) -> None:
        """Build the snapshot; in the loop that reads the parts."""
        self._built = (self._reading(), self._vitals(), clock.now())

    def _reading(self) -> Reading | None:
        if self.reader is None:
            return None
        taken, reading = self._read
        if taken != self.reader.taken:
            reading = self.reader.board.read()
            self._read = (self.reader.taken, reading)
        return reading

    @property
    def reading(self) -> Reading | None:
        """The board; None where it must not be shown."""
        return None if self.not_shown else self._built[0]

    @property
    def not_shown(self) -> str:
        """Why the board is not shown; empty when it is."""
        reading, reader = self._built[0], self.reader
        if reader is None:
            return "this worker is no board"
        if not reader.started.is_set():
            return "the board has not read all parts yet"
        if reader.silent:
            return "Kafka has not answered the board for 15 s"
        if reading is None or not reading.complete:
            known = 0 if reading is None else len(reading.partitions)
            return f"parts of {known} of {self.site.partitions} partitions are there"
        old = [p for p, age in self.ages().items() if age > seconds(self._max_age)]
        limit = seconds(self._max_age)
        return f"the parts of partitions {old} are older than {limit:g} s" if old else ""

    @property
    def waiting_for(self) -> str:
        """Why the process is not ready; empty when it is."""
        vitals = self._built[1]
        if self._is_worker and vitals is None:
            return "the worker starts"
        if vitals is not None and vitals.waiting_for:
            return vitals.waiting_for
        return "" if self.reader is None else self.not_shown

    def ages(self) -> dict[int, float]:
        """Seconds since each partition's part was written."""
        reading = self._built[0]
        if reading is None:
            return {}
        now = clock.now()
        return {p: age_of(seen.written_at, now) for p, seen in reading.partitions.items()}

    def stale(self) -> list[int]:
        """Partitions whose part is marked as stale."""
        return [p for p, age in self.ages().items() if age > seconds(STALE_AFTER)]

    def now(self) -> Instant:
        """The board's now: the wall clock, or under `clock: events` the smallest partition time."""
        reading = self._built[0]
        if self.site.wall_clock or reading is None or reading.at is None:
            return clock.now()
        return reading.at

    def snapshot(self) -> Snapshot:
        """Everything `/metrics` needs."""
        _, vitals, built_at = self._built
        pipeline: dict[Kpi, Values] = dict(vitals.values) if vitals is not None else {}
        pipeline[kpis.CONFIG_INFO] = {(self._version, self.site.configuration): 1.0}
        pipeline[kpis.SNAPSHOT] = {(): seconds(built_at)}
        pipeline[kpis.READY] = {(): float(not self.waiting_for)}
        if self.reader is not None:
            pipeline[kpis.PART_AGE] = {(str(p),): age for p, age in self.ages().items()}
        totals: tuple[Any, ...] = vitals.totals if vitals is not None else ()
        return Snapshot(self.reading, totals, pipeline)
