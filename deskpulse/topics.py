"""`deskpulse topics`: the topics of `deploy/topics.yml`, made where missing, compared where there.

Partition counts must agree, because a subject's events, its survey and its record meet in one
partition number. Cleanup and sizes must agree, because a record that Kafka deletes or refuses is
lost. How long topics are kept, and in which segments, is the operator's choice.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import yaml
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, for_code

from deskpulse import broker
from deskpulse.configuration import DEFAULT, configuration
from deskpulse.errors import Refused
from streams.worker.errors import in_words

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from deskpulse.notices import Notices

CHANGELOG: Final = "deskpulse-v1-"
"""How the list calls the application; the environment may call it otherwise."""
_EQUAL: Final = ("cleanup.policy",)
_AT_LEAST: Final = ("max.message.bytes", "min.compaction.lag.ms")
_ALREADY_EXISTS: Final = 36


class Topic(NamedTuple):
    """A topic as it must be."""

    name: str
    partitions: int
    replication: int
    config: dict[str, str]


class Found(NamedTuple):
    """A topic as it is."""

    partitions: int
    config: dict[str, str]


def create(address: str, config: Path | None, notices: Notices) -> int:
    """Make what is missing, then check; 1 when something that was there is not as it must be."""
    return asyncio.run(_create(address, wanted(config), notices))


def check(address: str, config: Path | None, notices: Notices) -> int:
    """Compare; 1 when a topic is missing or not as it must be."""
    return asyncio.run(_check(address, wanted(config), notices))


def wanted(config: Path | None) -> list[Topic]:
    """The topics of this site: the shipped list, with the partitions of the configuration."""
    listing = yaml.safe_load(_list().read_text())
    defaults = listing["defaults"]
    partitions = _partitions(config) or defaults["partitions"]
    topics = []
    for listed, topic in listing["topics"].items():
        name = listed
        if listed.startswith(CHANGELOG):
            name = f"{broker.application()}-{listed.removeprefix(CHANGELOG)}"
        topics.append(
            Topic(
                broker.topic(name),
                topic.get("partitions", partitions),
                topic.get("replication", defaults["replication"]),
                {key: str(value) for key, value in topic["config"].items()},
            )
        )
    return topics


def problems(topic: Topic, found: Found | None) -> list[str]:
    """What is wrong with a topic, one line each, with what would be right."""
    if found is None:
        return [f"{topic.name}: is missing; `deskpulse topics create` makes it"]
    said = []
    if found.partitions != topic.partitions:
        said.append(
            f"{topic.name}: has {found.partitions} partitions; must have {topic.partitions}: "
            "set kafka.partitions in the configuration, or make the topics anew"
        )
    for key in _EQUAL:
        must, has = topic.config.get(key), found.config.get(key)
        if must is not None and has is not None and has != must:
            said.append(f"{topic.name}: {key} is {has}; must be {must}")
    for key in _AT_LEAST:
        must, has = topic.config.get(key), found.config.get(key)
        if must is not None and has is not None and int(has) < int(must):
            said.append(f"{topic.name}: {key} is {has}; must be at least {must}")
    return said


async def _create(address: str, topics: list[Topic], notices: Notices) -> int:
    async with _admin(address) as admin:
        there = await _found(admin, topics)
        missing = [topic for topic in topics if topic.name not in there]
        if missing:
            response = await admin.create_topics([_new(topic) for topic in missing])
            for name, code, *rest in response.topic_errors:
                if code not in {0, _ALREADY_EXISTS}:
                    what = (rest[0] if rest else None) or for_code(code).__name__
                    raise Refused(f"{name}: Kafka at {address} did not make it ({what})")
        for topic in missing:
            notices.tell(
                "topic.created",
                f"{topic.name}: made, {topic.partitions} partitions",
                topic=topic.name,
                partitions=topic.partitions,
            )
        return _judge([topic for topic in topics if topic.name in there], there, notices)


async def _check(address: str, topics: list[Topic], notices: Notices) -> int:
    async with _admin(address) as admin:
        return _judge(topics, await _found(admin, topics), notices)


def _judge(topics: list[Topic], there: dict[str, Found], notices: Notices) -> int:
    said = [line for topic in topics for line in problems(topic, there.get(topic.name))]
    for line in said:
        notices.warn("topic.wrong", line)
    if not said and topics:
        notices.tell("topics.checked", f"{len(topics)} topics are as they must be")
    return 1 if said else 0


@asynccontextmanager
async def _admin(address: str) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(**broker.client(address), client_id="deskpulse")
    try:
        async with asyncio.timeout(broker.PATIENCE_S):
            await admin.start()
    except (KafkaError, OSError, TimeoutError, ValueError) as error:
        await admin.close()
        raise Refused(broker.unreachable(address, error)) from None
    try:
        yield admin
    except KafkaError as error:
        raise Refused(f"Kafka at {address} refused ({in_words(error)})") from None
    finally:
        await admin.close()


async def _found(admin: AIOKafkaAdminClient, topics: list[Topic]) -> dict[str, Found]:
    names = {topic.name for topic in topics}
    described = await admin.describe_topics()  # of all: asking for one by name may make it
    counts = {
        topic["topic"]: len(topic["partitions"]) for topic in described if topic["topic"] in names
    }
    if not counts:
        return {}
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in counts]
    configs: dict[str, dict[str, str]] = {name: {} for name in counts}
    for response in await admin.describe_configs(resources):
        for code, _message, _kind, name, entries in response.resources:
            if code:
                raise Refused(f"{name}: its settings cannot be read ({for_code(code).__name__})")
            configs[name] = {entry[0]: entry[1] for entry in entries}
    return {name: Found(count, configs[name]) for name, count in counts.items()}


def _new(topic: Topic) -> NewTopic:
    return NewTopic(topic.name, topic.partitions, topic.replication, topic_configs=topic.config)


def _list() -> Path:
    """The list of topics: of the wheel, or of the checkout."""
    beside = Path(__file__).with_name("topics.yml")
    return beside if beside.exists() else Path(__file__).parents[1] / "deploy" / "topics.yml"


def _partitions(config: Path | None) -> int | None:
    """What the configuration says; None without one: the list's own number."""
    if config is None and not DEFAULT.exists():
        return None
    return configuration(config).kafka.partitions
