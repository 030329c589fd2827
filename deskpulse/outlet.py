"""Where events leave for Kafka: into the topic of their family, on the partition of their key.

The partition is murmur2 of the key over the topic's partitions, the choice of Kafka's own clients,
and all topics used must have the same count: so a survey lands beside its ticket. Records go out
as whole batches (`send_batch`), idempotent and acknowledged by all replicas; within a partition the
order is that of `put`. Nothing is dropped silently: what Kafka refuses ends the command.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.partitioner import murmur2

from deskpulse import broker
from deskpulse.errors import Refused
from streams.worker.errors import in_words

if TYPE_CHECKING:
    from types import TracebackType

    from aiokafka.producer.message_accumulator import BatchBuilder

_SETTLE_PATIENCE_S = 60.0
_BATCH_BYTES = 256 * 1024


def partition_of(key: bytes, partitions: int) -> int:
    """The partition of a key, as Kafka's own clients choose it."""
    return (int(murmur2(key)) & 0x7FFFFFFF) % partitions


class Outlet:
    """`async with Outlet(address) as outlet`: put events, settle, done."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._partitions: dict[str, int] = {}
        self._producer: AIOKafkaProducer
        self._open: dict[tuple[str, int], BatchBuilder] = {}
        self._sent: list[asyncio.Future[object]] = []

    async def __aenter__(self) -> Self:
        """Connect. `Refused` when no broker answers in time."""
        self._producer = AIOKafkaProducer(
            **broker.client(self.address),
            client_id="deskpulse",
            acks="all",
            enable_idempotence=True,
            max_batch_size=_BATCH_BYTES,
            linger_ms=5,
        )
        try:
            async with asyncio.timeout(broker.PATIENCE_S):
                await self._producer.start()
        except (KafkaError, OSError, TimeoutError, ValueError) as error:
            await self._producer.stop()
            raise Refused(broker.unreachable(self.address, error)) from None
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Settle what is under way (unless an error got us here) and disconnect."""
        try:
            if kind is None:
                await self.settle()
        finally:
            await self._producer.stop()

    async def put(self, topic: str, key: bytes, value: bytes) -> None:
        """Send to the partition of `key`. Waits when Kafka is slower than we are."""
        partitions = self._partitions.get(topic) or await self._learn(topic)
        await self._append(topic, partition_of(key, partitions), key, value)

    async def put_everywhere(self, topic: str, key: bytes, value: bytes) -> None:
        """Send to every partition of a topic: heartbeats."""
        partitions = self._partitions.get(topic) or await self._learn(topic)
        for partition in range(partitions):
            await self._append(topic, partition, key, value)

    async def push(self) -> None:
        """Let go what is gathered so far, without waiting for Kafka's answer."""
        ready, self._open = self._open, {}
        for (topic, partition), batch in ready.items():
            await self._submit(topic, partition, batch)
        sent, self._sent = self._sent, []
        for answer in sent:
            if answer.done():
                self._check(answer.exception())
            else:
                self._sent.append(answer)

    async def settle(self) -> None:
        """Wait until Kafka has everything that was put."""
        await self.push()
        waiting, self._sent = self._sent, []
        if not waiting:
            return
        done, late = await asyncio.wait(waiting, timeout=_SETTLE_PATIENCE_S)
        for answer in done:
            self._check(answer.exception())
        if late:
            self._check(TimeoutError())

    async def _append(self, topic: str, partition: int, key: bytes, value: bytes) -> None:
        lane = (topic, partition)
        batch = self._open.get(lane)
        if batch is not None:
            if batch.append(timestamp=None, key=key, value=value) is not None:
                return
            await self._submit(topic, partition, batch)
        batch = self._open[lane] = self._producer.create_batch()
        batch.append(timestamp=None, key=key, value=value)  # the first always fits

    async def _submit(self, topic: str, partition: int, batch: BatchBuilder) -> None:
        try:
            answer = await self._producer.send_batch(
                batch, broker.topic(topic), partition=partition
            )
        except (KafkaError, OSError) as error:
            self._check(error)
        else:
            self._sent.append(answer)

    def _check(self, error: BaseException | None) -> None:
        if error is not None:
            message = f"Kafka at {self.address} did not take the events ({in_words(error)})"
            raise Refused(message)

    async def _learn(self, topic: str) -> int:
        """How many partitions a topic has; `Refused` when it is missing or does not fit."""
        try:
            async with asyncio.timeout(broker.PATIENCE_S):
                count = len(await self._producer.partitions_for(broker.topic(topic)))
        except (KafkaError, TimeoutError):
            raise Refused(
                f"there is no topic {broker.topic(topic)} at {self.address}; "
                f"make it with `deskpulse topics create --broker {self.address}`"
            ) from None
        other = next(iter(self._partitions.items()), (topic, count))
        if other[1] != count:
            raise Refused(
                f"topic {topic} has {count} partitions and {other[0]} has {other[1]}; all that are "
                f"read together must have the same, see `deskpulse topics check`"
            )
        self._partitions[topic] = count
        return count
