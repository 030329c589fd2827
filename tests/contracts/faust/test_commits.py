"""What the commit stands on: the order inside Faust, and its bookkeeping with batches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from faust.transport.drivers import aiokafka as driver

from streams.worker.errors import Undelivered
from streams.worker.transport import BatchConsumer
from tests.contracts.faust.wiring import ONE, application, batch, remember, run


def consumer_of(app: Any) -> Any:  # noqa: ANN401 - to be tampered with
    consumer = app.consumer
    assert isinstance(consumer, BatchConsumer)
    app.topics._acking_topics.add(ONE.topic)
    return consumer


def hand_out(consumer: Any, *offsets: int) -> None:  # noqa: ANN401
    """A batch goes out to the agent."""
    consumer.app.monitor.track_tp_end_offset = lambda *_: None
    consumer.highwater = lambda _tp: 0
    list(consumer._messages(ONE, batch(*offsets)))


def ack(consumer: Any, offset: int) -> None:  # noqa: ANN401
    """And comes back: what Faust's stream does to the consumer."""
    consumer._acked[ONE].append(offset)
    consumer._acked_index[ONE].add(offset)


def test_the_hook_comes_before_the_offsets_are_chosen_and_the_flush_before_they_are_committed() -> (
    None
):
    async def commit() -> list[str]:
        calls: list[str] = []
        app: Any = application()
        consumer = consumer_of(app)
        hand_out(consumer, 0, 1, 2)
        ack(consumer, 2)
        choose = consumer._filter_committable_offsets

        def choosing(tps: Iterable[Any]) -> Any:  # noqa: ANN401
            calls.append("choose")
            return choose(tps)

        app.engine.behind.collect = lambda: calls.append("collect")
        consumer._filter_committable_offsets = choosing
        app.producer.flush = remember(calls, "flush")
        consumer._commit = remember(calls, "commit", result=True)
        consumer.assignment = lambda: {ONE}
        assert await consumer.commit()
        assert consumer._committed_offset[ONE] == 3
        return calls

    assert run(commit()) == ["collect", "choose", "flush", "commit"]


def test_a_flush_that_raises_stops_the_commit() -> None:
    async def commit() -> list[str]:
        calls: list[str] = []
        app: Any = application()
        consumer = consumer_of(app)
        hand_out(consumer, 0)
        ack(consumer, 0)

        async def fail() -> None:
            raise Undelivered("no")

        app.producer.flush = fail
        consumer._commit = remember(calls, "commit", result=True)
        consumer.assignment = lambda: {ONE}
        with pytest.raises(Undelivered):
            await consumer.commit()
        return calls

    assert run(commit()) == []


def test_every_batch_is_committed_to_its_end_also_a_first_one_of_one_record() -> None:
    async def commits() -> list[int | None]:
        consumer = consumer_of(application())
        seen: list[int | None] = []
        for offsets in ((0,), (1, 2), tuple(range(3, 700))):
            hand_out(consumer, *offsets)
            assert consumer._new_offset(ONE) is None
            ack(consumer, offsets[-1])
            seen.append(consumer._new_offset(ONE))
            consumer._committed_offset[ONE] = seen[-1]
        assert not consumer._acked[ONE]
        assert not consumer._acked_index[ONE]
        return seen

    assert run(commits()) == [1, 3, 700]


def test_a_batch_that_never_came_back_is_not_committed_over() -> None:
    async def commits() -> list[int | None]:
        consumer = consumer_of(application())
        for offsets in ((0, 1), (2, 3), (4, 5)):
            hand_out(consumer, *offsets)
        ack(consumer, 1)
        ack(consumer, 5)
        first, second = consumer._new_offset(ONE), consumer._new_offset(ONE)
        ack(consumer, 3)
        return [first, second, consumer._new_offset(ONE)]

    assert run(commits()) == [2, None, 6]


def test_a_batch_that_was_read_again_after_a_seek_does_not_block_the_next() -> None:
    async def commits() -> list[int | None]:
        consumer = consumer_of(application())
        hand_out(consumer, 0, 1)
        hand_out(consumer, 0, 1)
        ack(consumer, 1)
        first = consumer._new_offset(ONE)
        consumer._committed_offset[ONE] = first
        hand_out(consumer, 2)
        ack(consumer, 2)
        return [first, consumer._new_offset(ONE)]

    assert run(commits()) == [2, 3]


def test_stock_bookkeeping_still_loses_track_of_a_first_batch_of_one_record() -> None:
    """Why ours exists. When this fails, Faust may have mended it."""

    async def stock() -> list[int | None]:
        consumer = consumer_of(application())
        new, gap = driver.Consumer._new_offset, driver.Consumer._add_gap
        ack(consumer, 0)
        first = new(consumer, ONE)
        consumer._committed_offset[ONE] = first
        # `_drain_messages` adds no gap after offset 0: it takes it for "unknown".
        ack(consumer, 2)
        second = new(consumer, ONE)
        await gap(consumer, ONE, 3, 9)
        ack(consumer, 9)
        return [first, second, new(consumer, ONE)]

    assert run(stock())[1:] != [3, 10]


def test_stock_faust_forgets_the_acks_of_revoked_partitions_and_ours_commits_them_first() -> None:
    async def revoke() -> tuple[list[str], bool]:
        calls: list[str] = []
        app: Any = application()
        consumer = consumer_of(app)
        hand_out(consumer, 0, 1)
        ack(consumer, 1)
        app.engine.expelled = lambda: False
        consumer.commit = remember(calls, "commit", result=True)
        consumer._on_partitions_revoked = remember(calls, "revoke")
        await consumer.on_partitions_revoked({ONE})
        return calls, ONE in consumer._acked

    assert run(revoke()) == (["commit", "revoke"], False)


def test_a_commit_that_only_waited_for_another_is_made_again() -> None:
    async def revoke() -> list[str]:
        calls: list[str] = []
        app: Any = application()
        consumer = consumer_of(app)
        hand_out(consumer, 0, 1)
        ack(consumer, 1)
        app.engine.expelled = lambda: False
        consumer.commit = remember(calls, "commit", result=False)
        consumer._on_partitions_revoked = remember(calls, "revoke")
        await consumer.on_partitions_revoked({ONE})
        return calls

    assert run(revoke()) == ["commit", "commit", "revoke"]


def test_an_expelled_worker_commits_nothing_and_drops_what_it_has() -> None:
    async def revoke() -> list[str]:
        calls: list[str] = []
        app: Any = application()
        consumer = consumer_of(app)
        hand_out(consumer, 0, 1)
        ack(consumer, 1)
        app.engine.expelled = lambda: True
        app.engine.disown = lambda: calls.append("disown")
        consumer.commit = remember(calls, "commit", result=True)
        consumer._on_partitions_revoked = remember(calls, "revoke")
        await consumer.on_partitions_revoked({ONE})
        return calls

    assert run(revoke()) == ["disown", "revoke"]
