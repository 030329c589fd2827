"""`deskpulse simulate`: the floor's events to a file, to stdout, or into Kafka."""

from __future__ import annotations

import asyncio
import time
from itertools import takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

from deskpulse.arguments import a_duration, a_factor, a_time_of_day, an_instant
from deskpulse.errors import Misused
from deskpulse.feed import Feed
from deskpulse.files import writing
from deskpulse.floor import Floor
from deskpulse.floor.site import FEEDS
from deskpulse.pace import Pace
from streams.events import encode
from streams.spans import SECOND, Duration, Instant, rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deskpulse.floor import Sent
    from deskpulse.notices import Advance, Notices
    from deskpulse.outlet import Outlet

FIRST_MORNING: Final = "2026-01-05T07:00:00Z"
"""Where a floor begins unless told: a Monday, at opening."""
_LOOK_UP_EVERY: Final = 500


class Order(NamedTuple):
    """What was asked for, as typed."""

    seed: int
    rate: float
    length: str | None
    start: str | None
    incidents: tuple[str, ...]
    speed: float | None


def run(order: Order, out: Path | None, broker: str | None, notices: Notices) -> int:
    """Play the floor until its `--for` is over, or for ever."""
    if out is not None and broker is not None:
        raise Misused("--out and --broker: give one of them")
    length = a_duration(order.length, "--for") if order.length else None
    speed = a_factor(order.speed, "--speed")
    floor = Floor(
        order.seed,
        _beginning(order.start, live=broker is not None),
        a_factor(order.rate, "--rate") or 1.0,
        [a_time_of_day(incident, "--incident") for incident in order.incidents],
    )
    with notices.progress("simulate", length and length / SECOND) as advance:
        show = _Progress(floor.start, advance)
        if broker is None:
            _write(_within(floor, length), out, Pace(speed), show)
        else:
            from deskpulse.outlet import Outlet

            asyncio.run(_send(_within(floor, length), Outlet(broker), Pace(speed or 1.0), show))
    notices.tell(
        "simulate.finished",
        f"{show.sent} events sent, up to {rfc3339(show.at)}",
        sent=show.sent,
        until=rfc3339(show.at),
    )
    return 0


class _Progress:
    """Counts what was sent, and draws it now and then."""

    def __init__(self, start: Instant, advance: Advance) -> None:
        self._start = start
        self._advance = advance
        self.at = start
        self.sent = 0

    def count(self, at: Instant) -> bool:
        """One more; whether it is time to look up from the work."""
        self.at = at
        self.sent += 1
        if self.sent % _LOOK_UP_EVERY:
            return False
        self._advance((at - self._start) / SECOND, f"{self.sent} events  {rfc3339(at)}")
        return True


def _beginning(start: str | None, *, live: bool) -> Instant:
    """Where floor time begins: as told, else now for a live Kafka, else the first morning."""
    if start == "now" or (start is None and live):
        return time.time_ns() // 1_000 // SECOND * SECOND
    return an_instant(start or FIRST_MORNING, "--start")


def _within(floor: Floor, length: Duration | None) -> Iterator[Sent]:
    if length is None:
        return floor.events()
    end = floor.start + length
    return takewhile(lambda sent: sent.at < end, floor.events())


def _write(events: Iterator[Sent], out: Path | None, pace: Pace, show: _Progress) -> None:
    with writing(out) as stream:
        for at, event in events:
            wait_s = pace.wait_s(at)
            if wait_s > 0:
                stream.flush()
                time.sleep(wait_s)
            stream.write(encode(event) + b"\n")
            show.count(at)


async def _send(events: Iterator[Sent], outlet: Outlet, pace: Pace, show: _Progress) -> None:
    async with outlet:
        feed = Feed(outlet, "simulate", FEEDS)
        for at, event in events:
            await pace.until_due(at, outlet.push)
            await feed.send(event, encode(event))
            if show.count(at):
                await outlet.push()
                await asyncio.sleep(0)
