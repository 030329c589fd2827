"""The path in one place: bytes of one partition in, its part out. Pure.

`apply` takes a batch, `advance_to` lets time pass, `part` says what it adds up to. The worker, the
demo, `report` and the tests run this same code with other ends. `now` always comes from outside;
nothing raises for a bad record: it is returned, to be dead-lettered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol

import msgspec

from streams.counts import kpis
from streams.counts.feeds import FAMILIES, GROUPS
from streams.events import (
    NAMES,
    BadEvent,
    Event,
    Ignored,
    from_the_future,
    key_of,
    label_of,
    parse,
    source_of,
)
from streams.events.contact import ChatMessage
from streams.events.source import SourceHeartbeat
from streams.facts import CHANNELS, OTHER, PRIORITIES, Standing
from streams.machines.arrivals import CONTACT_ENTRIES, TICKET_ENTRIES
from streams.machines.contact import CALL, CHAT
from streams.machines.ticket import TICKET
from streams.machines.ticket import entries as ticket_entries
from streams.machines.timeline import (
    DUPLICATE,
    LATE_DROPPED,
    PROCESSED,
    Entry,
    Machine,
    Record,
    advance,
    count,
    fold_away,
    offset_of,
)
from streams.part import parts
from streams.part.deadlines import Deadlines
from streams.part.ledger import Ledger
from streams.part.parts import Head, Part
from streams.part.totals import Totals
from streams.progress import Progress
from streams.site import Site
from streams.spans import MINUTE, Instant, instant

MACHINES: Final[Mapping[str, Machine[Any, Any]]] = {"ticket": TICKET, "call": CALL, "chat": CHAT}
"""By the kind of subject."""

_KIND_OF_FAMILY: Final = {"ticket": "ticket", "call": "call", "chat": "chat"}
_SKEW: Final = 5 * MINUTE
_FOLD_FROM: Final = 64
"""A timeline of so many entries is looked at for entries that no window needs any more …"""
_FOLD_EVERY: Final = 32
"""… each time it has grown by so many."""


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


class Raw(NamedTuple):
    """A source record, where nothing else brings one."""

    offset: int
    key: bytes | None
    value: bytes | None


class Rejected(NamedTuple):
    """A record that cannot be taken: one of `events.REASONS`, and one line that says why."""

    raw: Arrival
    reason: str
    detail: str


class Source(msgspec.Struct):
    """How far one source has been read in this partition."""

    read_to: Instant
    arrived_at: Instant | None = None
    beats: bool = False
    """It sends heartbeats, so its silence means something."""


class Stage:
    """One partition number over all source topics."""

    def __init__(
        self,
        site: Site,
        *,
        rows: dict[bytes, Record[Any]] | None = None,
        floor: Instant = -(1 << 62),
    ) -> None:
        self.site = site
        self.rows = {} if rows is None else rows
        self.totals = Totals(site.plan.bounds)
        self.sources: dict[str, Source] = {}
        self.beat_at: Instant | None = None
        """The time of the last heartbeat."""
        self._ledger = Ledger(site.plan, self.totals)
        self._deadlines = Deadlines()
        self._progress = Progress(wall_clock=site.wall_clock, floor=floor)
        self._changes: dict[bytes, Record[Any] | None] = {}
        self._applied: dict[int, int] = {}
        self._blocks: dict[str, msgspec.Raw] = {}
        self.now = floor
        """Partition time."""

    # --- in ---------------------------------------------------------------------------------

    def apply(
        self, topic: int, records: Sequence[Arrival], wall: Instant | None = None
    ) -> list[Rejected]:
        """Take a batch of one source topic, in the order of offsets."""
        rejected: list[Rejected] = []
        touched: dict[bytes, None] = {}
        counts: dict[tuple[str, str, str], int] = {}
        for raw in records:
            try:
                label = self._take(topic, raw, wall, touched)
            except BadEvent as bad:
                rejected.append(Rejected(raw, bad.reason, bad.detail))
                label = (label_of(bad.source), NAMES_OF_WIRE.get(bad.type, OTHER), "invalid")
            except Exception as bug:  # noqa: BLE001 - no record may stop the stream
                rejected.append(
                    Rejected(raw, "processing", f"{type(bug).__name__} in our own code")
                )
                label = ("unknown", OTHER, "invalid")
            counts[label] = counts.get(label, 0) + 1
        if records:
            self._applied[topic] = max(records[-1].offset, self._applied.get(topic, -1))
        for labels, n in counts.items():
            self.totals.count(kpis.EVENTS, labels, n)
        for key in touched:
            self._settle(key)
        return rejected

    def _take(
        self, topic: int, raw: Arrival, wall: Instant | None, touched: dict[bytes, None]
    ) -> tuple[str, str, str]:
        """One record; returns the labels it counts under."""
        if raw.value is None:
            return "unknown", "tombstone", "ignored"
        event = parse(raw.value)
        source = source_of(event)
        if isinstance(event, Ignored):
            return source, OTHER, "ignored"
        if from_the_future(event, wall if self.site.wall_clock else None):
            raise BadEvent(
                "from_the_future",
                "time: lies more than 24 h ahead; must be when it happened",
                source=event.source,
            )
        at = instant(event.time)
        self._progress.read(topic, at)
        self._note_source(source, event, at, wall)
        name = NAMES[type(event)]
        if isinstance(event, SourceHeartbeat):
            return source, name, PROCESSED
        kind = event.subject.partition("/")[0]
        make = (TICKET_ENTRIES if kind == "ticket" else CONTACT_ENTRIES).get(type(event))
        if make is None:
            if isinstance(event, ChatMessage):
                return source, name, self._keep_alive(key_of(event), at, touched)
            return source, name, "ignored"
        key = key_of(event)
        if raw.key is not None and raw.key != key:
            self._doubt("key_mismatch")
        return source, name, self._advance(kind, key, make(event), topic, raw.offset, touched)

    def _note_source(self, source: str, event: Event, at: Instant, wall: Instant | None) -> None:
        known = self.sources.get(source)
        if known is None:
            known = self.sources[source] = Source(at)
        elif at > known.read_to:
            known.read_to = at
        known.arrived_at = wall
        if isinstance(event, SourceHeartbeat):
            known.beats = True
            self.beat_at = at if self.beat_at is None else max(at, self.beat_at)
        if wall is not None:
            self.totals.observe(kpis.EVENT_LAG, (source,), max(wall - at, 0))
        ingested = event.data.ingested_at
        if ingested is not None and at - instant(ingested) > _SKEW:
            self._doubt("clock_skew")

    def _advance(
        self,
        kind: str,
        key: bytes,
        entry: Entry,
        topic: int,
        offset: int,
        touched: dict[bytes, None],
    ) -> str:
        record = self.rows.get(key)
        if record is not None and offset <= offset_of(record, topic):
            return DUPLICATE
        too_old = entry.at < self.now - self._retention(kind)
        if record is None and too_old:
            return LATE_DROPPED
        self._note_overflow(entry)
        machine = MACHINES[kind]
        renewed, outcome = advance(machine, record, kind, entry, topic, offset, self.site.terms)
        if renewed is record:
            return outcome
        size = count(renewed.timeline)
        if size >= _FOLD_FROM and size % _FOLD_EVERY == 0:
            renewed = self._fold_away(machine, key, renewed)
        self.rows[key] = self._changes[key] = renewed
        touched[key] = None
        return LATE_DROPPED if too_old else outcome

    def _fold_away(
        self, machine: Machine[Any, Any], key: bytes, record: Record[Any]
    ) -> Record[Any]:
        horizon = self.now - self.site.horizons[record.kind]
        shorter, overflowed = fold_away(machine, record, horizon, self.site.terms)
        if shorter is not record:
            self._settle_record(key, record)
            happened = machine.happened(shorter.state, self.now, self.site.terms)
            self._ledger.replace(key, happened)
        if overflowed:
            self._doubt("overflow")
        return shorter

    def _keep_alive(self, key: bytes, at: Instant, touched: dict[bytes, None]) -> str:
        record = self.rows.get(key)
        if record is not None and at > record.seen:
            renewed = msgspec.structs.replace(record, seen=at)
            self.rows[key] = self._changes[key] = renewed
            touched[key] = None
        return PROCESSED

    def _doubt(self, kind: str) -> None:
        self.totals.count(kpis.QUALITY, (kind,))

    def _note_overflow(self, entry: Entry) -> None:
        fills = entry.fills
        queue = None if fills is None else fills.queue
        priority = None if fills is None else fills.priority
        if isinstance(entry, ticket_entries.QueueChanged):
            queue = entry.to
        elif isinstance(entry, ticket_entries.FieldChanged) and entry.field == "priority":
            priority = entry.to
        if queue and self.site.terms.listed and queue not in self.site.terms.queues:
            self.totals.count(kpis.LABEL_OVERFLOW, ("queue",))
        if priority is not None and priority not in PRIORITIES:
            self.totals.count(kpis.LABEL_OVERFLOW, ("priority",))
        if fills is not None and fills.channel is not None and fills.channel not in CHANNELS:
            self.totals.count(kpis.LABEL_OVERFLOW, ("channel",))

    def _retention(self, kind: str) -> int:
        kept = self.site.terms.retention
        return kept.tickets if kind == "ticket" else kept.contacts

    # --- time -------------------------------------------------------------------------------

    def partition_time(self, wall: Instant | None, *, caught_up: bool) -> Instant:
        """What time it is in this partition (see `Progress`)."""
        return self._progress.time(wall, caught_up=caught_up)

    def advance_to(self, now: Instant) -> None:
        """Let time pass: windows move, what is due falls due, what nobody needs is forgotten."""
        if now <= self.now:
            return
        self.now = now
        self._ledger.advance_to(now)
        for key in self._deadlines.due(now):
            self._settle(key)

    def rebuild(self, counted_until: Instant) -> None:
        """After a restore: conclude everything from the rows. What is dated later counts as new."""
        self._ledger.advance_to(self.now)
        for key, record in list(self.rows.items()):
            self._settle_record(key, record, counted_from=counted_until + 1)
            for topic, offset in record.applied:
                if offset > self._applied.get(topic, -1):
                    self._applied[topic] = offset

    def _settle(self, key: bytes) -> None:
        record = self.rows.get(key)
        if record is not None:
            self._settle_record(key, record)

    def _settle_record(
        self, key: bytes, record: Record[Any], counted_from: Instant = -(1 << 62)
    ) -> None:
        """Count what a subject concludes now, and note when that changes next."""
        machine, terms, now = MACHINES[record.kind], self.site.terms, self.now
        state = record.state
        self._ledger.move(
            key,
            machine.happened(state, now, terms),
            machine.standing(state, now, terms),
            counted_from=max(counted_from, now - self._retention(record.kind)),
        )
        until = machine.kept_until(state, record.seen, terms)
        if until is not None and until <= now:
            del self.rows[key]
            self._changes[key] = None
            self._ledger.forget(key)
            self._deadlines.set(key, None)
            return
        change = machine.next_change(state, now, terms)
        if until is not None and (change is None or until < change):
            change = until
        self._deadlines.set(key, change)

    # --- out --------------------------------------------------------------------------------

    def standings(self) -> Iterator[tuple[bytes, tuple[Standing, ...]]]:
        """What is true at present, by subject: for those who ask which ones are behind a number."""
        for key, (_, standing) in self._ledger.known.items():
            yield key, standing

    def take_changes(self) -> dict[bytes, Record[Any] | None]:
        """Rows changed since the last call; None for one that is forgotten."""
        changes, self._changes = self._changes, {}
        return changes

    def applied(self) -> dict[int, int]:
        """The last applied offset by topic index."""
        return dict(self._applied)

    @property
    def dirty(self) -> bool:
        """Whether something that a board shows has changed since the last part."""
        return bool(self._ledger.changed)

    def part(self, head: Head) -> Part:
        """Everything this partition adds up to, absolute and whole."""
        for queue in self._ledger.changed:
            block = self._ledger.block(queue)
            if block.present or block.earliest or block.rolling:
                self._blocks[queue] = msgspec.Raw(parts.pack_block(block))
            else:
                self._blocks.pop(queue, None)
        self._ledger.changed.clear()
        windows = {
            group: tuple(window.name for window in self.site.plan.windows[group])
            for group in GROUPS
        }
        return Part(head, self.now, self.applied(), FAMILIES, windows, dict(self._blocks))


NAMES_OF_WIRE: Final[Mapping[str, str]] = {
    str(kind.__struct_config__.tag): name for kind, name in NAMES.items()
}


def merged(stages: Iterable[Stage]) -> dict[str, Source]:
    """How far every source has been read over several partitions: the least of them."""
    out: dict[str, Source] = {}
    for stage in stages:
        for name, source in stage.sources.items():
            known = out.get(name)
            if known is None:
                out[name] = msgspec.structs.replace(source)
            else:
                known.read_to = min(known.read_to, source.read_to)
                known.beats = known.beats or source.beats
                if source.arrived_at is not None:
                    known.arrived_at = max(source.arrived_at, known.arrived_at or 0)
    return out
