"""A batch on its way through Faust: fetched, handed out, applied and acked in one turn."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any, cast

from aiokafka import AIOKafkaConsumer, TopicPartition
from faust.tables.recovery import Recovery
from faust.types import TP

from streams.worker.app import App
from streams.worker.flush import StrictProducer
from streams.worker.transport import QUEUED_BATCHES, BatchConsumer, BatchTopic
from tests.broker.counting import EVENTS
from tests.contracts.faust.wiring import ONE, application, batch, message, remember, run

FETCHED = {TopicPartition(*ONE): batch(5, 6, 7)}


def fetching(app: App, records: dict[Any, Any]) -> Any:  # noqa: ANN401 - to be tampered with
    """A consumer whose next fetch brings these."""
    consumer: Any = app.consumer

    async def fetched(timeout: float) -> tuple[Any, Any]:  # noqa: ARG001, ASYNC109 - Faust's
        return records, {TP(*tp) for tp in records}

    consumer._wait_next_records = fetched
    consumer.highwater = lambda _tp: 8
    app.engine.opened.set()
    return consumer


async def handed(consumer: Any) -> list[Any]:  # noqa: ANN401
    return [message async for _, message in consumer.getmany(1.0)]


def test_consumer_and_producer_are_made_by_our_transport() -> None:
    async def made() -> tuple[type, type]:
        app = application()
        return type(app.consumer), type(app.producer)

    assert run(made()) == (BatchConsumer, StrictProducer)


def test_a_fetched_partition_batch_is_one_message_at_its_last_offset() -> None:
    async def fetch() -> None:
        app = application()
        (one,) = await handed(fetching(app, FETCHED))
        assert one.offset == 7
        assert one.value is FETCHED[TopicPartition(*ONE)]
        assert one.tp == ONE
        assert one.generation_id == app.consumer_generation_id
        assert app.monitor.tp_end_offsets[ONE] == 8
        assert app.engine.handed == {ONE: 7}

    run(fetch())


def test_what_was_fetched_while_the_partitions_moved_is_fetched_again() -> None:
    async def fetch(change: str) -> tuple[list[Any], list[str]]:
        calls: list[str] = []
        app = application()
        consumer = fetching(app, FETCHED)
        fetched = consumer._wait_next_records

        async def moving(timeout: float) -> tuple[Any, Any]:  # noqa: ASYNC109 - Faust's signature
            if change == "generation":
                app.consumer_generation_id += 1
            elif change == "flow":
                consumer.flow_active = False
            elif change == "shut":
                app.engine.opened.clear()
            answer: tuple[Any, Any] = await fetched(timeout)
            return answer

        consumer._wait_next_records = moving
        consumer._seek_back = remember(calls, "seek back")
        return await handed(consumer), calls

    for change in ("generation", "flow", "shut"):
        assert run(fetch(change)) == ([], ["seek back"])


def test_going_back_reaches_a_partition_that_has_no_commit() -> None:
    """Faust's own seek leaves it where it stands, and would skip what was fetched."""
    assert "if offset and offset > 0" in inspect.getsource(AIOKafkaConsumer.seek_to_committed)

    async def seek() -> list[Any]:
        back: list[Any] = []
        consumer: Any = application().consumer
        consumer.perform_seek = remember([], "")
        consumer.assignment = lambda: {ONE, TP(EVENTS, 1)}
        consumer._committed_offset[TP(EVENTS, 1)] = 4

        async def beginning(*partitions: Any) -> None:
            back.extend(partitions)

        consumer._thread.seek_to_beginning = beginning
        await consumer._seek_back()
        return back

    (partition,) = run(seek())
    assert partition == ONE
    assert isinstance(partition, TopicPartition)


def test_faust_clears_its_queues_after_the_seek_so_nothing_may_be_in_them_before() -> None:
    source = inspect.getsource(Recovery.on_recovery_completed)
    places = [
        source.index(step)
        for step in ("perform_seek", "flow_control.resume()", "resume_flow()", "on_rebalance_end()")
    ]
    assert places == sorted(places)


def test_a_topic_hands_on_the_list_and_its_clones_keep_the_small_queue() -> None:
    async def decode() -> None:
        app = application()
        topic = BatchTopic(app, topics=[EVENTS], maxsize=QUEUED_BATCHES)
        one = message(app, 1, 2)
        assert (await topic.decode(one)).value is one.value
        clone = cast("BatchTopic", topic.clone(is_iterator=True))
        assert clone.queue.maxsize == QUEUED_BATCHES
        assert (await clone.decode(one)).value is one.value

    run(decode())


def test_a_batch_is_acked_in_the_turn_of_the_loop_that_applied_it() -> None:
    async def stream() -> list[str]:
        order: list[str] = []
        app: Any = application()
        app.flow_control.resume()
        app.topics._acking_topics.add(EVENTS)
        topic = BatchTopic(app, topics=[EVENTS], maxsize=QUEUED_BATCHES)
        taken: Any = app.stream(topic)
        channel = taken.channel
        first, second = message(app, 1), message(app, 2)
        for one in (first, second):
            one.incref()
            await channel.put(await topic.decode(one))

        def turn() -> None:
            order.append("acked by the next turn" if first.acked else "not acked yet")

        async for records in taken:
            order.append("applied")
            if records[-1].offset == 2:
                break
            asyncio.get_running_loop().call_soon(turn)
        return order

    assert run(stream()) == ["applied", "acked by the next turn", "applied"]
