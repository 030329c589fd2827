"""The rows of the owned partitions, in RAM, restored from the changelog in bulk.

Faust's own recovery reads 12 000 records a second and re-reads what it already has; this store
loads newly assigned partitions itself, with a consumer of its own, and tells Faust that they are
there up to the end noted at the assignment, so that its recovery finds only what came after.

What may be kept over a rebalance: rows of partitions that stay, and only while the generation is
exactly the next one. A worker that slept through a generation drops all rows and loads again: what
it wrote itself says nothing about what others wrote below.

Two versions of a row can be in the changelog in the wrong order, because a worker that wakes up
after its partitions moved can still write; `codec.Version` decides, and a row that won against a
later record is written again by its new owner.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from faust.stores import STORES, memory
from faust.types import TP

from streams.worker import codec, logs
from streams.worker.job import Job, Row

if TYPE_CHECKING:
    from streams.worker.engine import Engine

log = structlog.get_logger(__name__)

SCHEME = "partitions"
STORES.aliases[SCHEME] = "streams.worker.store:PartitionStore"

ROWS_A_TURN = 1_000
"""Rows decoded before the loop may do something else."""
FETCH_BYTES = 4 * 1024 * 1024
IDLE_MS = 200


class Rows:
    """The rows of one partition: first while they are read, then while they are owned.

    While they are read they stay bytes: of many versions of a row only the last is worth decoding.
    """

    def __init__(self, job: Job) -> None:
        self.rows: dict[bytes, Row] = {}
        self.meta: codec.Meta | None = None
        self._again: set[bytes] = set()
        """Keys whose version here beat a record that stands later in the log."""
        self._job = job
        self._versions: dict[bytes, codec.Version] = {}
        self._encoded: dict[bytes, bytes] = {}
        self._owner: int | None = None

    def take(self, key: bytes, value: bytes | None, headers: Any) -> None:  # noqa: ANN401
        """Apply one changelog record."""
        if key == codec.META_KEY:
            self._take_meta(value)
            return
        if value is None:
            version = codec.Version(codec.tombstone_generation(headers), None)
        else:
            version = codec.Version(*self._job.version(value))
        if self._owner is not None:
            # Owned: RAM is right. What another wrote since must not be what the next one reads.
            if version.generation < self._owner:
                self._again.add(key)
            return
        known = self._versions.get(key)
        if known is not None and not known.gives_way_to(version):
            self._again.add(key)
            return
        self._versions[key] = version
        self._again.discard(key)
        if value is None:
            self._encoded.pop(key, None)
        else:
            self._encoded[key] = value

    def decode(self, most: int) -> bool:
        """Decode some of what was read; whether any is left."""
        for _ in range(min(most, len(self._encoded))):
            key, value = self._encoded.popitem()
            self.rows[key] = self._job.decode_row(value)
        return bool(self._encoded)

    def _take_meta(self, value: bytes | None) -> None:
        if value is not None and self._owner is None:
            meta = codec.decode_meta(value)
            if self.meta is None or meta.generation >= self.meta.generation:
                self.meta = meta

    def own(self, generation: int) -> None:
        """The restore is over: from now on one worker writes, under this generation."""
        self._owner = generation
        self._versions.clear()

    def take_rewrites(self) -> dict[bytes, Row | None]:
        """Rows (None: tombstones) to be written again, because an older version stands below."""
        again, self._again = self._again, set()
        return {key: self.rows.get(key) for key in again}


class PartitionStore(memory.Store[bytes, Any]):
    """Faust's table store, by partition. The table itself is never written through Faust."""

    app: Any
    logger = logs.SERVICES

    def __post_init__(self) -> None:
        super().__post_init__()
        self.partitions: dict[int, Rows] = {}
        self._offsets: dict[TP, int] = {}
        self._claimed: set[int] = set()
        """Partitions told to Faust as restored that have no stage yet: a rebalance starts over."""
        self.generation = 0

    @property
    def engine(self) -> Engine:
        """What these rows are for."""
        engine: Engine = self.app.engine
        return engine

    @property
    def topic(self) -> str:
        """The changelog."""
        name: str = self.table.changelog_topic.get_topic_name()
        return name

    def wrote(self, partition: int, offset: int) -> None:
        """Our own write stands at `offset`: nothing up to there need be read again."""
        self.set_persisted_offset(TP(self.topic, partition), offset)

    def persisted_offset(self, tp: TP) -> int | None:
        """The changelog offset up to which the rows in RAM are complete; Faust asks."""
        return self._offsets.get(tp)

    def set_persisted_offset(self, tp: TP, offset: int) -> None:
        """Move it on; never back."""
        self._offsets[tp] = max(offset, self._offsets.get(tp, -1))

    def apply_changelog_batch(
        self, batch: Iterable[Any], to_key: Callable[[Any], Any], to_value: Callable[[Any], Any]
    ) -> None:
        """What Faust's own recovery finds beyond the noted end: writes of others, if any."""
        _ = to_key, to_value  # keys and values are raw bytes here
        for event in batch:
            message = event.message
            rows = self.partitions.get(message.partition)
            if rows is not None:
                rows.take(message.key, message.value, message.headers)
                self.set_persisted_offset(message.tp, message.offset)

    async def on_rebalance(
        self,
        assigned: set[TP],
        revoked: set[TP],
        newly_assigned: set[TP],
        generation_id: int = 0,
    ) -> None:
        """Let go of what is no longer ours and begin to load what is new.

        Runs while no heartbeat is sent: it only notes the ends; the load itself runs behind.
        """
        _ = (
            assigned,
            revoked,
            newly_assigned,
        )  # of the source topics; the assignor knows the table's
        await self.engine.stop_restore()
        mine = {
            tp.partition for tp in self.app.assignor.assigned_actives() if tp.topic == self.topic
        }
        missed = generation_id != self.generation + 1
        self.generation = generation_id
        lost = set(self.partitions) if missed else set(self.partitions) - mine
        self._forget(lost | self._claimed)
        new = sorted(mine - set(self.partitions))
        ends = await self._ends(new)
        for partition in new:
            self.partitions[partition] = Rows(self.engine.job)
            self._claimed.add(partition)
            if ends[partition]:
                self.set_persisted_offset(TP(self.topic, partition), ends[partition] - 1)
        self.engine.assigned(mine, new, generation_id, sum(ends.values()))

    async def _ends(self, partitions: list[int]) -> dict[int, int]:
        if not partitions:
            return {}
        tps = [TP(self.topic, partition) for partition in partitions]
        ends = await self.app.consumer.highwaters(*tps)
        return {tp.partition: end or 0 for tp, end in ends.items()}

    def _forget(self, partitions: set[int]) -> None:
        for partition in partitions:
            self.partitions.pop(partition, None)
            self._offsets.pop(TP(self.topic, partition), None)
        self._claimed -= partitions

    def disown(self) -> None:
        """The group went on without this worker: nothing in RAM is ours."""
        self._forget(set(self.partitions))
        self.generation = -1

    async def load(self, partitions: list[int], progress: Callable[[int], None]) -> int:
        """Read partitions of the changelog from the beginning; how many records that were."""
        read = 0
        consumer = AIOKafkaConsumer(
            **self.engine.settings.client(),
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            max_partition_fetch_bytes=FETCH_BYTES,
            check_crcs=False,
        )

        async def take(tp: TopicPartition, records: list[Any]) -> None:
            nonlocal read
            rows = self.partitions[tp.partition]
            for record in records:
                rows.take(record.key, record.value, record.headers)
            read += len(records)
            progress(len(records))

        try:
            # Here, because the next rebalance may cut it short: what has connected must be closed.
            await consumer.start()
            await read_through(consumer, [TopicPartition(self.topic, p) for p in partitions], take)
        finally:
            await consumer.stop()
        for partition in partitions:
            while self.partitions[partition].decode(ROWS_A_TURN):
                progress(0)
                await asyncio.sleep(0)
        return read

    def owned(self, partition: int, generation: int) -> None:
        """The partition is loaded and has its stage: from now on we alone write it."""
        self.partitions[partition].own(generation)
        self._claimed.discard(partition)

    async def on_recovery_completed(self, active_tps: set[TP], standby_tps: set[TP]) -> None:
        """Nothing to purge: `on_rebalance` did."""
        _ = active_tps, standby_tps


async def read_through(
    consumer: AIOKafkaConsumer,
    partitions: list[TopicPartition],
    take: Callable[[TopicPartition, list[Any]], Awaitable[None]],
) -> None:
    """Read partitions from their beginning until each stands at the end a fetch answer told.

    Not until a record of that offset was seen: the tail may be compacted away.
    """
    consumer.assign(partitions)
    starts = await consumer.beginning_offsets(partitions)
    ends = await consumer.end_offsets(partitions)
    unread = {tp for tp in partitions if ends[tp] > starts[tp]}
    await consumer.seek_to_beginning(*partitions)
    while unread:
        for tp, records in (await consumer.getmany(timeout_ms=IDLE_MS)).items():
            await take(tp, records)
        for tp in list(unread):
            end = consumer.highwater(tp)
            if end is not None and await consumer.position(tp) >= end:
                unread.discard(tp)
