"""`deskpulse report`: what stood at an instant, in whatever order, and what files may do wrong."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from streams.counts import kpis
from streams.events import encode
from streams.events.envelope import Event
from tests.deskpulse.command import Ran, deskpulse
from tests.vocabulary import abandoned, answered, opened, queued, replied, status

DAY: list[Event] = [
    opened("T1", "09:00"),
    opened("T2", "09:10", queue="orders", priority="high"),
    replied("T1", "09:05"),
    queued("call/C1", "09:20"),
    answered("call/C1", "09:20:15"),
    queued("call/C2", "09:21"),
    abandoned("call/C2", "09:22"),
    status("T1", "09:30", "solved"),
    opened("T3", "09:40"),
]


def file_of(folder: Path, events: list[Event], name: str = "day.jsonl", more: bytes = b"") -> Path:
    file = folder / name
    file.write_bytes(b"".join(encode(event) + b"\n" for event in events) + more)
    return file


def values(ran: Ran) -> dict[tuple[str, ...], float]:
    """(sample name, label values by label name) of a report in Prometheus' form."""
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(ran.out.decode())
        for sample in family.samples
    }


def prometheus(*arguments: str | Path) -> dict[tuple[str, ...], float]:
    ran = deskpulse("report", *arguments, "--format", "prometheus")
    assert ran.code == 0, ran.err
    return values(ran)


def test_it_says_what_stood_at_the_last_event(tmp_path: Path) -> None:
    shown = prometheus(file_of(tmp_path, DAY))
    assert shown[kpis.OPEN_TICKETS.name, "normal", "billing", "new"] == 1
    assert shown[kpis.OPEN_TICKETS.name, "high", "orders", "new"] == 1
    assert shown[kpis.OLDEST_OPEN.name, "high", "orders"] == 1_800
    assert shown[kpis.WINDOW_DURATION.name, "first_response", "billing", "4h"] == 300
    assert shown[f"{kpis.CONTACT_WAIT.name}_sum", "answered", "voice"] == 15
    assert not [name for name, *_ in shown if name.startswith("support_stream")]


def test_at_counts_what_happened_until_then_and_nothing_later(tmp_path: Path) -> None:
    file = file_of(tmp_path, DAY)
    shown = prometheus(file, "--at", "2026-01-05T09:05:00Z")
    assert shown[kpis.OPEN_TICKETS.name, "normal", "billing", "new"] == 1
    assert not [labels for labels in shown if "orders" in labels]
    assert shown[kpis.OLDEST_OPEN.name, "normal", "billing"] == 300
    later = prometheus(file, "--at", "2026-01-05T11:05:00Z")
    assert later[kpis.OLDEST_OPEN.name, "high", "orders"] == 6_900


def test_neither_the_order_of_lines_nor_doubles_nor_the_cut_into_files_changes_a_byte(
    tmp_path: Path,
) -> None:
    straight = deskpulse("report", file_of(tmp_path, DAY), "--format", "prometheus")
    mixed = [*DAY, *DAY[2:6]]
    random.Random(1).shuffle(mixed)
    one = file_of(tmp_path, mixed[:7], "one.jsonl")
    other = file_of(tmp_path, mixed[7:], "other.jsonl")
    assert values(deskpulse("report", other, one, "--format", "prometheus")) == values(straight)


def test_nothing_is_forgotten(tmp_path: Path) -> None:
    shown = prometheus(file_of(tmp_path, DAY), "--at", "2027-01-05T09:00:00Z")
    name = f"{kpis.TICKETS_CREATED.name}"
    assert sum(value for (metric, *_), value in shown.items() if metric == name) == 3
    assert shown[f"{kpis.CONTACT_WAIT.name}_sum", "answered", "voice"] == 15


def test_json_holds_every_metric_and_the_instant(tmp_path: Path) -> None:
    ran = deskpulse("report", file_of(tmp_path, DAY), "--format", "json")
    document: dict[str, Any] = json.loads(ran.out)
    assert (document["site"], document["at"]) == ("default", "2026-01-05T09:40:00Z")
    by_name = {metric["name"]: metric for metric in document["metrics"]}
    waiting = by_name[kpis.OPEN_TICKETS.name]
    assert {"queue": "orders", "priority": "high", "state": "new"} in [
        sample["labels"] for sample in waiting["samples"]
    ]


