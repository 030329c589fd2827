"""What a source says of itself, on every partition of the topics it feeds."""

from __future__ import annotations

from streams.events.envelope import Data, Event, Seconds


class Beat(Data, frozen=True, kw_only=True):
    """How often the next ones come."""

    interval_s: Seconds


class SourceHeartbeat(Event, frozen=True, tag="support.source.heartbeat.v1"):
    """The source has nothing older to send than `time`: quiet, not dead."""

    family = "source"
    topic = ""
    subjects = ("source/",)

    data: Beat


EVENTS: tuple[type[Event], ...] = (SourceHeartbeat,)
