"""The whole floor: everything put together, and its events in the order in which they are sent."""

from __future__ import annotations

from functools import partial
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from deskpulse.floor import site
from deskpulse.floor.bench import Bench
from deskpulse.floor.clockwork import Clockwork, span
from deskpulse.floor.contacts import ContactFloor
from deskpulse.floor.customers import Customers
from deskpulse.floor.delivery import Line, Outbox
from deskpulse.floor.desk import TOUCHES, WORK_S, Ticket
from deskpulse.floor.kinds import CALLS, CHATS
from deskpulse.floor.library import Library
from deskpulse.floor.line import Contact
from deskpulse.floor.pen import HEARTBEAT, Pen, SurveyPen
from deskpulse.floor.people import HEARTBEAT as HEARTBEAT_OF_PEOPLE
from deskpulse.floor.people import Crew
from deskpulse.floor.roster import enough_for_calls, enough_for_tickets
from deskpulse.floor.scene import Scene
from deskpulse.floor.shape import Tide, ordinary, weekday
from deskpulse.floor.tickets import TicketFloor
from streams.spans import DAY, HOUR, MINUTE, SECOND, Duration, Instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from deskpulse.floor.clockwork import Life
    from deskpulse.floor.kinds import ContactKinds
    from deskpulse.floor.line import Line as ContactLine
    from streams.events.envelope import Event

DEFAULT_RATE = 600.0
"""Tickets, calls and chats that come in during the busiest hour of an ordinary Wednesday."""

_WEEKEND = 5
_WORK_MEAN_S = WORK_S * 1.2  # of the log-normal with its spread


class Sent(NamedTuple):
    """One event on its way into Kafka."""

    at: Instant
    """When it is sent; its `time` is when it happened."""
    event: Event


