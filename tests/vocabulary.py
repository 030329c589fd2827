"""The words tests are written in: a Monday, its events, and what a board says of them.

floor = read([opened("T1", "09:00"), replied("T1", "09:05")], until="10:00")
assert floor["support_window_duration_seconds", "billing", "15m", "first_response"] == 300
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import cache
from itertools import count
from typing import Any, Final, TypeAlias, TypeVar

from msgspec.structs import replace

from streams.board import Board
from streams.config import load
from streams.counts.kpis import BY_NAME
from streams.events import Event, bot, contact, encode, key_of, ticket
from streams.events.envelope import Data, Role
from streams.events.source import Beat, SourceHeartbeat
from streams.gauges import gauges
from streams.part.parts import Head
from streams.site import Site, compile_site
from streams.spans import SECOND, Instant, instant
from streams.stage import Raw, Stage

MONDAY: Final = datetime(2026, 1, 5, tzinfo=UTC)
SOURCE: Final = "/desk/acme"

EMPTY: Final = "clock: events\n"
"""The configuration of a site that says nothing, under the clock of its events."""

When: TypeAlias = str | datetime
"""An instant as a test writes it, or an aware moment."""

_ids = count(1)


def moment_of(text: When) -> datetime:
    """`09:05`, `09:05:30.5`, `tue 09:05`, `2026-01-06T09:05Z`: an instant of that week in UTC."""
    if isinstance(text, datetime):
        return text
    if "T" in text:
        return datetime.fromisoformat(text)
    day, _, clock = text.rpartition(" ")
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(day or "mon")
    return datetime.combine(MONDAY.date() + timedelta(days), time.fromisoformat(clock), UTC)


def at(text: When) -> Instant:
    """The same as an instant of the core."""
    return instant(moment_of(text))


E = TypeVar("E", bound=Event)


def make(kind: type[E], subject: str, when: When, data: Data, **more: Any) -> E:
    """An event; its id is new unless given, and it has no sequence unless given."""
    attributes = {"id": f"e{next(_ids)}", "source": SOURCE} | more
    return kind(time=moment_of(when), subject=subject, data=data, **attributes)


def numbered(event: E, sequence: str | int) -> E:
    """The same event with a sequence."""
    return replace(event, sequence=sequence)


# --- tickets ------------------------------------------------------------------------------------


def opened(
    name: str,
    when: When,
    *,
    by: Role = "customer",
    channel: str = "email",
    queue: str | None = "billing",
    **fields: Any,
) -> ticket.TicketCreated:
    """Created, by a customer who wrote to billing unless told otherwise."""
    data = ticket.Created(created_by=by, channel=channel, queue=queue, **fields)
    return make(ticket.TicketCreated, f"ticket/{name}", when, data)


def status(name: str, when: When, to: Any, was: Any = None) -> ticket.TicketStatusChanged:  # noqa: ANN401 - a status category
    """The status category moved."""
    data = ticket.StatusChanged(to=to, from_=was)
    return make(ticket.TicketStatusChanged, f"ticket/{name}", when, data)


def solved(name: str, when: When) -> ticket.TicketStatusChanged:
    """Moved to solved."""
    return status(name, when, "solved")


def closed(name: str, when: When) -> ticket.TicketStatusChanged:
    """Moved to closed."""
    return status(name, when, "closed")


def message(
    name: str,
    when: When,
    role: Role,
    *,
    public: bool = True,
    automated: bool = False,
    **fields: Any,
) -> ticket.TicketMessageAdded:
    """Somebody wrote."""
    data = ticket.MessageAdded(
        message_id="m",
        author_role=role,
        visibility="public" if public else "internal",
        automated=automated,
        **fields,
    )
    return make(ticket.TicketMessageAdded, f"ticket/{name}", when, data)


def replied(name: str, when: When) -> ticket.TicketMessageAdded:
    """A human agent wrote to the customer."""
    return message(name, when, "agent")


def wrote(name: str, when: When) -> ticket.TicketMessageAdded:
    """The customer wrote."""
    return message(name, when, "customer")


def handed_off(name: str, when: When) -> bot.BotHandoff:
    """A bot gave the ticket to people."""
    return make(bot.BotHandoff, f"ticket/{name}", when, bot.BotOutcome(outcome="agent"))


def moved(
    name: str, when: When, to: str | None, was: str | None = None
) -> ticket.TicketQueueChanged:
    """It went to another queue."""
    data = ticket.Moved(to=to, from_=was)
    return make(ticket.TicketQueueChanged, f"ticket/{name}", when, data)


def assigned(name: str, when: When, to: str | None = "a-1") -> ticket.TicketAssigned:
    """Somebody got it, or nobody has it."""
    return make(ticket.TicketAssigned, f"ticket/{name}", when, ticket.Moved(to=to))


def relabelled(kind: type[Event], name: str, when: When, to: str) -> Event:
    """Another priority, tier or category."""
    return make(kind, f"ticket/{name}", when, ticket.Relabelled(to=to))


def prioritised(name: str, when: When, to: str) -> Event:
    """Another priority."""
    return relabelled(ticket.TicketPriorityChanged, name, when, to)


def tiered(name: str, when: When, to: str) -> Event:
    """Its customer has another tier."""
    return relabelled(ticket.TicketTierChanged, name, when, to)


def categorised(name: str, when: When, to: str) -> Event:
    """It is about something else."""
    return relabelled(ticket.TicketCategoryChanged, name, when, to)


def escalated(
    name: str, when: When, level: str | int = 2, to_queue: str | None = None
) -> ticket.TicketEscalated:
    """To a higher level."""
    data = ticket.Escalated(level=level, to_queue=to_queue)
    return make(ticket.TicketEscalated, f"ticket/{name}", when, data)


def merged(name: str, when: When) -> ticket.TicketMerged:
    """Into another ticket."""
    return make(ticket.TicketMerged, f"ticket/{name}", when, ticket.Joined(into_id="T0"))


def spammed(name: str, when: When) -> ticket.TicketSpammed:
    """Marked as spam."""
    return make(ticket.TicketSpammed, f"ticket/{name}", when, Data())


def deleted(name: str, when: When) -> ticket.TicketDeleted:
    """Deleted."""
    return make(ticket.TicketDeleted, f"ticket/{name}", when, Data())


def restored(name: str, when: When) -> ticket.TicketRestored:
    """Back from a removal."""
    return make(ticket.TicketRestored, f"ticket/{name}", when, Data())


def snapshot(name: str, when: When, category: Any, **fields: Any) -> ticket.TicketSnapshot:  # noqa: ANN401 - state and milestones
    """The full state as the desk has it."""
    for key in ("created_at", "first_reply_at", "solved_at"):
        if isinstance(fields.get(key), str):
            fields[key] = moment_of(fields[key])
    data = ticket.Snapshot(status_category=category, **fields)
    return make(ticket.TicketSnapshot, f"ticket/{name}", when, data)


# --- calls and chats ----------------------------------------------------------------------------


def contact_event(name: str, kind: str, when: When, data: Data) -> Event:
    """`contact_event("call/C1", "Queued", ...)`."""
    prefix = name.partition("/")[0].capitalize()
    made: Event = make(getattr(contact, prefix + kind), name, when, data)
    return made


def queued(name: str, when: When, queue: str = "voice", **more: Any) -> Event:
    """Entered a queue."""
    return contact_event(name, "Queued", when, contact.Queued(queue=queue, **more))


def answered(name: str, when: When, queue: str = "voice", agent: str = "a-1", **more: Any) -> Event:
    """An agent took it."""
    data = contact.Answered(queue=queue, agent_id=agent, **more)
    return contact_event(name, "Answered", when, data)


def abandoned(name: str, when: When, queue: str = "voice", **more: Any) -> Event:
    """The customer left the queue."""
    return contact_event(name, "Abandoned", when, contact.Abandoned(queue=queue, **more))


def flowed_out(name: str, when: When, reason: str = "timeout", queue: str = "voice") -> Event:
    """Left the queue unanswered."""
    data = contact.FlowedOut(queue=queue, reason=reason)
    return contact_event(name, "FlowedOut", when, data)


def callback(name: str, when: When, queue: str = "voice") -> Event:
    """Chose to be called back."""
    return contact_event(name, "CallbackRequested", when, contact.Callback(queue=queue))


def transferred(name: str, when: When, **more: Any) -> Event:
    """Handed on."""
    return contact_event(name, "Transferred", when, contact.Transferred(kind="blind", **more))


def held(name: str, when: When) -> Event:
    """On hold."""
    return contact_event(name, "Held", when, Data())


def resumed(name: str, when: When) -> Event:
    """Off hold."""
    return contact_event(name, "Resumed", when, Data())


def ended(name: str, when: When, by: Any = "agent", **more: Any) -> Event:  # noqa: ANN401 - talk_s, hold_s
    """The conversation is over."""
    return contact_event(name, "Ended", when, contact.Ended(ended_by=by, **more))


def wrap_started(name: str, when: When, agent: str = "a-1") -> Event:
    """The agent works after it."""
    return contact_event(name, "WrapupStarted", when, contact.Wrapup(agent_id=agent))


def wrap_ended(name: str, when: When, agent: str = "a-1") -> Event:
    """The agent is done with it."""
    return contact_event(name, "WrapupEnded", when, contact.Wrapup(agent_id=agent))


def rung(name: str, when: When, agent: str = "a-1") -> Event:
    """An agent's phone rings."""
    return contact_event(name, "Offered", when, contact.Offered(agent_id=agent))


