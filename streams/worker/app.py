"""The Faust application: topics, one table, an agent a source topic, two timers.

Faust runs the group, the assignment, the commits and the changelog. An agent's body is one plain
call without an `await`: a batch is applied and acked between two turns of the loop, so a commit, a
timer or a scrape sees whole batches only.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

import faust
import structlog

from streams.worker import logs
from streams.worker.engine import Engine
from streams.worker.errors import Ended
from streams.worker.job import Job
from streams.worker.monitor import LightMonitor, Signals
from streams.worker.parts import Publisher
from streams.worker.pipeline import TABLE
from streams.worker.settings import Settings
from streams.worker.store import SCHEME
from streams.worker.transport import QUEUED_BATCHES, BatchTopic, BatchTransport

log = structlog.get_logger(__name__)

TICK_S: Final = 1.0
FETCH_BYTES: Final = 1024 * 1024
"""A partition; bounds the memory of a fetch and the size of a batch."""
ROW_BATCH_BYTES: Final = 512 * 1024
"""Of changelog record batches; brokers take 1 MiB unless told otherwise."""
REQUEST_BYTES: Final = 9 * 1024 * 1024
"""A part may be up to 8 MiB."""


class App(faust.App):
    """Faust's application with the transport of this room."""

    engine: Engine
    logger = logs.SERVICES

    def _new_transport(self) -> BatchTransport:
        return BatchTransport(self.conf.broker_consumer, self)

    def _new_producer_transport(self) -> BatchTransport:
        return BatchTransport(self.conf.broker_producer, self)

    def _create_directories(self) -> None:
        """Nothing is stored on disk."""


def options(settings: Settings, partitions: int) -> dict[str, Any]:
    """Faust's settings, each for a reason in `faust.md` section 6."""
    return {
        "broker": settings.broker_url,
        "broker_credentials": settings.credentials(),
        "store": f"{SCHEME}://",
        "processing_guarantee": "at_least_once",
        "topic_partitions": partitions,
        "topic_disable_leader": True,
        # Topics are made by `deskpulse topics create` and checked at start.
        "topic_allow_declare": False,
        "table_standby_replicas": 0,
        "stream_wait_empty": False,
        "stream_buffer_maxsize": 4096,
        "stream_recovery_delay": 0.0,
        "broker_commit_interval": settings.commit_interval,
        "broker_commit_every": 1_000_000,
        "broker_max_poll_records": settings.max_poll_records,
        "broker_session_timeout": settings.session_timeout,
        "broker_heartbeat_interval": settings.heartbeat_interval,
        "broker_rebalance_timeout": settings.rebalance_timeout,
        "broker_request_timeout": settings.request_timeout,
        "broker_max_poll_interval": 300.0,
        "broker_check_crcs": False,
        "consumer_auto_offset_reset": "earliest",
        "consumer_max_fetch_size": FETCH_BYTES,
        "consumer_group_instance_id": settings.instance or None,
        "producer_acks": -1,
        "producer_linger": 0.0,
        "producer_max_batch_size": ROW_BATCH_BYTES,
        "producer_max_request_size": REQUEST_BYTES,
        "producer_request_timeout": settings.request_timeout,
        "cython_optimizations": True,
        "Monitor": LightMonitor,
        "web_enabled": False,
        "web_tables_enabled": False,
        "web_router_enabled": False,
        "web_stats_enabled": False,
        "web_graph_enabled": False,
        "worker_redirect_stdouts": False,
    }


def build(settings: Settings, job: Job, engine: Engine) -> App:
    """Wire a job to Kafka. Nothing runs yet."""
    partitions = job.partitions
    app = App(settings.group, **options(settings, partitions))
    app.engine = engine
    engine.app = app
    engine.table = app.Table(TABLE, partitions=partitions, key_type=bytes, value_type=bytes)
    app.sensors.add(Signals(engine))
    for name in job.topics:
        _agent(app, engine, settings.topic_prefix + name, partitions)
    publisher = Publisher(engine)

    async def publish() -> None:
        producer: Any = app.producer
        await publisher.publish(producer._producer)

    async def tick() -> None:
        engine.tick()
        engine.behind.collect()
        if engine.behind.changes:
            # Rows that time alone changed: no commit may come for them for hours.
            await app.producer.flush()

    _timer(app, engine, settings.part_interval, publish)
    _timer(app, engine, TICK_S, tick)
    return app


def _agent(app: App, engine: Engine, name: str, partitions: int) -> None:
    topic = BatchTopic(
        app,
        topics=[name],
        key_serializer="raw",
        value_serializer="raw",
        partitions=partitions,
        maxsize=QUEUED_BATCHES,
    )

    async def take(stream: Any) -> None:  # noqa: ANN401 - Faust's stream
        async for records in stream:
            engine.apply(stream.current_event.message.tp, records)

    app.agent(topic, name=f"take-{name}")(take)


def _timer(app: App, engine: Engine, interval: float, body: Callable[[], Awaitable[None]]) -> None:
    """A timer whose body may fail: in stock Faust that would end the worker without a word."""

    async def guarded() -> None:
        if app.rebalancing or app.in_recovery or not engine.restored.is_set():
            return
        try:
            await body()
        except Ended as error:
            engine.end(error)
        except Exception as error:  # noqa: BLE001 - a timer comes again; the watchdog sees what lasts
            log.warning("timer.failed", timer=body.__name__, error=repr(error))

    app.timer(interval, name=body.__name__)(guarded)
