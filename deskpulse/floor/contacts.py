"""Calls and chats: a small queueing system, so waits and hang-ups emerge instead of being drawn.

A customer enters a queue with a patience of their own; the crew's people take the longest waiting
one. Whoever is not served in time hangs up, asks for a callback, or is sent to voicemail; half of
the impatient try again. After the answer: talk, sometimes hold, sometimes a transfer, wrap-up.

Where the numbers come from: handle times near the bands of KPI 11 (`kpis.md`), log-normal as is
usual for talk times; patience a Weibull mixture with a few who hang up at once. They are ours, and
nothing depends on them but how the demo looks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskpulse.floor.clockwork import seconds_between, span
from deskpulse.floor.line import HELD, Contact, Line, handle_s, is_open
from streams.events.bot import BotHandled, BotHandoff
from streams.events.envelope import Event
from streams.spans import DAY, SECOND, Duration, Instant

if TYPE_CHECKING:
    from random import Random

    from deskpulse.floor.clockwork import Life
    from deskpulse.floor.kinds import ContactKinds
    from deskpulse.floor.people import Crew, Person
    from deskpulse.floor.scene import Scene


HEEDS_ANNOUNCEMENT = 0.8
RING_S = (2.0, 6.5)
MISSED_RING_S = 18.0
MISSED = 0.025
HOLD_ABANDONED = 0.05
TRANSFERRED = 0.06
HANGUP_LOST = 0.002
WRAPUP_LOST = 0.01
IMPATIENT_AT_ONCE = 0.04
TRIES_AGAIN = 0.45
WANTS_CALLBACK = 0.18
CALLBACK_OFFERED_AFTER = 90 * SECOND
ANSWERS_SURVEY = 0.11


class ContactFloor:
    """The queues of one kind (calls, or chats) and the lives in them."""

    def __init__(
        self,
        scene: Scene,
        kinds: ContactKinds,
        lines: tuple[Line, ...],
        crew: Crew[Contact],
        rng: Random,
    ) -> None:
        self._scene = scene
        self._clock = scene.clock
        self._kinds = kinds
        self._lines = {line.queue: line for line in lines}
        self._bench = crew.bench
        self._crew = crew
        self._rng = rng
        self._number = 0

    def load(self, at: Instant, level: float, peak: float) -> float:
        """Erlangs that come in at `level` when a busy hour brings `peak` customers."""
        time = at % DAY
        return sum(
            level * peak * line.share / 3_600 * handle_s(line)
            for line in self._lines.values()
            if line.hours[0] <= time < line.hours[1]
        )

    def come_in(self, line: Line, customer: str | None = None) -> None:
        """A customer reaches a queue; after hours most hang up at the announcement before it."""
        if not is_open(line, self._clock.now) and self._rng.random() < HEEDS_ANNOUNCEMENT:
            return
        self._clock.start(self._first_entry(self._new(line, customer)))

    def handle(self, person: Person, contact: Contact) -> Life:
        """What an agent does with a contact: ring, answer, talk, wrap up."""
        clock, rng, kinds, line = self._clock, self._rng, self._kinds, contact.line
        self._say(contact, kinds.offered, agent_id=person.agent_id)
        if rng.random() < MISSED:
            yield clock.now + span(MISSED_RING_S)
            if not contact.gone:
                self._say(
                    contact, kinds.offer_missed, agent_id=person.agent_id, ring_s=MISSED_RING_S
                )
                self._bench.give_back(contact)
            self._crew.change_state(person, "break", "missed")
            yield clock.now + 30 * SECOND
            self._crew.change_state(person, "available")
            return
        yield clock.now + span(rng.uniform(*RING_S))
        if contact.gone:  # hung up while it rang
            return
        contact.taken = True
        waited = seconds_between(contact.entered, clock.now)
        known = {"wait_s": waited} if rng.random() < 0.9 else {}
        self._say(contact, kinds.answered, queue=line.queue, agent_id=person.agent_id, **known)
        self._crew.change_state(person, "busy")
        yield from self._conversation(person, contact)
        yield from self._wrap_up(person, contact)

    def _conversation(self, person: Person, contact: Contact) -> Life:
        clock, rng, kinds = self._clock, self._rng, self._kinds
        line = contact.line
        talk = span(max(rng.lognormvariate(0, line.spread) * line.talk_s, 8.0))
        held: Duration = 0
        if rng.random() < HELD:
            first = span(talk / SECOND / 3)
            yield from self._talk(contact, person, first)
            self._say(contact, kinds.held, agent_id=person.agent_id)
            held = span(min(5 + rng.expovariate(1 / 50), 600))
            yield clock.now + held
            if rng.random() < HOLD_ABANDONED:
                self._end(person, contact, "customer", first, held)
                return
            self._say(contact, kinds.resumed, agent_id=person.agent_id)
            yield from self._talk(contact, person, talk - first)
        else:
            yield from self._talk(contact, person, talk)
        draw = rng.random()
        if draw < TRANSFERRED:
            self._transfer(contact, "blind" if draw < TRANSFERRED / 2 else "attended")
        elif draw > HANGUP_LOST + TRANSFERRED:
            self._end(person, contact, "customer" if draw < 0.7 else "agent", talk, held)
            if rng.random() < ANSWERS_SURVEY:
                clock.start(self._survey(person, contact))

    def _talk(self, contact: Contact, person: Person, length: Duration) -> Life:
        """Let the conversation run; a chat shows its messages."""
        clock, rng, message = self._clock, self._rng, self._kinds.message
        until = clock.now + length
        if message is not None:
            turn = 0
            while (at := clock.now + span(12 + rng.expovariate(1 / 55))) < until:
                yield at
                turn += 1
                from_agent = turn % 2 == 0
                self._say(
                    contact,
                    message,
                    author_role="agent" if from_agent else "customer",
                    message_id=f"{contact.identity}-m{turn}",
                    agent_id=person.agent_id if from_agent else None,
                )
        yield until

    def _wrap_up(self, person: Person, contact: Contact) -> Life:
        clock, rng, kinds = self._clock, self._rng, self._kinds
        self._say(contact, kinds.wrapup_started, agent_id=person.agent_id)
        self._crew.change_state(person, "acw")
        yield clock.now + span(min(3 + rng.expovariate(1 / contact.line.wrap_s), 900))
        if rng.random() >= WRAPUP_LOST:
            self._say(contact, kinds.wrapup_ended, agent_id=person.agent_id)
        self._crew.change_state(person, "available")

    def _end(
        self, person: Person, contact: Contact, by: str, talk: Duration, held: Duration
    ) -> None:
        known = (
            {"talk_s": seconds_between(0, talk), "hold_s": seconds_between(0, held)}
            if self._rng.random() < 0.85
            else {}
        )
        self._say(contact, self._kinds.ended, ended_by=by, agent_id=person.agent_id, **known)

    def _transfer(self, contact: Contact, kind: str) -> None:
        target = self._lines[contact.line.transfers_to]
        self._say(contact, self._kinds.transferred, kind=kind, to_queue=target.queue)
        contact.line = target
        contact.taken = False
        self._clock.start(self._entry(contact), self._clock.now + SECOND // 10)

    def _first_entry(self, contact: Contact) -> Life:
        """Before the queue: a chat may meet the bot."""
        clock, rng, kinds = self._clock, self._rng, self._kinds
        if kinds.bot and rng.random() < 0.4:
            yield clock.now + span(15 + rng.expovariate(1 / 60))
            if rng.random() < 0.4:
                self._say(contact, BotHandled, outcome="answered", queue=contact.line.queue)
                return
            self._say(contact, BotHandoff, outcome="no_answer", queue=contact.line.queue)
            yield clock.now + SECOND
        yield from self._entry(contact)

    def _entry(self, contact: Contact, callback_of: str | None = None) -> Life:
        """A customer in a queue, until somebody answers or the customer leaves."""
        clock, rng, kinds, line = self._clock, self._rng, self._kinds, contact.line
        contact.entered = clock.now
        contact.segment += 1
        segment = contact.segment
        position = len(self._bench) + 1
        self._say(
            contact,
            kinds.queued,
            queue=line.queue,
            channel=self._kinds.channel,
            customer_id=contact.customer,
            category=line.category,
            position=position,
            callback_of=callback_of,
        )
        if not is_open(line, clock.now):
            yield clock.now + 8 * SECOND
            self._leave(contact, kinds.flowed_out, reason="no_agents")
            return
        self._bench.offer(contact)
        leaves = contact.entered + self._patience(line)
        times_out = contact.entered + span(line.timeout_s)
        offered = contact.entered + CALLBACK_OFFERED_AFTER
        if kinds.callback_requested is not None and position > 3 and offered < leaves:
            yield offered
            if contact.taken or contact.segment != segment:
                return
            if rng.random() < WANTS_CALLBACK:
                self._leave(contact, kinds.callback_requested)
                yield from self._callback(contact)
                return
        yield min(leaves, times_out)
        if contact.taken or contact.segment != segment:
            return
        if times_out <= leaves:
            reason = "voicemail" if self._kinds.channel == "voice" else "overflow"
            self._leave(contact, kinds.flowed_out, reason=reason)
            return
        if rng.random() >= HANGUP_LOST:
            known = (
                {"wait_s": seconds_between(contact.entered, clock.now)}
                if rng.random() < 0.9
                else {}
            )
            self._leave(contact, kinds.abandoned, **known)
        contact.gone = True
        if rng.random() < TRIES_AGAIN:
            yield clock.now + span(60 + rng.expovariate(1 / 420))
            self.come_in(line, contact.customer)

    def _leave(self, contact: Contact, kind: type[Event], /, **fields: object) -> None:
        contact.gone = True
        self._say(contact, kind, queue=contact.line.queue, **fields)

    def _callback(self, contact: Contact) -> Life:
        """The promised call back: tried after a while, and then one more call in the queue."""
        clock, rng, kinds, line = self._clock, self._rng, self._kinds, contact.line
        yield clock.now + span(rng.uniform(900, 3_600))
        self._say(contact, kinds.callback_attempted, queue=line.queue)
        if rng.random() < 0.25:  # nobody picks up
            return
        yield clock.now + 5 * SECOND
        self._say(contact, kinds.callback_done, queue=line.queue)
        again = self._new(line, contact.customer)
        yield from self._entry(again, callback_of=contact.identity)

    def _survey(self, person: Person, contact: Contact) -> Life:
        yield self._clock.now + span(self._rng.uniform(10, 60))
        happy = 1.0 - min(seconds_between(contact.entered, self._clock.now) / 3_600, 0.6)
        score = 5 - min(int(self._rng.expovariate(0.35 + 0.9 * happy)), 4)
        self._scene.surveys.answer(
            contact.subject, score=score, agent_id=person.agent_id, queue=contact.line.queue
        )

    def _patience(self, line: Line) -> Duration:
        rng = self._rng
        if rng.random() < IMPATIENT_AT_ONCE:
            return span(rng.uniform(1, 9))
        return span(8 + rng.weibullvariate(line.patience_s, 1.25))

    def _new(self, line: Line, customer: str | None) -> Contact:
        self._number += 1
        return Contact(
            self._kinds.subject, self._number, customer or self._scene.customers.someone(), line
        )

    def _say(self, contact: Contact, kind: type[Event], /, **fields: object) -> None:
        contact.sequence += 1
        sequence = contact.sequence if self._kinds.numbered else None
        self._scene.pen.say(kind, contact.subject, sequence, **fields)
