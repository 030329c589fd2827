"""The demo's broker: librdkafka's mock cluster, in this process, gone with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from deskpulse.errors import Refused
from deskpulse.topics import wanted

if TYPE_CHECKING:
    from types import TracebackType

_PATIENCE_S = 10.0


class Cluster:
    """A Kafka with the product's topics. Each has four partitions, the mock's own number."""

    def __init__(self) -> None:
        self.address = ""
        self._handle: Any = None

    def __enter__(self) -> Self:
        """Start it. `Refused` without the extra that brings it."""
        try:
            from confluent_kafka import KafkaException, Producer
        except ImportError:
            raise Refused(
                "the demo's broker is not installed; pip install 'deskpulse[demo]'"
            ) from None
        try:
            self._handle = Producer(
                {"bootstrap.servers": "mock", "test.mock.num.brokers": 1, "log_level": 0}
            )
            broker = next(iter(self._handle.list_topics(timeout=_PATIENCE_S).brokers.values()))
            self.address = f"{broker.host}:{broker.port}"
            for topic in wanted(None):
                self._handle.list_topics(topic.name, timeout=_PATIENCE_S)  # asking makes it
        except KafkaException as error:
            raise Refused(f"the demo's broker did not start ({error})") from None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """It ends when nobody holds it."""
        self._handle = None
