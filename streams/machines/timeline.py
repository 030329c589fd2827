"""A record is a fold over its sorted timeline, so the order of arrival does not matter.

An **entry** is an event in compact form: time, sequence, a 64-bit hash of source and id, and the
few fields that count. A **timeline** is the sorted entries of one subject without doubles, packed
as one msgpack array; appending to it copies some hundred bytes and decodes nothing. The state is
`step` folded over it. An entry that sorts last is applied to the state at hand (the usual case);
any other is put in its place and the fold starts over. Either way the record is the same.

What may be missing, late or doubled: anything. A double is known by its hash; of two events with
one id the one that sorts first stays. What is older than the horizon may be folded away into
`base`; an event that sorts before that is dropped as late.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, ClassVar, Final, Generic, TypeAlias, TypeVar

import msgspec

from streams.facts import Happening, Standing
from streams.machines.terms import Terms
from streams.spans import Instant

PROCESSED: Final = "processed"
LATE_APPLIED: Final = "late_applied"
LATE_DROPPED: Final = "late_dropped"
DUPLICATE: Final = "duplicate"

MOST_ENTRIES: Final = 5_000
"""Above this many younger entries a subject is folded all the same (`exactness.md` section 2)."""

LARGEST_SEQUENCE: Final = 2**63 - 1
"""What is longer is kept as digits."""

SortKey: TypeAlias = tuple[Instant, int, int, int]
"""(time, sequence, rank of the kind, id): the one order of events in the house."""

_NONE_YET: SortKey = (-(2**63), 0, 0, 0)
# How msgpack marks an array of 16-bit length (used for a short one too, so that appending patches
# the length and no more), the bytes of marker and length, and how it marks a 64-bit number.
_ARRAY: Final = b"\xdc"
_ARRAY_OF_ONE: Final = b"\xdc\x00\x01"
_HEAD: Final = 3
_UINT64: Final = b"\xcf"


class Fills(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """The common fields an event gives: they set or fill those of the record."""

    queue: str | None = None
    priority: str | None = None
    channel: str | None = None
    tier: str | None = None
    category: str | None = None


class Entry(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """An event in compact form. Subclasses say the kind; `rank` orders kinds at equal time."""

    rank: ClassVar[int] = 9

    at: Instant
    sequence: int | str
    """0 when the source has none; a string of digits where it does not fit 64 bits."""
    id: int
    """64 bits of the hash of (source, id), the top bit always set: nine bytes in msgpack."""
    fills: Fills | None


S = TypeVar("S")
E = TypeVar("E", bound=Entry)


@dataclass(frozen=True, slots=True)
class Machine(Generic[S, E]):
    """What a kind of subject means: everything the stage must know of it."""

    start: S
    step: Callable[[S, E, Terms], S]
    """The state after an entry. Total: every state takes every entry, nothing raises."""
    unpack: Callable[[bytes], list[E]]
    happened: Callable[[S, Instant, Terms], tuple[Happening, ...]]
    standing: Callable[[S, Instant, Terms], tuple[Standing, ...]]
    next_change: Callable[[S, Instant, Terms], Instant | None]
    """The earliest instant after `now` at which time alone changes what is concluded."""
    kept_until: Callable[[S, Instant, Terms], Instant | None]
    """When it may be forgotten, given the time of its last event; None: never, by what is known."""
    trimmed: Callable[[S, Instant, Terms], S]
    """The state without the happenings before an instant, to which nothing can be added before."""
    pack_state: Callable[[S], bytes]
    """A base as it is stored: without what follows from the site."""
    unpack_state: Callable[[bytes, Terms], S]
    """A stored base, under the terms that now hold."""


class Record(msgspec.Struct, Generic[S], frozen=True, gc=False):
    """What is kept of one subject."""

    kind: str
    """ticket, call or chat."""
    timeline: bytes
    """Its entries in order, packed."""
    last: SortKey
    """Where the last of them sorts."""
    state: S
    applied: tuple[tuple[int, int], ...]
    """(topic index, last applied offset): a source record at or below it is skipped."""
    seen: Instant
    """The time of its youngest event."""
    base: S | None = None
    """The state that the entries folded away led to; None while all are kept."""
    base_last: SortKey = _NONE_YET
    """Where the last of those sorts."""


def event_id(source: str, ident: str) -> int:
    """The 64-bit hash that stands for (source, id), the deduplication key of CloudEvents."""
    digest = blake2b(f"{source}\0{ident}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") | 1 << 63


def sort_key(entry: Entry) -> SortKey:
    """Where an entry sorts."""
    sequence = entry.sequence
    number = sequence if isinstance(sequence, int) else int(sequence)
    return (entry.at, number, entry.rank, entry.id)


_pack = msgspec.msgpack.Encoder().encode


def count(timeline: bytes) -> int:
    """How many entries a timeline holds."""
    return int.from_bytes(timeline[1:_HEAD], "big")


def pack(entries: Iterable[Entry]) -> bytes:
    """Sorted entries as a timeline."""
    packed = [_pack(entry) for entry in entries]
    return _ARRAY + len(packed).to_bytes(2, "big") + b"".join(packed)


def holds(timeline: bytes, ident: int) -> bool:
    """Whether the bytes of this id occur. A chance hit is possible (2^-63): then look closer."""
    return _UINT64 + ident.to_bytes(8, "big") in timeline


def offset_of(record: Record[Any], topic: int) -> int:
    """The last applied offset of a topic, -1 when none was."""
    for at, offset in record.applied:
        if at == topic:
            return offset
    return -1


def _applied(
    applied: tuple[tuple[int, int], ...], topic: int, offset: int
) -> tuple[tuple[int, int], ...]:
    if len(applied) == 1 and applied[0][0] == topic:
        return ((topic, offset),)
    return tuple(sorted({**dict(applied), topic: offset}.items()))


def advance(
    machine: Machine[S, E],
    record: Record[S] | None,
    kind: str,
    entry: E,
    topic: int,
    offset: int,
    terms: Terms,
) -> tuple[Record[S], str]:
    """The record after an entry, and the outcome (one of the four above)."""
    key = sort_key(entry)
    if record is None:
        state = machine.step(machine.start, entry, terms)
        fresh = Record(kind, _ARRAY_OF_ONE + _pack(entry), key, state, ((topic, offset),), entry.at)
        return fresh, PROCESSED
    applied = _applied(record.applied, topic, offset)
    timeline = record.timeline
    if key > record.last and not holds(timeline, entry.id):
        size = int.from_bytes(timeline[1:_HEAD], "big") + 1
        return Record(
            kind,
            _ARRAY + size.to_bytes(2, "big") + timeline[_HEAD:] + _pack(entry),
            key,
            machine.step(record.state, entry, terms),
            applied,
            max(entry.at, record.seen),
            record.base,
            record.base_last,
        ), PROCESSED
    return _insert(machine, record, entry, key, applied, terms)


def _insert(
    machine: Machine[S, E],
    record: Record[S],
    entry: E,
    key: SortKey,
    applied: tuple[tuple[int, int], ...],
    terms: Terms,
) -> tuple[Record[S], str]:
    """Put an entry where it belongs and fold again, from the base."""
    entries = machine.unpack(record.timeline)
    twin = next((known for known in entries if known.id == entry.id), None)
    if key == record.base_last or (twin is not None and sort_key(twin) <= key):
        return record, DUPLICATE
    if key < record.base_last:
        return record, LATE_DROPPED
    if twin is not None:
        entries.remove(twin)
    entries.append(entry)
    entries.sort(key=sort_key)
    renewed = refold(machine, record, entries, terms)
    renewed = msgspec.structs.replace(renewed, applied=applied, seen=max(entry.at, record.seen))
    return renewed, LATE_APPLIED


def refold(machine: Machine[S, E], record: Record[S], entries: list[E], terms: Terms) -> Record[S]:
    """The record whose timeline is `entries` (sorted), folded anew from its base."""
    state = folded(machine, record.base, entries, terms)
    last = sort_key(entries[-1]) if entries else record.base_last
    return msgspec.structs.replace(record, timeline=pack(entries), last=last, state=state)


def folded(machine: Machine[S, E], base: S | None, entries: Iterable[E], terms: Terms) -> S:
    """The state after sorted entries, from a base or from nothing."""
    state = machine.start if base is None else base
    for entry in entries:
        state = machine.step(state, entry, terms)
    return state


def fold_away(
    machine: Machine[S, E], record: Record[S], horizon: Instant, terms: Terms
) -> tuple[Record[S], bool]:
    """Fold the entries before `horizon` into the base for good, and the oldest above the limit.

    Returns the record and whether it overflowed. The happenings before the horizon go with them:
    no window can need them.
    """
    entries = machine.unpack(record.timeline)
    old = next((n for n, entry in enumerate(entries) if entry.at >= horizon), len(entries))
    cut = max(old, len(entries) - MOST_ENTRIES)
    if not cut:
        return record, False
    base = folded(machine, record.base, entries[:cut], terms)
    shorter = msgspec.structs.replace(
        record,
        timeline=pack(entries[cut:]),
        base=machine.trimmed(base, horizon, terms),
        base_last=sort_key(entries[cut - 1]),
        state=machine.trimmed(record.state, horizon, terms),
    )
    return shorter, cut > old


# --- as bytes -----------------------------------------------------------------------------------

_VERSION: Final = 1


class _Row(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A record in the changelog. Its state is not: that is folded again, under the site's terms."""

    version: int
    kind: str
    generation: int
    applied: tuple[tuple[int, int], ...]
    seen: Instant
    timeline: msgspec.Raw
    base: bytes | None
    base_last: tuple[Instant, int | str, int, int]
    """Its sequence as in an entry: digits where it does not fit 64 bits."""


