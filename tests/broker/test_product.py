"""The product's processes under the clock on the wall."""

from __future__ import annotations

import json
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zlib import crc32

import pytest

from deskpulse.demo.worker import free_port
from tests.broker.kafka import Broker
from tests.broker.stand import Process, Sent, Stand, eventually
from tests.deskpulse.command import deskpulse

CONFIG: Final = """\
kafka: {partitions: 4}
queues: {billing: {}}
sla: [{name: all, targets: {first_response: 1h}}]
"""
NOW: Final = datetime.now(UTC).replace(microsecond=0)
TICKETS: Final = "support.tickets"


def event(number: int, kind: str, subject: str, at: datetime, **data: Any) -> Sent:
    """An event of the contract, on the partition of its subject."""
    value = {
        "specversion": "1.0",
        "id": str(number),
        "source": "/desk",
        "type": f"support.{kind}.v1",
        "time": at.isoformat().replace("+00:00", "Z"),
        "subject": subject,
        "data": data,
    }
    return Sent(subject.encode(), json.dumps(value).encode(), 0)


def created(number: int, subject: str, at: datetime) -> Sent:
    data = {"created_by": "customer", "channel": "email", "queue": "billing"}
    return event(number, "ticket.created", subject, at, **data)


def replied(number: int, subject: str, at: datetime) -> Sent:
    data = {
        "message_id": str(number),
        "author_role": "agent",
        "visibility": "public",
        "automated": False,
    }
    return event(number, "ticket.message_added", subject, at, **data)


class Product(Stand):
    """The product's topics, and workers and boards as a person starts them."""

    def make(self) -> None:
        self.config = self.folder / "deskpulse.yml"
        self.config.write_text(CONFIG)
        self.environment = {
            "DESKPULSE_KAFKA": self.address,
            "DESKPULSE_APPLICATION": self.name,
            "DESKPULSE_TOPIC_PREFIX": self.prefix,
            "DESKPULSE_LOG": "json",
            "DESKPULSE_SESSION_TIMEOUT": "6",
            "DESKPULSE_HEARTBEAT_INTERVAL": "0.5",
            "DESKPULSE_REBALANCE_TIMEOUT": "6",
        }
        made = deskpulse("topics", "create", "--config", self.config, environment=self.environment)
        assert made.code == 0, made.err

    def start(self, *command: str, **env: str) -> tuple[Process, str]:
        """`deskpulse` with these words; the process, and where it answers."""
        port = free_port(0)
        process = Process(
            [sys.executable, "-m", "deskpulse", *command, "--config", str(self.config)],
            {**self.environment, "DESKPULSE_HTTP_LISTEN": f"127.0.0.1:{port}", **env},
            self.folder / f"{command[0]}-{port}.log",
        )
        self._processes.append(process)
        return process, f"http://127.0.0.1:{port}"

    def tickets(self, *records: Sent) -> None:
        self.produce(records, self.prefix + TICKETS)


@pytest.fixture
def product(broker: Broker, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Product]:
    with Product(broker.address, f"p{crc32(request.node.name.encode())}", tmp_path) as product:
        product.make()
        yield product


def get(url: str) -> str:
    """The answer; empty while there is none."""
    try:
        with urllib.request.urlopen(url, timeout=3) as answer:  # noqa: S310 - our own site
            text: str = answer.read().decode()
            return text
    except (urllib.error.URLError, OSError):
        return ""


def counts(url: str) -> dict[str, Any]:
    """What a board says of the queue, but ages: they grow between two questions."""
    shown: dict[str, Any] = json.loads(get(f"{url}/api/board"))["queues"]["billing"]
    return {name: values for name, values in shown.items() if not name.endswith("_seconds")}


def shows(url: str, *lines: str) -> None:
    """Wait until `/metrics` has these lines."""
    eventually(
        lambda: all(f"\n{line}\n" in get(f"{url}/metrics") for line in lines),
        lambda: f"{lines} in {get(f'{url}/metrics')[-3_000:]}",
    )


