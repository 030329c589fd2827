"""From an event to bytes, for those who produce them: simulator, importers, replay."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from streams.events.bot import BotEvent
from streams.events.catalogue import DATASCHEMAS, WIRE_TYPES
from streams.events.envelope import Event

_encode: Final = msgspec.json.Encoder().encode


def encode(event: Event) -> bytes:
    """The event as a CloudEvent in JSON, in the order of the attributes in the contract.

    `parse(encode(event)) == event`.
    """
    document: dict[str, Any] = {
        "specversion": "1.0",
        "id": event.id,
        "source": event.source,
        "type": WIRE_TYPES[type(event)],
        "time": event.time,
        "subject": event.subject,
    }
    if event.tenantid is not None:
        document["tenantid"] = event.tenantid
    if event.sequence is not None:
        document["sequence"] = event.sequence
    document["datacontenttype"] = "application/json"
    document["dataschema"] = DATASCHEMAS[type(event)]
    document["data"] = event.data
    return _encode(document)


def key_of(event: Event) -> bytes:
    """The Kafka key: the subject, or `tenantid:subject` where a tenant is given; UTF-8."""
    tenant = event.tenantid
    return (f"{tenant}:{event.subject}" if tenant else event.subject).encode()


def topic_of(event: Event) -> str:
    """The topic an event belongs on. Empty for a heartbeat: it goes to all its source feeds."""
    if isinstance(event, BotEvent):
        return "support.tickets" if event.subject.startswith("ticket/") else "support.contacts"
    return event.topic
