"""The command against a real Kafka: topics made and checked, a file replayed exactly."""

from __future__ import annotations

import asyncio
from collections import Counter
from itertools import islice
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition

from deskpulse.floor import Floor
from streams.events import encode, topic_of
from streams.events.source import SourceHeartbeat
from tests.broker.kafka import Broker
from tests.deskpulse.command import Ran, deskpulse
from tests.deskpulse.floor.test_floor import MONDAY, RATE
from tests.vocabulary import opened

TOPICS = ("support.tickets", "support.contacts", "support.agents", "support.surveys")


def run(broker: Broker, prefix: str, *arguments: str | Path) -> Ran:
    names = {"DESKPULSE_TOPIC_PREFIX": prefix, "DESKPULSE_KAFKA": broker.address}
    return deskpulse(*arguments, environment=names)


async def _values(address: str, topics: list[str]) -> Counter[bytes]:
    consumer = AIOKafkaConsumer(bootstrap_servers=address, auto_offset_reset="earliest")
    await consumer.start()
    try:
        parts = [TopicPartition(topic, number) for topic in topics for number in range(3)]
        consumer.assign(parts)
        ends = await consumer.end_offsets(parts)
        found: Counter[bytes] = Counter()
        while any([await consumer.position(part) < ends[part] for part in parts]):
            for records in (await consumer.getmany(timeout_ms=200)).values():
                found.update(record.value for record in records)
        return found
    finally:
        await consumer.stop()


def test_topics_are_made_once_and_found_right(broker: Broker, tmp_path: Path) -> None:
    config = tmp_path / "desk.yml"
    config.write_text("kafka: {partitions: 3}\n")
    missing = run(broker, "made.", "topics", "check", "--config", config)
    assert missing.code == 1
    assert "deskpulse: made.support.tickets: is missing" in missing.err
    made = run(broker, "made.", "topics", "create", "--config", config)
    assert made.code == 0
    assert "made.support.tickets: made, 3 partitions" in made.lines
    for _ in range(2):
        again = run(broker, "made.", "topics", "create", "--config", config)
        assert again.code == 0
        assert again.lines == [f"{len(made.lines)} topics are as they must be"]
    config.write_text("kafka: {partitions: 4}\n")
    other = run(broker, "made.", "topics", "check", "--config", config)
    assert other.code == 1
    assert "made.support.tickets: has 3 partitions; must have 4" in other.err


def test_a_replay_brings_every_event_once(broker: Broker, tmp_path: Path) -> None:
    config = tmp_path / "desk.yml"
    config.write_text("kafka: {partitions: 3}\n")
    assert run(broker, "replayed.", "topics", "create", "--config", config).code == 0
    events = [
        event
        for _, event in islice(Floor(7, MONDAY, RATE).events(), 4_000)
        if not isinstance(event, SourceHeartbeat)
    ]
    file = tmp_path / "events.jsonl"
    file.write_bytes(b"".join(encode(event) + b"\n" for event in events))
    ran = run(broker, "replayed.", "replay", file)
    assert ran.code == 0, ran.err
    found = asyncio.run(_values(broker.address, [f"replayed.{topic}" for topic in TOPICS]))
    sent = Counter(encode(event) for event in events if topic_of(event) in TOPICS)
    assert {value: n for value, n in found.items() if b"source.heartbeat" not in value} == sent


def test_a_topic_that_is_missing_is_one_line(broker: Broker, tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.write_bytes(encode(opened("T1", "09:00")) + b"\n")
    ran = run(broker, "nowhere.", "replay", file)
    assert ran.code == 1
    (line,) = ran.lines
    assert line.startswith("deskpulse: there is no topic nowhere.support.tickets at ")
    assert "deskpulse topics create" in line