_unpack_row = msgspec.msgpack.Decoder(_Row).decode


def encode_row(machine: Machine[S, Any], record: Record[S], generation: int) -> bytes:
    """A record as it stands in the changelog, written by the owner of this generation."""
    at, number, rank, ident = record.base_last
    return _pack(
        _Row(
            _VERSION,
            record.kind,
            generation,
            record.applied,
            record.seen,
            msgspec.Raw(record.timeline),
            None if record.base is None else machine.pack_state(record.base),
            (at, number if number <= LARGEST_SEQUENCE else str(number), rank, ident),
        )
    )


class _RowHead(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """The first fields of a row: enough to tell which of two stands."""

    version: int
    kind: str
    generation: int
    applied: tuple[tuple[int, int], ...]


_unpack_head = msgspec.msgpack.Decoder(_RowHead).decode


def version_of(data: bytes) -> tuple[int, int]:
    """The generation that wrote a row, and how far the row had come; nothing is folded."""
    head = _unpack_head(data)
    return head.generation, sum(offset for _, offset in head.applied)


def decode_row(
    machines: Mapping[str, Machine[Any, Any]], data: bytes, terms: Terms
) -> tuple[Record[Any], int]:
    """A record and the generation that wrote it. Raises ValueError on bytes it cannot read."""
    row = _unpack_row(data)
    machine = machines.get(row.kind)
    if row.version != _VERSION or machine is None:
        raise ValueError(f"no record of version {_VERSION}: version {row.version}, {row.kind!r}")
    base = None if row.base is None else machine.unpack_state(row.base, terms)
    timeline = bytes(row.timeline)
    entries = machine.unpack(timeline)
    state = folded(machine, base, entries, terms)
    at, number, rank, ident = row.base_last
    base_last = (at, int(number), rank, ident)
    last = sort_key(entries[-1]) if entries else base_last
    record = Record(row.kind, timeline, last, state, row.applied, row.seen, base, base_last)
    return record, row.generation
