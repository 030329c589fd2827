"""How events travel: mostly at once, sometimes late, twice, or in a heap."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from random import Random

from deskpulse.floor.delivery import LATEST, Line, Outbox
from streams.events.source import Beat, SourceHeartbeat
from streams.spans import HOUR, MINUTE, SECOND


def beat(number: int) -> SourceHeartbeat:
    return SourceHeartbeat(
        id=str(number),
        source="/desk/demo",
        time=datetime(2026, 1, 5, tzinfo=UTC),
        subject="source/desk",
        data=Beat(interval_s=10),
    )


def test_nothing_arrives_before_it_happened_nor_later_than_the_product_allows() -> None:
    line = Line(Random(1), 0)
    for number in range(50_000):
        at = number * SECOND
        sent = line.arrival(at)
        again = line.repetition(sent)
        assert at < sent <= at + LATEST
        assert again is None or sent < again <= at + LATEST


def test_an_outage_holds_everything_back_and_then_lets_it_go_at_once() -> None:
    line = Line(Random(1), 0)
    arrivals = [(at, line.arrival(at)) for at in range(0, 24 * HOUR, 100 * SECOND // 100)]
    held = [(at, sent) for at, sent in arrivals if 10 * SECOND < sent - at < 5 * MINUTE]
    together = max(sum(abs(other - sent) < 4 * SECOND for _, other in held) for _, sent in held)
    assert together >= 30
    sent = [one for _, one in held]
    assert any(after < before for before, after in pairwise(sent))


def test_what_is_posted_is_sent_in_order_and_once() -> None:
    outbox = Outbox()
    for number, sent in enumerate([30, 10, 20, 10]):
        outbox.post(sent, beat(number))
    assert [(at, event.id) for at, event in outbox.sent_before(30)] == [
        (10, "1"),
        (10, "3"),
        (20, "2"),
    ]
    assert [at for at, _ in outbox.sent_before()] == [30]
    assert list(outbox.sent_before()) == []
