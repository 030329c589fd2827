"""What must be right before a worker starts, and when partitions come: each refusal one line.

A wrong partition count splits subjects from their records; a changelog that deletes forgets open
tickets; a topic that was made anew starts its offsets over, and every record would say "I have seen
that already". All three would be wrong numbers without an error, so they are refusals.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, for_code

from streams.worker import clock, codec, parts
from streams.worker.errors import Refused, in_words
from streams.worker.job import Job
from streams.worker.settings import Settings

log = structlog.get_logger(__name__)

_MAKE: Final = "make it with `deskpulse topics create`"


async def check(settings: Settings, job: Job, changelog: str) -> None:
    """Everything that can be known before joining the group. Raises Refused."""
    sources = [settings.topic_prefix + topic for topic in job.topics]
    parts_topic = settings.topic_prefix + parts.TOPIC
    async with _admin(settings) as admin:
        if settings.kafka_demo:
            log.info("checks.skipped", reason="the demo's broker can describe no topics")
            return
        found = await _partitions(admin)
        wanted = {**dict.fromkeys([*sources, changelog], job.partitions), parts_topic: 1}
        problems = [*_counts(wanted, found)]
        if not problems:
            policies = await _policies(admin, [changelog, parts_topic])
            problems += _cleanups(policies)
    if problems:
        raise Refused("; ".join(problems))


@asynccontextmanager
async def _admin(settings: Settings) -> AsyncIterator[Any]:
    """A connected admin client; Kafka may take a while to come up beside us."""
    until = clock.monotonic() + settings.connect_timeout
    pauses = clock.pauses()
    while True:
        admin = AIOKafkaAdminClient(**settings.client())
        try:
            await admin.start()
            break
        except KafkaError as error:
            await admin.close()
            if clock.monotonic() >= until:
                msg = (
                    f"no Kafka broker answers at {settings.kafka} ({in_words(error)}); "
                    "is DESKPULSE_KAFKA right?"
                )
                raise Refused(msg) from None
            pause = next(pauses)
            log.warning(
                "kafka.awaited", address=settings.kafka, error=in_words(error), again_in_s=pause
            )
            await asyncio.sleep(pause)
    try:
        yield admin
    except KafkaError as error:
        msg = f"Kafka at {settings.kafka} does not let us look at its topics ({in_words(error)})"
        raise Refused(msg) from None
    finally:
        await admin.close()


async def _partitions(admin: Any) -> dict[str, int]:  # noqa: ANN401
    topics = await admin.describe_topics()
    return {topic["topic"]: len(topic["partitions"]) for topic in topics if not topic["error_code"]}


def _counts(wanted: Mapping[str, int], found: Mapping[str, int]) -> Iterable[str]:
    for topic, count in wanted.items():
        if topic not in found:
            yield f"topic {topic} is not there: {_MAKE}"
        elif found[topic] != count:
            yield (
                f"topic {topic} has {found[topic]} partitions and must have {count}: set "
                "kafka.partitions, or start with new topics or a new DESKPULSE_APPLICATION"
            )


async def _policies(admin: Any, topics: list[str]) -> dict[str, str]:  # noqa: ANN401
    asked = [ConfigResource(ConfigResourceType.TOPIC, topic) for topic in topics]
    found: dict[str, str] = {}
    for answer in await admin.describe_configs(asked):
        for code, _, _, topic, entries in answer.resources:
            if code:
                raise Refused(
                    f"topic {topic}: its settings cannot be read ({for_code(code).__name__})"
                )
            found[topic] = next((e[1] for e in entries if e[0] == "cleanup.policy"), "")
    return found


def _cleanups(policies: Mapping[str, str]) -> Iterable[str]:
    for topic, policy in policies.items():
        if policy != "compact":
            yield (
                f"topic {topic} has cleanup.policy={policy} and must have compact alone: Kafka "
                "would forget what is still needed"
            )


async def same_topics(settings: Settings, applied: Mapping[TopicPartition, codec.Applied]) -> None:
    """Whether the topics are those that were read before, by their last record. Raises Refused."""
    if not applied:
        return
    consumer = AIOKafkaConsumer(**settings.client(), enable_auto_commit=False)
    try:
        await consumer.start()
        starts = await consumer.beginning_offsets(list(applied))
        ends = await consumer.end_offsets(list(applied))
        for tp, known in applied.items():
            if known.offset >= ends[tp]:
                raise Refused(_made_anew(tp, f"it ends at {ends[tp]}, and {known.offset} was read"))
        kept = {tp: known for tp, known in applied.items() if known.offset >= starts[tp]}
        for tp, record in (await _records_at(consumer, kept, ends)).items():
            if record.offset == kept[tp].offset and not _is(record, kept[tp]):
                raise Refused(_made_anew(tp, f"another record stands at {record.offset}"))
    finally:
        await consumer.stop()


async def _records_at(
    consumer: Any,  # noqa: ANN401 - an AIOKafkaConsumer
    wanted: Mapping[TopicPartition, codec.Applied],
    ends: Mapping[TopicPartition, int],
) -> dict[TopicPartition, Any]:
    """The first record at or after each offset; none where a marker or compaction left none."""
    consumer.assign(list(wanted))
    for tp, known in wanted.items():
        consumer.seek(tp, known.offset)
    found: dict[TopicPartition, Any] = {}
    unread = set(wanted)
    while unread:
        for tp, records in (await consumer.getmany(*unread, timeout_ms=200)).items():
            found.setdefault(tp, records[0])
        unread = {tp for tp in unread - found.keys() if await consumer.position(tp) < ends[tp]}
    return found


def _is(record: Any, known: codec.Applied) -> bool:  # noqa: ANN401
    same_time = clock.of_kafka(record.timestamp) == known.timestamp
    return same_time and codec.digest(record.key, record.value) == known.digest


def _made_anew(tp: TopicPartition, why: str) -> str:
    return (
        f"topic {tp.topic} was made anew (partition {tp.partition}: {why}): everything in it would "
        "count as seen; start with a new DESKPULSE_APPLICATION, which reads it from its beginning"
    )
