"""What one worker owns, from the assignment of its partitions to their loss.

A partition goes through these, in this order, and only then publishes parts:

    assigned   the group gave it to us; the ends of changelog, parts and sources are noted
    restored   its rows are loaded, its stage is rebuilt, its generation is set
    ready      it has read on to the source ends that were noted at the assignment

Until `restored` no source record is handed out; until `ready` the part of the former owner stands.
No decision about tickets is taken here: the job does that.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import traceback
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import structlog
from aiokafka import TopicPartition
from faust.types import TP

from streams.counts import kpis
from streams.counts.kpis import Kpi
from streams.part.totals import Totals
from streams.spans import SECOND
from streams.worker import clock, codec
from streams.worker.checks import same_topics
from streams.worker.errors import Ended, Expelled, Refused, Undelivered, WorkerError
from streams.worker.floors import Floor, Floors
from streams.worker.flush import WriteBehind
from streams.worker.job import Job
from streams.worker.owned import Owned
from streams.worker.pipeline import TABLE
from streams.worker.state import State
from streams.worker.watchdog import end_process

if TYPE_CHECKING:
    from streams.worker.settings import Settings
    from streams.worker.store import PartitionStore
    from streams.worker.transport import BatchConsumer

log = structlog.get_logger(__name__)

ANSWER_AT_MOST = 2.0
"""Seconds since the last fetch answer up to which a partition counts as caught up."""


class Engine:
    """The state of one worker; everything here runs in Faust's event loop."""

    def __init__(self, job: Job, settings: Settings, floors: Floors | None = None) -> None:
        self.job = job
        self.settings = settings
        self.floors = floors or Floors()
        self.sources = {settings.topic_prefix + topic: i for i, topic in enumerate(job.topics)}
        self.dead_letters = settings.topic_prefix + "support.dlq"
        self.partitions: dict[int, Owned] = {}
        self.handed: dict[TP, int] = {}
        """Last offset handed to the agents."""
        self.behind = WriteBehind(self)
        self.state = State()
        self.restored = asyncio.Event()
        """Every owned partition has its rows and its stage."""
        self.opened = asyncio.Event()
        """Restored, and Faust has resumed for good: source records may be handed out."""
        self._resumed = False
        self._moving = False
        self.app: Any = None
        self.table: Any = None
        self.totals = Totals(job.bounds)
        """What the engine itself measures."""
        self.past = Totals(job.bounds)
        """Of stages whose partition is gone: a counter never falls."""
        self.version = version("deskpulse")
        self.url = ""
        """Where boards may ask this worker for its subjects; empty when nowhere."""
        self.on_end: Callable[[str], None] = end_process
        self._restoring: asyncio.Task[None] | None = None
        self._send_error: BaseException | None = None

    def stages(self) -> dict[int, Any]:
        """The stages of the owned partitions."""
        return {partition: owned.stage for partition, owned in self.partitions.items()}

    # --- what Faust gives ----------------------------------------------------------------------

    @property
    def store(self) -> PartitionStore:
        """The table's store."""
        store: PartitionStore = self.table.data
        return store

    @property
    def consumer(self) -> BatchConsumer:
        """The group member."""
        consumer: BatchConsumer = self.app.consumer
        return consumer

    def apply(self, tp: TP, records: Sequence[Any]) -> None:
        """Take a whole batch of one source partition; called by the agents, never raises for it."""
        try:
            self._apply(tp, records)
        except Exception as error:
            # Faust would take a failed batch for a finished one and commit past it. This is a bug,
            # not a bad record; of the error only its type is told, its text may quote an event.
            what = f"{type(error).__name__} at {_where(error)}"
            self.end(Ended(f"a batch of {tp.topic}[{tp.partition}] could not be taken: {what}"))
            raise

    def _apply(self, tp: TP, records: Sequence[Any]) -> None:
        owned = self.partitions[tp.partition]
        started = clock.monotonic()
        # When a record arrived is a matter of the wall clock, whatever tells the time of the site.
        refused = owned.stage.apply(self.sources[tp.topic], records, clock.now())
        for each in refused:
            self.behind.outgoing.append(
                codec.dead_letter(
                    self.dead_letters, each.raw, source=tp.topic, partition=tp.partition,
                    reason=each.reason, detail=each.detail, rejected_at=clock.now(),
                    version=self.version,
                )
            )  # fmt: skip
            self.state.dead_letter(tp.topic, each.reason)
        owned.took(tp.topic, records[-1])
        self.state.batch()
        self._observe(kpis.PROCESSING, "apply", clock.monotonic() - started, len(records))

    def _observe(self, kpi: Kpi, label: str, total: float, count: int = 1) -> None:
        """Add to a histogram: so many things took so many seconds together."""
        self.totals.observe(kpi, (label,), round(total / count * SECOND))
        if count > 1:
            one = self.totals.distributions[kpi.name, (label,)]
            each = round(total / count * SECOND)
            one.counts[bisect_left(one.bounds, each)] += count - 1
            one.total += round(total * SECOND) - each

    def tick(self) -> None:
        """Let time pass in every owned partition."""
        self._assert_partitions()
        wall = clock.now() if self.job.wall else None
        for owned in self.partitions.values():
            now = owned.stage.partition_time(wall, caught_up=self.caught_up(owned))
            owned.stage.advance_to(now)

    def _assert_partitions(self) -> None:
        """End where somebody has added partitions: subjects would part from their records."""
        for topic in self.sources:
            count = self.consumer.topic_partitions(topic)
            if count and count != self.job.partitions:
                msg = (
                    f"topic {topic} now has {count} partitions, not {self.job.partitions}: grow "
                    "with new topics or a new DESKPULSE_APPLICATION, and read all again"
                )
                self.end(Refused(msg))

    def caught_up(self, owned: Owned) -> bool:
        """Whether the last fetch answer of every source topic, still young, left nothing unread."""
        return all(
            (lag := self.unread(TP(topic, owned.partition))) is not None and lag == 0
            for topic in self.sources
        )

    def unread(self, tp: TP, answer_at_most: float | None = ANSWER_AT_MOST) -> int | None:
        """Source records not taken yet; None when no young enough fetch answer says so."""
        state = self.consumer.thread.fetch_state(tp)
        if state is None or state.highwater is None or not state.has_valid_position:
            return None
        age = clock.now() / SECOND - (state.timestamp or 0) / 1000
        if answer_at_most is not None and age > answer_at_most:
            return None
        owned = self.partitions.get(tp.partition)
        done = owned.done.get(tp.topic) if owned else None
        handed = self.handed.get(tp)
        if handed is not None and done != handed:
            read = done + 1 if done is not None else int(state.position)
            return max(int(state.highwater) - read, 1)
        return max(int(state.highwater) - int(state.position), 0)

    # --- an assignment -------------------------------------------------------------------------

    def assigned(self, mine: set[int], new: list[int], generation: int, due: int) -> None:
        """The group has given out partitions; `new` ones have to be restored first."""
        for partition in set(self.partitions) - (mine - set(new)):
            self._part_with(partition)
        self.behind.drop(set(self.behind.changes) - (mine - set(new)))
        self.handed.clear()
        for owned in self.partitions.values():
            owned.generation = max(generation, owned.generation + 1)
            owned.rows.own(owned.generation)
            owned.done.clear()
        self.shut()
        self._moving = False
        self._restoring = asyncio.ensure_future(self._restore(new, generation, due))

    def shut(self) -> None:
        """The partitions are about to move: hand out nothing more."""
        self._moving = True
        self._resumed = False
        self.restored.clear()
        self.opened.clear()

    def resumed(self) -> None:
        """Faust's recovery is over: it clears no queue again before the next rebalance.

        A recovery that was overtaken by another rebalance says so too, late: it is not believed.
        """
        recovery = self.app.tables.recovery
        overtaken = (
            self._moving
            or recovery._generation_id != self.app.consumer_generation_id
            or recovery.signal_recovery_start.is_set()
        )
        if not overtaken:
            self._resumed = True
            self._open()

    def _open(self) -> None:
        if self._resumed and self.restored.is_set():
            self.opened.set()

    def _part_with(self, partition: int) -> None:
        # A new one: the metrics may still be looking at the old one beside the stage that goes.
        past = Totals(self.job.bounds)
        past.absorb(self.past)
        past.absorb(self.job.totals(self.partitions.pop(partition).stage))
        self.past = past

    async def stop_restore(self) -> None:
        """Another rebalance: what was not loaded whole starts again."""
        task, self._restoring = self._restoring, None
        if task is not None and not task.done():
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _restore(self, new: list[int], generation: int, due: int) -> None:
        try:
            self.state.restore_started(due)
            read = 0
            if new:
                read, targets = await asyncio.gather(
                    self.store.load(new, self.state.restore_progress), self._source_ends(new)
                )
                floors = await self.floors.read_to_end()
                await same_topics(self.settings, self._applied(new))
                for partition in new:
                    self._own(partition, generation, floors, targets)
                    await asyncio.sleep(0)
            # What was restored lives long: the collector need not look at it again and again.
            gc.freeze()
            took = self.state.restore_ended()
            self._observe(kpis.RECOVERY_SECONDS, TABLE, took)
            if new:
                log.info(
                    "partitions.restored",
                    partitions=new, rows=read, generation=generation, seconds=round(took, 3),
                )  # fmt: skip
            if not self._moving:
                self.restored.set()
                self._open()
        except asyncio.CancelledError:
            raise
        except WorkerError as error:
            self.end(error)
        except Exception as error:  # noqa: BLE001 - whatever it was, this worker cannot go on
            self.end(Ended(f"the restore failed: {error!r}"))

    def _own(
        self,
        partition: int,
        generation: int,
        floors: Mapping[int, Floor],
        targets: Mapping[TP, int],
    ) -> None:
        rows = self.store.partitions[partition]
        floor = floors.get(partition)
        known = [floor.generation] if floor else []
        at = [floor.now] if floor else []
        if rows.meta is not None:
            known.append(rows.meta.generation)
            at.append(rows.meta.now)
        own = max([generation, *(past + 1 for past in known)])
        since = max(at, default=None)
        stage = self.job.stage(rows.rows, since, rows.meta.now if rows.meta else None)
        self.store.owned(partition, own)
        owned = self.partitions[partition] = Owned(partition, rows, stage, own)
        owned.targets = {tp.topic: end for tp, end in targets.items() if tp.partition == partition}

    def _applied(self, partitions: list[int]) -> dict[TopicPartition, codec.Applied]:
        metas = {p: self.store.partitions[p].meta for p in partitions}
        return {
            TopicPartition(topic, p): applied
            for p, meta in metas.items()
            if meta is not None
            for topic, applied in meta.applied.items()
            if topic in self.sources
        }

    async def _source_ends(self, partitions: list[int]) -> dict[TP, int]:
        tps = [TP(topic, partition) for topic in self.sources for partition in partitions]
        ends = await self.consumer.highwaters(*tps)
        return {TP(*tp): end or 0 for tp, end in ends.items()}

    def make_ready(self, owned: Owned) -> bool:
        """Whether the partition has read to the ends noted at its assignment."""
        if not owned.ready and self.restored.is_set():
            owned.ready = all(
                self._read_to(TP(topic, owned.partition), end)
                for topic, end in owned.targets.items()
            )
        return owned.ready

    def _read_to(self, tp: TP, end: int) -> bool:
        state = self.consumer.thread.fetch_state(tp)
        if state is None or not state.has_valid_position or state.position < end:
            return False
        handed = self.handed.get(tp)
        return handed is None or self.partitions[tp.partition].done.get(tp.topic) == handed

    # --- membership ----------------------------------------------------------------------------

    def expelled(self) -> bool:
        """Whether the group has gone on without us (a heartbeat was told so)."""
        known: int = self.app.consumer_generation_id
        return self.consumer.thread.generation != known

    def assert_member(self) -> None:
        """Before rows are written. Raises Expelled when they may no longer be ours."""
        silent = clock.monotonic() - self.consumer.thread.heard_at
        if silent > self.settings.session_timeout:
            msg = (
                f"the group has not answered for {silent:.1f} s, longer than the session timeout "
                f"of {self.settings.session_timeout:g} s: its partitions may have a new owner"
            )
            raise Expelled(msg)
        if self.expelled():
            msg = "the group has gone on without this worker: its partitions have a new owner"
            raise Expelled(msg)

    def disown(self) -> None:
        """Drop everything owned: others may have written below."""
        log.warning("worker.expelled", partitions=sorted(self.partitions))
        for partition in list(self.partitions):
            self._part_with(partition)
        self.behind.drop()
        self.store.disown()

    # --- endings -------------------------------------------------------------------------------

    def send_failed(self, error: BaseException) -> None:
        """Faust could not send something; the next flush says so."""
        self._send_error = error

    def raise_send_errors(self) -> None:
        """Raises Undelivered when a send has failed since the last flush."""
        error, self._send_error = self._send_error, None
        if error is not None:
            msg = f"a message did not reach Kafka, nothing is committed: {error!r}"
            raise Undelivered(msg) from error

    def end(self, error: WorkerError) -> None:
        """This process must not go on: say why, and end it at once."""
        self.on_end(str(error))


def _where(error: BaseException) -> str:
    """The line an error comes from."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "an unknown line"
