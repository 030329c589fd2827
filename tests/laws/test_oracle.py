"""The ticket machine against the contract worked out a second time (`oracle.py`)."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from streams.events import Event, ticket
from streams.events.envelope import Role
from streams.facts import Doubtful
from streams.spans import MINUTE, Instant, instant
from streams.stage import MACHINES, Stage
from tests.laws.oracle import conclude
from tests.strategies import GRID, PRIORITIES, QUEUES, REMEMBERS, lives
from tests.vocabulary import MONDAY, at, opened, records, site_of

SITE: Final = site_of(REMEMBERS)
NOWS: Final = st.integers(0, 6 * 24 * 12).map(lambda n: at("mon 00:00") + n * 5 * MINUTE)
EDGES: Final = st.sampled_from([-1, 0, 0, 1])


def concluded(events: list[Event], now: Instant) -> tuple[Counter[Any], Counter[Any]]:
    """What the core says, without its doubts."""
    stage = Stage(SITE)
    assert not stage.apply(0, records(events))
    stage.advance_to(now)
    happened, standing = Counter[Any](), Counter[Any]()
    for record in stage.rows.values():
        machine = MACHINES[record.kind]
        said = machine.happened(record.state, now, SITE.terms)
        happened.update(fact for fact in said if not isinstance(fact, Doubtful))
        standing.update(machine.standing(record.state, now, SITE.terms))
    return happened, standing


def born(when: int, by: Role, queue: str, priority: str | None, tier: str) -> Event:
    """A creation on monday, so that most of the rest comes after it."""
    moment = MONDAY + when * GRID
    return opened("1", moment, by=by, queue=queue, priority=priority, tier=tier)


ROLES: Final[list[Role]] = ["customer", "customer", "customer", "agent"]
BORN: Final = st.tuples(
    st.integers(0, 24 * 12),
    st.sampled_from(ROLES),
    QUEUES,
    st.none() | PRIORITIES,
    st.sampled_from(["gold", "iron"]),
).map(lambda drawn: born(*drawn))


@given(BORN | st.none(), lives(longest=20), NOWS, EDGES, st.randoms(use_true_random=False))
def test_every_fact_and_every_standing_of_a_ticket_is_that_of_the_contract(
    creation: Event | None, events: list[Event], now: Instant, edge: int, random: Random
) -> None:
    now += edge
    life = [
        event
        for event in [*events, *filter(None, [creation])]
        if event.subject == "ticket/1"
        and not isinstance(event, ticket.TicketSnapshot)
        and instant(event.time) <= now
    ]
    random.shuffle(life)
    happened, standing = concluded(life, now)
    expected_happened, expected_standing = conclude(life, now, SITE.terms)
    assert happened == expected_happened
    assert standing == expected_standing
