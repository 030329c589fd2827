"""What every command owes the person who types it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from deskpulse.cli import app
from tests.deskpulse.command import REPO, deskpulse

HEAVY: Final = ("aiokafka", "faust", "pydantic", "rich", "yaml", "structlog", "confluent_kafka")


def commands() -> Iterator[tuple[str, ...]]:
    """Every command and subcommand."""
    for command in app.registered_commands:
        yield (command.name or str(getattr(command.callback, "__name__", "")),)
    for group in app.registered_groups:
        assert group.typer_instance is not None
        for command in group.typer_instance.registered_commands:
            yield (str(group.name), str(command.name))


@pytest.mark.parametrize("command", list(commands()), ids=" ".join)
def test_every_command_explains_itself_with_an_example(command: tuple[str, ...]) -> None:
    ran = deskpulse(*command, "--help")
    assert ran.code == 0
    assert f"Example: deskpulse {' '.join(command)}" in " ".join(ran.out.decode().split())
    assert "--log-format" in ran.out.decode()
    assert ran.err == ""


def test_the_help_of_all_begins_with_what_to_try_first() -> None:
    assert "Example: deskpulse demo" in deskpulse("--help").out.decode()


def test_help_waits_for_no_library_that_only_a_command_needs() -> None:
    program = (
        "import sys; from deskpulse.cli import run; run(['--help']); "
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=REPO, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_it_says_its_version() -> None:
    ran = deskpulse("--version")
    assert ran.code == 0
    assert ran.out.startswith(b"deskpulse 0.")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("import",), "deskpulse: Missing argument 'source'. (see deskpulse import --help)"),
        (("nonsense",), "deskpulse: No such command 'nonsense'. (see deskpulse --help)"),
        (("topics",), "deskpulse: Missing command. (see deskpulse topics --help)"),
        (
            ("import", "fax", "list.csv"),
            "deskpulse: no source 'fax'; there are calls-csv, servicenow",
        ),
        (
            ("simulate", "--for", "soon"),
            "deskpulse: --for: 'soon' is no duration; write 90s, 2m, 1h30m or 8d",
        ),
        (
            ("simulate", "--speed", "0"),
            "deskpulse: --speed: 0.0 would never get anywhere; write a number above 0",
        ),
        (
            ("simulate", "--start", "2026-01-05T09:00:00"),
            (
                "deskpulse: --start: '2026-01-05T09:00:00' is no time with an offset; "
                "write 2026-01-05T09:00:00Z"
            ),
        ),
        (("schema", "faxes"), "deskpulse: no schema of 'faxes'; there are events and config"),
        (
            ("simulate", "--out", "a", "--broker", "b:1"),
            "deskpulse: --out and --broker: give one of them",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_wrong_call_is_one_line_and_exit_code_2(arguments: tuple[str, ...], line: str) -> None:
    ran = deskpulse(*arguments)
    assert (ran.code, ran.out, ran.lines) == (2, b"", [line])


def test_without_a_command_it_shows_its_help_and_was_called_wrongly() -> None:
    ran = deskpulse()
    assert ran.code == 2
    assert b"Commands:" in ran.out


@pytest.mark.parametrize("command", [("import", "servicenow"), ("check",), ("replay",)])
def test_a_file_that_cannot_be_read_is_one_line_and_exit_code_1(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    broker = {"DESKPULSE_KAFKA": "127.0.0.1:1"} if command == ("replay",) else None
    for file in (tmp_path, tmp_path / "missing"):
        ran = deskpulse(*command, file, environment=broker)
        assert ran.code == 1
        assert len(ran.lines) == 1
        assert str(file) in ran.err


def test_a_broker_that_is_away_is_one_line_that_says_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.write_text("")
    for command in (("replay", file), ("topics", "check"), ("simulate",)):
        ran = deskpulse(*command, "--broker", "127.0.0.1:1")
        assert ran.code == 1
        assert len(ran.lines) == 1
        assert ran.err.startswith(
            "deskpulse: no Kafka broker answers at 127.0.0.1:1 (no connection); "
        )
        assert "--broker HOST:PORT" in ran.err


def test_lines_are_json_objects_when_asked_for() -> None:
    for ran in (
        deskpulse("import", "fax", "x", "--log-format", "json"),
        deskpulse("import", "fax", "x", environment={"DESKPULSE_LOG": "json"}),
    ):
        assert ran.code == 2
        assert json.loads(ran.err) == {
            "level": "error",
            "event": "command.refused",
            "message": "no source 'fax'; there are calls-csv, servicenow",
        }


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    program = f"{sys.executable} -m deskpulse simulate --for 1h | head -n 1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", program], cwd=REPO, capture_output=True, check=False
    )
    assert done.returncode == 0
    assert done.stderr == b""
    assert done.stdout.count(b"\n") == 1


def test_a_configuration_that_cannot_be_meant_names_file_line_and_path(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yml"
    file.write_text("site: berlin\nqueue: {}\n")
    ran = deskpulse("check", file)
    assert ran.code == 1
    assert len(ran.lines) == 1
    assert ran.err.startswith(f"deskpulse: {file}:2: queue: ")


def test_an_empty_configuration_is_in_order(tmp_path: Path) -> None:
    file = tmp_path / "empty.yml"
    file.write_text("")
    ran = deskpulse("check", file)
    assert ran.code == 0
    assert ran.lines[-1] == f"{file}: in order"


@pytest.mark.parametrize("what", ["events", "config"])
def test_the_schemas_are_json(what: str) -> None:
    ran = deskpulse("schema", what)
    assert ran.code == 0
    document = json.loads(ran.out)
    assert ("ticket.created" in document) if what == "events" else ("properties" in document)
