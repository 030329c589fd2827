"""One logger: everybody's lines in one form, one a line, and nothing of what customers wrote."""

from __future__ import annotations

import json
import subprocess
import sys

PROGRAM = """
import logging
import structlog
from streams.worker import logs
logs.configure({form!r})
structlog.get_logger("streams.x").info("partitions.restored", rows=3)
logging.getLogger("aiokafka.client").warning("lost %s", "node 1")
logging.getLogger("faust.services").info("[^--Consumer]: Starting...")
logging.getLogger("mode.worker").error("it broke")
try:
    words = "what the customer wrote"
    len(5)
except TypeError:
    logging.getLogger("faust.app").exception("crashed")
"""


def lines(form: str) -> list[str]:
    """What a process with these logs says on stderr; nothing may be on stdout."""
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(form=form)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert ran.stdout == ""
    assert "what the customer wrote" not in ran.stderr
    return ran.stderr.splitlines()


def test_as_json_every_line_is_an_object_with_the_same_keys() -> None:
    told = [json.loads(line) for line in lines("json")]
    assert [(line["logger"], line["level"], line["event"]) for line in told] == [
        ("streams.x", "info", "partitions.restored"),
        ("aiokafka.client", "warning", "lost node 1"),
        ("mode.worker", "error", "it broke"),
        ("faust.app", "error", "crashed"),
    ]
    assert told[0]["rows"] == 3
    assert all(line["timestamp"].endswith("Z") for line in told)


def test_on_a_console_a_traceback_shows_no_values() -> None:
    told = "\n".join(lines("console"))
    assert "partitions.restored" in told
    assert "Traceback" in told
    assert "Starting" not in told
