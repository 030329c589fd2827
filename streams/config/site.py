"""The whole file: one site, its queues and what it promises. Every key has a default."""

from __future__ import annotations

import hashlib
import ipaddress
import json
import re
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    Field,
    PlainValidator,
    StrictBool,
    StrictInt,
    WithJsonSchema,
)

from streams.config.calendars import CalendarConfig
from streams.config.durations import Duration, PositiveDuration, format_duration
from streams.config.errors import shown
from streams.config.names import Name
from streams.config.queues import QueueConfig
from streams.config.section import Section
from streams.config.sla import AtRisk, SlaPolicyConfig
from streams.config.windows import Retention, Windows
from streams.spans import HOUR, MINUTE, SECOND

ALWAYS_OPEN: Final = CalendarConfig()
"""The calendar of a site that names none."""

_SITE: Final = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}"
_LISTEN: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+):([0-9]{1,5})", re.ASCII)
_LAST_PORT: Final = 65_535


def _check_site(text: str) -> str:
    if not re.fullmatch(_SITE, text, re.ASCII):
        raise ValueError(f"{shown(text)} is no site; write letters, digits, '.', '_' or '-'")
    return text


def _parse_listen(value: object) -> str:
    text = value if isinstance(value, str) else shown(value)
    listen_address(text)
    return text


def _check_parts_max_age(length: int) -> int:
    # Owners send at least every 5 s and a part is stale after 15 s: less would flicker.
    if length < 15 * SECOND:
        given = format_duration(length)
        raise ValueError(f"'{given}' is shorter than 15s, when a part turns stale; write 5m, say")
    return length


def listen_address(listen: str) -> tuple[str, int]:
    """Host (of IPv6 without its brackets) and port; 0 is any free one.

    Raises ValueError when it is not written `host:port`.
    """
    found = _LISTEN.fullmatch(listen)
    if found is None or int(found[2]) > _LAST_PORT:
        raise ValueError(f'{shown(listen)} is no host and port; write "127.0.0.1:8088"')
    return found[1].strip("[]"), int(found[2])


def is_loopback(listen: str) -> bool:
    """Whether only this machine can reach it; anything else must have a token."""
    host, _ = listen_address(listen)
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


Listen: TypeAlias = Annotated[
    str,
    PlainValidator(_parse_listen),
    WithJsonSchema({"type": "string", "examples": ["127.0.0.1:8088"]}),
]


class KafkaConfig(Section):
    """What is agreed about the topics; addresses and secrets come from the environment."""

    partitions: Annotated[StrictInt, Field(ge=1, le=1000)] = 16
    """Of every source topic; as many workers can share the work."""


class Limits(Section):
    """Where waiting for an event that may never come ends."""

    max_wait: PositiveDuration = 4 * HOUR
    """A contact still queued after this is lost: its exit was never heard."""
    wrap_up: PositiveDuration = 10 * MINUTE
    """Wrap-up work that nobody ends ends here."""
    parts_max_age: Annotated[PositiveDuration, AfterValidator(_check_parts_max_age)] = 5 * MINUTE
    """A board with a part older than this shows no KPI."""


class HttpConfig(Section):
    """Where the site answers. Anything but loopback needs DESKPULSE_HTTP_TOKEN."""

    listen: Listen = "127.0.0.1:8088"


class SourceConfig(Section):
    """One source, by the name its heartbeats carry (`source/<name>`)."""

    heartbeat: StrictBool = True
    """Whether it sends heartbeats; without them it is only watched for silence in opening hours."""


class Config(Section):
    """What a site promises. An empty file is a site that is always open and promises nothing."""

    site: Annotated[str, AfterValidator(_check_site)] = "default"
    """External label of metrics and alerts."""
    clock: Literal["wall", "events"] = "wall"
    """What partition time follows: the clock on the wall, or the events (replay, demo)."""
    kafka: KafkaConfig = KafkaConfig()
    calendars: dict[Name, CalendarConfig] = Field(default={})
    calendar: str | None = None
    """Of every queue that names none; always open where there is none."""
    queues: dict[Name, QueueConfig] = Field(default={})
    """Where any are listed, all others count as `other`; where none are, they come as they come."""
    sla: tuple[SlaPolicyConfig, ...] = ()
    """The first policy whose match holds decides; without any there are no SLA series."""
    at_risk: AtRisk = AtRisk()
    windows: Windows = Windows()
    retention: Retention = Retention()
    lateness: Duration = 4 * HOUR
    """How late an event may come and still correct every window."""
    limits: Limits = Limits()
    http: HttpConfig = HttpConfig()
    sources: dict[Name, SourceConfig] = Field(default={})

    @property
    def lists_queues(self) -> bool:
        """Whether queues that are not listed are folded into `other`."""
        return bool(self.queues)

    def queue(self, name: str) -> QueueConfig:
        """The terms of a queue, listed or not."""
        return self.queues.get(name, QueueConfig())

    def calendar_of(self, queue: str) -> str | None:
        """The name of the calendar a queue is open by; None is always open, in UTC."""
        return self.queue(queue).calendar or self.calendar

    def source(self, name: str) -> SourceConfig:
        """The terms of a source, listed or not."""
        return self.sources.get(name, SourceConfig())

    @property
    def hash(self) -> str:
        """Twelve hexadecimal digits that change when a number could.

        Spelling, comments, the order of keys and conditions, and defaults that are written out do
        not matter; neither does `http`, in which workers of one site may differ.
        """
        content = self.model_dump(mode="json", exclude={"http"})
        for policy in content["sla"]:
            for values in filter(None, (*policy["match"].values(), *policy["pause"].values())):
                values[:] = sorted(set(values))
        text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:12]
