"""What aiokafka's group membership is made of, where the engine listens in."""

from __future__ import annotations

import asyncio
import inspect
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.consumer.consumer import AIOKafkaConsumer
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.consumer.subscription_state import TopicPartitionState
from aiokafka.producer.message_accumulator import BatchBuilder, MessageBatch
from aiokafka.structs import TopicPartition
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread

from streams.worker.transport import HeardThread


def thread_with(coordinator: Any) -> Any:  # noqa: ANN401
    """A consumer thread, as far as `coordination_failure` looks."""
    consumer = SimpleNamespace(_closed=False, _coordinator=coordinator)
    return SimpleNamespace(_consumer=consumer, _ensure_consumer=lambda: consumer)


class Over:
    """A task or future that is done."""

    def __init__(self, error: BaseException | None = None, *, cancelled: bool = False) -> None:
        self._error = error
        self._cancelled = cancelled

    def done(self) -> bool:
        return True

    def cancelled(self) -> bool:
        return self._cancelled

    def exception(self) -> BaseException | None:
        return self._error


RUNNING = SimpleNamespace(done=lambda: False)


def test_a_coordination_that_has_died_is_told_with_its_reason() -> None:
    coordinator = SimpleNamespace(
        _coordination_task=Over(AssertionError("x")), _closing=RUNNING, _pending_exception=None
    )
    failure = HeardThread.coordination_failure(thread_with(coordinator))
    assert failure == "the group coordination has ended: AssertionError('x')"


def test_an_error_that_nobody_reads_is_told() -> None:
    coordinator = SimpleNamespace(
        _coordination_task=RUNNING, _closing=RUNNING, _pending_exception=PermissionError("group")
    )
    failure = HeardThread.coordination_failure(thread_with(coordinator))
    assert failure == "the group refuses this worker: PermissionError('group')"


def test_a_coordination_that_ends_because_it_was_closed_is_no_failure() -> None:
    coordinator = SimpleNamespace(
        _coordination_task=Over(), _closing=Over(), _pending_exception=None
    )
    assert HeardThread.coordination_failure(thread_with(coordinator)) is None


@pytest.mark.parametrize(
    ("owner", "names"),
    [
        (GroupCoordinator.__init__, ("_coordination_task", "_closing", "_pending_exception")),
        (GroupCoordinator.__init__, ("generation", "member_id")),
        (GroupCoordinator._heartbeat_routine, ("self._do_heartbeat()",)),
        (GroupCoordinator.reset_generation, ("self.generation = ",)),
        (TopicPartitionState.__init__, ("highwater", "timestamp", "_position")),
        (AIOKafkaConsumer.__init__, ("_coordinator", "_subscription", "_closed")),
        (AIOKafkaConsumerThread.on_start, ("self._consumer = ",)),
    ],
)
def test_the_names_the_engine_reads_are_there(owner: Any, names: tuple[str, ...]) -> None:  # noqa: ANN401
    source = inspect.getsource(owner)
    assert [name for name in names if name not in source] == []


def test_a_batch_resolves_to_the_offset_of_its_first_record() -> None:
    async def send() -> int:
        builder = BatchBuilder(10_000, 0)
        for key in (b"a", b"b", b"c"):
            builder.append(timestamp=None, key=key, value=b"x")
        batch = MessageBatch(TopicPartition("t", 0), builder, 30, 0)
        batch.done(base_offset=40)
        offset: int = batch.future.result().offset
        return offset

    assert asyncio.run(send()) == 40


def test_an_append_to_a_full_batch_gives_none_and_takes_nothing() -> None:
    builder = BatchBuilder(200, 0)
    assert builder.append(timestamp=None, key=b"a", value=b"x" * 100) is not None
    assert builder.append(timestamp=None, key=b"b", value=b"x" * 100) is None
    assert builder.record_count() == 1
