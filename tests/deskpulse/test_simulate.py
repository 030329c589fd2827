"""`deskpulse simulate`: a file byte for byte, or Kafka at a pace."""

from __future__ import annotations

import time
from pathlib import Path

from deskpulse.floor.site import FEEDS
from streams.events import parse
from streams.events.source import SourceHeartbeat
from tests.deskpulse.command import deskpulse
from tests.deskpulse.mock import kafka, landed
from tests.deskpulse.test_replay import TOPICS, split

HOUR = ("--for", "1h", "--rate", "120")


def test_the_same_seed_writes_the_same_file(tmp_path: Path) -> None:
    once, again, other = (tmp_path / name for name in ("once", "again", "other"))
    for file, seed in ((once, "3"), (again, "3"), (other, "4")):
        assert deskpulse("simulate", *HOUR, "--seed", seed, "--out", file).code == 0
    assert once.read_bytes() == again.read_bytes() != other.read_bytes()
    assert deskpulse("simulate", *HOUR, "--seed", "3").out == once.read_bytes()


def test_an_incident_changes_the_day_from_its_minute_on(tmp_path: Path) -> None:
    calm, upset = tmp_path / "calm", tmp_path / "upset"
    deskpulse("simulate", *HOUR, "--out", calm)
    deskpulse("simulate", *HOUR, "--incident", "07:30", "--out", upset)
    before = b'"time":"2026-01-05T07:2'
    assert len(upset.read_bytes()) > 1.05 * len(calm.read_bytes())
    for file in (calm, upset):
        assert file.read_bytes().count(before) > 100
    early = [
        [line for line in file.read_bytes().splitlines() if b'"time":"2026-01-05T07:0' in line]
        for file in (calm, upset)
    ]
    assert early[0] == early[1]


def test_kafka_gets_what_the_file_would_hold_with_heartbeats_on_every_partition(
    tmp_path: Path,
) -> None:
    start = ("--start", "2026-01-05T08:00:00Z", "--for", "10m", "--rate", "120")
    file = tmp_path / "events.jsonl"
    deskpulse("simulate", *start, "--out", file)
    with kafka() as address:
        ran = deskpulse("simulate", *start, "--broker", address, "--speed", "100000")
        records, beats = split(landed(address, *TOPICS))
    assert ran.code == 0
    meant = [
        line
        for line in file.read_bytes().splitlines()
        if not isinstance(parse(line), SourceHeartbeat)
    ]
    assert sorted(record.value for record in records) == sorted(meant)
    assert {(record.topic, record.partition) for record, _ in beats} == {
        (topic, part) for topics in FEEDS.values() for topic in topics for part in range(4)
    }


def test_speed_is_floor_seconds_a_second() -> None:
    began = time.monotonic()
    ran = deskpulse("simulate", "--for", "2m", "--speed", "60", "--rate", "120")
    assert ran.code == 0
    assert 1.8 < time.monotonic() - began < 10
