"""Rows, dead letters and derived events reach Kafka before the offsets that imply them.

Faust calls `Sensor.on_commit_initiated` synchronously before it chooses the offsets of a commit and
awaits `Producer.flush` before it sends them. So `WriteBehind.collect` takes the changed rows in the
hook, and `write` sends them in the flush: a committed offset always has its rows in the changelog.
Rows may be ahead of the commit; the offset applied last in each makes the replay a no-op.

Rows go as whole record batches, one builder a partition (46 000 to 98 000 events/s). These bypass
Faust's buffer and sensors: only their futures tell, so every one is awaited, and any failure raises
`Undelivered`. After that nothing is written or committed any more: the process ends.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from faust.transport.drivers import aiokafka as driver
from faust.transport.producer import ProducerBuffer

from streams.worker import codec, logs
from streams.worker.errors import Ended, Undelivered
from streams.worker.job import Derived, Row

if TYPE_CHECKING:
    from streams.worker.engine import Engine

ROWS_A_TURN = 500
"""Rows encoded before the loop may do something else."""
BUFFERED_MESSAGES = 10_000


@dataclass(slots=True)
class Changes:
    """What a partition has to write."""

    generation: int
    rows: dict[bytes, Row | None] = field(default_factory=dict)
    """None: forgotten, to be written as a tombstone."""
    meta: codec.Meta | None = None


class WriteBehind:
    """The changed rows and the messages they imply, from the commit hook to the flush."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.changes: dict[int, Changes] = {}
        self.outgoing: list[Derived] = []
        self.failed: Ended | None = None
        self.rows_written = 0

    def collect(self) -> None:
        """Take what has changed. Synchronous: no batch can be half in it."""
        for owned in self.engine.partitions.values():
            rows = {**owned.rows.take_rewrites(), **owned.stage.take_changes()}
            self.outgoing.extend(self.engine.job.derived(owned.stage))
            if not rows and not owned.touched:
                continue
            owned.touched = False
            changes = self.changes.setdefault(owned.partition, Changes(owned.generation))
            changes.generation = owned.generation
            changes.rows.update(rows)
            changes.meta = owned.meta()

    def drop(self, partitions: Iterable[int] | None = None) -> None:
        """Forget what was to be written of partitions that are no longer here; None: of all."""
        for partition in list(self.changes) if partitions is None else list(partitions):
            self.changes.pop(partition, None)
        if partitions is None:
            self.outgoing.clear()

    async def write(self, producer: Any) -> None:  # noqa: ANN401 - an AIOKafkaProducer
        """Send everything collected and wait until Kafka has it. Raises Ended."""
        if self.failed is not None:
            raise self.failed
        if not self.changes and not self.outgoing:
            return
        changes, self.changes = self.changes, {}
        outgoing, self.outgoing = self.outgoing, []
        try:
            self.engine.assert_member()
            await _settle([await _send(producer, message) for message in outgoing])
            writes = (self._write_partition(producer, p, todo) for p, todo in changes.items())
            await _settle([asyncio.ensure_future(write) for write in writes])
        except asyncio.CancelledError:
            self.failed = Undelivered("a flush was cut short, nothing is committed")
            raise
        except Ended as error:
            self.failed = error
            raise
        except Exception as error:
            self.failed = Undelivered(f"a write to Kafka failed, nothing is committed: {error!r}")
            raise self.failed from error

    async def _write_partition(self, producer: Any, partition: int, todo: Changes) -> None:  # noqa: ANN401
        batches = RowBatches(producer, self.engine.store.topic, partition, todo.generation)
        encode = self.engine.job.encode_row
        for number, (key, row) in enumerate(todo.rows.items()):
            value = None if row is None else encode(row, todo.generation)
            if not batches.add(key, value):
                await batches.ship()
                batches.add(key, value)
            if number % ROWS_A_TURN == ROWS_A_TURN - 1:
                await asyncio.sleep(0)
        if todo.meta is not None:
            meta = codec.encode_meta(todo.meta)
            if not batches.add(codec.META_KEY, meta):
                await batches.ship()
                batches.add(codec.META_KEY, meta)
        await batches.ship()
        self.rows_written += len(todo.rows)
        last = await batches.settled()
        if last is not None:
            self.engine.store.wrote(partition, last)


class RowBatches:
    """Record batches on their way to one partition of the changelog."""

    def __init__(self, producer: Any, topic: str, partition: int, generation: int) -> None:  # noqa: ANN401
        self._producer = producer
        self._topic = topic
        self._partition = partition
        self._headers = codec.tombstone_headers(generation)
        self._builder = producer.create_batch()
        self._sent: list[tuple[asyncio.Future[Any], int]] = []

    def add(self, key: bytes, value: bytes | None) -> bool:
        """Put a row into the batch; False when it is full and must be shipped first."""
        headers = self._headers if value is None else []
        room = self._builder.append(key=key, value=value, timestamp=None, headers=headers)
        return room is not None

    async def ship(self) -> None:
        """Send the batch. aiokafka takes the next of a partition once this one is on its way."""
        builder, self._builder = self._builder, self._producer.create_batch()
        if count := builder.record_count():
            builder.close()
            future = await self._producer.send_batch(
                builder, self._topic, partition=self._partition
            )
            self._sent.append((future, count))

    async def settled(self) -> int | None:
        """Wait until Kafka has them all: the offset of the last row; None when there was none."""
        await _settle([future for future, _ in self._sent])
        if not self._sent:
            return None
        future, count = self._sent[-1]
        # The future resolves to the offset of the *first* record of its batch.
        return int(future.result().offset) + count - 1


async def _send(producer: Any, message: Derived) -> asyncio.Future[Any]:  # noqa: ANN401
    future: asyncio.Future[Any] = await producer.send(
        message.topic,
        value=message.value,
        key=message.key,
        partition=message.partition,
        headers=list(message.headers),
    )
    return future


async def _settle(futures: list[asyncio.Future[Any]]) -> None:
    """Wait for all of them, then raise the first failure."""
    for result in await asyncio.gather(*futures, return_exceptions=True):
        if isinstance(result, BaseException):
            raise result


class CountingBuffer(ProducerBuffer):
    """Faust's send buffer; it also counts the message that is between queue and aiokafka."""

    logger = logs.SERVICES
    in_flight: int = 0

    async def _send_pending(self, fut: Any) -> None:  # noqa: ANN401 - Faust's signature
        self.in_flight += 1
        try:
            await super()._send_pending(fut)
        finally:
            self.in_flight -= 1


class StrictProducer(driver.Producer):
    """A producer whose flush means: all of it is in Kafka, or it raises."""

    app: Any
    logger = logs.SERVICES

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        buffer = CountingBuffer(loop=self.loop, beacon=self.beacon)
        buffer.app = self.app
        buffer.max_messages = BUFFERED_MESSAGES
        self.buffer = self._counted = buffer
        self._flushing = asyncio.Lock()

    async def flush(self) -> None:
        """Write behind, then wait for everything sent through Faust. Raises Ended, and ends."""
        async with self._flushing:
            try:
                if self._producer is not None:
                    await self.app.engine.behind.write(self._producer)
                await super().flush()
                while self._counted.size or self._counted.in_flight:
                    await super().flush()
                self.app.engine.raise_send_errors()
            except Ended as error:
                # Raising stops this commit; ending makes sure that no other one follows.
                self.app.engine.end(error)
                raise
