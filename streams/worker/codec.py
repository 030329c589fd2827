"""What the engine itself writes to Kafka, as bytes: tombstones, the meta row, dead letters.

Rows and parts are the job's (`Job.encode_row`, `Job.part`). A restore may find two versions of a
row, because a worker that was stopped and wakes up after its partitions moved can still write: the
changelog is not fenced. `Version` says which one stands.
"""

from __future__ import annotations

from hashlib import blake2b, sha256
from typing import Any, Final, NamedTuple

import msgspec

from streams.spans import Instant, rfc3339
from streams.worker.job import Derived, Headers

META_KEY: Final = b"\x00meta"
"""The key of the meta row; no subject's key starts with a zero byte."""
GENERATION_HEADER: Final = "generation"

DEAD_LETTER_WHOLE: Final = 512 * 1024
"""Up to this many bytes a dead letter keeps its payload."""
DEAD_LETTER_CUT: Final = 64 * 1024
"""Above, it keeps this many, with size and SHA-256 in the headers; of a key never more."""


class Version(NamedTuple):
    """Which write of a row this is."""

    generation: int
    applied: int | None
    """How far the row had come; None for a tombstone."""

    def gives_way_to(self, later: Version) -> bool:
        """Whether a version further down the log replaces this one.

        The higher (generation, applied) stands; a tombstone has no `applied`, there the log's own
        order decides within a generation, which has one owner only.
        """
        if later.generation != self.generation:
            return later.generation > self.generation
        if later.applied is None or self.applied is None:
            return True
        return later.applied >= self.applied


class Applied(msgspec.Struct, frozen=True, array_like=True):
    """The last record of a source topic that was applied: how a re-created topic is noticed."""

    offset: int
    timestamp: Instant
    """Kafka's."""
    digest: bytes
    """Of key and value."""


class Meta(msgspec.Struct, frozen=True):
    """What is kept of a partition beside its rows; written with every flush."""

    generation: int
    now: Instant
    """Partition time at the flush."""
    applied: dict[str, Applied]
    """By source topic."""


_meta_encoder: Final = msgspec.msgpack.Encoder()
_meta_decoder: Final = msgspec.msgpack.Decoder(Meta)


def encode_meta(meta: Meta) -> bytes:
    """The meta row."""
    return _meta_encoder.encode(meta)


def decode_meta(data: bytes) -> Meta:
    """The meta row. Raises msgspec.DecodeError on other bytes."""
    return _meta_decoder.decode(data)


def digest(key: bytes | None, value: bytes | None) -> bytes:
    """Eight bytes that tell one source record from another."""
    framed = b"".join((len(key or b"").to_bytes(4, "big"), key or b"", value or b""))
    return blake2b(framed, digest_size=8).digest()


def tombstone_headers(generation: int) -> list[tuple[str, bytes]]:
    """A tombstone has no value to carry its generation."""
    return [(GENERATION_HEADER, str(generation).encode())]


def tombstone_generation(headers: Headers | None) -> int:
    """The generation of a tombstone; 0 where it says none."""
    for name, value in headers or ():
        if name == GENERATION_HEADER and value.isdigit():
            return int(value)
    return 0


def dead_letter(
    topic: str,
    record: Any,  # noqa: ANN401 - whatever record the engine handed to the core
    *,
    source: str,
    partition: int,
    reason: str,
    detail: str,
    rejected_at: Instant,
    version: str,
) -> Derived:
    """A rejected source record as it goes to the dead-letter topic, its payload unchanged."""
    value: bytes = record.value or b""
    headers = [
        ("reason", reason.encode()),
        ("detail", detail.encode()),
        ("source_topic", source.encode()),
        ("source_partition", str(partition).encode()),
        ("source_offset", str(record.offset).encode()),
        ("rejected_at", rfc3339(rejected_at).encode()),
        ("code_version", version.encode()),
    ]
    if len(value) > DEAD_LETTER_WHOLE:
        headers += [
            ("size", str(len(value)).encode()),
            ("sha256", sha256(value).hexdigest().encode()),
            ("truncated", b"true"),
        ]
        value = value[:DEAD_LETTER_CUT]
    key: bytes | None = record.key
    if key is not None and len(key) > DEAD_LETTER_CUT:
        headers.append(("key_size", str(len(key)).encode()))
        key = key[:DEAD_LETTER_CUT]
    return Derived(topic=topic, key=key, value=value, headers=headers)