def test_the_table_is_for_people_and_alone_on_stdout(tmp_path: Path) -> None:
    ran = deskpulse("report", file_of(tmp_path, DAY))
    text = ran.out.decode()
    assert ran.code == 0
    assert text.startswith("default at 2026-01-05T09:40:00Z\n")
    assert "\x1b" not in text
    # Of two calls one was answered in time and one abandoned.
    assert "voice 30m 1 1 - - - 50.0 % 50.0 % 15 s" in " ".join(text.split())
    assert ran.lines == ["9 events up to the instant, 0 later ones left out, 0 lines are no events"]


def test_a_configuration_makes_promises(tmp_path: Path) -> None:
    config = tmp_path / "desk.yml"
    config.write_text("sla: [{name: all, targets: {first_response: 20m}}]\n")
    shown = prometheus(
        file_of(tmp_path, DAY), "--config", config, "--at", "2026-01-05T09:45:00Z"
    )  # fmt: skip
    name = kpis.SLA_OPEN.name
    # T2 is due 09:30 and unanswered; T3 is due 10:00, with 15 of 20 minutes left.
    assert shown[name, "high", "orders", "breached", "first_response"] == 1
    assert shown[name, "normal", "billing", "healthy", "first_response"] == 1
    assert shown[kpis.SLA_TARGETS.name, "breached", "high", "orders", "first_response"] == 1


# --- what a file may do wrong -------------------------------------------------------------------


def test_an_empty_file_holds_no_event(tmp_path: Path) -> None:
    file = file_of(tmp_path, [])
    ran = deskpulse("report", file)
    assert (ran.code, ran.out) == (1, b"")
    assert ran.lines == [f"deskpulse: {file}: holds no event"]


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    ran = deskpulse("report", tmp_path)
    assert (ran.code, ran.out) == (1, b"")
    assert ran.lines == [f"deskpulse: {tmp_path}: is a directory; name a file"]


def test_a_binary_file_holds_no_event(tmp_path: Path) -> None:
    file = tmp_path / "image.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    ran = deskpulse("report", file)
    assert (ran.code, ran.out) == (1, b"")
    assert "none is a valid event" in ran.lines[-1]
    assert all(len(line) < 300 for line in ran.lines)


def test_a_last_line_that_is_cut_is_named_and_the_others_count(tmp_path: Path) -> None:
    cut = encode(opened("T9", "09:50"))[:-30]
    file = file_of(tmp_path, DAY, more=cut)
    ran = deskpulse("report", file, "--format", "prometheus")
    assert ran.code == 0
    assert ran.lines[0].startswith(f"deskpulse: {file}:10: payload: is not JSON that can be read")
    assert ran.lines[-1].startswith("9 events up to the instant")
    assert values(ran) == values(
        deskpulse("report", file_of(tmp_path, DAY, "whole.jsonl"), "--format", "prometheus")
    )


def test_a_line_of_megabytes_is_too_large_and_the_next_one_counts(tmp_path: Path) -> None:
    huge = b'{"a":"' + b"x" * 3_000_000 + b'"}\n'
    file = file_of(tmp_path, DAY[:1], more=huge + encode(DAY[1]) + b"\n")
    ran = deskpulse("report", file, "--format", "prometheus")
    assert ran.code == 0
    assert f"{file}:2: payload: is " in ran.lines[0]
    assert ran.lines[-1].startswith("2 events up to the instant")


def test_a_file_that_cannot_be_read_beside_a_good_one_is_exit_code_1_with_the_report(
    tmp_path: Path,
) -> None:
    ran = deskpulse("report", tmp_path / "missing", file_of(tmp_path, DAY))
    assert ran.code == 1
    assert ran.lines[0] == f"deskpulse: {tmp_path / 'missing'}: no such file"
    assert b"Calls and chats" in ran.out


@pytest.mark.parametrize("form", ["table", "json", "prometheus"])
def test_an_instant_before_the_first_event_is_an_empty_board(tmp_path: Path, form: str) -> None:
    file = file_of(tmp_path, DAY)
    ran = deskpulse("report", file, "--at", "2020-01-01T00:00:00Z", "--format", form)
    assert ran.code == 0
    assert b"billing" not in ran.out
