"""A whole fetched batch as one Faust message, and the commit bookkeeping that goes with it.

Faust's cost is per message (66 us), so a source topic hands over one message a fetched partition
batch: `value` is the list of raw records, `offset` the last one's. That breaks what Faust counts on
between offsets (every batch looks like a gap), so for these topics:

- `_add_gap` does nothing, and `_new_offset` follows the chain of batches that were handed out: the
  offset after the last one up to which all are acked. A batch that is never acked, for whatever
  reason, stops the commits (and then the watchdog the process); it is never committed over.
- the acked batches are committed *before* the partitions are revoked; stock Faust forgets them
  first and replays everything since the last commit.
- no source record is handed out before the rows of an assignment are restored and Faust has
  resumed for good: its last `flow_control.resume()` clears the queues *after* the seek, so a batch
  that was already in one of them would be gone.

Overridden here, all private: `getmany`, `_add_gap`, `_new_offset`, `_acked`, `_acked_index`,
`on_partitions_revoked`, `_new_consumer_thread`, `verify_all_partitions_active`, the coordinator's
`_do_heartbeat`. Each has its
test in `tests/contracts/faust`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, cast

import structlog
from faust.events import Event
from faust.topics import Topic
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from faust.types.tuples import ConsumerMessage

from streams.worker import clock, logs
from streams.worker.flush import StrictProducer

if TYPE_CHECKING:
    from streams.worker.engine import Engine

log = structlog.get_logger(__name__)

LOOK_AGAIN_S = 0.5
SEEK_AGAIN_S = 0.2
QUEUED_BATCHES = 16
"""Batches a source topic may hold in its queue; each is up to one fetch of a partition."""


class BatchTopic(Topic):
    """A topic whose messages are lists of raw records, left as they are."""

    def _compile_decode(self) -> None:
        """Faust would compile a decoder here; `decode` stands below."""

    async def decode(self, message: Any, *, propagate: bool = False) -> Event:  # noqa: ANN401
        """The batch as it is."""
        return Event(self.app, None, message.value, None, message)


class HeardThread(driver.AIOKafkaConsumerThread):
    """The consumer's thread; it remembers when the group last answered."""

    logger = logs.SERVICES
    heard_at: float = 0.0
    """Monotonic seconds of the last heartbeat the group accepted, or of the last assignment."""

    async def on_start(self) -> None:
        """Start the consumer and listen in on its heartbeats."""
        await super().on_start()
        coordinator = self._ensure_consumer()._coordinator
        beat = coordinator._do_heartbeat

        async def do_heartbeat() -> bool:
            accepted: bool = await beat()
            if accepted:
                self.heard_at = clock.monotonic()
            return accepted

        coordinator._do_heartbeat = do_heartbeat

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """An assignment is an answer of the group, too."""
        self.heard_at = clock.monotonic()
        await super().on_partitions_assigned(assigned, generation_id)

    @property
    def generation(self) -> int:
        """The generation the coordinator would commit with; below 0 when expelled."""
        generation: int = self._ensure_consumer()._coordinator.generation
        return generation

    def fetch_state(self, tp: TP) -> Any | None:  # noqa: ANN401 - aiokafka has no type for it
        """Aiokafka's state of a partition: position, highwater, time of the last answer (ms)."""
        subscription = self._ensure_consumer()._subscription.subscription
        assignment = subscription.assignment if subscription else None
        return assignment.state_value(tp) if assignment and tp in assignment.tps else None

    def coordination_failure(self) -> str | None:
        """Why the group membership no longer runs; None while it does.

        Faust calls aiokafka's fetcher directly and so never sees what `check_errors` would raise.
        """
        consumer = self._consumer
        if consumer is None or consumer._closed:
            return None
        coordinator = consumer._coordinator
        task = coordinator._coordination_task
        if task.done() and not coordinator._closing.done():
            reason = "cancelled" if task.cancelled() else repr(task.exception())
            return f"the group coordination has ended: {reason}"
        pending = coordinator._pending_exception
        return f"the group refuses this worker: {pending!r}" if pending is not None else None


