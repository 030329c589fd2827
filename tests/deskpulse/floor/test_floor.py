"""The floor: reproducible, readable by the product, and like a floor."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from functools import cache
from itertools import islice, pairwise, takewhile
from typing import Final

import pytest

from deskpulse.floor import Floor, Sent
from deskpulse.floor.delivery import LATEST
from deskpulse.floor.pen import HEARTBEAT
from deskpulse.floor.site import FEEDS
from streams.events import encode, parse, sequence_number, source_of, topic_of
from streams.events.contact import ContactEvent
from streams.events.envelope import Event
from streams.events.source import SourceHeartbeat
from streams.events.survey import SurveyEvent
from streams.events.ticket import TicketEvent, TicketStatusChanged
from streams.spans import DAY, HOUR, Instant, instant

MONDAY: Final = instant(datetime(2026, 1, 5, tzinfo=UTC))
RATE: Final = 150.0


@cache
def played(length: int, seed: int = 7, start: Instant = MONDAY, incident: int = 0) -> list[Sent]:
    """What a floor sends in `length`, with an incident at that time of day where one is given."""
    floor = Floor(seed, start, RATE, [incident] if incident else [])
    return list(takewhile(lambda sent: sent.at < start + length, floor.events()))


def named(events: list[Sent], ending: str) -> list[Event]:
    return [event for _, event in events if type(event).__name__.endswith(ending)]


def lines(seed: int, count: int) -> list[bytes]:
    return [encode(event) for _, event in islice(Floor(seed, MONDAY, RATE).events(), count)]


def test_the_same_seed_plays_the_same_day_byte_for_byte() -> None:
    assert lines(7, 5_000) == lines(7, 5_000)
    assert lines(7, 500) != lines(8, 500)


def test_every_event_is_one_that_the_product_reads() -> None:
    for _, event in played(DAY):
        raw = encode(event)
        assert parse(raw) == event


def test_events_come_in_the_order_of_sending_and_never_before_they_happened() -> None:
    day = played(DAY)
    assert all(before.at <= after.at for before, after in pairwise(day))
    late = [sent.at - instant(sent.event.time) for sent in day]
    assert min(late) >= 0
    assert max(late) <= LATEST
    assert 0.001 < sum(length > 60_000_000 for length in late) / len(late) < 0.05


def test_some_are_sent_twice_and_then_they_are_the_same_bytes() -> None:
    seen: dict[tuple[str, str], Event] = {}
    repeated = 0
    for _, event in played(DAY):
        known = seen.setdefault((event.source, event.id), event)
        repeated += known is not event
        assert known == event
    assert 0 <= repeated < len(seen) * 0.02
    assert len(seen) < len(played(DAY)) < len(seen) * 1.02


def test_a_later_sequence_of_a_subject_is_never_earlier_in_time() -> None:
    lives: dict[str, dict[int, datetime]] = {}
    for _, event in played(DAY):
        if event.sequence is not None:
            lives.setdefault(event.subject, {})[sequence_number(event)] = event.time
    assert len(lives) > 500
    for life in lives.values():
        times = [life[sequence] for sequence in sorted(life)]
        assert times == sorted(times)


def test_arrival_is_out_of_order_for_some_subjects() -> None:
    places: dict[str, list[int]] = {}
    for _, event in played(DAY):
        if isinstance(event, TicketEvent | ContactEvent) and event.sequence is not None:
            places.setdefault(event.subject, []).append(sequence_number(event))
    assert 5 < sum(place != sorted(place) for place in places.values()) < len(places) / 5


def test_a_source_feeds_the_topics_it_says_and_beats_every_ten_seconds_of_its_clock() -> None:
    hour = played(HOUR, start=MONDAY + 9 * HOUR)
    fed: dict[str, set[str]] = {}
    beats: dict[str, list[Instant]] = {}
    for _, event in hour:
        if isinstance(event, SourceHeartbeat):
            beats.setdefault(event.subject, []).append(instant(event.time))
        else:
            fed.setdefault(source_of(event), set()).add(topic_of(event))
    assert {source: set(topics) for source, topics in FEEDS.items()} == fed
    assert set(beats) == {f"source/{source}" for source in FEEDS}
    for times in beats.values():
        assert {after - before for before, after in pairwise(sorted(times))} == {HEARTBEAT}


def test_the_day_has_a_shape_and_the_weekend_is_quiet() -> None:
    by_hour = Counter(event.time.hour for event in named(played(DAY), "TicketCreated"))
    assert by_hour[10] > 5 * by_hour[3] + 10
    saturday = played(DAY, start=MONDAY + 5 * DAY)
    weekend = len(named(saturday, "TicketCreated"))
    assert 0 < weekend < 0.6 * len(named(played(DAY), "TicketCreated"))


def left_in_the_queue(events: list[Sent]) -> float:
    """Share of calls that were abandoned, of all that left the queue."""
    answered, abandoned = len(named(events, "CallAnswered")), len(named(events, "CallAbandoned"))
    return abandoned / (answered + abandoned)


def test_an_incident_brings_people_and_the_longer_they_wait_the_more_of_them_leave() -> None:
    nine = MONDAY + 9 * HOUR
    peace = played(2 * HOUR, start=nine)
    incident = played(2 * HOUR, start=nine, incident=9 * HOUR + HOUR // 2)
    assert len(named(incident, "CallQueued")) > 1.3 * len(named(peace, "CallQueued"))
    assert left_in_the_queue(incident) > left_in_the_queue(peace) + 0.1


def test_an_incident_can_be_triggered_while_the_floor_runs() -> None:
    nine = MONDAY + 9 * HOUR
    floor = Floor(7, nine, RATE)
    running = takewhile(lambda sent: sent.at < nine + 2 * HOUR, floor.events())
    before = list(islice(running, 200))
    floor.incident()
    after = before + list(running)
    assert len(named(after, "CallQueued")) > 1.3 * len(
        named(played(2 * HOUR, start=nine), "CallQueued")
    )


def test_in_a_week_everything_happens_that_happens_to_tickets_and_calls() -> None:
    kinds = Counter(type(event).__name__ for _, event in played(5 * DAY))
    never = {"TicketSnapshot", "TicketSplit", "TicketTierChanged"}
    for family in (TicketEvent, ContactEvent, SurveyEvent):
        for kind in every_kind_of(family):
            assert kinds[kind.__name__] or kind.__name__ in never, kind.__name__
    moves = Counter(
        (event.data.from_, event.data.to)
        for _, event in played(5 * DAY)
        if isinstance(event, TicketStatusChanged)
    )
    for move in (
        ("new", "solved"),
        ("open", "pending"),
        ("pending", "open"),
        ("open", "on_hold"),
        ("on_hold", "open"),
        ("pending", "solved"),
        ("solved", "open"),
        ("solved", "closed"),
    ):
        assert moves[move], move
    solved = sum(count for (_, to), count in moves.items() if to == "solved")
    assert 0.03 < moves["solved", "open"] / solved < 0.2


def every_kind_of(family: type[Event]) -> list[type[Event]]:
    below = [kind for child in family.__subclasses__() for kind in every_kind_of(child)]
    return below or [family]


@pytest.mark.parametrize("days", [1, 9])
def test_memory_is_what_is_open_on_the_floor_not_how_long_it_runs(days: int) -> None:
    floor = Floor(7, MONDAY, RATE)
    last = MONDAY + days * DAY
    for sent in floor.events():
        if sent.at > last:
            break
    #  about 700 tickets a day, each kept for at most a good week
    assert len(floor._clock._heap) < 10_000
    assert len(floor._outbox._heap) < 1_000
