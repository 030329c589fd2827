"""The live number is the final number.

Real logs and a simulated floor through Kafka and two workers, against the report over the same
events, and against a count by other means.
"""

from __future__ import annotations

import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter, defaultdict
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from prometheus_client.parser import text_string_to_metric_families

from deskpulse.demo.worker import free_port
from deskpulse.figures import Figures
from streams.counts import kpis
from streams.counts.kpis import BY_NAME, CATALOGUE
from streams.spans import instant, rfc3339
from tests.broker.kafka import Broker
from tests.broker.stand import Process, eventually
from tests.deskpulse.command import REPO, SHARED, Ran, deskpulse
from tests.needs import lent
from tests.oracle import PROMISE, Incidents

INCIDENTS: Final = REPO / "examples" / "servicenow" / "incidents.csv"
DEMO: Final = REPO / "deskpulse" / "demo.yml"
CALLS: Final = SHARED / "call_centre_2021q1.csv"
REMEMBERED: Final = """
kafka: {partitions: 4}
retention: {contacts: 400d, tickets: 400d, solved: 400d}
"""
"""Everything in the logs stays within reach of the windows."""
QUICK: Final = {
    "DESKPULSE_SESSION_TIMEOUT": "6",
    "DESKPULSE_HEARTBEAT_INTERVAL": "1",
    "DESKPULSE_REBALANCE_TIMEOUT": "6",
    "DESKPULSE_REQUEST_TIMEOUT": "10",
}

Series = dict[tuple[str, frozenset[tuple[str, str]]], float]
"""Value by sample name and labels; zeros left out, for absent reads as zero."""


class Shown(NamedTuple):
    """What one process shows."""

    gauges: Series
    counters: Series
    """Also the counts and sums of histograms."""
    revised: Counter[str]
    """Revisions by family."""


def parsed(text: str) -> Shown:
    gauges: Series = {}
    counters: Series = {}
    revised: Counter[str] = Counter()
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            kpi = BY_NAME.get(sample.name) or BY_NAME.get(sample.name.rpartition("_")[0])
            if sample.name == kpis.REVISIONS.name:
                revised[sample.labels["family"]] += round(sample.value)
            if kpi is None or kpi.group == "Pipeline" or not sample.value:
                continue
            into = gauges if kpi.kind in {"gauge", "info"} else counters
            into[sample.name, frozenset(sample.labels.items())] = sample.value
    return Shown(gauges, counters, revised)


class Site:
    """Topics, two workers that are boards as well, and a file that is replayed into them."""

    def __init__(self, broker: Broker, name: str, folder: Path, config: str) -> None:
        self.folder = folder
        self.config = folder / "deskpulse.yml"
        self.config.write_text(config + REMEMBERED)
        self.environment = QUICK | {
            "DESKPULSE_KAFKA": broker.address,
            "DESKPULSE_TOPIC_PREFIX": f"{name}.",
            "DESKPULSE_APPLICATION": f"{name}-v1",
            "DESKPULSE_LOG": "json",
        }
        self.ports = (free_port(0), free_port(0))
        self.workers: list[Process] = []

    def run(self, *arguments: str | Path) -> Ran:
        ran = deskpulse(*arguments, environment=self.environment)
        assert ran.code == 0, ran.err
        return ran

    def start(self) -> None:
        self.run("topics", "create", "--config", self.config)
        for port in self.ports:
            self.workers.append(self.worker(port))
        eventually(lambda: all(self.get(port, "/readyz") for port in self.ports), self.said)

    def worker(self, port: int) -> Process:
        """A worker that shows the site on this port."""
        return Process(
            [sys.executable, "-m", "deskpulse", "worker", "--config", str(self.config)],
            self.environment | {"DESKPULSE_HTTP_LISTEN": f"127.0.0.1:{port}"},
            self.folder / f"worker-{port}.log",
        )

    def stop(self) -> None:
        for worker in self.workers:
            worker.close()

    def said(self) -> str:
        """The last lines of the workers' logs."""
        return " | ".join(str(line) for one in self.workers for line in one.lines()[-3:])

    def get(self, port: int, path: str) -> str:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                body: bytes = answer.read()
                return body.decode()
        except (urllib.error.URLError, OSError):
            return ""

    def shown(self) -> list[Shown]:
        return [parsed(self.get(port, "/metrics")) for port in self.ports]

    def read_to(self, at: str) -> bool:
        """Whether both workers have read up to `at` in every partition they own."""
        until = instant(datetime.fromisoformat(at)) / 1_000_000
        for port in self.ports:
            figures = Figures(text_string_to_metric_families(self.get(port, "/metrics")))
            beats = figures.samples(kpis.HEARTBEAT)
            if not beats or any(value < until for _, value in beats):
                return False
        return True


