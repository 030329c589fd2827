"""What is played into the demo's broker: the floor, or a file of events."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from deskpulse.arguments import a_time_of_day, an_instant
from deskpulse.feed import Feed
from deskpulse.floor import Floor
from deskpulse.floor.site import FEEDS
from deskpulse.outlet import Outlet
from deskpulse.pace import Pace
from deskpulse.replay import HEARTBEAT, Tally, Timer, events_of
from deskpulse.simulate import FIRST_MORNING
from streams.events import encode
from streams.spans import HOUR, Duration, Instant, instant

if TYPE_CHECKING:
    from deskpulse.demo import Order
    from deskpulse.notices import Notices

LEAD_IN: Final[Duration] = HOUR
"""So much of the floor's morning is sent at once, so that the board has something to show."""
_LOOK_UP_EVERY: Final = 200


class Played:
    """How far the play has come."""

    def __init__(self) -> None:
        self.sent = 0
        self.at: Instant | None = None
        """Event time sent up to."""
        self.over = False
        """The file has ended; a floor never does."""


async def play(order: Order, speed: float, address: str, played: Played, notices: Notices) -> None:
    """Send until cancelled."""
    async with Outlet(address) as outlet:
        if order.events is None:
            await _play_floor(order, speed, outlet, played)
        else:
            await _play_file(order, speed, outlet, played, notices)
        await outlet.settle()
        played.over = True
        await asyncio.Event().wait()  # the board stays until somebody ends it


async def _play_floor(order: Order, speed: float, outlet: Outlet, played: Played) -> None:
    incidents = [a_time_of_day(incident, "--incident") for incident in order.incidents]
    start = an_instant(FIRST_MORNING, "--start")
    floor = Floor(order.seed, start, order.rate, incidents)
    feed = Feed(outlet, "demo", FEEDS)
    pace = Pace(speed)
    for at, event in floor.events():
        if at >= start + LEAD_IN:
            await pace.until_due(at, outlet.push)
        await feed.send(event, encode(event))
        played.sent += 1
        played.at = at
        if played.sent % _LOOK_UP_EVERY == 0:
            await outlet.push()
            await asyncio.sleep(0)


async def _play_file(
    order: Order, speed: float, outlet: Outlet, played: Played, notices: Notices
) -> None:
    if order.events is None:
        return
    feed = Feed(outlet, "demo")
    pace = Pace(speed)
    tally = Tally()
    timer = Timer(outlet, feed, lambda _done, _note="": None, tally)
    for _, event, raw in events_of(order.events, tally, notices):
        at = instant(event.time)
        await pace.until_due(max(at, feed.latest or at), timer.tick)
        await feed.send(event, raw)
        played.sent += 1
        played.at = feed.latest
        if played.sent % _LOOK_UP_EVERY == 0:
            await timer.tick()
    if feed.latest is not None:
        await feed.beat(feed.latest, HEARTBEAT)