def test_poison_tombstones_giants_and_next_week_are_put_aside_or_tolerated(
    product: Product,
) -> None:
    worker, url = product.start("worker")
    eventually(lambda: get(f"{url}/readyz"), "it is ready")
    giant = created(5, "ticket/T5", NOW)
    assert giant.value is not None
    product.tickets(
        created(1, "ticket/T1", NOW),
        Sent(b"ticket/T2", b"{not json", 0),
        Sent(b"ticket/T3", None, 0),
        created(4, "ticket/T4", NOW + timedelta(days=7)),
        giant._replace(value=giant.value[:-1] + b"," + b" " * (2 << 20) + b'"x":1}'),
        created(6, "ticket/T6", NOW),
    )
    shows(
        url,
        'support_tickets_created_total{channel="email",priority="normal",queue="billing"} 2.0',
        'support_open_tickets{priority="normal",queue="billing",state="new"} 2.0',
    )
    eventually(lambda: len(product.read(product.dlq)) == 3, "three are put aside")
    reasons = {dict(letter.headers)["reason"].decode() for letter in product.read(product.dlq)}
    assert reasons == {"not_json", "from_the_future", "too_large"}
    eventually(lambda: product.committed(product.prefix + TICKETS).get(0) == 6, "all is committed")
    assert worker.stop() == 0
    assert "Traceback" not in worker.log_path.read_text()


def test_a_worker_that_lags_breaches_nobody_whose_reply_it_has_not_read(product: Product) -> None:
    """The reply came in time and stands further down the topic than the worker has read."""
    filler = [created(100 + n, f"ticket/F{n}", NOW - timedelta(hours=2)) for n in range(3_000)]
    answers = [
        replied(9_000 + n, f"ticket/F{n}", NOW - timedelta(minutes=90)) for n in range(3_000)
    ]
    product.tickets(*filler, *answers)
    worker, url = product.start("worker", DESKPULSE_MAX_POLL_RECORDS="5")
    labels = 'priority="normal",queue="billing",target="first_response"'
    shows(url, f'support_sla_targets_total{{outcome="met",{labels}}} 3000.0')
    text = get(f"{url}/metrics")
    assert f'support_sla_targets_total{{outcome="breached",{labels}}} 0.0' in text
    assert 'support_stream_revisions_total{family="support_sla_targets_total"} 0.0' in text
    assert worker.stop() == 0


def test_a_board_alone_shows_the_same_and_owners_are_asked_for_their_subjects(
    product: Product,
) -> None:
    first, one = product.start("worker")
    eventually(lambda: get(f"{one}/readyz"), "it is ready")
    second, two = product.start("worker", "--no-board")
    _, board = product.start("board")
    eventually(lambda: get(f"{two}/readyz"), "it is ready")
    product.produce(
        [
            created(n, f"ticket/T{n}", NOW - timedelta(hours=2))._replace(partition=n % 4)
            for n in range(40)
        ],
        product.prefix + TICKETS,
    )
    open_tickets = 'support_open_tickets{priority="normal",queue="billing",state="new"} 40.0'
    shows(board, open_tickets)
    shows(one, open_tickets)
    assert "support_open_tickets{" not in get(f"{two}/metrics")
    assert counts(board) == counts(one)

    def breached(of: str) -> tuple[int, int, int]:
        found = json.loads(get(f"{of}/api/subjects?state=breached"))
        return len(found["subjects"]), found["answered"], found["asked"]

    eventually(lambda: breached(board) == (40, 2, 2), "both owners answer for theirs")
    assert json.loads(get(f"{board}/api/subjects/ticket/T7"))["subject"] == "ticket/T7"
    second.kill()
    found, answered, asked = breached(board)
    assert (answered, asked) == (1, 2)
    assert 0 < found < 40
    time.sleep(0.1)
    assert first.alive
