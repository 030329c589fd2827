"""Every event type there is, by its name on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from streams.events import agent, bot, business, contact, sla, source, survey, ticket
from streams.events.envelope import Event

EVENTS: Final[tuple[type[Event], ...]] = (
    *ticket.EVENTS,
    *bot.EVENTS,
    *sla.EVENTS,
    *contact.EVENTS,
    *agent.EVENTS,
    *survey.EVENTS,
    *business.EVENTS,
    *source.EVENTS,
)


def _short(wire: str) -> str:
    return wire.removeprefix("support.").rpartition(".v")[0]


TYPES: Final[Mapping[str, type[Event]]] = {str(one.__struct_config__.tag): one for one in EVENTS}
"""`support.ticket.created.v1` -> `TicketCreated`."""

WIRE_TYPES: Final[Mapping[type[Event], str]] = {one: wire for wire, one in TYPES.items()}
"""`TicketCreated` -> `support.ticket.created.v1`."""

NAMES: Final[Mapping[type[Event], str]] = {one: _short(wire) for wire, one in TYPES.items()}
"""`TicketCreated` -> `ticket.created`."""

DATASCHEMAS: Final[Mapping[type[Event], str]] = {
    one: f"urn:deskpulse:{name}:1" for one, name in NAMES.items()
}
"""`TicketCreated` -> `urn:deskpulse:ticket.created:1`, the schema of its `data`."""