def beat(when: When, source: str = "desk") -> SourceHeartbeat:
    """The source is alive."""
    return make(SourceHeartbeat, f"source/{source}", when, Beat(interval_s=10))


# --- what comes of them -------------------------------------------------------------------------

Floor = dict[tuple[str, ...], float]
"""Every value by metric name and label values, in the order of the catalogue."""


@cache
def site_of(text: str = EMPTY) -> Site:
    """A site from the text of its file."""
    return compile_site(load(text))


def records(events: Iterable[Event], offset: int = 0) -> list[Raw]:
    """Events as Kafka would hand them over."""
    return [Raw(offset + place, key_of(event), encode(event)) for place, event in enumerate(events)]


def head(partition: int = 0, generation: int = 1, partitions: int = 1) -> Head:
    """The front of a part."""
    return Head("test-v1", partition, partitions, generation, "hash", "")


def shown(stages: Sequence[Stage], site: Site, now: Instant) -> Floor:
    """The gauges of a board over these stages."""
    board = Board(site.plan)
    for partition, stage in enumerate(stages):
        board.take(stage.part(head(partition, partitions=len(stages))), 0)
    return floor_of(board, site, now)


def floor_of(board: Board, site: Site, now: Instant) -> Floor:
    """What a board shows at `now`, by name and labels; zeros left out, for absent reads as zero."""
    return {
        (kpi.name, *labels): value
        for kpi, values in gauges(board.read(), site.plan, now)
        for labels, value in values.items()
        if value or kpi.name in KEEPS_ZERO
    }


