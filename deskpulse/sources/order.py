"""The order of an import's events, and what they are called in their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.events import WIRE_TYPES, sequence_number

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from streams.events import Event


def in_order(events: Iterable[Event]) -> list[Event]:
    """Sorted by (time, subject, sequence, type)."""
    return sorted(events, key=_place)


def _place(event: Event) -> tuple[datetime, str, int, str]:
    return event.time, event.subject, sequence_number(event), WIRE_TYPES[type(event)]


def short_name(kind: type[Event]) -> str:
    """`ticket.created` of `support.ticket.created.v1`."""
    return WIRE_TYPES[kind].removeprefix("support.").rpartition(".")[0]
