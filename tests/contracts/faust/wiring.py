"""An application of the engine with no Kafka behind it, for looking at what Faust does with it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from faust.types import TP
from faust.types.tuples import ConsumerMessage

from streams.worker.app import App, build
from streams.worker.engine import Engine
from streams.worker.settings import Settings
from tests.broker.counting import EVENTS, CountingJob

ONE = TP(EVENTS, 0)
T = TypeVar("T")
_made: list[App] = []


class Raw:
    """A source record as aiokafka gives it."""

    def __init__(self, offset: int, value: bytes = b"{}") -> None:
        self.offset = offset
        self.key = b"T1"
        self.value = value
        self.timestamp = 1_700_000_000_000 + offset
        self.timestamp_type = 0
        self.topic = EVENTS
        self.partition = 0
        self.headers: tuple[()] = ()


def batch(*offsets: int) -> list[Raw]:
    return [Raw(offset) for offset in offsets]


def application() -> App:
    """Wired, not started. Needs a running loop."""
    job = CountingJob()
    settings = Settings(application="contract", kafka="127.0.0.1:1")
    app = build(settings, job, Engine(job, settings))
    app.finalize()
    _made.append(app)
    return app


def run(what: Coroutine[Any, Any, T]) -> T:
    """Run it, and close the loops of the consumer threads that were never started."""
    try:
        return asyncio.run(what)
    finally:
        while _made:
            consumer: Any = _made.pop()._consumer
            if consumer is not None:
                consumer._thread.thread_loop.close()


def message(app: App, *offsets: int) -> ConsumerMessage:
    """A batch message of the first source partition."""
    records: Any = batch(*offsets)
    return ConsumerMessage(
        ONE.topic, ONE.partition, offsets[-1], 0.0, 0, None, None, records, None, 0, 0, ONE,
        generation_id=app.consumer_generation_id,
    )  # fmt: skip


def remember(calls: list[str], name: str, result: Any = None) -> Callable[..., Awaitable[Any]]:  # noqa: ANN401
    """An async double that notes its call in a list."""

    async def call(*_: object, **__: object) -> Any:  # noqa: ANN401
        calls.append(name)
        return result

    return call
