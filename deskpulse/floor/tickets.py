"""Tickets: from the first message to the closing, with everything that happens on the way.

A ticket waits on its team's bench until an agent picks it up; what the agent does (reply, solve,
hand over, escalate, hold, merge) sends it on. Bots answer first on some channels, auto-replies go
out, customers write again, say thanks after the solve, come back days later, or never answer.
Shares and delays are ours; they make a floor that looks like one.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from deskpulse.floor.clockwork import NEVER, span
from deskpulse.floor.desk import (
    PRIORITIES,
    PRIORITY_WEIGHTS,
    WORK_S,
    WORK_SPREAD,
    Channel,
    Desk,
    Ticket,
)
from streams.events.bot import BotHandled, BotHandoff
from streams.events.envelope import Event
from streams.events.ticket import (
    TicketAssigned,
    TicketCategoryChanged,
    TicketCreated,
    TicketDeleted,
    TicketEscalated,
    TicketMerged,
    TicketMessageAdded,
    TicketPriorityChanged,
    TicketQueueChanged,
    TicketRestored,
    TicketSpammed,
    TicketStatusChanged,
)
from streams.spans import DAY, HOUR, SECOND, Instant

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from deskpulse.floor.bench import Bench
    from deskpulse.floor.clockwork import Life
    from deskpulse.floor.people import Person
    from deskpulse.floor.scene import Scene

AUTO_CLOSE = 4 * DAY
PENDING_SOLVE = 3 * DAY


# What an agent's work comes to, as thresholds of one draw; the rest is a reply that solves.
_MERGED = 0.015
_HANDED_OVER = 0.075
_ESCALATED = 0.10
_NOTED = 0.12
_PUT_ON_HOLD = 0.16
_ASKED_BACK = 0.52
_DELETED = 0.997

_QUICK = frozenset({"messaging", "social", "chat"})


class TicketFloor:
    """All tickets of all teams."""

    def __init__(
        self,
        scene: Scene,
        desks: tuple[Desk, ...],
        benches: Mapping[str, Bench[Ticket]],
        rng: Random,
    ) -> None:
        self._clock = scene.clock
        self._scene = scene
        self._desks = {desk.queue: desk for desk in desks}
        self._names = tuple(self._desks)
        self._benches = benches
        self._rng = rng
        self._number = 40_000

    def come_in(self, channel: Channel, queue: str | None = None) -> None:
        """Somebody writes."""
        rng = self._rng
        if queue is None:
            queue = rng.choices(tuple(channel.queues), tuple(channel.queues.values()))[0]
        desk = self._desks[queue]
        outage = desk.touched and rng.random() < 1 - 1 / self._scene.tide.surge(self._clock.now)
        self._number += 1
        ticket = Ticket(
            self._number,
            channel.channel,
            queue,
            "outage" if outage else rng.choice(desk.categories),
            "high" if outage else rng.choices(PRIORITIES, PRIORITY_WEIGHTS)[0],
        )
        ticket.customer = self._scene.customers.someone()
        ticket.process = self._clock.start(self._life(ticket, channel))

    def handle(self, person: Person, ticket: Ticket) -> Life:
        """An agent picks a ticket up, works on it, and sends it on."""
        clock, rng = self._clock, self._rng
        if ticket.assignee is not person:
            before, ticket.assignee = ticket.assignee, person
            self._say(
                ticket,
                TicketAssigned,
                to=person.agent_id,
                from_=before.agent_id if before else None,
            )
        yield clock.now + span(min(rng.lognormvariate(0, WORK_SPREAD) * WORK_S, 3_600))
        if not ticket.gone:
            clock.wake(ticket.process, clock.now)

    # --- a ticket's life ------------------------------------------------------------------------

    def _life(self, ticket: Ticket, channel: Channel) -> Life:
        clock, rng = self._clock, self._rng
        outbound = rng.random() < 0.02
        self._say(
            ticket,
            TicketCreated,
            created_by="agent" if outbound else "customer",
            requester_role="customer",
            channel=ticket.channel,
            queue=ticket.queue,
            priority=ticket.priority,
            tier=self._scene.customers.tier(),
            category=ticket.category,
            customer_id=ticket.customer,
        )
        if rng.random() < channel.auto_reply:
            yield clock.now + span(rng.uniform(1, 4))
            self._message(ticket, "system", automated=True)
        if rng.random() < channel.bot:
            yield from self._bot(ticket)
            if ticket.status == "closed":
                return
        if rng.random() < 0.025:
            yield clock.now + span(rng.uniform(30, 1_200))
            self._say(ticket, TicketSpammed)
            return
        if rng.random() < 0.08:
            clock.start(self._writes_again(ticket))
        yield from self._with_the_team(ticket)

    def _bot(self, ticket: Ticket) -> Life:
        """The bot answers first: it solves, or it hands over to people."""
        clock, rng = self._clock, self._rng
        for _ in range(rng.randint(1, 3)):
            yield clock.now + span(rng.uniform(3, 12))
            self._message(ticket, "bot", automated=True)
            yield clock.now + span(15 + rng.expovariate(1 / 40))
            self._message(ticket, "customer")
        if rng.random() >= 0.35:
            self._say(ticket, BotHandoff, outcome="handed_off", queue=ticket.queue)
            return
        self._say(ticket, BotHandled, outcome="answered", queue=ticket.queue)
        self._move(ticket, "solved", "bot")
        if rng.random() < 0.18:  # it was not the answer after all
            yield clock.now + span(600 + rng.expovariate(1 / 20_000))
            self._message(ticket, "customer")
            self._move(ticket, "open", "customer")
            return
        yield clock.now + AUTO_CLOSE
        self._move(ticket, "closed", "system")

    def _with_the_team(self, ticket: Ticket) -> Life:
        """From hand to hand until it is over."""
        while True:
            self._benches[ticket.queue].offer(ticket)
            yield NEVER  # until an agent has worked on it
            again = yield from self._outcome(ticket)
            if not again:
                ticket.gone = True
                return

    def _outcome(self, ticket: Ticket) -> Generator[Instant, None, bool]:
        """What comes of an agent's work; whether the ticket needs an agent again."""
        draw = self._rng.random()
        if draw < _NOTED:
            self._message(ticket, "agent", public=False)
        if draw < _MERGED and not ticket.replied:
            self._say(ticket, TicketMerged, into_id=str(int(ticket.identity) - 1))
            again = False
        elif draw < _HANDED_OVER and not ticket.replied:
            self._hand_over(ticket)
            again = True
        elif draw < _ESCALATED:
            yield from self._escalate(ticket)
            again = True
        elif draw < _PUT_ON_HOLD:
            yield from self._hold(ticket)
            again = True
        elif draw > _DELETED:
            again = yield from self._delete(ticket)
        else:
            again = yield from self._reply(ticket, "pending" if draw < _ASKED_BACK else "solved")
        return again

    def _reply(self, ticket: Ticket, status: str) -> Generator[Instant, None, bool]:
        self._message(ticket, "agent")
        ticket.replied = True
        yield self._clock.now + span(self._rng.uniform(0.2, 3))
        if status == "solved":
            return (yield from self._solved(ticket, "agent"))
        self._move(ticket, "pending", "agent")
        return (yield from self._customers_turn(ticket))

    def _hold(self, ticket: Ticket) -> Life:
        """Waiting for somebody else: a supplier, another team."""
        if self._rng.random() < 0.4:
            self._correct(ticket)
        self._move(ticket, "on_hold", "agent")
        yield self._clock.now + span(self._rng.lognormvariate(0, 0.8) * 14_400)
        self._move(ticket, "open", "system")

    def _customers_turn(self, ticket: Ticket) -> Generator[Instant, None, bool]:
        """Pending: the customer answers, or the desk solves it after some days."""
        clock, rng = self._clock, self._rng
        if rng.random() < 0.76:
            quick = ticket.channel in _QUICK
            yield clock.now + span(rng.lognormvariate(0, 1.1) * (600 if quick else 8_000))
            self._message(ticket, "customer")
            self._move(ticket, "open", "customer")
            return True
        yield clock.now + PENDING_SOLVE
        return (yield from self._solved(ticket, "system"))

    def _solved(self, ticket: Ticket, by: str) -> Generator[Instant, None, bool]:
        clock, rng = self._clock, self._rng
        self._move(ticket, "solved", by)
        if by == "agent" and rng.random() < 0.28:
            clock.start(self._survey(ticket))
        draw = rng.random()
        if draw < 0.045:  # "thanks!": opens it again, and an agent solves it without a word
            yield clock.now + span(120 + rng.expovariate(1 / 2_400))
            self._message(ticket, "customer")
            self._move(ticket, "open", "customer")
            self._benches[ticket.queue].offer(ticket)
            yield NEVER
            self._move(ticket, "solved", "agent")
        elif draw < 0.105:
            yield clock.now + span(600 + rng.lognormvariate(0, 1.0) * 30_000)
            self._message(ticket, "customer")
            self._move(ticket, "open", "customer")
            return True
        yield clock.now + AUTO_CLOSE
        self._move(ticket, "closed", "system")
        return False

    def _hand_over(self, ticket: Ticket) -> None:
        """To another team; nobody's until they pick it up."""
        before = ticket.queue
        ticket.queue = self._rng.choice([name for name in self._names if name != before])
        self._say(ticket, TicketQueueChanged, to=ticket.queue, from_=before)
        if ticket.assignee is not None:
            self._say(ticket, TicketAssigned, to=None, from_=ticket.assignee.agent_id)
            ticket.assignee = None

    def _escalate(self, ticket: Ticket) -> Life:
        self._say(ticket, TicketEscalated, level="l2", reason="manual")
        yield self._clock.now + SECOND
        if ticket.priority in {"low", "normal"}:
            before, ticket.priority = ticket.priority, "high"
            self._say(ticket, TicketPriorityChanged, to="high", from_=before)
        if ticket.status == "new":
            self._move(ticket, "open", "agent")

    def _correct(self, ticket: Ticket) -> None:
        before = ticket.category
        ticket.category = self._rng.choice(self._desks[ticket.queue].categories)
        if ticket.category != before:
            self._say(ticket, TicketCategoryChanged, to=ticket.category, from_=before)

    def _delete(self, ticket: Ticket) -> Generator[Instant, None, bool]:
        """Deleted, sometimes by mistake; whether it comes back."""
        self._say(ticket, TicketDeleted)
        if self._rng.random() < 0.7:
            return False
        yield self._clock.now + span(self._rng.uniform(300, 5_400))
        self._say(ticket, TicketRestored)
        return True

    def _writes_again(self, ticket: Ticket) -> Life:
        """A second message before the first answer: is there any news?"""
        yield self._clock.now + span(60 + self._rng.expovariate(1 / 1_800))
        if ticket.status in {"new", "open"} and not ticket.gone:
            self._message(ticket, "customer")

    def _survey(self, ticket: Ticket) -> Life:
        clock, rng = self._clock, self._rng
        agent = ticket.assignee.agent_id if ticket.assignee else None
        yield clock.now + HOUR
        self._scene.surveys.ask(ticket.subject, ticket_id=ticket.identity, agent_id=agent)
        if rng.random() < 0.34:
            yield clock.now + span(300 + rng.expovariate(1 / 25_000))
            self._scene.surveys.answer(
                ticket.subject,
                score=rng.choices((1, 2, 3, 4, 5), (6, 5, 11, 33, 45))[0],
                ticket_id=ticket.identity,
                agent_id=agent,
                queue=ticket.queue,
            )

    # --- what the desk says ---------------------------------------------------------------------

    def _message(
        self, ticket: Ticket, role: str, *, public: bool = True, automated: bool = False
    ) -> None:
        ticket.messages += 1
        agent = ticket.assignee.agent_id if role == "agent" and ticket.assignee else None
        self._say(
            ticket,
            TicketMessageAdded,
            message_id=f"{ticket.identity}-m{ticket.messages}",
            author_role=role,
            visibility="public" if public else "internal",
            automated=automated,
            agent_id=agent,
        )

    def _move(self, ticket: Ticket, to: str, by: str) -> None:
        before, ticket.status = ticket.status, to
        self._say(ticket, TicketStatusChanged, to=to, by=by, from_=before)

    def _say(self, ticket: Ticket, kind: type[Event], /, **fields: object) -> None:
        ticket.sequence += 1
        self._scene.pen.say(kind, ticket.subject, ticket.sequence, **fields)
