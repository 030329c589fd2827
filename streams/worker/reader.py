"""Reads `support.parts` into a board: a plain consumer without a group, from the beginning.

It runs in the loop of whoever shows the board: the front thread of a worker, or `deskpulse board`.
A board shows nothing before it has read to the end noted at its start, and nothing when it has had
no fetch answer for 15 s (an empty one is an answer): a process that slept shows nothing old.
"""

from __future__ import annotations

import asyncio
import zlib
from typing import TYPE_CHECKING, Any, Final

import msgspec
import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from streams.spans import SECOND, Instant
from streams.worker import clock, parts
from streams.worker.floors import Floor
from streams.worker.job import Board, Head

if TYPE_CHECKING:
    from streams.worker.settings import Settings

log = structlog.get_logger(__name__)

SILENT_AFTER: Final = 15.0
"""Seconds without a fetch answer after which a board no longer shows what it holds."""
_WAIT_MS: Final = 250
_FETCH_BYTES: Final = 16 * 1024 * 1024


class PartsReader:
    """Keeps a board up with the topic."""

    def __init__(self, settings: Settings, board: Board) -> None:
        self.settings = settings
        self.board = board
        self.heads: dict[int, Head] = {}
        """The head of the part held of each partition."""
        self.written_at: dict[int, Instant] = {}
        """Kafka's timestamp of it: the age of a part counts from there, never from the receipt."""
        self.taken = 0
        self.unreadable = 0
        self.started = asyncio.Event()
        """The end noted at the start has been reached."""
        self._consumer: AIOKafkaConsumer | None = None
        self._moved = asyncio.Condition()
        self._tp = TopicPartition(settings.topic_prefix + parts.TOPIC, parts.PARTITION)
        self._answered_at = 0.0

    async def run(self) -> None:
        """Read until cancelled."""
        consumer = AIOKafkaConsumer(
            **self.settings.client(),
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            max_partition_fetch_bytes=_FETCH_BYTES,
            fetch_max_wait_ms=_WAIT_MS,
        )
        try:
            await consumer.start()
            consumer.assign([self._tp])
            end = (await consumer.end_offsets([self._tp]))[self._tp]
            await consumer.seek_to_beginning(self._tp)
            # Not the first time: older parts of the same owners come by again, and are taken.
            self.started.clear()
            self._consumer = consumer
            while True:
                batches = await consumer.getmany(timeout_ms=_WAIT_MS)
                for record in batches.get(self._tp, ()):
                    self._take(record)
                self._hear(consumer)
                async with self._moved:
                    self._moved.notify_all()
                if not self.started.is_set() and await consumer.position(self._tp) >= end:
                    self.started.set()
        finally:
            self._consumer = None
            await consumer.stop()

    def _hear(self, consumer: AIOKafkaConsumer) -> None:
        answered = consumer.last_poll_timestamp(self._tp)
        if answered is not None:
            self._answered_at = answered / 1000

    @property
    def silent(self) -> bool:
        """No fetch answer for too long."""
        return clock.now() / SECOND - self._answered_at > SILENT_AFTER

    @property
    def current(self) -> bool:
        """What the board holds may be shown."""
        return self.started.is_set() and not self.silent

    def _take(self, record: Any) -> None:  # noqa: ANN401 - aiokafka's record
        partition = parts.partition_of(self.settings.application, record.key)
        if partition is None or record.value is None:
            return
        written_at = clock.of_kafka(record.timestamp)
        try:
            head = self.board.take(parts.unpack(record.value), written_at)
        except (zlib.error, msgspec.MsgspecError, ValueError) as error:
            self.unreadable += 1
            log.warning("part.unreadable", partition=partition, error=repr(error))
            return
        if head is not None:
            self.heads[partition] = head
            self.written_at[partition] = written_at
            self.taken += 1

    async def _has_read_to(self, end: int) -> bool:
        consumer = self._consumer
        return consumer is not None and await consumer.position(self._tp) >= end

    async def floors(self) -> dict[int, Floor]:
        """What the last parts say, once everything written up to now has been read."""
        await self.started.wait()
        async with self._moved:
            # None: Kafka was lost, and the reader begins again.
            while (consumer := self._consumer) is None:
                await self._moved.wait()
        end = (await consumer.end_offsets([self._tp]))[self._tp]
        async with self._moved:
            while not await self._has_read_to(end):
                await self._moved.wait()
        return {p: Floor(head.generation, head.now) for p, head in self.heads.items()}


async def keep_reading(reader: PartsReader) -> None:
    """Read, and begin again when Kafka was lost for longer than aiokafka bears."""
    pauses = clock.pauses()
    while True:
        began = clock.monotonic()
        try:
            await reader.run()
        except KafkaError as error:
            if clock.monotonic() - began > SILENT_AFTER:
                pauses = clock.pauses()
            pause = next(pauses)
            log.warning("parts.reader_restarts", error=type(error).__name__, again_in_s=pause)
            await asyncio.sleep(pause)
