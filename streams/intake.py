"""What comes in at the door of a partition: read, judged, noted, and turned into an entry.

Everything that is said of an event before a machine sees it: is it one, is its time possible, whose
is it, how far has its source been read, does it name a label that nobody knows. What it means to
its subject is the machine's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final, NamedTuple, Protocol

import msgspec

from streams.counts import kpis
from streams.events import (
    NAMES,
    TYPES,
    BadEvent,
    Event,
    Ignored,
    from_the_future,
    key_of,
    parse,
    source_of,
)
from streams.events.contact import ChatMessage
from streams.events.source import SourceHeartbeat
from streams.facts import CHANNELS, OTHER, PRIORITIES
from streams.machines.arrivals import CONTACT_ENTRIES, LONGEST_LABEL, TICKET_ENTRIES
from streams.machines.ticket import entries as ticket_entries
from streams.machines.timeline import PROCESSED, Entry
from streams.part.progress import Progress
from streams.part.totals import Totals
from streams.site import Site
from streams.spans import Instant, instant

MOST_SOURCES: Final = 50
"""Sources that have a label of their own; six are usual."""
IGNORED: Final = "ignored"
INVALID: Final = "invalid"
_SKEW: Final = timedelta(minutes=5)
_NAME_OF_WIRE: Final[Mapping[str, str]] = {wire: NAMES[kind] for wire, kind in TYPES.items()}


class Arrival(Protocol):
    """A source record."""

    @property
    def offset(self) -> int:
        """Its place in the partition of its topic."""
        ...

    @property
    def key(self) -> bytes | None:
        """The Kafka key."""
        ...

    @property
    def value(self) -> bytes | None:
        """The event; None for a tombstone."""
        ...


class Taken(NamedTuple):
    """An event that was taken: what it counts under, and what it means to whom."""

    source: str
    """Metric label of its source."""
    name: str
    """Short name of its type, `other` for an unknown one."""
    outcome: str
    """What it counts as, unless a machine has more to say."""
    at: Instant = 0
    kind: str = ""
    """ticket, call or chat."""
    key: bytes = b""
    """Of its subject."""
    entry: Entry | None = None
    """None: no machine takes it. A subject that is kept is still alive by it."""


class Source(msgspec.Struct):
    """How far one source has been read in this partition."""

    read_to: Instant
    """The largest time of its events here."""
    arrived_at: Instant | None = None
    """When its last event was taken, by the wall clock; None where there is none."""
    beats: bool = False
    """It sends heartbeats, so its silence means something."""


class Intake:
    """The door of one partition."""

    def __init__(self, site: Site, totals: Totals, progress: Progress) -> None:
        self._wall_clock = site.wall_clock
        self._queues = site.terms.queues if site.terms.listed else None
        self._totals = totals
        self._progress = progress
        self.sources: dict[str, Source] = {}
        self._sources: set[str] = set()
        self.beat_at: Instant | None = None
        """The time of the last heartbeat."""

    def take(self, topic: int, raw: Arrival, wall: Instant | None) -> Taken:
        """One record. Raises `BadEvent` for one that cannot be taken."""
        if raw.value is None:
            return Taken("unknown", "tombstone", IGNORED)
        event = parse(raw.value)
        source = self.source_label(source_of(event))
        if isinstance(event, Ignored):
            return Taken(source, OTHER, IGNORED)
        self._judge_time(event, wall)
        at = instant(event.time)
        self._progress.read(topic, at)
        self._note_source(source, at, wall)
        kind = type(event)
        name = NAMES[kind]
        subject = event.subject.partition("/")[0]
        make = (TICKET_ENTRIES if subject == "ticket" else CONTACT_ENTRIES).get(kind)
        if make is None:
            return self._without_entry(event, source, name, at)
        key = key_of(event)
        if raw.key is not None and raw.key != key:
            self.doubt("key_mismatch")
        entry = make(event, at)
        self._note_overflow(entry)
        return Taken(source, name, PROCESSED, at, subject, key, entry)

    def _without_entry(self, event: Event, source: str, name: str, at: Instant) -> Taken:
        if isinstance(event, SourceHeartbeat):
            self.sources[source].beats = True
            self.beat_at = at if self.beat_at is None else max(at, self.beat_at)
            return Taken(source, name, PROCESSED)
        if isinstance(event, ChatMessage):
            return Taken(source, name, PROCESSED, at, "chat", key_of(event))
        return Taken(source, name, IGNORED)

    def _judge_time(self, event: Event, wall: Instant | None) -> None:
        """Reject what comes from the future, and count a clock that is merely ahead."""
        ingested = event.data.ingested_at
        if ingested is not None:
            ahead = event.time - ingested
            if ahead <= _SKEW:
                return
            self.doubt("clock_skew")
        if from_the_future(event, wall if self._wall_clock else None):
            raise BadEvent(
                "from_the_future",
                "time: lies more than 24 h ahead; must be when it happened",
                source=event.source,
            )

    def _note_source(self, source: str, at: Instant, wall: Instant | None) -> None:
        known = self.sources.get(source)
        if known is None:
            known = self.sources[source] = Source(at)
        elif at > known.read_to:
            known.read_to = at
        if wall is not None:
            known.arrived_at = wall
            self._totals.observe(kpis.EVENT_LAG, (source,), max(wall - at, 0))

    def _note_overflow(self, entry: Any) -> None:  # noqa: ANN401 - any machine's entry
        """Count values that fold into `other`."""
        fills = entry.fills
        kind = type(entry)
        if fills is not None:
            if fills.channel is not None and fills.channel not in CHANNELS:
                self._fold("channel")
            if fills.priority is not None and fills.priority not in PRIORITIES:
                self._fold("priority")
            if self._queues is not None and fills.queue and fills.queue not in self._queues:
                self._fold("queue")
        if kind is ticket_entries.QueueChanged:
            if self._queues is not None and entry.to and entry.to not in self._queues:
                self._fold("queue")
        elif (
            kind is ticket_entries.FieldChanged
            and entry.field == "priority"
            and entry.to not in PRIORITIES
        ):
            self._fold("priority")

    def source_label(self, source: str) -> str:
        """The label of a source; `other` where there are too many for a label, or it is too long.

        Which come first decides: this is the pipeline's own, no KPI depends on it.
        """
        if source in self._sources:
            return source
        if len(self._sources) >= MOST_SOURCES or len(source) > LONGEST_LABEL:
            self._fold("source")
            return OTHER
        self._sources.add(source)
        return source

    def _fold(self, label: str) -> None:
        self._totals.count(kpis.LABEL_OVERFLOW, (label,))

    def doubt(self, kind: str) -> None:
        """Count doubtful input that was taken all the same."""
        self._totals.count(kpis.QUALITY, (kind,))


def name_of(wire: str) -> str:
    """The short name of a wire type, `other` for one that is not ours."""
    return _NAME_OF_WIRE.get(wire, OTHER)


def merged(intakes: Iterable[Intake]) -> dict[str, Source]:
    """Every source over several partitions: read as far as the least of them, heard of last by any.

    So the watermark of a source never runs ahead of a partition that lags.
    """
    out: dict[str, Source] = {}
    for intake in intakes:
        for name, source in intake.sources.items():
            known = out.get(name)
            if known is None:
                out[name] = msgspec.structs.replace(source)
            else:
                known.read_to = min(known.read_to, source.read_to)
                known.beats = known.beats or source.beats
                if source.arrived_at is not None:
                    known.arrived_at = max(source.arrived_at, known.arrived_at or 0)
    return out