KEEPS_ZERO: Final = frozenset(
    {"support_window_duration_quantile_seconds", "support_drain_time_seconds"}
)
"""Absent does not read as zero for a quantile or a drain time."""


def counted(stage: Stage) -> Floor:
    """Counters and histograms of the KPIs, less the revisions of their family.

    Histograms by `(name, *labels, "count")` and `(…, "sum")` in seconds.
    """
    floor: Floor = {}
    for (name, labels), n in stage.totals.counters.items():
        kpi = BY_NAME[name]
        if kpi.group != "Pipeline":
            floor[name, *labels] = n / SECOND if kpi.unit == "s" else n
    for (name, labels), one in stage.totals.distributions.items():
        if BY_NAME[name].group != "Pipeline":
            floor[name, *labels, "count"] = sum(one.counts)
            floor[name, *labels, "sum"] = one.total / SECOND
    return floor


def outcomes(stage: Stage) -> Mapping[str, int]:
    """How many events had which outcome."""
    found: dict[str, int] = {}
    for (name, labels), n in stage.totals.counters.items():
        if name == "support_stream_events_total":
            found[labels[2]] = found.get(labels[2], 0) + n
    return found


def run(events: Iterable[Event], until: str | Instant, site: Site | None = None) -> Stage:
    """A stage that has read the events in this order, at `until`."""
    now = until if isinstance(until, int) else at(until)
    stage = Stage(site or site_of())
    rejected = stage.apply(0, records(events))
    assert not rejected, rejected
    stage.advance_to(now)
    return stage


def read(events: Iterable[Event], until: str | Instant, site: Site | None = None) -> Floor:
    """Gauges, counters and histograms after the events, at `until`."""
    site = site or site_of()
    stage = run(events, until, site)
    return shown([stage], site, stage.now) | counted(stage)
