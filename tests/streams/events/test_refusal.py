"""Why bytes are refused: one good event, each case breaks one thing and reads the whole line."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from streams.events import NAMES, REASONS, BadEvent, Event, Ignored, encode, parse
from streams.events.expectation import fields_of
from tests.documents import changed, document, raw, refusal, without
from tests.strategies_events import events

A_TIME: Final = "an RFC 3339 time with an offset, such as 2026-01-05T09:00:00Z"
AS_THE_TYPE_SAYS: Final = "must be urn:deskpulse:ticket.created:1, as the type says"
A_STRING: Final = "a string that is not empty"

ATTRIBUTES: Final[list[tuple[str, object, str, str]]] = [
    ("specversion", None, "specversion", 'specversion: is missing; must be "1.0"'),
    ("specversion", "0.3", "specversion", "specversion: is '0.3'; must be \"1.0\""),
    ("specversion", 1.0, "specversion", 'specversion: is a number; must be "1.0"'),
    ("id", None, "attribute", f"id: is missing; must be {A_STRING}"),
    ("id", "", "attribute", f"id: is empty; must be {A_STRING}"),
    ("id", 17, "attribute", f"id: is a number; must be {A_STRING}"),
    ("source", None, "attribute", f"source: is missing; must be {A_STRING}"),
    ("source", "", "attribute", f"source: is empty; must be {A_STRING}"),
    ("source", ["/zendesk"], "attribute", f"source: is an array; must be {A_STRING}"),
    ("type", None, "attribute", f"type: is missing; must be {A_STRING}"),
    ("type", "", "attribute", f"type: is empty; must be {A_STRING}"),
    ("type", True, "attribute", f"type: is true or false; must be {A_STRING}"),
    (
        "type",
        "support.ticket.created.v2",
        "version",
        "type: ticket.created has no major version 2 here; must be support.ticket.created.v1",
    ),
    (
        "type",
        "support.ticket.created.v0",
        "version",
        "type: ticket.created has no major version 0 here; must be support.ticket.created.v1",
    ),
    ("time", None, "attribute", f"time: is missing; must be {A_TIME}"),
    ("time", "", "attribute", f"time: is empty; must be {A_TIME}"),
    ("time", 1767603600, "attribute", f"time: is a number; must be {A_TIME}"),
    ("time", "yesterday", "time", f"time: 'yesterday' cannot be read; must be {A_TIME}"),
    (
        "time",
        "2026-01-05T09:00:00",
        "time",
        f"time: '2026-01-05T09:00:00' cannot be read; must be {A_TIME}",
    ),
    ("time", "2026-01-05", "time", f"time: '2026-01-05' cannot be read; must be {A_TIME}"),
    (
        "time",
        "2026-02-30T09:00:00Z",
        "time",
        f"time: '2026-02-30T09:00:00Z' cannot be read; must be {A_TIME}",
    ),
    (
        "time",
        "9999-12-31T23:59:59-14:00",
        "time",
        "time: '9999-12-31T23:59:59-14:00' is outside the years 1 to 9999 in UTC",
    ),
    ("subject", None, "attribute", "subject: is missing; must be ticket/<id>"),
    ("subject", "", "attribute", "subject: is empty; must be ticket/<id>"),
    ("subject", {}, "attribute", "subject: is an object; must be ticket/<id>"),
    (
        "subject",
        "ticket:35436",
        "subject",
        "subject: is not of the form kind/id; must be ticket/<id>",
    ),
    (
        "subject",
        "call/1.2",
        "subject",
        "subject: is of a kind that ticket.created is not about; must be ticket/<id>",
    ),
    ("subject", "ticket/", "subject", "subject: has no id after ticket/; must be ticket/<id>"),
    (
        "subject",
        "ticket/" + "1" * 506,
        "subject",
        "subject: is 513 characters; must be at most 512",
    ),
    ("tenantid", "t" * 513, "attribute", "tenantid: is 513 characters; must be at most 512"),
    (
        "dataschema",
        "urn:deskpulse:ticket.created:2",
        "dataschema",
        f"dataschema: is 'urn:deskpulse:ticket.created:2'; {AS_THE_TYPE_SAYS}",
    ),
    (
        "dataschema",
        "urn:deskpulse:call.queued:1",
        "dataschema",
        f"dataschema: is 'urn:deskpulse:call.queued:1'; {AS_THE_TYPE_SAYS}",
    ),
    (
        "dataschema",
        1,
        "dataschema",
        f"dataschema: is a number; {AS_THE_TYPE_SAYS}",
    ),
    ("tenantid", 5, "attribute", "tenantid: is a number; must be a string or absent"),
    (
        "sequence",
        1.5,
        "attribute",
        "sequence: is a number; must be a string of digits or absent",
    ),
    (
        "sequence",
        True,
        "attribute",
        "sequence: is true or false; must be a string of digits or absent",
    ),
    ("data", None, "attribute", "data: is missing; must be an object"),
    ("data", [], "attribute", "data: is an array; must be an object"),
]


@pytest.mark.parametrize(("name", "value", "reason", "detail"), ATTRIBUTES)
def test_an_attribute_that_is_wrong_is_named(
    name: str, value: object, reason: str, detail: str
) -> None:
    good = document("ticket.created")
    assert refusal(raw(changed(good, name, value))) == (reason, detail)


REQUIRED: Final = ("specversion", "id", "source", "type", "time", "subject", "data")


@pytest.mark.parametrize("name", REQUIRED)
def test_an_attribute_that_is_absent_reads_like_one_that_is_null(name: str) -> None:
    good = document("ticket.created")
    assert refusal(raw(without(good, name))) == refusal(raw(changed(good, name, None)))


ROLES: Final = "one of agent, bot, customer, system"
CATEGORIES: Final = "one of closed, deleted, merged, new, on_hold, open, pending, solved, spam"
CAPACITY: Final = "a whole number from 0 up or an object of whole numbers or null"
SECONDS: Final = "a number of seconds from 0 to 3155760000"
ABSENT: Final = object()

FIELDS: Final[list[tuple[str, str, object, str, str]]] = [
    ("ticket.created", "created_by", ABSENT, "field_missing", f"is missing; must be {ROLES}"),
    ("ticket.created", "created_by", "robot", "field_value", f"is 'robot'; must be {ROLES}"),
    ("ticket.created", "created_by", None, "field_type", f"is null; must be {ROLES}"),
    ("ticket.created", "channel", ABSENT, "field_missing", "is missing; must be a string"),
    ("ticket.created", "channel", 5, "field_type", "is a number; must be a string"),
    ("ticket.created", "queue", ["a"], "field_type", "is an array; must be a string or null"),
    (
        "ticket.created",
        "skills",
        ["de", 5],
        "field_type",
        "holds something else; must be an array of strings or null",
    ),
    (
        "ticket.created",
        "ingested_at",
        "2026-01-05T09:00:01",
        "field_value",
        f"is no time that can be read; must be {A_TIME} or null",
    ),
    (
        "ticket.created",
        "ingested_at",
        1767603601,
        "field_type",
        f"is a number; must be {A_TIME} or null",
    ),
    (
        "ticket.status_changed",
        "to",
        "resolved",
        "field_value",
        f"is 'resolved'; must be {CATEGORIES}",
    ),
    ("ticket.status_changed", "to", ABSENT, "field_missing", f"is missing; must be {CATEGORIES}"),
    (
        "ticket.status_changed",
        "from",
        "waiting",
        "field_value",
        f"is 'waiting'; must be {CATEGORIES} or null",
    ),
    (
        "ticket.message_added",
        "author_role",
        "end-user",
        "field_value",
        f"is 'end-user'; must be {ROLES}",
    ),
    (
        "ticket.message_added",
        "visibility",
        "private",
        "field_value",
        "is 'private'; must be one of internal, public",
    ),
    (
        "ticket.message_added",
        "automated",
        "false",
        "field_type",
        "is a string; must be true or false",
    ),
    ("ticket.message_added", "message_id", ABSENT, "field_missing", "is missing; must be a string"),
    ("ticket.assigned", "to", ABSENT, "field_missing", "is missing; must be a string or null"),
    ("ticket.priority_changed", "to", None, "field_type", "is null; must be a string"),
    (
        "ticket.escalated",
        "level",
        ABSENT,
        "field_missing",
        "is missing; must be a string or a whole number",
    ),
    ("ticket.merged", "into_id", ABSENT, "field_missing", "is missing; must be a string"),
    (
        "ticket.snapshot",
        "created_at",
        "0001-01-01T00:00:00+14:00",
        "field_value",
        "is outside the years 1 to 9999 in UTC",
    ),
    ("call.queued", "queue", ABSENT, "field_missing", "is missing; must be a string"),
    (
        "call.queued",
        "position",
        -1,
        "field_value",
        "is -1; must be a whole number from 0 up or null",
    ),
    ("call.answered", "wait_s", -0.5, "duration", f"is -0.5; must be {SECONDS} or null"),
    (
        "call.answered",
        "wait_s",
        3155760001,
        "duration",
        f"is 3155760001; must be {SECONDS} or null",
    ),
    ("call.answered", "wait_s", "47", "field_type", f"is a string; must be {SECONDS} or null"),
    ("call.offered", "ring_s", -12, "duration", f"is -12; must be {SECONDS} or null"),
    (
        "call.transferred",
        "kind",
        "warm",
        "field_value",
        "is 'warm'; must be one of attended, blind",
    ),
    (
        "call.ended",
        "ended_by",
        "caller",
        "field_value",
        "is 'caller'; must be one of agent, customer, system, unknown",
    ),
    (
        "agent.state_changed",
        "state",
        "lunch",
        "field_value",
        "is 'lunch'; must be one of acw, available, break, busy, offline, training",
    ),
    (
        "agent.state_changed",
        "capacity",
        {"voice": "one"},
        "field_type",
        f"holds something else; must be {CAPACITY}",
    ),
    (
        "survey.responded",
        "kind",
        "smiley",
        "field_value",
        "is 'smiley'; must be one of asat, ces, csat, nps",
    ),
    ("survey.responded", "score", "4", "field_type", "is a string; must be a number"),
    ("kb.rated", "helpful", 1, "field_type", "is a number; must be true or false"),
    ("review.posted", "stars", 6, "field_value", "is 6; must be a whole number from 1 to 5"),
    ("review.posted", "stars", 4.5, "field_value", "is 4.5; must be a whole number from 1 to 5"),
    (
        "business.figures",
        "period",
        202512,
        "field_type",
        "is a number; must be a string",
    ),
    ("source.heartbeat", "interval_s", -10, "duration", f"is -10; must be {SECONDS}"),
]


@pytest.mark.parametrize(("name", "field", "value", "reason", "detail"), FIELDS)
def test_a_field_that_is_wrong_is_named(
    name: str, field: str, value: object, reason: str, detail: str
) -> None:
    good, path = document(name), f"data.{field}"
    broken = without(good, path) if value is ABSENT else changed(good, path, value)
    assert refusal(raw(broken)) == (reason, f"{path}: {detail}")


TOO_DEEP: Final = "payload: is nested more than 500 levels deep"
PAYLOADS: Final = [
    (b"", "not_json", "payload: is not JSON that can be read: Input data was truncated"),
    (b"\x00", "not_json", "payload: is not JSON that can be read: invalid character (byte 0)"),
    (b'{"id":', "not_json", "payload: is not JSON that can be read: Input data was truncated"),
    (
        b'{"id":NaN}',
        "not_json",
        "payload: is not JSON that can be read: invalid character (byte 6)",
    ),
    (
        b'{"a":1}}',
        "not_json",
        "payload: is not JSON that can be read: trailing characters (byte 8)",
    ),
    (b"\xef\xbb\xbf{}", "not_json", "payload: starts with a byte order mark; must start with {"),
    (b'{"id":"\xff"}', "not_json", "payload: is not UTF-8; must be JSON in UTF-8"),
    ('{"id":1}'.encode("utf-16-le"), "not_json", "payload: is not JSON that can be read: "),
    (b"[" * 100_000, "too_deep", TOO_DEEP),
    (b'{"data": ' * 501 + b"}" * 501, "too_deep", TOO_DEEP),
    (b'{"data":' + b"[" * 990, "not_json", "payload: is not JSON that can be read: "),
    (b"[]", "not_an_object", "payload: is an array; must be a JSON object"),
    (b"null", "not_an_object", "payload: is null; must be a JSON object"),
    (b'"ticket"', "not_an_object", "payload: is a string; must be a JSON object"),
    (b"17", "not_an_object", "payload: is a number; must be a JSON object"),
]


@pytest.mark.parametrize(("payload", "reason", "detail"), PAYLOADS)
def test_bytes_that_are_no_object_are_refused(payload: bytes, reason: str, detail: str) -> None:
    found = refusal(payload)
    assert found[0] == reason
    assert found[1].startswith(detail)


def test_a_payload_of_one_mebibyte_is_read_and_one_byte_more_is_not() -> None:
    good = document("ticket.created")
    room = 1_048_576 - len(raw(good | {"note": ""}))
    largest, larger = (raw(good | {"note": "x" * size}) for size in (room, room + 1))
    assert isinstance(parse(largest), Event)
    assert refusal(larger) == ("too_large", "payload: is 1048577 bytes; must be at most 1048576")


def test_five_hundred_levels_are_read_and_one_more_is_not() -> None:
    good = raw(document("ticket.created") | {"note": 0})
    deepest, deeper = (
        good.replace(b'"note": 0', b'"note": ' + b"[" * levels + b"]" * levels)
        for levels in (499, 500)
    )
    assert isinstance(parse(deepest), Event)
    assert refusal(deeper) == ("too_deep", TOO_DEEP)


@pytest.mark.parametrize("wide", [[[]] * 900, ["[" * 900], ['\\"[{' * 900], {"[": "{" * 900}])
def test_width_is_no_depth(wide: object) -> None:
    assert isinstance(parse(raw(document("ticket.created") | {"note": wide})), Event)


def test_a_number_beyond_all_bounds_is_not_repeated() -> None:
    huge = changed(document("survey.responded"), "data.score", 10**400)
    assert refusal(raw(huge)) == (
        "field_value",
        "data.score: is too large to be read; must be a number",
    )


def test_a_key_that_stands_twice_is_refused_when_the_two_differ_in_kind() -> None:
    good = raw(document("ticket.created"))
    twice = good.replace(b'"id":', b'"id": 5, "id":')
    assert refusal(twice) == (
        "not_json",
        "payload: a key stands twice in one object; must stand once",
    )


def test_a_refusal_says_whose_event_it_was_as_far_as_that_can_be_read() -> None:
    good = document("ticket.created")
    with pytest.raises(BadEvent) as data:
        parse(raw(changed(good, "data.created_by", "x")))
    with pytest.raises(BadEvent) as version:
        parse(raw(changed(good, "type", "support.ticket.created.v9")))
    with pytest.raises(BadEvent) as source:
        parse(raw(changed(good, "source", 5)))
    wire = "support.ticket.created.v1"
    assert (data.value.source, data.value.type) == ("/zendesk/acme", wire)
    assert (version.value.source, version.value.type) == ("/zendesk/acme", "")
    assert (source.value.source, source.value.type) == ("", wire)


# --- a type we do not know ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "wire",
    [
        "support.ticket.vanished.v1",
        "support.ticket.created",
        "support.ticket.created.v1.2",
        "com.acme.ticket.created.v1",
        "ticket.created",
        "SUPPORT.TICKET.CREATED.V1",
        "support.ticket.vanished.v2",
    ],
)
def test_a_strange_type_is_ignored_not_refused(wire: str) -> None:
    strange = changed(document("ticket.created"), "type", wire)
    ignored = parse(raw(strange))
    assert isinstance(ignored, Ignored)
    assert (ignored.type, ignored.source) == (wire, "/zendesk/acme")
    assert ignored.time is not None
    assert ignored.time.isoformat() == "2026-01-05T09:00:00+00:00"


def test_a_strange_event_needs_only_what_cloudevents_asks_for() -> None:
    least = {"specversion": "1.0", "id": "1", "source": "/x", "type": "com.acme.something"}
    assert parse(raw(least)) == Ignored("com.acme.something", "/x", None)
    assert parse(raw(least | {"time": "at noon"})) == Ignored("com.acme.something", "/x", None)
    assert refusal(raw(without(least, "id"))) == (
        "attribute",
        f"id: is missing; must be {A_STRING}",
    )


# --- laws ---------------------------------------------------------------------------------------


def outcome(payload: bytes) -> str:
    """What became of any bytes at all: a type, or a reason. Nothing else may happen."""
    try:
        event = parse(payload)
    except BadEvent as bad:
        refused = bad
    else:
        assert isinstance(event, Event | Ignored)
        return type(event).__name__
    assert refused.reason in REASONS
    assert refused.detail == str(refused)
    assert refused.detail.isprintable(), "one line, nothing hidden in it"
    assert len(refused.detail) < 300
    return refused.reason


@given(st.binary(max_size=200))
@example(b'{"specversion":"1.0","id":"1","source":"/x","type":"a","type":"\xff"}')
def test_any_bytes_are_an_event_or_are_refused(payload: bytes) -> None:
    outcome(payload)


@given(events(), st.data())
def test_a_damaged_event_is_read_or_refused(event: Event, data: st.DataObject) -> None:
    whole = encode(event)
    at = data.draw(st.integers(0, len(whole)))
    cut = data.draw(st.integers(0, 8))
    new = data.draw(st.binary(max_size=8) | st.sampled_from([b'"', b"{", b"9" * 5000, b"\\ud800"]))
    outcome(whole[:at] + new + whole[at + cut :])


JSON: Final = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -(10**19), 1e308, -0.0, "\ud800", "2026-01-05T09:00:00Z"])
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=4,
)


@given(events(), st.data())
def test_an_event_with_any_value_anywhere_is_read_or_refused(
    event: Event, data: st.DataObject
) -> None:
    whole: dict[str, Any] = json.loads(encode(event))
    paths = [*whole, *(f"data.{field}" for field in whole["data"]), "data.skills", "data.queue"]
    path = data.draw(st.sampled_from(paths))
    outcome(raw(changed(whole, path, data.draw(JSON))))


TEXT: Final = "Jane Roe, jane@roe.example"


@given(events(), st.data())
def test_a_line_never_repeats_free_text(event: Event, data: st.DataObject) -> None:
    """A closed list is no place for text; everywhere else none is repeated, whatever is wrong."""
    whole: dict[str, Any] = json.loads(encode(event))
    free = [field.name for field in fields_of(type(event)).values() if not field.is_listed]
    paths = ["id", "source", "subject", "tenantid", "sequence", "data", "data.note"]
    path = data.draw(st.sampled_from(paths + [f"data.{name}" for name in free]))
    text = data.draw(st.sampled_from([TEXT, [TEXT], {TEXT: TEXT}, {"text": TEXT}]))
    broken = data.draw(st.sampled_from(["specversion", "time", "dataschema", "data.queue"]))
    if path not in {broken, "data"}:
        whole = changed(whole, broken, 5)
    assert "Roe" not in detail(raw(changed(whole, path, text)))


def detail(payload: bytes) -> str:
    try:
        parse(payload)
    except BadEvent as bad:
        return bad.detail
    return ""


@given(events())
def test_every_type_is_known_by_its_major_version_alone(event: Event) -> None:
    whole = json.loads(encode(event))
    assert outcome(raw(whole)) == type(event).__name__
    newer = changed(whole, "type", f"support.{NAMES[type(event)]}.v2")
    assert outcome(raw(newer)) == "version"
