"""When a part is sent, and whose it is."""

from __future__ import annotations

import asyncio
import os
from types import SimpleNamespace
from typing import Any

import pytest

from streams.worker import parts
from streams.worker.parts import Publisher, key_of, pack, partition_of, unpack
from streams.worker.state import State


class Clock:
    """Monotonic seconds that pass when told to."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def monotonic(self) -> float:
        return self.at


class Kafka:
    """A producer that acknowledges, or not."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.error: Exception | None = None

    async def send(self, _topic: str, *, key: bytes, value: bytes, partition: int) -> Any:  # noqa: ANN401
        self.sent.append(key)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self.error is not None:
            future.set_exception(self.error)
        else:
            future.set_result(None)
        return future


class Bench:
    """A publisher with two partitions, time and Kafka in hand."""

    def __init__(self, size: int = 10) -> None:
        self.kafka = Kafka()
        self.state = State()
        self.ready = True
        self.owned = [self._owned(0), self._owned(1)]
        engine = SimpleNamespace(
            partitions=dict(enumerate(self.owned)),
            make_ready=lambda _owned: self.ready,
            settings=SimpleNamespace(application="app-v1", topic_prefix=""),
            job=SimpleNamespace(partitions=2, part=lambda stage, _head: self._part(stage, size)),
            state=self.state,
            url="",
        )
        self.publisher = Publisher(engine)  # type: ignore[arg-type]  # as far as it looks

    def _owned(self, partition: int) -> Any:  # noqa: ANN401
        return SimpleNamespace(
            partition=partition, generation=1, stage=SimpleNamespace(dirty=True, now=0)
        )

    def _part(self, stage: Any, size: int) -> bytes:  # noqa: ANN401
        stage.dirty = False
        return os.urandom(size)

    def publish(self) -> list[bytes]:
        """What is sent now."""

        async def publish() -> None:
            await self.publisher.publish(self.kafka)
            await asyncio.sleep(0)

        self.kafka.sent = []
        asyncio.run(publish())
        return self.kafka.sent


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(parts, "clock", clock)
    return clock


BOTH = [b"app-v1|0", b"app-v1|1"]


def test_a_part_is_sent_when_it_changed_and_at_least_every_five_seconds(clock: Clock) -> None:
    bench = Bench()
    assert bench.publish() == BOTH
    clock.at += 0.25
    assert bench.publish() == []
    bench.owned[1].stage.dirty = True
    assert bench.publish() == BOTH[1:]
    clock.at += 3.9
    assert bench.publish() == BOTH[:1]
    clock.at += 0.25
    assert bench.publish() == BOTH[1:]


@pytest.mark.usefixtures("clock")
def test_nothing_is_sent_before_the_partition_is_ready() -> None:
    bench = Bench()
    bench.ready = False
    assert bench.publish() == []
    bench.ready = True
    assert bench.publish() == BOTH


@pytest.mark.usefixtures("clock")
def test_a_new_generation_speaks_at_once() -> None:
    bench = Bench()
    bench.publish()
    bench.owned[0].generation = 2
    assert bench.publish() == BOTH[:1]


def test_large_parts_are_sent_less_often_the_longest_waiting_first(clock: Clock) -> None:
    bench = Bench(size=900_000)
    assert bench.publish() == BOTH
    for owned in bench.owned:
        owned.stage.dirty = True
    clock.at += 0.25
    assert bench.publish() == []
    clock.at += 0.75
    assert bench.publish() == BOTH[:1]
    clock.at += 1.0
    assert bench.publish() == BOTH[1:]


def test_a_large_part_is_still_sent_before_it_is_called_stale(clock: Clock) -> None:
    bench = Bench(size=6_000_000)
    bench.publish()
    clock.at += 4.0
    assert bench.publish() == BOTH


@pytest.mark.usefixtures("clock")
def test_a_part_that_did_not_arrive_is_sent_again() -> None:
    bench = Bench()
    bench.kafka.error = OSError("gone")
    bench.publish()
    bench.kafka.error = None
    assert bench.publish() == BOTH
    assert bench.publish() == []
    assert (bench.state.parts_sent, bench.state.parts_failed) == (2, 2)


def test_a_key_names_the_application_and_the_partition() -> None:
    assert partition_of("app-v1", key_of("app-v1", 12)) == 12
    assert partition_of("app-v2", key_of("app-v1", 12)) is None
    assert partition_of("app-v1", None) is None
    assert partition_of("a|b", key_of("a|b", 3)) == 3


def test_a_packed_part_is_the_part() -> None:
    part = b"queue" * 1_000
    assert unpack(pack(part)) == part
    assert len(pack(part)) < len(part) / 10
