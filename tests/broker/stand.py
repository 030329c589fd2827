"""A test's own corner of the broker: its topics, its group, its workers, and a board that watches.

Everything is named after the test, so tests share one broker and never meet. Calls block; inside,
aiokafka runs in a loop of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, Self

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import GroupCoordinatorNotAvailableError

from streams.worker import parts
from tests.broker.counting import EVENTS, MORE, CountingBoard

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 40.0


class Sent(NamedTuple):
    """A record to produce; without a partition the key decides."""

    key: bytes | None
    value: bytes | None
    partition: int | None = None


def counted(
    key: str, n: int = 1, at: float = 1_700_000_000.0, partition: int | None = None
) -> Sent:
    """An event of the counting job."""
    value = json.dumps({"id": f"{key}-{n}-{at}", "at": at, "n": n}).encode()
    return Sent(key.encode(), value, partition)


def eventually(
    holds: Callable[[], Any], what: str | Callable[[], str], patience: float = PATIENCE_S
) -> Any:  # noqa: ANN401
    """The first true value of `holds()`; fails the test when there is none in time.

    `what` was waited for; a callable is asked when it did not come.
    """
    until = time.monotonic() + patience
    seen = holds()
    while not seen:
        if time.monotonic() > until:
            told = what if isinstance(what, str) else what()
            pytest.fail(f"not within {patience:.0f} s: {told}", pytrace=False)
        time.sleep(0.05)
        seen = holds()
    return seen


class Process:
    """A worker in a process of its own."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], log: Path) -> None:
        self.log_path = log
        self._log = log.open("ab")
        self._process = subprocess.Popen(
            command, env={**os.environ, **env}, cwd=ROOT, stdout=self._log, stderr=self._log
        )

    def lines(self) -> list[dict[str, Any]]:
        """Its log so far: JSON lines; what is none stands under `raw`."""
        found = []
        for line in self.log_path.read_text().splitlines():
            try:
                found.append(json.loads(line))
            except ValueError:
                found.append({"raw": line})
        return found

    def said(self, event: str) -> list[dict[str, Any]]:
        """The lines of one event."""
        return [line for line in self.lines() if line.get("event") == event]

    def send(self, what: signal.Signals) -> None:
        self._process.send_signal(what)

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        self._process.kill()
        self._process.wait(PATIENCE_S)

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        self._process.terminate()
        return self._process.wait(PATIENCE_S)

    def wait(self) -> int:
        """Until it ends by itself; its exit code."""
        return self._process.wait(PATIENCE_S)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def close(self) -> None:
        if self.alive:
            self._process.send_signal(signal.SIGCONT)
            self._process.kill()
            self._process.wait(PATIENCE_S)
        self._log.close()


class Watcher(threading.Thread):
    """A board that reads along from the start and remembers every total it has shown."""

    def __init__(self, stand: Stand) -> None:
        super().__init__(name=f"board-of-{stand.name}", daemon=True)
        self.stand = stand
        self.board = CountingBoard()
        self.totals: list[tuple[float, int]] = []
        self._over = threading.Event()

    def run(self) -> None:
        asyncio.run(self._read())

    async def _read(self) -> None:
        tp = TopicPartition(self.stand.parts, 0)
        async with self.stand.consumer() as consumer:
            consumer.assign([tp])
            await consumer.seek_to_beginning(tp)
            while not self._over.is_set():
                for record in (await consumer.getmany(timeout_ms=100)).get(tp, ()):
                    if parts.partition_of(self.stand.name, record.key) is not None:
                        self.board.take(parts.unpack(record.value), record.timestamp * 1000)
                        self._note()

    def _note(self) -> None:
        reading = self.board.read()
        if reading is not None and (not self.totals or self.totals[-1][1] != reading["total"]):
            self.totals.append((time.monotonic(), reading["total"]))

    @property
    def total(self) -> int | None:
        """What it shows now; None: nothing yet."""
        return self.totals[-1][1] if self.totals else None

    def shows(self, total: int) -> None:
        """Wait until it shows that total; where it does not, say what every partition has."""

        def missing() -> str:
            held = {
                p: (part.total, part.head.generation)
                for p, part in sorted(self.board.parts.items())
            }
            return (
                f"the board shows {self.total}, not {total}: {held}; committed "
                f"{self.stand.committed()} of {self.stand.ends()}"
            )

        eventually(lambda: self.total == total, missing)

    def stepped_back(self) -> list[tuple[int, int]]:
        """Every time the number shown fell."""
        shown = [total for _, total in self.totals]
        return [(a, b) for a, b in pairwise(shown) if b < a]

    def stop(self) -> None:
        self._over.set()
        self.join(PATIENCE_S)


