"""What every event has: the CloudEvents attributes around it and the common fields in its `data`.

An event is one CloudEvents 1.0 message in JSON structured mode. Each type is one frozen struct:
its attributes are fields, its `data` is a struct of its own. Types with the same data share that
struct (`call.queued` and `chat.queued`). What is not named here is left unread: unknown extension
attributes, unknown fields in `data`, `datacontenttype`, `traceparent`.

Times are aware datetimes. Durations are seconds, as the source sent them, in fields ending `_s`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, ClassVar, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta, UnsetType

HUNDRED_YEARS_S: Final = 3_155_760_000
"""No duration is longer: a value above is a unit or a clock gone wrong, and would not fit 64 bits
of microseconds much further up."""

FIRST_TIME: Final = datetime(1, 1, 2, tzinfo=UTC)
LAST_TIME: Final = datetime(9999, 12, 30, tzinfo=UTC)
"""Between these two every offset can be turned into UTC; outside, `datetime` overflows."""

LONGEST_SUBJECT: Final = 512
"""Characters of a subject, and of a tenant: together they are the key of a record."""

Name: TypeAlias = Annotated[str, Meta(min_length=1)]
"""A string that may not be empty."""
Moment: TypeAlias = Annotated[datetime, Meta(tz=True)]
"""RFC 3339 with an offset."""
Seconds: TypeAlias = Annotated[float, Meta(ge=0, le=HUNDRED_YEARS_S)]
"""A duration."""
Measured: TypeAlias = Seconds | UnsetType | None
"""A duration that is computed from event times when absent, and not known when null."""
Count: TypeAlias = Annotated[int, Meta(ge=0)]
Names: TypeAlias = tuple[str, ...]

Role: TypeAlias = Literal["customer", "agent", "bot", "system"]
Visibility: TypeAlias = Literal["public", "internal"]


class Data(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """The common fields. All are optional unless a type says otherwise."""

    queue: str | None = None
    channel: str | None = None
    priority: str | None = None
    tier: str | None = None
    category: str | None = None
    brand: str | None = None
    customer_id: str | None = None
    """A keyed hash, never the raw id."""
    agent_id: str | None = None
    skills: Names | None = None
    ingested_at: Moment | None = None
    """When the connector took it; `ingested_at - time` is the skew."""


class Event(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag_field="type"):
    """Something that happened, as a source reports it.

    `specversion` and `dataschema` matter at the door alone: `parse` checks and clears them, and
    `encode` writes them. So an event that was built equals the one that was read.
    """

    family: ClassVar[str]
    """ticket, contact, bot, sla, agent, survey, knowledge, review, config, business or source."""
    topic: ClassVar[str]
    """The topic it belongs on; empty when it belongs on several."""
    subjects: ClassVar[tuple[str, ...]]
    """What its subject may begin with: `ticket/`."""

    id: Name
    """Unique within `source`; both together are the deduplication key."""
    source: Name
    """URI reference of the system and account that emits it: `/zendesk/acme`."""
    time: Moment
    """When it happened, not when it was sent."""
    subject: Name
    """What it is about: `ticket/35436`."""
    data: Data
    tenantid: str | None = None
    """The tenant; absent means the site of the configuration."""
    sequence: str | int | None = None
    """Order within the subject; digits, compared as a number. Read it by `sequence_number`."""
    specversion: Literal["1.0"] | None = None
    dataschema: str | None = None


class Ignored(msgspec.Struct, frozen=True, gc=False):
    """A CloudEvent of a type we do not know. Counted, not rejected."""

    type: str
    source: str
    time: datetime | None
    """None where it has none that can be read: CloudEvents lets it be left out."""


REASONS: Final = (
    "too_large",  # above 1 MiB
    "too_deep",  # nested more than 500 levels deep
    "not_json",  # not JSON in UTF-8
    "not_an_object",  # JSON, but no object
    "specversion",  # other than 1.0
    "attribute",  # missing, empty or not of its type
    "version",  # an unknown major version of a known type
    "dataschema",  # disagrees with the type
    "time",  # not RFC 3339, or without offset
    "subject",  # not kind/id, or not of a kind that fits the type
    "field_missing",  # of data
    "field_type",  # of data
    "field_value",  # of data: outside its closed list or its bounds
    "duration",  # negative, or above a hundred years
    "survey",  # an answer that contradicts its own scale
    "from_the_future",  # see `from_the_future`
    "processing",  # a well-formed event that our own code failed on
)
"""Why an event is rejected: the label values of the dead-letter count. `parse` gives all but the
last two, which are found further along the path."""


class BadEvent(ValueError):
    """An event to dead-letter. `str()` of it is one line: what, where, what would be right.

    The line names closed-list values, times and numbers, never the content of free text.
    """

    def __init__(self, reason: str, detail: str, *, source: str = "", type_: str = "") -> None:
        super().__init__(detail)
        self.reason = reason
        """One of `REASONS`."""
        self.detail = detail
        self.source = source
        """Its `source`, as far as it could be read."""
        self.type = type_
        """Its wire type where that is one of ours, else empty: safe as a label."""
