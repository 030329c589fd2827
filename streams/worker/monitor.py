"""What Faust tells its sensors, kept to what somebody reads.

Stock Monitor and Prometheus sensor cost 4 to 36 us a message and keep series of lost partitions.
`LightMonitor` keeps the counts and `stream_inbound_time`, which Faust's livelock detector needs.
`Signals` is how the engine hears of commits, send errors and rebalances.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from faust.sensors.base import Sensor
from faust.sensors.monitor import Monitor
from faust.types import TP

from streams.worker import clock, logs

if TYPE_CHECKING:
    from streams.worker.engine import Engine


class LightMonitor(Monitor):
    """Counts per message, nothing per table access or send."""

    logger = logs.SERVICES

    def on_message_in(self, tp: TP, offset: int, message: Any) -> None:  # noqa: ANN401
        """A message (a whole batch of a source topic) came in."""
        self.messages_received_total += 1
        self.tp_read_offsets[tp] = offset

    def on_stream_event_in(self, tp: TP, offset: int, stream: Any, event: Any) -> None:  # noqa: ANN401
        """A stream begins with it."""
        self.events_total += 1
        self.stream_inbound_time[tp] = clock.monotonic()

    def on_stream_event_out(
        self,
        tp: TP,
        offset: int,
        stream: Any,  # noqa: ANN401
        event: Any,  # noqa: ANN401
        state: dict[Any, Any] | None = None,
    ) -> None:
        """A stream is done with it."""

    def on_message_out(self, tp: TP, offset: int, message: Any) -> None:  # noqa: ANN401
        """All streams are done with it."""

    def on_table_get(self, table: Any, key: Any) -> None:  # noqa: ANN401
        """Not counted."""

    def on_table_set(self, table: Any, key: Any, value: Any) -> None:  # noqa: ANN401
        """Not counted."""

    def on_table_del(self, table: Any, key: Any) -> None:  # noqa: ANN401
        """Not counted."""


class Signals(Sensor):
    """The hooks of Faust that the engine stands on."""

    logger = logs.SERVICES

    def __init__(self, engine: Engine, **kwargs: Any) -> None:
        self.engine = engine
        super().__init__(**kwargs)

    def on_commit_initiated(self, consumer: Any) -> None:  # noqa: ANN401
        """Called synchronously before the offsets of a commit are chosen."""
        self.engine.behind.collect()

    def on_send_error(self, producer: Any, exc: BaseException, state: Any) -> None:  # noqa: ANN401
        """Something Faust sent did not arrive; the next flush raises."""
        self.engine.send_failed(exc)

    def on_rebalance_start(self, app: Any) -> dict[str, Any]:  # noqa: ANN401
        """Called in the consumer's thread."""
        self.engine.state.rebalance_started()
        state: dict[str, Any] = super().on_rebalance_start(app)
        return state

    def on_rebalance_end(self, app: Any, state: dict[str, Any]) -> None:  # noqa: ANN401
        """Faust's recovery is over and the flow has been resumed."""
        self.engine.state.rebalance_ended()
        self.engine.resumed()
