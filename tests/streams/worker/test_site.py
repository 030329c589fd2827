"""What the site answers, to whom, and what it says when it has nothing to show."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from streams.config import load
from streams.site import Site, compile_site
from streams.spans import MINUTE, instant
from streams.stage import Stage
from streams.worker import clock, parts, subjects
from streams.worker.job import Head
from streams.worker.pipeline import Vitals
from streams.worker.reader import PartsReader
from streams.worker.settings import Settings
from streams.worker.show import Show
from streams.worker.site import Pages
from streams.worker.support import SupportJob
from tests.vocabulary import MONDAY

NINE = MONDAY + timedelta(hours=9)
SITE = compile_site(
    load(
        "clock: events\nkafka: {partitions: 1}\n"
        "queues: {billing: {}}\nsla: [{name: all, targets: {first_response: 1h}}]\n"
    )
)
EVENT = {
    "specversion": "1.0",
    "id": "1",
    "source": "/desk",
    "type": "support.ticket.created.v1",
    "subject": "ticket/T 1",
    "tenantid": "acme",
    "data": {"created_by": "customer", "channel": "email", "queue": "billing"},
}


class Record:
    """A source record."""

    offset = 0
    timestamp = 0

    def __init__(self, event: dict[str, Any]) -> None:
        self.key = f"{event['tenantid']}:{event['subject']}".encode()
        self.value = msgspec.json.encode(event)


def stage() -> Stage:
    """One ticket, half an hour after it came."""
    one = SupportJob(SITE).stage({}, None, None)
    at = instant(NINE)
    event = {**EVENT, "time": NINE.isoformat()}
    assert one.apply(0, [Record(event)]) == []
    one.advance_to(at + 50 * MINUTE)
    return one


class Bench:
    """A site over one partition, its reader fed by hand."""

    def __init__(self, site: Site = SITE, token: str = "", *, fed: bool = True) -> None:
        self.stage = stage()
        self.reader = PartsReader(Settings(), SupportJob(site).board())
        self.vitals: Vitals | None = Vitals(clock.now(), "", {}, (self.stage.totals,))
        self.show = Show(
            site, "1", self.reader, lambda: self.vitals, is_worker=True, parts_max_age=5 * MINUTE
        )
        self.pages = Pages(self.show, token, lambda: {0: self.stage})
        if fed:
            self.feed()

    def feed(self, age_s: int = 0, url: str = "") -> None:
        """A part arrives, written so many seconds ago."""
        head = Head("app", 0, 1, 1, url)
        part = SupportJob(SITE).part(self.stage, head)
        written = clock.now() - age_s * 1_000_000
        taken = self.reader.board.take(parts.unpack(parts.pack(part)), written)
        assert taken is not None
        self.reader.heads[0] = taken
        self.reader.taken += 1
        self.reader.started.set()
        self.reader._answered_at = clock.now() / 1_000_000
        self.show.refresh()

    def ask(self, ask: Callable[[TestClient[Any, Any]], Awaitable[Any]]) -> Any:  # noqa: ANN401
        """Serve, and ask over HTTP."""

        async def run() -> Any:  # noqa: ANN401
            server = TestServer(self.pages.application())
            async with TestClient(server) as client:
                self.reader.heads = {
                    p: head._replace(url=str(server.make_url("")).rstrip("/"))
                    for p, head in self.reader.heads.items()
                }
                return await ask(client)

        return asyncio.run(run())

    def get(self, path: str, **headers: str) -> tuple[int, str, str]:
        """Status, content type and body."""

        async def get(client: TestClient[Any, Any]) -> tuple[int, str, str]:
            async with client.get(path, headers=headers) as answer:
                return answer.status, answer.headers["Content-Type"], await answer.text()

        answer: tuple[int, str, str] = self.ask(get)
        return answer


def test_metrics_come_as_text_and_as_openmetrics_where_asked() -> None:
    bench = Bench()
    status, kind, text = bench.get("/metrics")
    assert (status, kind.split(";")[0]) == (200, "text/plain")
    assert 'support_open_tickets{priority="normal",queue="billing",state="new"} 1.0' in text
    assert "support_stream_ready 1.0" in text
    _, kind, text = bench.get("/metrics", Accept="application/openmetrics-text; version=1.0.0")
    assert kind.split(";")[0] == "application/openmetrics-text"
    assert text.endswith("# EOF\n")


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda bench: bench.feed(age_s=301), "the parts of partitions [0] are older than 300 s"),
        (
            lambda bench: setattr(bench.reader, "_answered_at", 0.0),
            "Kafka has not answered the board for 15 s",
        ),
        (lambda bench: bench.reader.started.clear(), "the board has not read all parts yet"),
        (lambda bench: setattr(bench, "vitals", None), "the worker starts"),
        (
            lambda bench: setattr(bench, "vitals", Vitals(0, "rows are being restored", {}, ())),
            "rows are being restored",
        ),
    ],
)
def test_what_cannot_be_trusted_is_not_shown_and_readiness_says_why(
    spoil: Callable[[Bench], None], why: str
) -> None:
    bench = Bench()
    assert bench.get("/readyz")[::2] == (200, "ready\n")
    spoil(bench)
    bench.show.refresh()
    assert bench.get("/readyz")[::2] == (503, f"not ready: {why}\n")
    text = bench.get("/metrics")[2]
    assert "support_stream_ready 0.0" in text
    if bench.vitals is not None and not bench.vitals.waiting_for:
        assert "support_open_tickets" not in text
    assert bench.get("/healthz")[0] == 200


def test_a_board_without_a_part_of_every_partition_shows_nothing() -> None:
    bench = Bench(fed=False)
    bench.reader.started.set()
    bench.reader._answered_at = clock.now() / 1_000_000
    bench.show.refresh()
    assert bench.get("/readyz")[2] == "not ready: parts of 0 of 1 partitions are there\n"


def test_the_board_is_there_as_json_and_as_a_page() -> None:
    bench = Bench()
    board = msgspec.json.decode(bench.get("/api/board")[2])
    assert board["queues"]["billing"]["support_unassigned_tickets"] == [{"value": 1}]
    assert board["at"] == "2026-01-05T09:50:00Z"
    page = bench.get("/")[2]
    assert "<td>billing</td><td>0</td><td>0:00</td><td>1</td>" in page


def test_subjects_are_found_behind_a_number_and_by_name() -> None:
    bench = Bench()
    found = msgspec.json.decode(bench.get("/api/subjects?queue=billing")[2])
    assert (found["answered"], found["asked"]) == (1, 1)
    assert found["subjects"] == [
        {
            "subject": "acme:ticket/T 1",
            "state": "at_risk",
            "queue": "billing",
            "due": "2026-01-05T10:00:00Z",
            "priority": "normal",
            "target": "first_response",
        }
    ]
    assert bench.get("/api/subjects?state=waiting")[2].startswith('{"subjects":[]')
    status, _, text = bench.get("/api/subjects/ticket/T%201")
    assert status == 200
    assert msgspec.json.decode(text)["subject"] == "acme:ticket/T 1"
    status, _, text = bench.get("/api/subjects/ticket/T2")
    assert (status, text) == (404, '{"error":"no owner knows it; 1 of 1 answered"}')


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/api/subjects?state=late", "state: late is none of at_risk, breached, healthy, paused,"),
        ("/api/subjects?limit=0", "limit: a number from 1 to 1000"),
        ("/api/subjects?limit=many", "limit: a number from 1 to 1000"),
        ("/api/subjects?limit=%C2%B2", "limit: a number from 1 to 1000"),
        ("/api/subjects?limit=" + 5_000 * "9", "limit: a number from 1 to 1000"),
        ("/api/subjects?state=%3Cb%3E", "state: <b> is none of at_risk, breached, healthy,"),
    ],
)
def test_a_question_that_cannot_be_meant_is_told_what_could_be(path: str, told: str) -> None:
    status, _, text = Bench().get(path)
    assert status == 400
    assert told in msgspec.json.decode(text)["error"]


def test_owners_are_asked_for_the_very_queue_that_was_named() -> None:
    found = msgspec.json.decode(Bench().get("/api/subjects?queue=billing%23eu")[2])
    assert found == {"subjects": [], "answered": 1, "asked": 1}
    assert Bench().get("/api/subjects/ticket/T%201%23x")[0] == 404
    assert Bench().get("/api/subjects/ticket/T%201%3Fx")[0] == 404


def test_an_owner_that_answers_something_else_has_not_answered() -> None:
    answers = asyncio.run(asked_of(b'[{"name": "of another version"}]'))
    assert answers == ([], 0, 1)


async def asked_of(body: bytes) -> tuple[list[Any], int, int]:
    """What an owner that answers this is taken to have said."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body)

    app = web.Application()
    app.add_routes([web.get("/subjects", answer)])
    async with TestServer(app) as server:
        url = str(server.make_url("")).rstrip("/")
        return await subjects.ask_all([url], "/subjects", "", list[subjects.Found])


