"""One real Kafka for all tests of this folder, and a stand of its own for each test."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.broker.kafka import LIBS, Broker, Unavailable
from tests.broker.stand import Stand
from tests.needs import absent, needs


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    """Apache Kafka 3.9."""
    needs("java")
    if not LIBS.is_dir():
        needs("mvn")
    broker = Broker()
    try:
        broker.start()
    except Unavailable as reason:
        absent("needs an Apache Kafka broker", str(reason))
    try:
        yield broker
    finally:
        broker.stop()


@pytest.fixture
def stand(broker: Broker, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stand]:
    """Topics and workers named after the test."""
    name = re.sub(r"\W+", "-", str(request.node.name))[-40:].strip("-")
    with Stand(broker.address, name, tmp_path) as stand:
        stand.create_topics()
        yield stand
