"""Lives of tickets and contacts, drawn at random: likely ones, unlikely ones, impossible ones.

Times lie on a coarse grid so that ties happen, and around the edges of the calendars below.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import hypothesis.strategies as st

from streams.events import Event, bot, contact, ticket
from streams.events.envelope import Data
from tests.vocabulary import MONDAY, SOURCE

SITE: Final = """
clock: events
calendars:
  office:
    timezone: Europe/Berlin
    hours: {mon-thu: ["08:00-12:00", "13:30-18:00"], fri: ["08:00-16:00"]}
    holidays: {closed: [2026-01-06]}
  night: {timezone: America/New_York, hours: {mon-sun: ["22:00-24:00", "00:00-06:00"]}}
calendar: office
queues:
  billing: {team: money}
  voice: {calendar: night, service_level: {within: 30s}, short_abandon: {voice: 20s}}
  night-desk: {calendar: night}
sla:
  - name: gold
    match: {tier: [gold], priority: [urgent, high]}
    calendar: night
    targets: {first_response: 1h, next_response: 2h, resolution: 8h}
    pause: {first_response: [on_hold], resolution: [pending, on_hold]}
  - {name: night, match: {queue: [night-desk]}, targets: {resolution: 30m}}
  - name: everyone
    match: {priority: [low, normal, high]}
    targets: {first_response: 4h, next_response: 1h, resolution: 10h}
