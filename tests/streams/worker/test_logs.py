"""One logger: everybody's lines in one form, one a line, and nothing of what customers wrote."""

from __future__ import annotations

import json
import logging
import subprocess
import sys

import pytest

from streams.worker import clock, logs

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


def test_a_thread_that_fails_says_so_in_the_same_form() -> None:
    program = (
        PROGRAM.format(form="json")
        + """
import threading
thread = threading.Thread(target=lambda: 1 / 0, name="front")
thread.start()
thread.join()
"""
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    last = json.loads(ran.stderr.splitlines()[-1])
    assert (last["event"], last["thread"], last["level"]) == ("thread.failed", "front", "error")
    assert last["exception"].endswith("ZeroDivisionError: division by zero")


def said(name: str, words: str, *values: object, line: int = 1) -> logging.LogRecord:
    """A line of log from a line of code."""
    return logging.LogRecord(name, logging.ERROR, "client.py", line, words, values, None)


def test_what_aiokafka_says_all_the_time_passes_once_in_half_a_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    monkeypatch.setattr(clock, "monotonic", lambda: now[0])
    seldom = logs.Seldom()
    assert seldom.filter(said("aiokafka", "no connection to node %s", 1))
    assert not any(seldom.filter(said("aiokafka", "no connection to node %s", 2)) for _ in range(9))
    assert seldom.filter(said("aiokafka", "fetch failed", line=2))
    now[0] = 30.0
    again = said("aiokafka", "no connection to node %s", 3)
    assert seldom.filter(again)
    assert again.getMessage() == "no connection to node 3 (and 9 more since the last such line)"
    now[0] = 60.0
    last = said("aiokafka", "no connection to node %s", 4)
    assert seldom.filter(last)
    assert last.getMessage() == "no connection to node 4"


def test_what_others_say_always_passes() -> None:
    seldom = logs.Seldom()
    assert all(seldom.filter(said("streams.worker.parts", "part.not_delivered")) for _ in range(3))
    assert all(seldom.filter(said("aiokafka_like", "another library")) for _ in range(3))


def test_the_repetitions_are_left_out_of_the_real_log() -> None:
    program = (
        PROGRAM.format(form="json")
        + """
for n in range(100):
    logging.getLogger("aiokafka.cluster").error("unable to connect to %s", n)
"""
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert ran.stderr.count("unable to connect") == 1
