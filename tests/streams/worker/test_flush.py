"""What is written behind: in which order, how much of it, and what a failure means."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from streams.worker import clock, codec
from streams.worker.engine import Engine
from streams.worker.errors import Expelled, Undelivered
from streams.worker.job import Derived
from streams.worker.owned import Owned
from streams.worker.settings import Settings
from streams.worker.store import Rows
from tests.broker.counting import Count, CountingJob
from tests.contracts.faust.wiring import Raw

JOB = CountingJob()
ROW = Count(1, 1, (0, -1))


class Batch:
    """A record batch that holds four."""

    def __init__(self) -> None:
        self.records: list[tuple[bytes, bytes | None, list[tuple[str, bytes]]]] = []

    def append(self, *, key: bytes, value: bytes | None, timestamp: None, headers: Any) -> Any:  # noqa: ANN401
        if len(self.records) == 4:
            return None
        self.records.append((key, value, list(headers)))
        return object()

    def record_count(self) -> int:
        return len(self.records)

    def close(self) -> None:
        pass


class Kafka:
    """A producer that keeps what it is given; `fails` names the topic it cannot write."""

    def __init__(self, fails: str = "") -> None:
        self.fails = fails
        self.answers = True
        self.wrote: list[tuple[str, Any]] = []
        self._offset = 0

    def create_batch(self) -> Batch:
        return Batch()

    async def send(self, topic: str, **message: Any) -> asyncio.Future[Any]:
        self.wrote.append((topic, message["value"]))
        return self._answer(topic, 1)

    async def send_batch(self, batch: Batch, topic: str, *, partition: int) -> asyncio.Future[Any]:
        self.wrote.append((topic, batch.records))
        return self._answer(topic, len(batch.records))

    def _answer(self, topic: str, count: int) -> asyncio.Future[Any]:
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if topic == self.fails:
            future.set_exception(OSError("gone"))
        elif self.answers:
            future.set_result(SimpleNamespace(offset=self._offset))
        self._offset += count
        return future


class Bench:
    """An engine with one owned partition; the group answered just now."""

    def __init__(self) -> None:
        self.engine = Engine(JOB, Settings(session_timeout=6))
        self.thread = SimpleNamespace(heard_at=clock.monotonic(), generation=7)
        self.offsets: list[tuple[int, int]] = []
        store = SimpleNamespace(topic="changelog", wrote=lambda *at: self.offsets.append(at))
        self.engine.table = SimpleNamespace(data=store)
        self.engine.app = SimpleNamespace(
            consumer=SimpleNamespace(thread=self.thread), consumer_generation_id=7
        )
        rows = Rows(JOB)
        self.stage = JOB.stage(rows.rows, None, None)
        self.owned = self.engine.partitions[0] = Owned(0, rows, self.stage, 7)

    def write(self, kafka: Kafka) -> Kafka:
        asyncio.run(self.engine.behind.write(kafka))
        return kafka

    def change(self, *keys: bytes) -> None:
        self.stage._changed.update(dict.fromkeys(keys, ROW))
        self.owned.took("counting.events", Raw(3))
        self.engine.behind.collect()


def test_dead_letters_are_acknowledged_before_the_rows_are_sent() -> None:
    bench = Bench()
    bench.change(b"T1")
    bench.engine.behind.outgoing.append(Derived("dlq", b"k", b"letter"))
    assert [topic for topic, _ in bench.write(Kafka()).wrote] == ["dlq", "changelog"]
    bench.change(b"T1")
    bench.engine.behind.outgoing.append(Derived("dlq", b"k", b"letter"))
    kafka = Kafka(fails="dlq")
    with pytest.raises(Undelivered):
        bench.write(kafka)
    assert [topic for topic, _ in kafka.wrote] == ["dlq"]


def test_rows_go_in_batches_and_the_meta_row_goes_last() -> None:
    bench = Bench()
    keys = [b"T%d" % n for n in range(9)]
    bench.change(*keys)
    batches = [records for _, records in bench.write(Kafka()).wrote]
    assert [len(records) for records in batches] == [4, 4, 2]
    written = [key for records in batches for key, _, _ in records]
    assert written == [*keys, codec.META_KEY]
    assert bench.offsets == [(0, 9)]
    meta = codec.decode_meta(batches[-1][-1][1])
    assert meta.generation == 7
    assert meta.applied["counting.events"].offset == 3


def test_a_forgotten_row_is_a_tombstone_that_says_its_generation() -> None:
    bench = Bench()
    bench.stage._changed[b"T1"] = None
    bench.change()
    ((_, records),) = bench.write(Kafka()).wrote
    assert records[0] == (b"T1", None, [("generation", b"7")])


def test_nothing_changed_nothing_written() -> None:
    bench = Bench()
    bench.engine.behind.collect()
    assert bench.write(Kafka()).wrote == []


def test_after_a_failure_nothing_is_written_any_more() -> None:
    bench = Bench()
    bench.change(b"T1")
    with pytest.raises(Undelivered, match="nothing is committed"):
        bench.write(Kafka(fails="changelog"))
    bench.change(b"T2")
    kafka = Kafka()
    with pytest.raises(Undelivered):
        bench.write(kafka)
    assert kafka.wrote == []


def test_a_flush_that_was_cut_short_is_a_failure_too() -> None:
    """What it had taken is written nowhere: a later commit would go over it."""
    bench = Bench()
    bench.change(b"T1")
    kafka = Kafka()
    kafka.answers = False

    async def cut_short() -> None:
        flush = asyncio.ensure_future(bench.engine.behind.write(kafka))
        await asyncio.sleep(0.01)
        flush.cancel()
        with pytest.raises(asyncio.CancelledError):
            await flush
        with pytest.raises(Undelivered, match="cut short, nothing is committed"):
            await bench.engine.behind.write(kafka)

    asyncio.run(cut_short())


def test_a_worker_the_group_has_not_answered_for_a_session_writes_nothing() -> None:
    bench = Bench()
    bench.change(b"T1")
    bench.thread.heard_at = clock.monotonic() - 6.5
    kafka = Kafka()
    with pytest.raises(Expelled, match="longer than the session timeout of 6 s"):
        bench.write(kafka)
    assert kafka.wrote == []


def test_a_worker_whose_group_has_gone_on_writes_nothing() -> None:
    bench = Bench()
    bench.change(b"T1")
    bench.thread.generation = -1
    kafka = Kafka()
    with pytest.raises(Expelled, match="gone on without this worker"):
        bench.write(kafka)
    assert kafka.wrote == []


def test_what_was_collected_of_a_partition_that_is_gone_is_not_written() -> None:
    bench = Bench()
    bench.change(b"T1")
    bench.engine.behind.drop([0])
    assert bench.write(Kafka()).wrote == []