class BatchConsumer(driver.Consumer):
    """Hands out source records by the batch, and commits exactly."""

    app: Any
    logger = logs.SERVICES
    _thread: HeardThread

    @property
    def engine(self) -> Engine:
        """What this consumer feeds."""
        engine: Engine = self.app.engine
        return engine

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._chain: dict[TP, deque[int]] = defaultdict(deque)
        """The last offsets of the batches handed out and not committed, in their order."""
        super().__init__(*args, **kwargs)

    def _new_consumer_thread(self) -> HeardThread:
        return HeardThread(self, loop=self.loop, beacon=self.beacon)

    @property
    def thread(self) -> HeardThread:
        """The thread the aiokafka consumer lives in."""
        return self._thread

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, ConsumerMessage]]:  # noqa: ASYNC109 - Faust's signature
        """One message a partition batch of a source topic, one a record of any other."""
        await self._may_read()
        generation = self.app.consumer_generation_id
        records, active = await self._wait_next_records(timeout)
        if records is None or self.should_stop:
            return
        if not all(self._may_hand_out(tp.topic, generation) for tp in records):
            # Fetched while the partitions moved: without going back these would be skipped.
            await self._seek_back()
            return
        for partition, batch in records.items():
            tp = TP(*partition)
            if active is not None and tp not in active and tp not in self._buffered_partitions:
                continue
            for message in self._messages(tp, batch):
                if not self._may_hand_out(tp.topic, generation):
                    return
                yield tp, message

    async def _may_read(self) -> None:
        """Until the flow is on and either Faust reads the changelog or the sources are open."""
        while not self.should_stop:
            if not self.flow_active:
                await self.wait(cast("Any", self.can_resume_flow))
            elif self.engine.opened.is_set() or self.app.in_recovery:
                return
            else:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.engine.opened.wait(), LOOK_AGAIN_S)

    def _may_hand_out(self, topic: str, generation: int) -> bool:
        """Whether what was fetched under `generation` may still be handed out."""
        same: bool = self.app.consumer_generation_id == generation and self.flow_active
        return same and (topic not in self.engine.sources or self.engine.opened.is_set())

    def _messages(self, tp: TP, batch: list[Any]) -> Iterable[ConsumerMessage]:
        self.app.monitor.track_tp_end_offset(tp, self.highwater(tp))
        if tp.topic not in self.engine.sources:
            return [self._to_message(tp, record) for record in batch]
        last = batch[-1]
        self.engine.handed[tp] = last.offset
        self._chain[tp].append(last.offset)
        value: Any = batch
        return [
            ConsumerMessage(
                tp.topic, tp.partition, last.offset, last.timestamp / 1000.0, last.timestamp_type,
                None, None, value, None, 0, 0, tp,
                generation_id=self.app.consumer_generation_id,
            )
        ]  # fmt: skip

    async def _seek_back(self) -> None:
        """To the committed offsets; Faust leaves a partition that has none where it stands."""
        while not self.should_stop:
            try:
                await self.perform_seek()
                sources = [tp for tp in self.assignment() if tp.topic in self.engine.sources]
                fresh = [tp for tp in sources if not self._committed_offset[tp]]
                if fresh:
                    await self._thread.seek_to_beginning(*driver.ensure_aiokafka_TPset(fresh))
            except Exception as error:  # noqa: BLE001 - not going back would lose what was fetched
                log.warning("consumer.seek_back_failed", error=repr(error))
                await self.sleep(SEEK_AGAIN_S)
            else:
                self._read_offset.update(dict.fromkeys(fresh))
                return

    async def verify_all_partitions_active(self) -> None:
        """Nothing: Faust's livelock detector asserts in mid-rebalance; the watchdog is ours."""

    def uncommitted(self) -> int:
        """Batches handed out whose offset is not committed yet."""
        return sum(map(len, list(self._chain.values())))

    def _new_offset(self, tp: TP) -> int | None:
        if tp.topic not in self.engine.sources:
            offset: int | None = super()._new_offset(tp)
            return offset
        acked, chain = self._acked_index[tp], self._chain[tp]
        done = self._committed_offset[tp] or 0
        upto: int | None = None
        while chain and (chain[0] in acked or chain[0] < done):
            upto = chain.popleft()
        if upto is None:
            return None
        self._acked[tp] = [offset for offset in self._acked[tp] if offset > upto]
        acked.difference_update([offset for offset in acked if offset <= upto])
        return upto + 1

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        if tp.topic not in self.engine.sources:
            await super()._add_gap(tp, offset_from, offset_to)

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Commit what is acked, then let the partitions go."""
        self.engine.shut()
        if revoked and not self.should_stop:
            self.stop_flow()
            self.app.flow_control.suspend()
            await self._commit_before_revoke()
        await super().on_partitions_revoked(revoked)
        self._chain.clear()

    async def _commit_before_revoke(self) -> None:
        engine = self.engine
        if engine.expelled():
            # Nothing of it may be written any more, and a commit would be refused.
            engine.disown()
            return
        try:
            # False: it only waited for a commit that had begun before the last acks.
            if not await self.commit() and any(self._acked.values()):
                await self.commit()
        except Exception as error:
            # aiokafka would log this and go on to join the group.
            await self.crash(error)
            raise


class BatchTransport(driver.Transport):
    """aiokafka, with the consumer and the producer of this room."""

    Consumer: ClassVar[Any] = BatchConsumer
    Producer: ClassVar[Any] = StrictProducer
