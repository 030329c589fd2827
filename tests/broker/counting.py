"""A small job for the engine: it counts per key. What fails with it is the engine's fault.

Run as a process: `python -m tests.broker.counting`, settings from the environment; it ends like the
real worker. Events are JSON: `{"id": …, "at": seconds, "n": how much}`, keyed by subject. Every
event is validated by a typed decoder, as the real one is.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
import structlog

from streams.counts import kpis
from streams.counts.kpis import Kpi
from streams.gauges import Values
from streams.part.totals import Totals
from streams.spans import SECOND, Instant
from streams.worker.job import Derived, Head, Record
from streams.worker.run import run_job
from streams.worker.settings import Settings

EVENTS, MORE = "counting.events", "counting.more"


class Event(msgspec.Struct, frozen=True, gc=False):
    """What arrives."""

    id: str
    at: float
    n: int = 1
    kind: str = ""
    queue: str = ""


class Count(msgspec.Struct, frozen=True, gc=False):
    """What is kept of a subject."""

    total: int = 0
    events: int = 0
    applied: tuple[int, ...] = (-1, -1)


class Row(msgspec.Struct, frozen=True, gc=False, array_like=True):
    generation: int
    count: Count


class Refused(NamedTuple):
    raw: Record
    reason: str
    detail: str


class Part(msgspec.Struct, frozen=True):
    head: Head
    total: int
    events: int
    subjects: int


_event = msgspec.json.Decoder(Event).decode
_pack = msgspec.msgpack.Encoder().encode
_row = msgspec.msgpack.Decoder(Row).decode
_part = msgspec.msgpack.Decoder(Part).decode


class CountingStage:
    """Counts a partition."""

    def __init__(self, rows: dict[bytes, Any], floor: Instant | None) -> None:
        self.rows: dict[bytes, Count] = rows
        self.now = floor or 0
        self.dirty = True
        self.duplicates = 0
        self._changed: dict[bytes, Count | None] = {}
        self.total = sum(count.total for count in rows.values())
        self.events = sum(count.events for count in rows.values())

    def apply(
        self, topic: int, records: Sequence[Record], wall: Instant | None = None
    ) -> list[Refused]:
        rows, changed, refused = self.rows, self._changed, []
        now = self.now
        for raw in records:
            offset, key, value = raw.offset, raw.key, raw.value
            if key is None or value is None:
                refused.append(Refused(raw, "empty", "no key or no value"))
                continue
            try:
                event = _event(value)
            except msgspec.MsgspecError as error:
                refused.append(Refused(raw, "not_json", str(error)))
                continue
            count = rows.get(key) or Count()
            if offset <= count.applied[topic]:
                self.duplicates += 1
                continue
            applied = (offset, count.applied[1]) if topic == 0 else (count.applied[0], offset)
            rows[key] = changed[key] = Count(count.total + event.n, count.events + 1, applied)
            self.total += event.n
            self.events += 1
            at = int(event.at * SECOND)
            now = max(now, at)
        self.now = now
        self.dirty = True
        return refused

    def advance_to(self, now: Instant) -> None:
        self.now = max(self.now, now)

    def partition_time(self, wall: Instant | None, *, caught_up: bool) -> Instant:
        return max(self.now, wall) if wall is not None and caught_up else self.now

    def take_changes(self) -> dict[bytes, Any]:
        changed, self._changed = self._changed, {}
        return changed


class CountingBoard:
    """Adds the parts up."""

    def __init__(self) -> None:
        self.parts: dict[int, Part] = {}
        self.backwards: list[tuple[int, int, int]] = []

    def take(self, part: bytes, written_at: Instant) -> Head | None:
        new = _part(part)
        held = self.parts.get(new.head.partition)
        if held is not None:
            if held.head.generation > new.head.generation:
                return None
            if new.total < held.total:
                self.backwards.append((new.head.partition, held.total, new.total))
        self.parts[new.head.partition] = new
        return new.head

    def read(self) -> dict[str, int] | None:
        parts = list(self.parts.values())
        if not parts or len(parts) < parts[0].head.partitions:
            return None
        return {
            "total": sum(part.total for part in parts),
            "events": sum(part.events for part in parts),
            "subjects": sum(part.subjects for part in parts),
        }


class CountingJob:
    """The job."""

    topics: tuple[str, ...] = (EVENTS, MORE)

    def __init__(
        self,
        *,
        wall: bool = False,
        topics: tuple[str, ...] = (EVENTS, MORE),
        partitions: int = 4,
    ) -> None:
        self.wall = wall
        self.partitions = partitions
        self.topics = topics
        self.stages: list[CountingStage] = []

    def stage(
        self, rows: dict[bytes, Any], since: Instant | None, counted_until: Instant | None
    ) -> CountingStage:
        self.stages.append(CountingStage(rows, since))
        return self.stages[-1]

    def encode_row(self, row: Count, generation: int) -> bytes:
        return _pack(Row(generation, row))

    def decode_row(self, data: bytes) -> Count:
        return _row(data).count

    def version(self, data: bytes) -> tuple[int, int]:
        row = _row(data)
        return row.generation, sum(row.count.applied)

    def part(self, stage: CountingStage, head: Head) -> bytes:
        stage.dirty = False
        head = head._replace(now=stage.now)
        return _pack(Part(head, stage.total, stage.events, len(stage.rows)))

    def board(self) -> CountingBoard:
        return CountingBoard()

    bounds: Mapping[str, Sequence[int]] = {
        kpis.PROCESSING.name: (10, 100, 1_000),
        kpis.RECOVERY_SECONDS.name: (100_000, 1_000_000),
    }

    def totals(self, stage: CountingStage) -> Totals:
        return Totals()

    def measures(self, stages: Mapping[int, Any]) -> dict[Kpi, Values]:
        return {}

    def derived(self, stage: CountingStage) -> Iterable[Derived]:
        return ()


def main() -> int:
    """Run until stopped."""
    topics = tuple(os.environ.get("COUNTING_TOPICS", f"{EVENTS},{MORE}").split(","))
    job = CountingJob(topics=topics, partitions=int(os.environ.get("COUNTING_PARTITIONS", "4")))
    code = run_job(Settings(), job)
    replayed = sum(stage.duplicates for stage in job.stages)
    structlog.get_logger(__name__).info("counting.ended", replayed=replayed)
    return code


if __name__ == "__main__":
    sys.exit(main())