class Floor:
    """A support floor, reproducible from its seed: the same arguments, the same events.

    Endless and lazy: memory grows with what is open on the floor (a few days of tickets), not with
    how long it runs. Nothing here reads a clock; `at` and `start` are floor time.
    """

    def __init__(
        self,
        seed: int,
        start: Instant,
        rate: float = DEFAULT_RATE,
        incidents: Iterable[Duration] = (),
    ) -> None:
        """`rate`: customers in a busy hour. `incidents`: times of day (UTC) of daily incidents."""
        self.start = start
        self.rate = rate
        self._seed = seed
        self._clock = Clockwork(start)
        self._outbox = Outbox()
        self._tide = Tide(self._rng("tide"), incidents)
        self._customers = Customers(self._rng("customers"))
        self._pens: list[Pen] = []
        self._surveys = SurveyPen("survey", self._clock, self._line("survey"), self._outbox)
        self._pens.append(self._surveys)
        self._tickets(self._scene("desk"))
        self._contacts(self._scene("pbx"), CALLS, site.CALL_LINES, slots=1)
        self._contacts(self._scene("chat"), CHATS, site.CHAT_LINES, slots=site.CHAT_SLOTS)
        library = Library(self._surveys, self._customers, self._rng("library"))
        self._arrivals("library", library.SHARE, library.visit, touched=True)
        self._clock.start(self._beats())

    def incident(self, at: Instant | None = None) -> None:
        """Let an incident start, by default now: customers come in heaps about one thing."""
        self._tide.incident(self._clock.now if at is None else at)

    def events(self) -> Iterator[Sent]:
        """What is sent, in that order, without end."""
        clock, outbox = self._clock, self._outbox
        while True:
            until = clock.next_instant()
            for at, event in outbox.sent_before(until):
                yield Sent(at, event)
            clock.step()

    # --- putting it together --------------------------------------------------------------------

    def _rng(self, part: str) -> Random:
        """Each part draws from its own source, so that a change in one moves no other."""
        return Random(f"{self._seed}/{part}")

    def _line(self, name: str) -> Line:
        return Line(self._rng(f"line/{name}"), self.start)

    def _scene(self, source: str) -> Scene:
        pen = Pen(source, self._clock, self._line(source), self._outbox)
        self._pens.append(pen)
        return Scene(self._clock, pen, self._surveys, self._customers, self._tide)

    def _tickets(self, scene: Scene) -> None:
        benches = {desk.queue: Bench[Ticket](scene.clock) for desk in site.DESKS}
        floor = TicketFloor(scene, site.DESKS, benches, self._rng("tickets"))
        for queue, bench in benches.items():
            crew = Crew(
                scene,
                queue,
                (queue,),
                bench,
                self._rng(f"crew/{queue}"),
                heartbeat=2 * HEARTBEAT_OF_PEOPLE,
            )
            load = self._desk_load(queue)
            scene.clock.start(crew.rota(load, enough_for_tickets, site.DESK_HOURS, floor.handle))
        for channel in site.CHANNELS:
            come_in = partial(floor.come_in, channel)
            self._arrivals(channel.channel, channel.share, come_in, touched=channel.touched)

    def _desk_load(self, queue: str) -> Callable[[Instant], float]:
        """Work that comes to a team, in people, evened out over its day."""
        share = sum(
            channel.share * channel.queues.get(queue, 0) / sum(channel.queues.values())
            for channel in site.CHANNELS
        )
        opens, closes = site.DESK_HOURS

        def load(at: Instant) -> float:
            midnight = at // DAY * DAY
            coming = sum(ordinary(midnight + hour * HOUR) for hour in range(24))
            if weekday(at) >= _WEEKEND:
                coming *= site.WEEKEND_DESK
            tickets = coming * self.rate * share
            return tickets * TOUCHES * _WORK_MEAN_S / ((closes - opens) // SECOND)

        return load

    def _contacts(
        self, scene: Scene, kinds: ContactKinds, lines: tuple[ContactLine, ...], slots: int
    ) -> None:
        name = kinds.channel
        queues = tuple(line.queue for line in lines)
        bench = Bench[Contact](scene.clock)
        crew = Crew(scene, name, queues, bench, self._rng(f"crew/{name}"), slots)
        floor = ContactFloor(scene, kinds, lines, crew, self._rng(name))
        hours = (min(line.hours[0] for line in lines), max(line.hours[1] for line in lines))

        def load(at: Instant) -> float:
            return floor.load(at, ordinary(at), self.rate) / slots

        scene.clock.start(crew.rota(load, enough_for_calls, hours, floor.handle))
        for line in lines:
            come_in = partial(floor.come_in, line)
            self._arrivals(line.queue, line.share, come_in, touched=line.touched)

    def _arrivals(
        self, name: str, share: float, come_in: Callable[[], None], *, touched: bool
    ) -> None:
        self._clock.start(
            self._stream(self._rng(f"arrivals/{name}"), share, come_in, touched=touched)
        )

    def _stream(
        self, rng: Random, share: float, come_in: Callable[[], None], *, touched: bool
    ) -> Life:
        """Customers at a rate that changes by the minute: exponential gaps in changing time."""
        clock, tide = self._clock, self._tide
        busy_hour = self.rate * share / 3_600
        patience = rng.expovariate(1)
        while True:
            now = clock.now
            level = tide.level(now) * (tide.surge(now) if touched else 1.0)
            a_second = busy_hour * level
            minute_ends = (now // MINUTE + 1) * MINUTE
            expected = a_second * (minute_ends - now) / SECOND
            if patience > expected:
                patience -= expected
                yield minute_ends
                continue
            yield now + max(span(patience / a_second), 1_000)
            come_in()
            patience = rng.expovariate(1)

    def _beats(self) -> Life:
        clock = self._clock
        yield (clock.now // HEARTBEAT + 1) * HEARTBEAT
        while True:
            for pen in self._pens:
                pen.beat()
            yield clock.now + HEARTBEAT
