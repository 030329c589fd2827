"""`deskpulse replay`: every event on the partition of its key, in order, and heartbeats to all."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import islice
from pathlib import Path

from deskpulse.floor import Floor
from deskpulse.outlet import partition_of
from deskpulse.sources.order import in_order
from streams.events import encode, key_of, parse, topic_of
from streams.events.envelope import Event
from streams.events.source import SourceHeartbeat
from streams.spans import HOUR, rfc3339
from tests.deskpulse.command import deskpulse
from tests.deskpulse.floor.test_floor import MONDAY, RATE
from tests.deskpulse.mock import Landed, kafka, landed

NINE = MONDAY + 9 * HOUR
TOPICS = ("support.tickets", "support.contacts", "support.agents", "support.surveys")


def day(count: int) -> list[Event]:
    """So many events of a floor, in the order of their time, without heartbeats."""
    events = (event for _, event in Floor(7, MONDAY, RATE).events())
    meant = (event for event in events if not isinstance(event, SourceHeartbeat))
    return in_order(islice(meant, count))


def written(tmp_path: Path, events: list[Event], more: bytes = b"") -> Path:
    file = tmp_path / "events.jsonl"
    file.write_bytes(b"".join(encode(event) + b"\n" for event in events) + more)
    return file


def split(records: list[Landed]) -> tuple[list[Landed], list[tuple[Landed, SourceHeartbeat]]]:
    """The events, and the heartbeats."""
    told = [(record, parse(record.value)) for record in records]
    return (
        [record for record, event in told if not isinstance(event, SourceHeartbeat)],
        [(record, event) for record, event in told if isinstance(event, SourceHeartbeat)],
    )


def test_every_event_lands_once_on_the_partition_of_its_key_in_the_order_of_the_file(
    tmp_path: Path,
) -> None:
    events = day(3_000)
    with kafka() as address:
        ran = deskpulse("replay", written(tmp_path, events), "--broker", address)
        records, beats = split(landed(address, *TOPICS))
    assert ran.code == 0
    (line,) = ran.lines
    assert line == (
        f"{tmp_path / 'events.jsonl'}: 3000 events sent, 0 outside --after and --until, "
        "0 of unknown type, 0 lines that are no events"
    )
    lanes: dict[tuple[str, int], list[bytes]] = {}
    for event in events:
        key = key_of(event)
        lanes.setdefault((topic_of(event), partition_of(key, 4)), []).append(encode(event))
    got: dict[tuple[str, int], list[bytes]] = {}
    for record in records:
        got.setdefault((record.topic, record.partition), []).append(record.value)
    assert got == lanes
    assert beats


def test_the_last_heartbeat_of_every_source_reaches_every_partition_it_feeds(
    tmp_path: Path,
) -> None:
    events = day(1_000)
    with kafka() as address:
        deskpulse("replay", written(tmp_path, events), "--broker", address)
        _, beats = split(landed(address, *TOPICS))
    last = max(event.time for event in events)
    fed = {(event.source.split("/")[1], topic_of(event)) for event in events}
    reached = {
        (beat.subject.removeprefix("source/"), record.topic, record.partition)
        for record, beat in beats
        if beat.time == last
    }
    assert reached == {(source, topic, part) for source, topic in fed for part in range(4)}
    ends: dict[tuple[str, int], int] = {}
    for record, _ in beats:
        ends[record.topic, record.partition] = record.offset
    assert max(record.offset for record, beat in beats if beat.time == last) in ends.values()


def test_until_sends_no_later_event_and_says_that_nothing_older_comes(tmp_path: Path) -> None:
    events = day(1_000)
    middle = events[500].time + timedelta(milliseconds=1)
    due = [event for event in events if event.time <= middle]
    with kafka() as address:
        ran = deskpulse(
            "replay", written(tmp_path, events), "--broker", address, "--until", middle.isoformat()
        )
        records, beats = split(landed(address, *TOPICS))
    assert ran.code == 0
    assert sorted(record.value for record in records) == sorted(map(encode, due))
    assert max(beat.time for _, beat in beats) == middle


def test_two_replays_that_meet_at_an_instant_send_everything_once(tmp_path: Path) -> None:
    events = day(1_000)
    middle = events[500].time.isoformat()
    file = written(tmp_path, events)
    with kafka() as address:
        deskpulse("replay", file, "--broker", address, "--until", middle)
        deskpulse("replay", file, "--broker", address, "--after", middle)
        records, _ = split(landed(address, *TOPICS))
    assert sorted(record.value for record in records) == sorted(map(encode, events))


def test_a_source_that_was_quiet_in_the_stretch_still_says_that_it_lives(tmp_path: Path) -> None:
    events = day(200)
    after, until = rfc3339(MONDAY + 10**12), rfc3339(MONDAY + 2 * 10**12)
    with kafka() as address:
        ran = deskpulse(
            "replay", written(tmp_path, events), "--broker", address,
            "--after", after, "--until", until,
        )  # fmt: skip
        records, beats = split(landed(address, *TOPICS))
    assert ran.code == 0
    assert records == []
    assert {rfc3339(MONDAY + 2 * 10**12)} == {
        beat.time.isoformat().replace("+00:00", "Z") for _, beat in beats
    }


def test_lines_that_are_no_events_are_named_and_left_out(tmp_path: Path) -> None:
    events = day(10)
    more = b'{"specversion":"1.0"}\n\nnot json\n{"cut": "of'
    with kafka() as address:
        ran = deskpulse("replay", written(tmp_path, events, more), "--broker", address)
        records, _ = split(landed(address, *TOPICS))
    assert ran.code == 1
    assert len(records) == 10
    file = tmp_path / "events.jsonl"
    assert [line.split(": ")[1] for line in ran.lines[:3]] == [
        f"{file}:11",
        f"{file}:13",
        f"{file}:14",
    ]
    assert ran.lines[3].endswith("3 lines that are no events")


def test_heartbeats_of_a_file_go_on_to_all_that_their_source_feeds(tmp_path: Path) -> None:
    events = [event for _, event in islice(Floor(7, NINE, RATE).events(), 600)]
    told = [event for event in events if isinstance(event, SourceHeartbeat)]
    with kafka() as address:
        deskpulse("replay", written(tmp_path, events), "--broker", address)
        _, beats = split(landed(address, *TOPICS))
    ours = Counter(beat.id for _, beat in beats if beat.source.endswith("/demo"))
    # Four partitions of each topic that the source has fed so far.
    assert set(ours.values()) == {4, 8}
    assert len(told) / 2 < len(ours) <= len(told)
