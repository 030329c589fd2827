"""What the engine asks of the job it runs: the seam between Kafka and the pure core.

The engine knows partitions, offsets, generations and bytes. It knows no ticket. What it runs is a
`Job`; the product's is `core.SupportJob`, and the crash tests run a small one that only counts, so
that a failure there is a failure of the engine.

A **stage** is what one partition number has counted over all source topics: it owns `rows`, the
dict the store gave it, and changes them in place. Records are frozen values: a changed row is a new
object, so a snapshot of the changed rows stays what it was while the flush encodes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

import msgspec
from prometheus_client.core import Metric

from streams.spans import Instant

Row: TypeAlias = Any
"""A record of the core. The engine only stores it, encodes it and asks for its version."""

Headers: TypeAlias = Sequence[tuple[str, bytes]]


class Raw(NamedTuple):
    """A source record as the core sees it; `timestamp` is Kafka's, in microseconds."""

    offset: int
    key: bytes | None
    value: bytes | None
    timestamp: Instant


class Refused(Protocol):
    """A source record that the core will not take: it goes to the dead-letter topic."""

    @property
    def raw(self) -> Any: ...  # noqa: ANN401 - whatever record the engine handed in
    @property
    def reason(self) -> str: ...
    @property
    def detail(self) -> str: ...


class Derived(NamedTuple):
    """A message that what was counted implies; it must reach Kafka before the rows do."""

    topic: str
    key: bytes | None
    value: bytes
    headers: Headers = ()
    partition: int | None = None


class Head(msgspec.Struct, frozen=True):
    """What the engine writes in front of a part (`exactness.md` section 6)."""

    application: str
    """Application id and version: a board reads one only."""
    partition: int
    partitions: int
    generation: int
    now: Instant
    """Partition time."""
    applied: dict[int, int]
    """Topic index to last applied offset."""
    url: str
    """Where the owner answers for its subjects; empty when nobody can ask."""


class Stage(Protocol):
    """One partition number of the job. No method raises for a bad record."""

    now: Instant
    dirty: bool
    """Something a board shows has changed since the last part."""

    def rebuild(self, now: Instant, counted_until: Instant) -> None:
        """After a restore: derive everything from the rows; what is dated later counts as new."""

    def apply(self, topic: int, records: Sequence[Raw], wall: Instant | None) -> Sequence[Refused]:
        """Take a whole batch of one source topic."""

    def advance_to(self, now: Instant) -> None:
        """Let time pass."""

    def partition_time(self, wall: Instant | None, caught_up: bool) -> Instant:  # noqa: FBT001
        """What time it is in this partition (`exactness.md` section 4)."""

    def take_changes(self) -> dict[bytes, Row | None]:
        """Rows changed since the last call; None for a row that is forgotten."""

    def applied(self) -> dict[int, int]:
        """Topic index to last applied offset."""


class Job(Protocol):
    """What runs on the engine. Pure, but for what it keeps of its own boards."""

    topics: tuple[str, ...]
    """Source topics; a topic's index is its place here."""
    wall: bool
    """Partition time is the wall clock where caught up; else the events' time alone."""

    def stage(self, rows: dict[bytes, Row], floor: Instant | None) -> Stage:
        """A stage over the rows of one partition, its time not before `floor`."""

    def encode_row(self, row: Row, generation: int) -> bytes:
        """A row as it stands in the changelog."""

    def decode_row(self, data: bytes) -> tuple[Row, int]:
        """A row and the generation that wrote it. Raises ValueError on bytes it cannot read."""

    def version(self, row: Row) -> int:
        """How far a row has come: larger after every source record it has taken."""

    def part(self, stage: Stage, head: Head) -> bytes:
        """The whole part of a partition, absolute; clears `stage.dirty`."""

    def board(self) -> Board:
        """An empty board."""

    def derived(self, stage: Stage) -> Iterable[Derived]:
        """Messages implied by what was counted since the last call."""


class Board(Protocol):
    """The sum of the parts."""

    def take(self, part: bytes, written_at: Instant) -> Head | None:
        """Take a part; its head, or None when it is older than the one held or unreadable."""

    def read(self, now: Instant) -> Any:  # noqa: ANN401 - a reading of the core, or None
        """What the parts add up to; None until there is a part of every partition."""


class Exposition(Protocol):
    """Turns a snapshot into metrics; called in the thread that serves `/metrics`."""

    def __call__(self, snapshot: Mapping[str, Any]) -> Iterable[Metric]: ...
