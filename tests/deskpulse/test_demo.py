"""`deskpulse demo`: everything in one command, ready soon, and gone without a trace."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from prometheus_client.parser import text_string_to_metric_families

from deskpulse.demo.worker import free_port, last_words
from deskpulse.figures import Figures
from streams.counts import kpis
from streams.counts.kpis import CATALOGUE
from tests.deskpulse.command import REPO, deskpulse
from tests.needs import needs

READY_WITHIN_S: Final = 10.0
GONE_WITHIN_S: Final = 15.0


class Demo:
    """A demo that runs."""

    def __init__(self, *arguments: str, folder: Path) -> None:
        self.port = free_port(0)
        self.began = time.monotonic()
        kept = {name: value for name, value in os.environ.items() if "DESKPULSE" not in name}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "deskpulse", "demo", "--no-browser", "--port", str(self.port),
             *arguments],
            cwd=REPO,
            env=kept | {"PYTHONPATH": str(REPO), "TMPDIR": str(folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        self.folder = folder

    def get(self, path: str) -> tuple[int, str]:
        try:
            url = f"http://127.0.0.1:{self.port}{path}"
            with urllib.request.urlopen(url, timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, ""
        except (urllib.error.URLError, OSError):
            return 0, ""

    def figures(self) -> Figures:
        return Figures(text_string_to_metric_families(self.get("/metrics")[1]))

    def missing(self) -> list[str]:
        """Metrics of the catalogue that are not shown with their labels."""
        shown = {
            sample.name: set(sample.labels)
            for family in text_string_to_metric_families(self.get("/metrics")[1])
            for sample in family.samples
        }
        names = {
            kpi: f"{kpi.name}_sum" if kpi.kind == "histogram" else kpi.name for kpi in CATALOGUE
        }
        return [kpi.name for kpi, name in names.items() if shown.get(name) != set(kpi.labels)]

    def ready(self) -> float:
        """Wait until it is; seconds since the start."""
        eventually(lambda: self.get("/readyz")[0] == 200, "the demo is ready", 30)
        return time.monotonic() - self.began

    def workers(self) -> list[int]:
        """Processes that work for it: they write their log into its folder."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                command = (entry / "cmdline").read_bytes()
                where = str((entry / "fd" / "2").readlink()) if entry.name.isdigit() else ""
            except OSError:
                continue
            if b"deskpulse.demo.child" in command and where.startswith(str(self.folder)):
                found.append(int(entry.name))
        return found


def eventually(true: Callable[[], bool], what: str, within_s: float) -> None:
    until = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < until, f"not within {within_s} s: {what}"
        time.sleep(0.1)


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[Demo]:
    demo = Demo(*arguments, folder=folder)
    try:
        yield demo
    finally:
        if demo.process.poll() is None:
            demo.process.kill()
        demo.process.wait()
        for pid in demo.workers():
            os.kill(pid, signal.SIGKILL)
        if demo.process.stdout is not None:
            demo.process.stdout.close()


@pytest.mark.timeout(120)
def test_it_is_ready_soon_shows_every_metric_moves_and_ends_without_a_trace(
    tmp_path: Path,
) -> None:
    with running(tmp_path, "--for", "25s", "--incident", "08:05") as demo:
        assert demo.ready() < READY_WITHIN_S + 5
        first = demo.figures()
        eventually(lambda: demo.missing() == [], "every metric is there with its labels", 10)
        assert len(demo.workers()) == 1
        moving = (kpis.TICKETS_CREATED, kpis.CONTACTS_OFFERED, kpis.SLA_TARGETS, kpis.EVENTS)
        eventually(
            lambda: all(demo.figures().sum(kpi) > first.sum(kpi) for kpi in moving),
            "the numbers move",
            15,
        )
        assert demo.figures().count(kpis.OPEN_TICKETS) > 50
        assert demo.process.wait(60) == 0
        assert demo.workers() == []
        assert demo.get("/healthz") == (0, "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.timeout(120)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_whoever_ends_it_politely_ends_everything(tmp_path: Path, number: int) -> None:
    with running(tmp_path) as demo:
        eventually(lambda: len(demo.workers()) == 1, "the worker runs", 20)
        time.sleep(1)
        demo.process.send_signal(number)
        assert demo.process.wait(GONE_WITHIN_S) == 0
        assert demo.workers() == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.timeout(120)
def test_the_worker_ends_even_when_the_demo_is_killed(tmp_path: Path) -> None:
    with running(tmp_path) as demo:
        eventually(lambda: len(demo.workers()) == 1, "the worker runs", 20)
        time.sleep(1)
        demo.process.kill()
        eventually(lambda: demo.workers() == [], "the worker is gone", GONE_WITHIN_S)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("log", "told"),
    [
        ("", "it said nothing"),
        ('{"event": "worker.ended", "reason": "a stall"}\n{"event": "x"}\n', "a stall"),
        ('{"event": "config.invalid", "message": "demo.yml:1: no"}\n', "demo.yml:1: no"),
        ("1\n2\n3\nTraceback:\nMemoryError\n\n", "3 | Traceback: | MemoryError"),
    ],
)
def test_of_a_worker_that_died_people_are_told_the_reason(log: str, told: str) -> None:
    assert last_words(log) == told


@pytest.mark.promtool
@pytest.mark.timeout(120)
def test_promtool_has_nothing_to_say_of_its_metrics(tmp_path: Path) -> None:
    promtool = needs("promtool")
    with running(tmp_path, "--for", "60s") as demo:
        demo.ready()
        text = demo.get("/metrics")[1]
    said = subprocess.run(
        [promtool, "check", "metrics"], input=text.encode(), capture_output=True, check=False
    )
    assert (said.returncode, said.stdout + said.stderr) == (0, b"")


def test_a_port_that_is_taken_is_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = deskpulse("demo", "--no-browser", "--port", str(port))
    assert ran.code == 1
    assert ran.lines == [
        f"deskpulse: --port: {port} cannot be listened on; choose another with --port"
    ]
    missing = deskpulse("demo", "--events", tmp_path / "nothing.jsonl")
    assert missing.code == 1
    assert missing.lines == [f"deskpulse: {tmp_path / 'nothing.jsonl'}: no such file"]


def test_without_its_extra_it_says_which_one() -> None:
    program = (
        "import sys; sys.modules['confluent_kafka'] = None; "
        "from deskpulse.cli import run; sys.exit(run(['demo', '--port', '0']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=REPO, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "deskpulse: the demo's broker is not installed; pip install 'deskpulse[demo]'"
    ]
