"""From bytes to an event: one decoder over all types for the good case, a second look for the rest.

The decoder checks everything that a type can say of itself; `refusal` is asked only when it says
no, so finding the reason costs the good events nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, timedelta
from functools import lru_cache, reduce
from operator import or_
from typing import Any, Final, cast
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import force_setattr

from streams.events.catalogue import DATASCHEMAS, TYPES
from streams.events.envelope import FIRST_TIME, LAST_TIME, LONGEST_SUBJECT, BadEvent, Event, Ignored
from streams.events.refusal import nests_deeper, second_look
from streams.events.source import SourceHeartbeat
from streams.spans import DAY, Instant, instant

LARGEST: Final = 1024 * 1024
"""Bytes. A larger payload is not an event but an accident."""

DEEPEST: Final = 500
"""Levels of nesting. Half of what the interpreter's stack allows: how much of that is left differs
from caller to caller, and an event must be the same to all of them."""
_FLAT: Final = 2 * DEEPEST
"""Bytes. A level costs an opening and a closing bracket: no smaller JSON can be too deep."""

_ONE_DAY: Final = timedelta(days=1)
_LONGEST_SEQUENCE: Final = 100

_ANY_EVENT: Final[Any] = reduce(or_, TYPES.values())
_decode = cast("Callable[[bytes], Event]", msgspec.json.Decoder(_ANY_EVENT).decode)


def parse(raw: bytes) -> Event | Ignored:
    """The event in a record's value. `BadEvent` says why there is none; nothing else is raised."""
    if len(raw) > LARGEST:
        raise BadEvent("too_large", f"payload: is {len(raw)} bytes; must be at most {LARGEST}")
    if len(raw) > _FLAT and nests_deeper(raw, DEEPEST):
        raise BadEvent("too_deep", f"payload: is nested more than {DEEPEST} levels deep")
    try:
        event = _decode(raw)
    except (ValueError, RecursionError):
        return second_look(raw)
    if not _fits(event):
        return second_look(raw)
    force_setattr(event, "specversion", None)
    force_setattr(event, "dataschema", None)
    return event


def _fits(event: Event) -> bool:
    """What a struct cannot say of itself: attributes that must be there, and that must agree."""
    subject, schema, time = event.subject, event.dataschema, event.time
    return (
        event.specversion is not None
        and subject.startswith(event.subjects)
        and subject not in event.subjects
        and len(subject) <= LONGEST_SUBJECT
        and (event.tenantid is None or len(event.tenantid) <= LONGEST_SUBJECT)
        and (schema is None or schema == DATASCHEMAS[type(event)])
        and (time.tzinfo is UTC or FIRST_TIME <= time <= LAST_TIME)
    )


def from_the_future(event: Event, wall: Instant | None) -> bool:
    """Whether its time lies more than 24 h ahead of `ingested_at`; without it, of `wall`.

    `wall` is the wall clock under `clock: wall` and None otherwise: then only `ingested_at` can
    tell. Never compared with partition time (`exactness.md` section 4).
    """
    ingested = event.data.ingested_at
    if ingested is not None:
        return event.time - ingested > _ONE_DAY
    return wall is not None and instant(event.time) - wall > DAY


def sequence_number(event: Event) -> int:
    """Its place within its subject, 0 or more. What is not digits, or absent, sorts as 0."""
    sequence = event.sequence
    if sequence is None:
        return 0
    if isinstance(sequence, int):
        return max(sequence, 0)
    if sequence.isdecimal() and sequence.isascii() and len(sequence) <= _LONGEST_SEQUENCE:
        return int(sequence)
    return 0


@lru_cache(maxsize=1024)
def label_of(source: str) -> str:
    """The metric label of a source: its first path segment, `/zendesk/acme` -> `zendesk`."""
    try:
        parts = urlsplit(source)
    except ValueError:
        return "unknown"
    return parts.path.strip("/").partition("/")[0] or parts.netloc or "unknown"


def source_of(event: Event | Ignored) -> str:
    """The metric label of an event's source; a heartbeat names it in its subject."""
    if isinstance(event, SourceHeartbeat):
        return event.subject.removeprefix("source/")
    return label_of(event.source)