def different(site: Site, report: Shown) -> str:
    """What the boards show otherwise than the report: (shown, reported) by series."""
    return str(
        [
            {
                key: (board.gauges.get(key), report.gauges.get(key))
                for key in board.gauges.keys() | report.gauges.keys()
                if board.gauges.get(key) != report.gauges.get(key)
            }
            for board in site.shown()
        ]
    )[:2_000]


def same(site: Site, at: str, report: Shown) -> None:
    """Both boards show the report, and the workers' counters add up to it."""
    eventually(lambda: site.read_to(at), lambda: f"both have read up to {at}: {site.said()}")
    eventually(
        lambda: all(board.gauges == report.gauges for board in site.shown()),
        lambda: f"both boards show the report as of {at}: {different(site, report)}",
    )
    boards = site.shown()
    revised = sum((board.revised for board in boards), Counter())
    live: dict[str, float] = defaultdict(float)
    final: dict[str, float] = defaultdict(float)
    for counters, into in [*((board.counters, live) for board in boards), (report.counters, final)]:
        for (name, _), value in counters.items():
            if not name.endswith("_bucket"):
                into[name] += value
    for kpi in CATALOGUE:
        if kpi.group == "Pipeline" or kpi.kind not in {"counter", "histogram"}:
            continue
        taken_back = revised[kpi.name]
        if kpi.kind == "counter" and kpi.unit == "":
            assert live[kpi.name] - taken_back == final[kpi.name], kpi.name
        elif kpi.kind == "histogram":
            assert live[f"{kpi.name}_count"] - taken_back == final[f"{kpi.name}_count"], kpi.name
            if not taken_back:
                assert live[f"{kpi.name}_sum"] == final[f"{kpi.name}_sum"], kpi.name


@pytest.mark.timeout(400)
def test_incidents_live_are_incidents_in_batch_are_incidents_in_sql(
    broker: Broker, tmp_path: Path
) -> None:
    site = Site(broker, "incidents", tmp_path, PROMISE)
    events = tmp_path / "events.jsonl"
    site.run("import", "servicenow", INCIDENTS, "--out", events)
    oracle = Incidents(INCIDENTS)
    try:
        site.start()
        before: list[str] = []
        for now in oracle.instants(11):
            at = rfc3339(instant(now.replace(tzinfo=UTC)))
            site.run("replay", events, "--until", at, *before)
            text = site.run(
                "report", events, "--at", at, "--config", site.config, "--format", "prometheus"
            ).out.decode()
            same(site, at, parsed(text))
            agrees(Figures(text_string_to_metric_families(text)), oracle, now)
            before = ["--after", at]
    finally:
        site.stop()


def agrees(figures: Figures, oracle: Incidents, now: datetime) -> None:
    """The report says what was counted by other means."""
    expected = oracle.at(now)
    assert figures.count(kpis.TICKETS_CREATED) == expected.created
    assert figures.count(kpis.TICKETS_RESOLVED) == expected.resolved
    assert figures.count(kpis.TICKETS_REOPENED) == expected.reopened
    assert figures.count(kpis.OPEN_TICKETS) == expected.open.total()
    for (queue, priority, state), n in expected.open.items():
        labels = {"queue": queue, "priority": priority, "state": state}
        assert figures.count(kpis.OPEN_TICKETS, **labels) == n
    assert figures.total(kpis.RESOLUTION, "count") == expected.resolutions
    assert figures.total(kpis.RESOLUTION, "sum") == expected.resolution_s
    for outcome, n in expected.verdicts.items():
        assert figures.count(kpis.SLA_TARGETS, outcome=outcome) == n
    for status, n in expected.running.items():
        assert figures.count(kpis.SLA_OPEN, status=status) == n


