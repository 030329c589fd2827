"""The JSON schema of every event type, for those who write connectors.

Each describes the whole message; the part for `data` carries the URN that `dataschema` names, so a
validator finds it by that. What a schema cannot say (a score lies within its own scale) is in
`survey`.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

from streams.events.catalogue import DATASCHEMAS, EVENTS, NAMES, WIRE_TYPES
from streams.events.envelope import Event

Schema: TypeAlias = dict[str, Any]


def schemas() -> dict[str, Schema]:
    """Short name -> schema: `ticket.created` -> JSON Schema 2020-12 of the message."""
    return {NAMES[one]: schema_of(one) for one in EVENTS}


def schema_of(known: type[Event]) -> Schema:
    """The schema of one event type."""
    generated = msgspec.json.schema(known)
    parts: dict[str, Schema] = generated["$defs"]
    event = parts.pop(known.__name__)
    data = parts.pop(event["properties"]["data"]["$ref"].rpartition("/")[2])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:deskpulse:event:{NAMES[known]}:1",
        "title": WIRE_TYPES[known],
        "description": event["description"],
        "type": "object",
        "required": ["specversion", "id", "source", "type", "time", "subject", "data"],
        "properties": event["properties"]
        | {
            "type": {"const": WIRE_TYPES[known]},
            "specversion": {"const": "1.0"},
            "subject": {"type": "string", "pattern": f"^({'|'.join(known.subjects)})[\\s\\S]"},
            "datacontenttype": {"const": "application/json"},
            "dataschema": {"enum": [DATASCHEMAS[known], None]},
            "data": {"$ref": DATASCHEMAS[known]},
        },
        "$defs": {"data": {"$id": DATASCHEMAS[known], **data, "title": NAMES[known]}, **parts},
    }
