"""`deskpulse demo`: the whole product in one command, with nothing else installed.

This process holds the broker (librdkafka's mock cluster), plays the floor into it and shows the
board; the real worker runs in a process of its own, as in production. Whatever ends this process,
Ctrl-C, `--for`, a closed terminal, even a kill, ends the worker too: it watches a pipe that only
this process holds open.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from deskpulse.arguments import a_duration, a_factor, a_time_of_day
from deskpulse.demo.cluster import Cluster
from deskpulse.demo.player import Played, play
from deskpulse.demo.view import View
from deskpulse.demo.worker import Worker, free_port
from deskpulse.errors import Refused
from deskpulse.files import must_be_readable
from streams.spans import SECOND

if TYPE_CHECKING:
    from deskpulse.notices import Notices

CONFIG: Final = Path(__file__).parents[1] / "demo.yml"


class Order(NamedTuple):
    """What was asked for, as typed."""

    port: int
    seed: int
    rate: float
    speed: float
    length: str | None
    events: Path | None
    incidents: tuple[str, ...]
    browser: bool


def run(order: Order, notices: Notices) -> int:
    """Run the demo until `--for` is over or somebody ends it; 1 when the worker did not last."""
    seconds = a_duration(order.length, "--for") / SECOND if order.length else None
    speed = a_factor(order.speed, "--speed") or 1.0
    for incident in order.incidents:
        a_time_of_day(incident, "--incident")
    if order.events is not None:
        must_be_readable(order.events)
    port = free_port(order.port)
    with Cluster(CONFIG) as cluster, Worker(cluster.address, port, CONFIG) as worker:
        played = asyncio.run(_demo(order, speed, seconds, cluster, worker, notices))
        failure = worker.failure
    if failure is not None:
        raise Refused(failure)
    notices.tell(
        "demo.finished",
        f"demo ended after {played.sent} events; worker and broker are stopped",
        events=played.sent,
    )
    return 0


async def _demo(
    order: Order,
    speed: float,
    seconds: float | None,
    cluster: Cluster,
    worker: Worker,
    notices: Notices,
) -> Played:
    played = Played()
    ending = asyncio.Event()
    worker.end_with(ending)
    view = View(worker.url, played, speed, notices, browser=order.browser)
    tasks = [
        asyncio.create_task(play(order, speed, cluster.address, played, notices)),
        asyncio.create_task(view.show()),
        asyncio.create_task(worker.watch()),
    ]
    stop = asyncio.create_task(ending.wait())
    try:
        done, _ = await asyncio.wait(
            [*tasks, stop], timeout=seconds, return_when=asyncio.FIRST_COMPLETED
        )
    finally:
        for task in (*tasks, stop):
            task.cancel()
        await asyncio.gather(*tasks, stop, return_exceptions=True)
    for task in done:
        with suppress(asyncio.CancelledError):
            task.result()
    return played
