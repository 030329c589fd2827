"""`deskpulse replay`: a file of events into Kafka, in the order of the file.

Lines that are no events are left out and named: a replay is for events that were meant. Sources'
heartbeats in the file go on to every partition of what they feed; beside them the replay sends its
own each second of wall time, dated with the largest event time sent, and a last one at the end:
at `--until` where given, so that a quiet end is not taken for a dead source.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final, NamedTuple

from deskpulse.arguments import a_factor, an_instant
from deskpulse.feed import Feed
from deskpulse.files import must_be_readable, opened, raw_lines, size_of
from deskpulse.outlet import Outlet
from deskpulse.pace import Pace
from streams.events import BadEvent, Ignored, parse
from streams.spans import SECOND, Duration, Instant, instant, rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deskpulse.notices import Advance, Notices
    from streams.events import Event

HEARTBEAT: Final[Duration] = SECOND
_NAMED: Final = 20
_LOOK_UP_EVERY: Final = 500
"""Events between two looks at the wall clock."""


class Tally:
    """What was read and sent."""

    def __init__(self) -> None:
        self.sent = 0
        self.outside = 0
        """Not sent: not later than `--after`, or later than `--until`."""
        self.ignored = 0
        """Not sent: of a type without a topic."""
        self.invalid = 0


class Stretch(NamedTuple):
    """Which events are sent: `after < time <= until`; None is no bound."""

    after: Instant | None
    until: Instant | None

    @classmethod
    def typed(cls, after: str | None, until: str | None) -> Stretch:
        """As typed."""
        return cls(
            an_instant(after, "--after") if after else None,
            an_instant(until, "--until") if until else None,
        )

    def holds(self, at: Instant) -> bool:
        """Whether an event of that time is sent."""
        return (self.after is None or at > self.after) and (self.until is None or at <= self.until)


def run(
    file: Path,
    broker: str,
    speed: float | None,
    bounds: tuple[str | None, str | None],
    notices: Notices,
) -> int:
    """Replay `file` within `bounds` (after, until); 1 when a line was no event, else 0."""
    must_be_readable(file)
    pace = Pace(a_factor(speed, "--speed"))
    tally = asyncio.run(_replay(file, broker, pace, Stretch.typed(*bounds), notices))
    notices.tell(
        "replay.finished",
        f"{file}: {tally.sent} events sent, {tally.outside} outside --after and --until, "
        f"{tally.ignored} of unknown type, {tally.invalid} lines that are no events",
        file=str(file),
        sent=tally.sent,
        outside=tally.outside,
        ignored=tally.ignored,
        invalid=tally.invalid,
    )
    return 1 if tally.invalid else 0


async def _replay(file: Path, broker: str, pace: Pace, stretch: Stretch, notices: Notices) -> Tally:
    tally = Tally()
    name = f"replay-{time.time_ns():x}"
    with notices.progress(file.name, size_of(file)) as advance:
        async with Outlet(broker) as outlet:
            feed = Feed(outlet, name)
            clock = Timer(outlet, feed, advance, tally)
            for done, event, raw in events_of(file, tally, notices):
                at = instant(event.time)
                if not stretch.holds(at):
                    tally.outside += 1
                    feed.learn(event)  # its source still speaks at the end
                    continue
                await pace.until_due(max(at, feed.latest or at), clock.tick)
                await feed.send(event, raw)
                tally.sent += 1
                clock.done = done
                if tally.sent % _LOOK_UP_EVERY == 0:
                    await clock.tick()
            end = stretch.until if stretch.until is not None else feed.latest
            if end is not None:
                await feed.beat(end, HEARTBEAT)
    return tally


class Timer:
    """What happens by wall time beside the sending: batches go, heartbeats beat, the bar moves."""

    def __init__(self, outlet: Outlet, feed: Feed, advance: Advance, tally: Tally) -> None:
        self._outlet = outlet
        self._feed = feed
        self._advance = advance
        self._tally = tally
        self._next_beat = time.monotonic() + HEARTBEAT / SECOND
        self.done = 0

    async def tick(self) -> None:
        """Do what is due."""
        now = time.monotonic()
        if now >= self._next_beat and self._feed.latest is not None:
            self._next_beat = now + HEARTBEAT / SECOND
            await self._feed.beat(self._feed.latest, HEARTBEAT)
        await self._outlet.push()
        at = rfc3339(self._feed.latest) if self._feed.latest is not None else ""
        self._advance(self.done, f"{self._tally.sent} events  {at}")
        await asyncio.sleep(0)


def events_of(file: Path, tally: Tally, notices: Notices) -> Iterator[tuple[int, Event, bytes]]:
    """(bytes read so far, event, its line) for every line that is one."""
    done = 0
    with opened(file) as stream:
        for number, line in enumerate(raw_lines(stream), start=1):
            done += len(line)
            raw = line.strip()
            if not raw:
                continue
            try:
                event = parse(raw)
            except BadEvent as problem:
                tally.invalid += 1
                if tally.invalid <= _NAMED:
                    notices.warn(
                        "replay.line_invalid",
                        f"{file}:{number}: {problem.detail}; left out",
                        file=str(file),
                        line=number,
                        reason=problem.reason,
                    )
                continue
            if isinstance(event, Ignored):
                tally.ignored += 1
                continue
            yield done, event, raw
