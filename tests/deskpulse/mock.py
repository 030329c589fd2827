"""A Kafka that lives in this process: librdkafka's mock cluster, and what landed in it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from confluent_kafka import Producer


class Landed(NamedTuple):
    """A record in Kafka."""

    topic: str
    partition: int
    offset: int
    key: bytes
    value: bytes


@contextmanager
def kafka() -> Iterator[str]:
    """The address of a mock cluster; every topic has four partitions and is made when asked for."""
    cluster = Producer({"bootstrap.servers": "mock", "test.mock.num.brokers": 1, "log_level": 0})
    broker = next(iter(cluster.list_topics(timeout=10).brokers.values()))
    yield f"{broker.host}:{broker.port}"


def landed(address: str, *topics: str) -> list[Landed]:
    """Everything in these topics, by topic, partition and offset."""
    return asyncio.run(_landed(address, topics))


async def _landed(address: str, topics: tuple[str, ...]) -> list[Landed]:
    consumer = AIOKafkaConsumer(bootstrap_servers=address, auto_offset_reset="earliest")
    await consumer.start()
    try:
        parts: list[TopicPartition] = []
        for topic in topics:
            await consumer._client._wait_on_metadata(topic)
            parts += [TopicPartition(topic, number) for number in range(4)]
        consumer.assign(parts)
        ends: dict[TopicPartition, int] = await consumer.end_offsets(parts)
        found: list[Landed] = []
        while any([await consumer.position(part) < end for part, end in ends.items()]):
            batches: dict[Any, list[Any]] = await consumer.getmany(timeout_ms=200)
            for records in batches.values():
                found += [Landed(r.topic, r.partition, r.offset, r.key, r.value) for r in records]
        return sorted(found)
    finally:
        await consumer.stop()
