"""The path in one place: bytes of one partition in, its part out. Pure.

`apply` takes a batch, `advance_to` lets time pass, `part` says what it adds up to. The worker, the
demo, `report` and the tests run this same code with other ends. `now` always comes from outside;
nothing raises for a bad record: it is returned, to be dead-lettered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from streams.counts import kpis
from streams.counts.feeds import FAMILIES
from streams.events import BadEvent, label_of
from streams.facts import OTHER, Standing
from streams.intake import INVALID, Arrival, Intake, Taken, name_of
from streams.machines.contact import CALL, CHAT
from streams.machines.ticket import TICKET
from streams.machines.timeline import (
    DUPLICATE,
    LATE_DROPPED,
    PROCESSED,
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
from streams.part.progress import Progress
from streams.part.totals import Totals
from streams.site import Site
from streams.spans import BEFORE_ALL, Instant

MACHINES: Final[Mapping[str, Machine[Any, Any]]] = {"ticket": TICKET, "call": CALL, "chat": CHAT}
"""By the kind of subject."""

_FOLD_FROM: Final = 64
"""A timeline of so many entries is looked at for entries that no window needs any more …"""
_FOLD_EVERY: Final = 32
"""… each time it has grown by so many."""


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


class Stage:
    """One partition number over all source topics."""

    def __init__(
        self,
        site: Site,
        *,
        rows: dict[bytes, Record[Any]] | None = None,
        floor: Instant = BEFORE_ALL,
    ) -> None:
        self.site = site
        self.rows = {} if rows is None else rows
        self.totals = Totals(site.plan.bounds)
        self._progress = Progress(wall_clock=site.wall_clock, floor=floor)
        self.intake = Intake(site, self.totals, self._progress)
        self._ledger = Ledger(site.plan, self.totals)
        self._deadlines = Deadlines()
        self._changes: dict[bytes, Record[Any] | None] = {}
        self._applied: dict[int, int] = {}
        self._blocks: dict[str, msgspec.Raw] = {}
        self._window_names = site.plan.window_names()
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
        take = self.intake.take
        for raw in records:
            try:
                taken = take(topic, raw, wall)
                outcome = taken.outcome
                if taken.key:
                    outcome = self._place(taken, topic, raw.offset, touched)
                label = (taken.source, taken.name, outcome)
            except BadEvent as bad:
                rejected.append(Rejected(raw, bad.reason, bad.detail))
                source = self.intake.source_label(label_of(bad.source))
                label = (source, name_of(bad.type), INVALID)
            except Exception as bug:  # noqa: BLE001 - no record may stop the stream
                detail = f"{type(bug).__name__} in our own code"
                rejected.append(Rejected(raw, "processing", detail))
                label = ("unknown", OTHER, INVALID)
            counts[label] = counts.get(label, 0) + 1
        if records:
            self._applied[topic] = max(records[-1].offset, self._applied.get(topic, -1))
        for labels, n in counts.items():
            self.totals.count(kpis.EVENTS, labels, n)
        for key in touched:
            self._settle(key)
        return rejected

    def _place(self, taken: Taken, topic: int, offset: int, touched: dict[bytes, None]) -> str:
        """Put an entry into the record of its subject; returns the outcome."""
        _, _, _, at, kind, key, entry = taken
        record = self.rows.get(key)
        if record is not None and offset <= offset_of(record, topic):
            return DUPLICATE
        if entry is None:
            return self._keep_alive(key, record, at, touched)
        too_old = at < self.now - self._retention(kind)
        if record is None and too_old:
            return LATE_DROPPED
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
            self.intake.doubt("overflow")
        return shorter

    def _keep_alive(
        self, key: bytes, record: Record[Any] | None, at: Instant, touched: dict[bytes, None]
    ) -> str:
        """A message of a chat: it counts nothing, and the chat is not over."""
        if record is not None and at > record.seen:
            renewed = msgspec.structs.replace(record, seen=at)
            self.rows[key] = self._changes[key] = renewed
            touched[key] = None
        return PROCESSED

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
        self, key: bytes, record: Record[Any], counted_from: Instant = BEFORE_ALL
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
        if until is not None and until < now:
            del self.rows[key]
            self._changes[key] = None
            self._ledger.forget(key)
            self._deadlines.set(key, None)
            return
        change = machine.next_change(state, now, terms)
        if until is not None and (change is None or until < change):
            change = until + 1
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
        return Part(
            head, self.now, self.applied(), FAMILIES, self._window_names, dict(self._blocks)
        )
