"""What the engine asks of the job it runs: the seam between Kafka and the pure core.

The engine knows partitions, offsets, generations and bytes. It knows no ticket. What it runs is a
`Job`; the product's is `support.SupportJob`, and the crash tests run a small one that only counts,
so that a failure there is a failure of the engine.

A **stage** is what one partition number has counted over all source topics: it owns `rows`, the
dict the store gave it, and changes them in place. Records are frozen values: a changed row is a new
object, so a snapshot of the changed rows stays what it was while the flush encodes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

from streams.counts.kpis import Kpi
from streams.gauges import Values
from streams.part.totals import Totals
from streams.spans import Instant

Row: TypeAlias = Any
"""A record of the core. The engine only stores it, encodes it and asks for its version."""

Headers: TypeAlias = Sequence[tuple[str, bytes]]


class Record(Protocol):
    """A source record as aiokafka gives it."""

    @property
    def offset(self) -> int:
        """Its place in the partition."""
        ...

    @property
    def timestamp(self) -> int:
        """Kafka's, in milliseconds."""
        ...

    @property
    def key(self) -> bytes | None:
        """The Kafka key."""
        ...

    @property
    def value(self) -> bytes | None:
        """The event; None for a tombstone."""
        ...


class Refused(Protocol):
    """A source record that the core will not take: it goes to the dead-letter topic."""

    @property
    def raw(self) -> Any:  # noqa: ANN401 - the record the engine handed in
        """The record."""
        ...

    @property
    def reason(self) -> str:
        """One of a closed list."""
        ...

    @property
    def detail(self) -> str:
        """One line for people."""
        ...


class Derived(NamedTuple):
    """A message that what was counted implies; it must reach Kafka before the rows do."""

    topic: str
    key: bytes | None
    value: bytes
    headers: Headers = ()
    partition: int | None = None


class Head(NamedTuple):
    """What stands in front of a part (`exactness.md` section 6)."""

    application: str
    """Application id and version: a board reads one only."""
    partition: int
    partitions: int
    generation: int
    url: str
    """Where the owner answers for its subjects; empty when nobody can ask."""
    now: Instant = 0
    """Partition time; the stage knows it."""


class Stage(Protocol):
    """One partition number of the job. No method raises for a bad record."""

    @property
    def now(self) -> Instant:
        """Partition time."""
        ...

    @property
    def dirty(self) -> bool:
        """Something a board shows has changed since the last part."""
        ...

    def apply(
        self, topic: int, records: Sequence[Any], wall: Instant | None = None
    ) -> Sequence[Refused]:
        """Take a whole batch of one source topic."""
        ...

    def advance_to(self, now: Instant) -> None:
        """Let time pass."""
        ...

    def partition_time(self, wall: Instant | None, *, caught_up: bool) -> Instant:
        """What time it is in this partition (`exactness.md` section 4)."""
        ...

    def take_changes(self) -> dict[bytes, Row | None]:
        """Rows changed since the last call; None for a row that is forgotten."""
        ...


class Board(Protocol):
    """The sum of the parts."""

    def take(self, part: bytes, written_at: Instant) -> Head | None:
        """Take a part; its head, or None when an older one stands. ValueError: no part."""
        ...

    def read(self) -> Any:  # noqa: ANN401 - a reading of the core
        """What the parts add up to, immutable."""
        ...


class Job(Protocol):
    """What runs on the engine."""

    @property
    def topics(self) -> tuple[str, ...]:
        """Source topics; a topic's index is its place here."""
        ...

    @property
    def partitions(self) -> int:
        """Of each source topic."""
        ...

    @property
    def wall(self) -> bool:
        """Partition time is the wall clock where caught up; else the events' time alone."""
        ...

    def stage(
        self, rows: dict[bytes, Row], since: Instant | None, counted_until: Instant | None
    ) -> Any:  # noqa: ANN401 - a Stage, whose own type the job knows
        """A stage over the rows of a partition, everything derived from them.

        Its time does not begin before `since`; what is dated after `counted_until` counts as new.
        """
        ...

    def encode_row(self, row: Row, generation: int) -> bytes:
        """A row as it stands in the changelog."""
        ...

    def decode_row(self, data: bytes) -> Row:
        """A row. Raises ValueError on bytes it cannot read."""
        ...

    def version(self, data: bytes) -> tuple[int, int]:
        """The generation that wrote a row, and how far the row had come. Cheap: asked of all."""
        ...

    def part(self, stage: Any, head: Head) -> bytes:  # noqa: ANN401
        """The whole part of a partition, absolute; the stage is no longer dirty."""
        ...

    def board(self) -> Board:
        """An empty board."""
        ...

    @property
    def bounds(self) -> Mapping[str, Sequence[int]]:
        """Of the histograms of this process, by metric name, in microseconds."""
        ...

    def totals(self, stage: Any) -> Totals:  # noqa: ANN401
        """What a stage has counted since it was made."""
        ...

    def measures(self, stages: Mapping[int, Any]) -> dict[Kpi, Values]:
        """What the stages of this process say about the pipeline."""
        ...

    def derived(self, stage: Any) -> Iterable[Derived]:  # noqa: ANN401
        """Messages implied by what was counted since the last call."""
        ...
