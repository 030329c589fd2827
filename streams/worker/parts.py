"""Publishes the part of each owned partition.

When: something changed, at most every 250 ms; at least every 5 s, so that boards can tell an owner
that lives from one that is gone; at most 1 MB/s a worker, so a large part is sent less often. Where
the last two disagree the 5 s win: a board calls a part stale after 15 s. Only a partition that is
restored and has read on to the ends noted at its assignment is sent for (`Engine.make_ready`);
until then the part of its former owner stands.

Not tied to the commit: being ahead of it is harmless, the replay gives the same part.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, Final

import structlog

from streams.worker import clock
from streams.worker.job import Head

if TYPE_CHECKING:
    import asyncio

    from streams.worker.engine import Engine
    from streams.worker.owned import Owned

log = structlog.get_logger(__name__)

TOPIC: Final = "support.parts"
PARTITION: Final = 0
"""The topic has one partition."""
AT_LEAST_EVERY: Final = 4.0
"""Seconds; one below the 5 s promised, for a timer that is late."""
BYTES_A_SECOND: Final = 1_000_000
_SEPARATOR: Final = "|"


def key_of(application: str, partition: int) -> bytes:
    """`deskpulse-v1|7`."""
    return f"{application}{_SEPARATOR}{partition}".encode()


def partition_of(application: str, key: bytes | None) -> int | None:
    """Whose part a message is; None: of another application or version."""
    name, _, number = (key or b"").decode(errors="replace").rpartition(_SEPARATOR)
    return int(number) if name == application and number.isdigit() else None


def pack(part: bytes) -> bytes:
    """A part as it stands in Kafka: compressed, fast rather than small."""
    return zlib.compress(part, 1)


def unpack(value: bytes) -> bytes:
    """Raises zlib.error on anything else."""
    return zlib.decompress(value)


class Publisher:
    """Decides when a part is sent, and sends it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._sent_at: dict[tuple[int, int], float] = {}
        """By (partition, generation): a new generation is always sent at once."""
        self._allowance = float(BYTES_A_SECOND)
        self._refilled_at = clock.monotonic()
        self._again: set[int] = set()
        """Partitions whose last part did not arrive."""

    async def publish(self, producer: Any) -> int:  # noqa: ANN401 - an AIOKafkaProducer
        """Send what is due; how many parts that were."""
        now = clock.monotonic()
        self._refill(now)
        due = [owned for owned in self._engine.partitions.values() if self._due(owned, now)]
        # The one that waited longest first: with little allowance all get their turn.
        for owned in sorted(due, key=self._last_sent):
            if not self._overdue(owned, now) and self._allowance <= 0:
                continue
            await self._send(producer, owned, now)
        self._sent_at = {
            (owned.partition, owned.generation): self._last_sent(owned)
            for owned in self._engine.partitions.values()
        }
        return len(due)

    def _refill(self, now: float) -> None:
        earned = (now - self._refilled_at) * BYTES_A_SECOND
        self._allowance = min(self._allowance + earned, float(BYTES_A_SECOND))
        self._refilled_at = now

    def _last_sent(self, owned: Owned) -> float:
        return self._sent_at.get((owned.partition, owned.generation), 0.0)

    def _overdue(self, owned: Owned, now: float) -> bool:
        return now - self._last_sent(owned) >= AT_LEAST_EVERY

    def _due(self, owned: Owned, now: float) -> bool:
        changed = owned.stage.dirty or owned.partition in self._again
        return self._engine.make_ready(owned) and (changed or self._overdue(owned, now))

    async def _send(self, producer: Any, owned: Owned, now: float) -> None:  # noqa: ANN401
        application = self._engine.settings.application
        head = Head(
            application=application,
            partition=owned.partition,
            partitions=self._engine.job.partitions,
            generation=owned.generation,
            url=self._engine.url,
        )
        value = pack(self._engine.job.part(owned.stage, head))
        self._allowance -= len(value)
        self._sent_at[owned.partition, owned.generation] = now
        self._again.discard(owned.partition)
        future: asyncio.Future[Any] = await producer.send(
            self._engine.settings.topic_prefix + TOPIC,
            key=key_of(application, owned.partition),
            value=value,
            partition=PARTITION,
        )
        future.add_done_callback(lambda done: self._arrived(owned.partition, done))

    def _arrived(self, partition: int, done: asyncio.Future[Any]) -> None:
        state = self._engine.state
        error = done.exception() if not done.cancelled() else None
        if done.cancelled() or error is not None:
            # Absolute numbers: the next part says the same and more.
            self._again.add(partition)
            state.parts_failed += 1
            log.warning("part.not_delivered", partition=partition, error=repr(error))
        else:
            state.parts_sent += 1
