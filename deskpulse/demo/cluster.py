"""The demo's broker: librdkafka's mock cluster, in this process, gone with it.

The Python package wraps no more of it than its switch, so it is asked by its C names (`rdkafka.h`,
`rdkafka_mock.h`), in the very library that the package brings: topics with their partition counts,
and a group that forms at once instead of after three seconds.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, Final, Self

from deskpulse.errors import Refused
from deskpulse.topics import wanted

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_PRODUCER: Final = 0
_SAID: Final = 512
_SETTINGS: Final = {b"test.mock.num.brokers": b"1", b"log_level": b"0"}


class Cluster:
    """A Kafka with the product's topics, as the configuration wants them."""

    def __init__(self, config: Path) -> None:
        self.address = ""
        self._config = config
        self._library: ctypes.CDLL
        self._client: ctypes.c_void_p | None = None

    def __enter__(self) -> Self:
        """Start it. `Refused` without the extra that brings it."""
        try:
            from confluent_kafka import cimpl
        except ImportError:
            raise Refused(
                "the demo's broker is not installed; pip install 'deskpulse[demo]'"
            ) from None
        self._library = ctypes.CDLL(cimpl.__file__)
        try:
            self._start()
        except AttributeError as missing:
            raise Refused(
                f"the demo's broker is too old ({missing}); renew confluent-kafka"
            ) from None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it."""
        client, self._client = self._client, None
        if client is not None:
            self._call("rd_kafka_destroy", None, client)

    def _start(self) -> None:
        said = ctypes.create_string_buffer(_SAID)
        conf = self._pointer("rd_kafka_conf_new")
        for name, value in _SETTINGS.items():
            self._call("rd_kafka_conf_set", ctypes.c_int, conf, name, value, said, _size(said))
        client = self._pointer("rd_kafka_new", _PRODUCER, conf, said, _size(said))
        if not client.value:
            raise Refused(f"the demo's broker did not start ({said.value.decode()})")
        self._client = client
        cluster = self._pointer("rd_kafka_handle_mock_cluster", client)
        self._call(
            "rd_kafka_mock_group_initial_rebalance_delay_ms", None, cluster, ctypes.c_int32(0)
        )
        for topic in wanted(self._config):
            name = topic.name.encode()
            self._call(
                "rd_kafka_mock_topic_create", ctypes.c_int, cluster, name, topic.partitions, 1
            )
        address: bytes = self._call("rd_kafka_mock_cluster_bootstraps", ctypes.c_char_p, cluster)
        self.address = address.decode()

    def _pointer(self, name: str, *arguments: object) -> ctypes.c_void_p:
        return ctypes.c_void_p(self._call(name, ctypes.c_void_p, *arguments))

    def _call(self, name: str, answer: Any, *arguments: object) -> Any:  # noqa: ANN401 - C has no types here
        function = getattr(self._library, name)
        function.restype = answer
        return function(*arguments)


def _size(buffer: ctypes.Array[ctypes.c_char]) -> ctypes.c_size_t:
    return ctypes.c_size_t(len(buffer))
