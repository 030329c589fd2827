"""One partition number of the group, in this worker: its stage, and how far it has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.worker import clock, codec
from streams.worker.job import Record, Stage

if TYPE_CHECKING:
    from streams.worker.store import Rows


class Owned:
    """Restored; `ready` once it has read to the source ends noted at its assignment."""

    def __init__(self, partition: int, rows: Rows, stage: Stage, generation: int) -> None:
        self.partition = partition
        self.rows = rows
        self.stage = stage
        self.generation = generation
        """Written into rows and parts: the group's, or more (`exactness.md` section 6)."""
        self.ready = False
        self.touched = False
        """A batch was taken since the last meta row."""
        self.targets: dict[str, int] = {}
        """Source ends noted at the assignment."""
        self.done: dict[str, int] = {}
        """Last offset taken since the assignment, by source topic."""
        self.read_at: dict[str, int] = {}
        """Kafka's timestamp of it, in milliseconds."""
        self._last: dict[str, Record] = {}
        self._applied = dict(rows.meta.applied) if rows.meta else {}

    def took(self, topic: str, last: Record) -> None:
        """A batch has been applied whole."""
        self.done[topic] = last.offset
        self.read_at[topic] = last.timestamp
        self._last[topic] = last
        self.touched = True

    def meta(self) -> codec.Meta:
        """The meta row as of now."""
        for topic, raw in self._last.items():
            # A replay must not move it back.
            known = self._applied.get(topic)
            if known is None or raw.offset >= known.offset:
                self._applied[topic] = codec.Applied(
                    raw.offset,
                    clock.of_kafka(raw.timestamp),
                    codec.digest(raw.key, raw.value),
                )
        self._last.clear()
        return codec.Meta(self.generation, self.stage.now, dict(self._applied))
