"""A part: all numbers of one partition, absolute and whole, in one message."""

from __future__ import annotations

import msgspec

from streams.part.cells import Block
from streams.spans import Instant


class Head(msgspec.Struct, frozen=True):
    """Who says it, and how far it had read."""

    application: str
    """Application id and version; a board reads one of them."""
    partition: int
    partitions: int
    """How many the site has."""
    generation: int
    """Of the consumer group, or one more than the last part's where that is larger."""
    configuration: str
    """Hash of the configuration file in force."""
    url: str
    """Where the owner answers for its subjects; empty when it does not."""


class Part(msgspec.Struct, frozen=True):
    """What a partition adds up to. Applying it twice, late or out of order changes nothing."""

    head: Head
    at: Instant
    """Partition time."""
    applied: dict[int, int]
    """Last applied offset by topic index."""
    families: tuple[str, ...]
    windows: dict[str, tuple[str, ...]]
    """The names of the windows of each group, in the order of the rolling sums."""
    blocks: dict[str, msgspec.Raw]
    """Packed `Block` by queue: unpacked only where it differs from the one before."""


pack = msgspec.msgpack.Encoder().encode
pack_block = msgspec.msgpack.Encoder().encode
unpack = msgspec.msgpack.Decoder(Part).decode
unpack_block = msgspec.msgpack.Decoder(Block).decode
