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
from streams.events import encode
from streams.events.agent import AgentHeartbeat
from streams.events.source import SourceHeartbeat
from streams.spans import MINUTE, Duration, Instant, instant

if TYPE_CHECKING:
    from deskpulse.demo import Order
    from deskpulse.notices import Notices

BEGINNING: Final = "2026-01-04T06:00:00Z"
"""A Sunday morning …"""
SHOWN_FROM: Final = "2026-01-05T08:00:00Z"
"""… and the Monday morning from which on the floor is played at its speed. What came before is sent
at once: the weekend's tickets are there, and the teams are working them off."""
QUIET: Final[Duration] = 5 * MINUTE
"""Of what is sent at once, heartbeats only of so long before the end: the rest says nothing."""
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
    shown_from = an_instant(SHOWN_FROM, "start")
    floor = Floor(order.seed, an_instant(BEGINNING, "start"), order.rate, incidents)
    feed = Feed(outlet, "demo", FEEDS)
    pace = Pace(speed)
    for at, event in floor.events():
        if at >= shown_from:
            await pace.until_due(at, outlet.push)
        elif at < shown_from - QUIET and isinstance(event, SourceHeartbeat | AgentHeartbeat):
            continue
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
