"""The agents: who is there, on what, and what they say about themselves.

A crew has a bench of work. Each day's roster brings people in; a person takes work while there is
some, rests while there is none, goes on breaks, and leaves at the end of the shift, after what is
at hand. Presence is told as phone systems tell it: logged in and out, state changes, and a
heartbeat every 120 s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic

from deskpulse.floor.bench import W
from deskpulse.floor.clockwork import span
from deskpulse.floor.roster import plan
from streams.events.agent import (
    AgentHeartbeat,
    AgentLoggedIn,
    AgentLoggedOut,
    AgentStateChanged,
)
from streams.spans import DAY, HOUR, MINUTE, SECOND, Duration, Instant

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from deskpulse.floor.bench import Bench
    from deskpulse.floor.clockwork import Life, Process
    from deskpulse.floor.roster import Shift
    from deskpulse.floor.scene import Scene

HEARTBEAT: Duration = 120 * SECOND
"""Of those on the phone or in chats; the ticket desk says it half as often."""

_BREAKS = ((2 * HOUR, 15 * MINUTE), (4 * HOUR, 30 * MINUTE), (6 * HOUR + HOUR // 2, 15 * MINUTE))
"""Time into the shift, and length; the middle one is lunch."""
_TRAINING_SHARE = 0.06


class Person:
    """One agent. `state` is what presence events last said; `contacts` what they work on now."""

    __slots__ = ("agent_id", "contacts", "process", "state", "subject")

    def __init__(self, agent_id: str) -> None:
        self.agent_id = agent_id
        self.subject = f"agent/{agent_id}"
        self.state = "offline"
        self.contacts = 0
        self.process: Process


class Crew(Generic[W]):
    """People of one trade and the work that waits for them."""

    def __init__(
        self,
        scene: Scene,
        name: str,
        queues: Sequence[str],
        bench: Bench[W],
        rng: Random,
        slots: int = 1,
        heartbeat: Duration = HEARTBEAT,
    ) -> None:
        """`slots`: how many contacts one person has at a time (chats)."""
        self.name = name
        self.queues = tuple(queues)
        self.bench = bench
        self._clock = scene.clock
        self._pen = scene.pen
        self._rng = rng
        self._slots = slots
        self._heartbeat = heartbeat
        self._people: list[Person] = []

    def rota(
        self,
        load: Callable[[Instant], float],
        enough: Callable[[float], float],
        hours: tuple[Duration, Duration],
        handle: Callable[[Person, W], Life],
    ) -> Life:
        """Bring people in, day after day; `load(at)` in erlangs plans how many."""
        while True:
            midnight = self._clock.now // DAY * DAY
            for number, shift in enumerate(plan(load, midnight, enough, hours)):
                self._call_in(number, midnight, shift, handle)
            yield midnight + DAY

    def change_state(self, person: Person, state: str, reason: str | None = None) -> None:
        """Say that somebody is now in a state; nothing when that is known."""
        if person.state == state:
            return
        person.state = state
        self._pen.say(
            AgentStateChanged,
            person.subject,
            agent_id=person.agent_id,
            state=state,
            reason=reason,
            queues=self.queues,
        )

    def _call_in(
        self, number: int, midnight: Instant, shift: Shift, handle: Callable[[Person, W], Life]
    ) -> None:
        late = span(self._rng.random() * 240)
        start, end = midnight + shift.start + late, midnight + shift.end + late
        if end <= self._clock.now:
            return
        while number >= len(self._people):
            self._people.append(Person(f"{self.name}-{len(self._people) + 1}"))
        person = self._people[number]
        if person.state != "offline":
            return
        start = max(start, self._clock.now)
        breaks = self._breaks(start, end)
        for slot in range(self._slots):
            worker = person if slot == 0 else Person(person.agent_id)
            life = self._shift(worker, breaks, end, handle, speaks=slot == 0)
            worker.process = self._clock.start(life, start)

    def _breaks(self, start: Instant, end: Instant) -> list[tuple[Instant, Duration, str]]:
        breaks = [
            (start + after + span(self._rng.random() * 1_200), length, "break")
            for after, length in _BREAKS
            if start + after + length < end
        ]
        if self._rng.random() < _TRAINING_SHARE:
            breaks.append((start + HOUR, 45 * MINUTE, "training"))
        return sorted(breaks)

    def _shift(
        self,
        person: Person,
        breaks: list[tuple[Instant, Duration, str]],
        end: Instant,
        handle: Callable[[Person, W], Life],
        *,
        speaks: bool,
    ) -> Life:
        clock = self._clock
        if speaks:
            self._log_in(person, end)
        coming = iter(breaks)
        pause = next(coming, None)
        while clock.now < end:
            if pause is not None and clock.now >= pause[0]:
                if speaks:
                    self.change_state(person, pause[2])
                yield clock.now + pause[1]
                if speaks:
                    self.change_state(person, "available")
                pause = next(coming, None)
                continue
            work = self.bench.take()
            if work is None:
                self.bench.rest(person.process)
                yield min(end, pause[0]) if pause else end
                self.bench.rise(person.process)
                continue
            person.contacts += 1
            yield from handle(person, work)
            person.contacts -= 1
        if speaks:
            person.state = "offline"
            self._pen.say(AgentLoggedOut, person.subject, agent_id=person.agent_id)

    def _log_in(self, person: Person, end: Instant) -> None:
        self._pen.say(
            AgentLoggedIn,
            person.subject,
            agent_id=person.agent_id,
            queues=self.queues,
            capacity=self._slots,
        )
        person.state = "available"
        self._clock.start(self._heartbeats(person, end), self._clock.now + self._heartbeat)

    def _heartbeats(self, person: Person, end: Instant) -> Life:
        while self._clock.now < end and person.state != "offline":
            self._pen.say(
                AgentHeartbeat,
                person.subject,
                agent_id=person.agent_id,
                state=person.state,
                contacts=person.contacts,
            )
            yield self._clock.now + self._heartbeat
