"""Events into their topics, and heartbeats to every partition of what a source feeds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from streams.events import encode, key_of, source_of, topic_of
from streams.events.sla import SlaEvent
from streams.events.source import Beat, SourceHeartbeat
from streams.spans import SECOND, Duration, Instant, instant, moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from deskpulse.outlet import Outlet
    from streams.events import Event

TICKETS: Final = "support.tickets"


class Feed:
    """Sends events, and remembers who feeds what and how far the time has come."""

    def __init__(
        self,
        outlet: Outlet,
        name: str,
        feeds: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        """`name` marks the ids of our own heartbeats; `feeds`: what sources are known to feed."""
        self._outlet = outlet
        self._name = name
        self._beats = 0
        self._feeds = {source: dict.fromkeys(topics) for source, topics in (feeds or {}).items()}
        self.latest: Instant | None = None
        """The largest time sent."""

    async def send(self, event: Event, raw: bytes) -> None:
        """Send one event: to the partition of its subject, a heartbeat to all its source feeds."""
        if isinstance(event, SourceHeartbeat):
            key = key_of(event)
            for topic in self._feeds.get(source_of(event), ()):
                await self._outlet.put_everywhere(topic, key, raw)
        else:
            await self._outlet.put(self.learn(event), key_of(event), raw)
        at = instant(event.time)
        if self.latest is None or at > self.latest:
            self.latest = at

    def learn(self, event: Event) -> str:
        """The topic of an event; from now on its source is known to feed it."""
        # A desk's own SLA events come in beside its tickets; the topic of that name is ours.
        topic = TICKETS if isinstance(event, SlaEvent) else topic_of(event)
        if topic:
            self._feeds.setdefault(source_of(event), {})[topic] = None
        return topic

    async def beat(self, at: Instant, interval: Duration) -> None:
        """Say for every source that nothing older than `at` is to come."""
        for source, topics in self._feeds.items():
            self._beats += 1
            event = SourceHeartbeat(
                id=f"{self._name}-{self._beats}",
                source=f"/{source}/{self._name}",
                time=moment(at),
                subject=f"source/{source}",
                data=Beat(interval_s=interval // SECOND),
            )
            key, raw = key_of(event), encode(event)
            for topic in topics:
                await self._outlet.put_everywhere(topic, key, raw)
