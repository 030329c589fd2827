"""`deskpulse explain`: every clock, pause and verdict of one subject, and why."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec

from streams.story import ClockNow, Line, Spell, Story
from tests.deskpulse.command import deskpulse
from tests.deskpulse.test_report import DAY, file_of

CONFIG = """
clock: events
calendars: {office: {timezone: UTC, hours: {mon-fri: ["09:00-12:00", "13:00-17:00"]}}}
calendar: office
sla: [{name: everyone, targets: {first_response: 20m, resolution: 8h}}]
"""


def explained(folder: Path, subject: str, *more: str) -> tuple[int, str, list[str]]:
    config = folder / "desk.yml"
    config.write_text(CONFIG)
    ran = deskpulse("explain", file_of(folder, DAY), subject, "--config", config, *more)
    return ran.code, " ".join(ran.out.decode().split()), ran.lines


def test_a_ticket_is_told_entry_by_entry_with_what_each_did(tmp_path: Path) -> None:
    code, told, _ = explained(tmp_path, "ticket/T1")
    assert code == 0
    assert told.startswith("ticket/T1 at 2026-01-05T09:40:00Z: solved; queue billing, ")
    sentences = (
        "first response clock starts: 20 min by everyone, calendar office; due 2026-01-05T09:20",
        "counted: first response after 5 min (5 min in opening hours)",
        "counted: first response met (billing, normal)",
        "resolution clock ends with 30 min used",
        "counted: resolution met (billing, normal)",
    )
    places = [told.index(sentence) for sentence in sentences]
    assert places == sorted(places)


def test_a_breach_by_time_alone_has_a_line_at_its_due_instant(tmp_path: Path) -> None:
    _, told, _ = explained(tmp_path, "ticket/T2", "--at", "2026-01-05T12:30:00Z")
    assert (
        "2026-01-05T09:30:00Z time passed counted: first response breached (orders, high)" in told
    )
    assert "first response breached 2:50 h 20:00 min" in told
    assert "outside the hours of office until 2026-01-05T13:00:00Z" in told


def test_a_call_is_told_too(tmp_path: Path) -> None:
    _, told, _ = explained(tmp_path, "call/C2")
    assert "entered queue voice" in told
    assert "counted: abandoned after 1 min: late" in told


def test_a_subject_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    code, told, lines = explained(tmp_path, "ticket/T77")
    assert (code, told) == (1, "")
    assert lines == [
        f"deskpulse: ticket/T77: {tmp_path / 'day.jsonl'} holds no event of it up to that time"
    ]


def test_what_has_no_story_was_called_wrongly(tmp_path: Path) -> None:
    for subject in ("T1", "agent/a-1", "ticket/", "acme:ticket/", "a/b:ticket/1"):
        code, _, lines = explained(tmp_path, subject)
        assert code == 2
        assert lines == [
            f"deskpulse: subject: {subject!r} is none; write ticket/<id>, call/<id> or chat/<id>"
        ]


@contextmanager
def site(
    answers: dict[str, tuple[int, bytes]], asked: list[tuple[str, str | None]]
) -> Iterator[str]:
    """A site that knows some paths."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers["Authorization"]))
            code, body = answers.get(self.path, (404, b"{}"))
            self.send_response(code)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


TOLD = Story(
    "ticket/T 1",
    "ticket",
    "2026-01-05T09:40:00Z",
    "open",
    {"queue": "billing"},
    (Line("2026-01-05T09:00:00Z", "created by the customer", ("unknown -> new",)),),
    (ClockNow("resolution", "at_risk", 2, 90.0, 600.0, "everyone", "office", None, "soon"),),
    (Spell("new", "billing", 2_400.0),),
)


def test_a_running_site_is_asked_with_the_token_and_its_story_told_the_same_way() -> None:
    asked: list[tuple[str, str | None]] = []
    with site({"/api/subjects/ticket/T%201": (200, msgspec.json.encode(TOLD))}, asked) as url:
        ran = deskpulse(
            "explain", url, "ticket/T 1", environment={"DESKPULSE_HTTP_TOKEN": "secret"}
        )
        assert asked == [("/api/subjects/ticket/T%201", "Bearer secret")]
        unknown = deskpulse("explain", url, "ticket/T2")
    assert ran.code == 0
    text = " ".join(ran.out.decode().split())
    assert "created by the customer unknown -> new" in text
    assert "resolution (2) at risk 1:30 min 10:00 min - everyone, office soon" in text
    assert "new billing 40:00 min" in text
    assert (unknown.code, unknown.lines) == (1, [f"deskpulse: ticket/T2: {url} does not know it"])


def test_a_subject_may_have_colons_in_its_id_and_a_tenant_in_front(tmp_path: Path) -> None:
    event = {
        "specversion": "1.0",
        "id": "1",
        "source": "/desk",
        "type": "support.ticket.created.v1",
        "time": "2026-01-05T09:00:00Z",
        "subject": "ticket/a:b/c",
        "tenantid": "acme",
        "data": {"created_by": "customer", "channel": "email", "queue": "billing"},
    }
    file = tmp_path / "events.jsonl"
    file.write_text(json.dumps(event))
    for subject in ("ticket/a:b/c", "acme:ticket/a:b/c"):
        ran = deskpulse("explain", file, subject)
        assert (ran.code, ran.out[:18]) == (0, b"acme:ticket/a:b/c ")
    asked: list[tuple[str, str | None]] = []
    with site({}, asked) as url:
        deskpulse("explain", url, "acme:ticket/a:b/c")
    assert asked == [("/api/subjects/acme%3Aticket/a%3Ab%2Fc", None)]


def test_an_answer_that_is_no_story_and_a_site_that_is_away_are_one_line() -> None:
    with site({"/api/subjects/call/C1": (200, json.dumps({"a": 1}).encode())}, []) as url:
        odd = deskpulse("explain", url, "call/C1")
        dated = deskpulse("explain", url, "call/C1", "--at", "2026-01-05T09:00:00Z")
    away = deskpulse("explain", url, "call/C1")
    assert (odd.code, len(odd.lines)) == (1, 1)
    assert "the answer is no story" in odd.err
    assert (dated.code, len(dated.lines)) == (2, 1)
    assert (away.code, len(away.lines)) == (1, 1)
    assert f"{url}: no answer (" in away.err
