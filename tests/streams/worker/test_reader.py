"""What the last parts say is known once everything has been read, also after Kafka was lost."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError

from streams.worker import reader as module
from streams.worker.floors import Floor
from streams.worker.job import Head
from streams.worker.reader import PartsReader
from streams.worker.settings import Settings
from tests.broker.counting import CountingBoard


class Consumer:
    """A consumer that stands at an offset."""

    def __init__(self, position: int, end: int) -> None:
        self.at = position
        self.end = end

    async def end_offsets(self, tps: list[Any]) -> dict[Any, int]:
        return dict.fromkeys(tps, self.end)

    async def position(self, _tp: object) -> int:
        return self.at


async def goes_on(reader: PartsReader) -> None:
    """The reader has had an answer."""
    async with reader._moved:
        reader._moved.notify_all()
    await asyncio.sleep(0.01)


def test_floors_wait_for_a_reader_that_begins_again_and_reads_to_the_end() -> None:
    async def ask() -> dict[int, tuple[int, int]]:
        reader = PartsReader(Settings(), CountingBoard())
        reader.started.set()
        asked = asyncio.ensure_future(reader.floors())
        await asyncio.sleep(0.01)
        assert not asked.done()
        reader._consumer = Consumer(position=0, end=2)
        await goes_on(reader)
        assert not asked.done()
        # Lost once more, with what had been read, and begun again from the beginning.
        reader._consumer = None
        await goes_on(reader)
        reader._consumer = Consumer(position=1, end=2)
        await goes_on(reader)
        assert not asked.done()
        reader.heads[0] = Head("app", 0, 1, 9, "", 5)
        reader._consumer.at = 2
        await goes_on(reader)
        floors: dict[int, Floor] = await asyncio.wait_for(asked, 1)
        return {p: (floor.generation, floor.now) for p, floor in floors.items()}

    assert asyncio.run(ask()) == {0: (9, 5)}


def test_a_reader_that_begins_again_shows_nothing_until_it_is_at_the_end_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """From the beginning come older parts of the same owner, each of which would be taken."""
    shown: list[bool] = []

    class Lost(Consumer):
        def __init__(self, **_: object) -> None:
            super().__init__(position=0, end=2)

        async def start(self) -> None: ...

        async def stop(self) -> None: ...

        def assign(self, _tps: object) -> None: ...

        async def seek_to_beginning(self, _tp: object) -> None: ...

        async def getmany(self, **_: object) -> dict[Any, Any]:
            shown.append(reader.started.is_set())
            raise KafkaConnectionError

    monkeypatch.setattr(module, "AIOKafkaConsumer", Lost)
    reader = PartsReader(Settings(), CountingBoard())
    reader.started.set()
    with pytest.raises(KafkaConnectionError):
        asyncio.run(reader.run())
    assert shown == [False]