windows: {tickets: [15m, 4h, today, 7d], contacts: [15m, 30m, today], sla: [4h, 3d]}
"""
"""A site with every kind of rule, irregular on purpose; it forgets contacts within these lives."""
REMEMBERS: Final = SITE + "retention: {contacts: 30d, tickets: 30d, solved: 40d}\n"
"""The same site, forgetting nothing in that time."""

GRID: Final = timedelta(minutes=5)
DAYS: Final = 4
INSTANTS: Final = st.integers(0, DAYS * 24 * 12).map(lambda n: MONDAY + n * GRID)
SECONDS: Final = st.sampled_from([0, 0, 0, 10, 20, 30])
QUEUES: Final = st.sampled_from(["billing", "voice", "night-desk", "elsewhere"])
PRIORITIES: Final = st.sampled_from(["low", "normal", "high", "urgent", "whatever"])
PHASES: Final = st.sampled_from(
    ["new", "open", "pending", "on_hold", "solved", "closed", "merged", "spam", "deleted"]
)


def _common() -> dict[str, st.SearchStrategy[Any]]:
    return {
        "queue": st.none() | QUEUES,
        "priority": st.none() | PRIORITIES,
        "tier": st.none() | st.sampled_from(["gold", "iron"]),
        "channel": st.none() | st.sampled_from(["email", "social", "fax"]),
    }


_TICKET: Final[list[tuple[int, type[Event], st.SearchStrategy[Data]]]] = [
    (
        3,
        ticket.TicketCreated,
        st.builds(
            ticket.Created,
            created_by=st.sampled_from(["customer", "customer", "agent", "bot"]),
            **{**_common(), "channel": st.sampled_from(["email", "social"])},
        ),
    ),
    (
        5,
        ticket.TicketStatusChanged,
        st.builds(
            ticket.StatusChanged, to=PHASES, from_=st.none() | PHASES, queue=st.none() | QUEUES
        ),
    ),
    (
        6,
        ticket.TicketMessageAdded,
        st.builds(
            ticket.MessageAdded,
            message_id=st.just("m"),
            author_role=st.sampled_from(["customer", "agent", "bot"]),
            visibility=st.sampled_from(["public", "public", "internal"]),
            automated=st.sampled_from([False, False, True]),
            **_common(),
        ),
    ),
    (
        2,
        ticket.TicketQueueChanged,
        st.builds(ticket.Moved, to=st.none() | QUEUES, from_=st.none() | QUEUES),
    ),
    (
        2,
        ticket.TicketPriorityChanged,
        st.builds(ticket.Relabelled, to=PRIORITIES, queue=st.none() | QUEUES),
    ),
    (
        1,
        ticket.TicketTierChanged,
        st.builds(ticket.Relabelled, to=st.sampled_from(["gold", "iron"])),
    ),
    (1, ticket.TicketAssigned, st.builds(ticket.Moved, to=st.none() | st.just("a-1"))),
    (
        1,
        ticket.TicketEscalated,
        st.builds(ticket.Escalated, level=st.sampled_from([1, "2", "L3", "boss"])),
    ),
    (1, ticket.TicketMerged, st.builds(ticket.Joined, into_id=st.just("T0"))),
    (1, ticket.TicketSpammed, st.builds(Data)),
    (1, ticket.TicketDeleted, st.builds(Data)),
    (2, ticket.TicketRestored, st.builds(Data)),
    (
        1,
        ticket.TicketSnapshot,
        st.builds(
            ticket.Snapshot,
            status_category=PHASES,
            created_at=st.none() | INSTANTS,
            first_reply_at=st.none() | INSTANTS,
            solved_at=st.none() | INSTANTS,
            **_common(),
        ),
    ),
    (1, bot.BotHandoff, st.builds(bot.BotOutcome, outcome=st.just("agent"))),
]
_WAIT: Final = st.sampled_from([None, 0, 10, 25, 3000])
_CONTACT: Final[list[tuple[int, str, st.SearchStrategy[Data]]]] = [
    (4, "Queued", st.builds(contact.Queued, queue=QUEUES)),
    (
        3,
        "Answered",
        st.builds(contact.Answered, queue=QUEUES, agent_id=st.sampled_from(["a", "b"])),
    ),
    (1, "Answered", st.builds(contact.Answered, queue=QUEUES, agent_id=st.just("a"), wait_s=_WAIT)),
    (1, "Abandoned", st.builds(contact.Abandoned, queue=QUEUES)),
    (1, "Abandoned", st.builds(contact.Abandoned, queue=QUEUES, wait_s=_WAIT)),
    (
        1,
        "FlowedOut",
        st.builds(contact.FlowedOut, queue=QUEUES, reason=st.sampled_from(["key", "x"])),
    ),
    (1, "CallbackRequested", st.builds(contact.Callback, queue=QUEUES)),
    (1, "Transferred", st.builds(contact.Transferred, kind=st.just("blind"))),
    (1, "Held", st.builds(Data)),
    (1, "Resumed", st.builds(Data)),
    (2, "Ended", st.builds(contact.Ended, ended_by=st.sampled_from(["customer", "agent"]))),
    (1, "Ended", st.builds(contact.Ended, ended_by=st.just("agent"), talk_s=_WAIT)),
    (1, "WrapupStarted", st.builds(contact.Wrapup, agent_id=st.sampled_from(["a", "b"]))),
    (1, "WrapupEnded", st.builds(contact.Wrapup, agent_id=st.sampled_from(["a", "b"]))),
    (1, "Offered", st.builds(contact.Offered, agent_id=st.just("a"))),
]


def _subject(name: str) -> st.SearchStrategy[tuple[type[Event], Data]]:
    kind = name.partition("/")[0]
    if kind == "ticket":
        kinds = [(one, data) for weight, one, data in _TICKET for _ in range(weight)]
    else:
        prefix = kind.capitalize()
        kinds = [
            (getattr(contact, prefix + one), data)
            for weight, one, data in _CONTACT
            for _ in range(weight)
        ]
    return st.sampled_from(kinds).flatmap(lambda pair: pair[1].map(lambda data: (pair[0], data)))


@st.composite
def lives(draw: st.DrawFn, *, longest: int = 14) -> list[Event]:
    """The events of some subjects, each with an id of its own, sorted by nothing in particular."""
    subjects = ["ticket/1", "ticket/1", "ticket/2", "call/1", "chat/1"]
    events: list[Event] = []
    for number in range(draw(st.integers(1, longest))):
        name = draw(st.sampled_from(subjects))
        kind, data = draw(_subject(name))
        time: datetime = draw(INSTANTS) + timedelta(seconds=draw(SECONDS))
        sequence = draw(st.none() | st.integers(0, 3).map(str))
        events.append(
            kind(
                id=f"e{number}",
                source=SOURCE,
                time=time,
                subject=name,
                sequence=sequence,
                data=data,
            )
        )
    return events