def test_an_owner_looks_at_its_stages_in_its_own_loop_alone() -> None:
    bench = Bench()
    looked: list[str] = []

    async def run_there(what: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401
        looked.append("there")
        return await what()

    def stages() -> dict[int, Any]:
        looked.append("at them")
        return {0: bench.stage}

    bench.pages = Pages(bench.show, "", stages, run_there)
    bench.get("/api/owned/subjects")
    bench.get("/api/owned/subjects/ticket/T%201")
    assert looked == ["there", "at them", "there", "at them"]


def test_a_token_that_is_no_text_is_refused_like_any_other() -> None:
    async def ask(client: TestClient[Any, Any]) -> bytes:
        reader, writer = await asyncio.open_connection(client.host, client.port)
        writer.write(b"GET /api/board HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \xff\r\n\r\n")
        status = await reader.readline()
        writer.close()
        return status

    assert Bench(SITE, "quiet").ask(ask).split()[1] == b"401"


def test_the_api_takes_a_token_where_one_is_set_and_the_rest_does_not() -> None:
    bench = Bench(SITE, "quiet")
    assert bench.get("/api/board")[0] == 401
    assert bench.get("/api/board", Authorization="Bearer loud")[0] == 401
    assert bench.get("/api/board", Authorization="Bearer quiet")[0] == 200
    assert bench.get("/api/subjects", Authorization="Bearer quiet")[0] == 200
    assert bench.get("/metrics")[0] == 200
    assert bench.get("/readyz")[0] == 200