@pytest.mark.timeout(200)
def test_calls_live_are_calls_in_batch_and_give_the_totals_of_their_list(
    broker: Broker, tmp_path: Path
) -> None:
    lent(CALLS)
    site = Site(broker, "calls", tmp_path, "clock: events\n")
    events = tmp_path / "events.jsonl"
    site.run("import", "calls-csv", CALLS, "--out", events)
    at = "2021-04-01T00:00:00Z"
    try:
        site.start()
        site.run("replay", events, "--until", at)
        text = site.run(
            "report", events, "--at", at, "--config", site.config, "--format", "prometheus"
        ).out.decode()
        same(site, at, parsed(text))
    finally:
        site.stop()
    figures = Figures(text_string_to_metric_families(text))
    assert figures.count(kpis.CONTACTS_OFFERED) == 5_000
    assert figures.count(kpis.CONTACTS_ANSWERED) == 4_054
    assert figures.count(kpis.CONTACTS_ABANDONED) == 946
    waited = figures.total(kpis.CONTACT_WAIT, "sum", outcome="answered")
    assert (
        round(waited / figures.total(kpis.CONTACT_WAIT, "count", outcome="answered"), 4) == 67.5207
    )
    talked = figures.sum(kpis.HANDLE_PHASES, phase="talk")
    assert round(talked / figures.total(kpis.CONTACT_HANDLE, "count"), 4) == 224.9228


class Watch(threading.Thread):
    """Scrapes the boards all the time and remembers how many tickets each has shown as created."""

    def __init__(self, site: Site) -> None:
        super().__init__(daemon=True)
        self._site = site
        self._over = threading.Event()
        self.seen: dict[int, list[float]] = {port: [] for port in site.ports}

    def run(self) -> None:
        while not self._over.wait(0.1):
            for port, seen in self.seen.items():
                figures = Figures(text_string_to_metric_families(self._site.get(port, "/metrics")))
                # A board that has nothing to show shows nothing; what it shows is whole.
                if figures.samples(kpis.WINDOW_TICKETS):
                    seen.append(figures.sum(kpis.WINDOW_TICKETS, window="7d", flow="created"))

    def stop(self) -> None:
        self._over.set()
        self.join()

    def stepped_back(self) -> list[tuple[float, float]]:
        """Every fall of a number that cannot fall."""
        return [
            (earlier, later)
            for seen in self.seen.values()
            for earlier, later in pairwise(seen)
            if later < earlier
        ]


@pytest.mark.timeout(300)
def test_a_worker_that_is_killed_and_comes_back_changes_no_number(
    broker: Broker, tmp_path: Path
) -> None:
    site = Site(broker, "killed", tmp_path, DEMO.read_text().replace("kafka: {partitions: 4}", ""))
    events = tmp_path / "events.jsonl"
    site.run("simulate", "--start", "2026-01-05T08:00:00Z", "--for", "4h", "--out", events)
    at = "2026-01-05T13:00:00Z"
    expected = parsed(
        site.run(
            "report", events, "--at", at, "--config", site.config, "--format", "prometheus"
        ).out.decode()
    )
    try:
        site.start()
        watch = Watch(site)
        watch.start()
        feeder = threading.Thread(
            target=site.run, args=("replay", events, "--speed", "900", "--until", at)
        )
        feeder.start()
        time.sleep(5)
        site.workers[0].close()  # SIGKILL
        time.sleep(2)
        site.workers[0] = site.worker(site.ports[0])
        feeder.join()
        eventually(lambda: site.read_to(at), lambda: f"both have read up to {at}: {site.said()}")
        eventually(
            lambda: all(board.gauges == expected.gauges for board in site.shown()),
            lambda: f"both boards show the report: {different(site, expected)}",
        )
        watch.stop()
    finally:
        site.stop()
    assert watch.stepped_back() == []
    assert all(len(seen) > 5 for seen in watch.seen.values())