class Stand:
    """Topics, group and workers of one test."""

    def __init__(self, address: str, name: str, folder: Path, partitions: int = 4) -> None:
        self.address = address
        self.name = name
        self.folder = folder
        self.partitions = partitions
        self.prefix = f"{name}."
        self.events, self.more = self.prefix + EVENTS, self.prefix + MORE
        self.parts = self.prefix + parts.TOPIC
        self.dlq = self.prefix + "support.dlq"
        self.group = self.prefix + name
        self.changelog = f"{self.group}-records-changelog"
        self._processes: list[Process] = []
        self._watchers: list[Watcher] = []

    # --- clients -------------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def consumer(self, **options: Any) -> Any:  # noqa: ANN401
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.address,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            max_partition_fetch_bytes=8 << 20,
            **options,
        )
        await consumer.start()
        try:
            yield consumer
        finally:
            await consumer.stop()

    @contextlib.asynccontextmanager
    async def admin(self) -> Any:  # noqa: ANN401
        admin = AIOKafkaAdminClient(bootstrap_servers=self.address)
        await admin.start()
        try:
            yield admin
        finally:
            await admin.close()

    # --- topics and records --------------------------------------------------------------------

    def create_topics(self, **configs: dict[str, str]) -> None:
        """Everything a worker of this stand needs; `configs` by the last word of the name."""
        compact = {"cleanup.policy": "compact"}
        wanted = {
            self.events: (self.partitions, {"max.message.bytes": "4194304"}),
            self.more: (self.partitions, {}),
            self.dlq: (1, {"max.message.bytes": "4194304"}),
            self.changelog: (self.partitions, compact),
            self.parts: (1, {**compact, "max.message.bytes": "8388608"}),
        }
        topics = [
            NewTopic(name, count, 1, topic_configs={**config, **configs.get(_word(name), {})})
            for name, (count, config) in wanted.items()
        ]

        async def create() -> None:
            async with self.admin() as admin:
                answer = await admin.create_topics(topics)
                assert {error[1] for error in answer.topic_errors} == {0}, answer

        asyncio.run(create())

    def make_anew(self, topic: str) -> None:
        """Delete a topic and make one of the same name."""

        async def make() -> None:
            async with self.admin() as admin:
                await admin.delete_topics([topic])
                fresh = NewTopic(topic, self.partitions, 1)
                for _ in range(50):
                    answer = await admin.create_topics([fresh])
                    if answer.topic_errors[0][1] == 0:
                        return
                    await asyncio.sleep(0.1)
                pytest.fail(f"{topic} could not be made anew: {answer}")

        asyncio.run(make())

    def alter(self, topic: str, config: dict[str, str]) -> None:
        """Change settings of a topic."""

        async def alter() -> None:
            async with self.admin() as admin:
                await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, config)])

        asyncio.run(alter())

    def produce(self, records: Iterable[Sent], topic: str | None = None, **options: Any) -> None:
        """Send and wait for all."""

        async def send() -> None:
            producer = AIOKafkaProducer(
                bootstrap_servers=self.address, max_request_size=4 << 20, **options
            )
            await producer.start()
            try:
                futures = [
                    await producer.send(
                        topic or self.events, value=r.value, key=r.key, partition=r.partition
                    )
                    for r in records
                ]
                await asyncio.gather(*futures)
            finally:
                await producer.stop()

        asyncio.run(send())

    def produce_in_transaction(self, records: Iterable[Sent], turn: int) -> None:
        """The same in a transaction, whose markers take offsets of their own."""

        async def send() -> None:
            producer = AIOKafkaProducer(
                bootstrap_servers=self.address, transactional_id=f"{self.name}-{turn}"
            )
            await producer.start()
            try:
                async with producer.transaction():
                    for r in records:
                        await producer.send(self.events, value=r.value, key=r.key)
            finally:
                await producer.stop()

        asyncio.run(send())

    def read(self, topic: str) -> list[Any]:
        """Every record of a topic."""

        async def read() -> list[Any]:
            async with self.consumer() as consumer:
                count = len(await consumer._client._wait_on_metadata(topic))
                tps = [TopicPartition(topic, p) for p in range(count)]
                consumer.assign(tps)
                ends = await consumer.end_offsets(tps)
                await consumer.seek_to_beginning(*tps)
                found: list[Any] = []
                while [tp for tp in tps if await consumer.position(tp) < ends[tp]]:
                    for records in (await consumer.getmany(timeout_ms=200)).values():
                        found += records
                return found

        return asyncio.run(read())

    def ends(self, topic: str | None = None) -> dict[int, int]:
        """End offset of each partition."""

        async def ask() -> dict[int, int]:
            async with self.consumer() as consumer:
                tps = [TopicPartition(topic or self.events, p) for p in range(self.partitions)]
                return {tp.partition: end for tp, end in (await consumer.end_offsets(tps)).items()}

        return asyncio.run(ask())

    def committed(self, topic: str | None = None) -> dict[int, int]:
        """Committed offset of each partition that has one."""

        async def ask() -> dict[int, int]:
            async with self.admin() as admin:
                try:
                    offsets = await admin.list_consumer_group_offsets(self.group)
                except GroupCoordinatorNotAvailableError:
                    return {}  # the broker's first group: its offsets topic is being made
                wanted = topic or self.events
                return {tp.partition: o.offset for tp, o in offsets.items() if tp.topic == wanted}

        return asyncio.run(ask())

    def all_committed(self, topic: str | None = None) -> bool:
        """Whether the group stands at the end of every partition that holds anything."""
        ends = {p: end for p, end in self.ends(topic).items() if end}
        committed = self.committed(topic)
        return all(committed.get(p) == end for p, end in ends.items())

    # --- processes -----------------------------------------------------------------------------

    def worker(self, name: str = "a", **env: str) -> Process:
        """Start a worker of the counting job."""
        settings = {
            "DESKPULSE_KAFKA": self.address,
            "DESKPULSE_APPLICATION": self.name,
            "DESKPULSE_TOPIC_PREFIX": self.prefix,
            "DESKPULSE_LOG": "json",
            "DESKPULSE_SESSION_TIMEOUT": "6",
            "DESKPULSE_HEARTBEAT_INTERVAL": "0.5",
            "DESKPULSE_REBALANCE_TIMEOUT": "6",
            "DESKPULSE_COMMIT_INTERVAL": "0.5",
            "COUNTING_PARTITIONS": str(self.partitions),
        }
        log = self.folder / f"{self.name}-{name}-{len(self._processes)}.log"
        command = [sys.executable, "-m", "tests.broker.counting"]
        process = Process(command, {**settings, **env}, log)
        self._processes.append(process)
        return process

    def watch(self) -> Watcher:
        """A board that reads along."""
        watcher = Watcher(self)
        watcher.start()
        self._watchers.append(watcher)
        return watcher

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._processes:
            process.close()
        for watcher in self._watchers:
            watcher.stop()


def _word(name: str) -> str:
    return name.replace("-", ".").rpartition(".")[2]
