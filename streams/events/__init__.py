"""What arrives: one frozen struct a type of event, one module a subject.

- `envelope`   what every event has; `BadEvent` and the closed list of reasons
- `ticket` `bot` `sla` `contact` `agent` `survey` `business` `source`   the types, by subject
- `catalogue`  every type by its name on the wire
- `reading`    bytes to event; `refusal` and `expectation` say why not, in words
- `writing`    event to bytes, key and topic
- `schemas`    JSON schemas, for those who write connectors

The contract allows every type to arrive first, late, twice or never; nothing here knows order.
"""

from streams.events.catalogue import (
    EVENTS,
    NAMES,
    TYPES,
    WIRE_TYPES,
)
from streams.events.envelope import REASONS, BadEvent, Data, Event, Ignored
from streams.events.reading import (
    LARGEST,
    from_the_future,
    label_of,
    parse,
    sequence_number,
    source_of,
)
from streams.events.schemas import schemas
from streams.events.writing import encode, key_of, topic_of

__all__ = [
    "EVENTS",
    "LARGEST",
    "NAMES",
    "REASONS",
    "TYPES",
    "WIRE_TYPES",
    "BadEvent",
    "Data",
    "Event",
    "Ignored",
    "encode",
    "from_the_future",
    "key_of",
    "label_of",
    "parse",
    "schemas",
    "sequence_number",
    "source_of",
    "topic_of",
]
