"""The second look: what is wrong with bytes that did not decode into an event.

Asked in the order in which a person would ask: is it JSON, is it a CloudEvent, of a type we know,
are its attributes right, is its data right. The first fault found is the reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from sys import float_info
from typing import Any, Final, NamedTuple, TypeAlias

import msgspec

from streams.events.catalogue import DATASCHEMAS, NAMES, TYPES
from streams.events.envelope import (
    FIRST_TIME,
    LAST_TIME,
    LONGEST_SUBJECT,
    BadEvent,
    Event,
    Ignored,
    Moment,
)
from streams.events.expectation import A_TIME, Field, expected, fields_of, found

Document: TypeAlias = Mapping[str, Any]

SHOWN: Final = 40
"""Characters of a wrong value that a line repeats, and only of values that are no free text."""

_VERSIONED: Final = re.compile(r"support\.(.+)\.v([0-9]+)")
_MISSING: Final = re.compile(r"missing required field `(\w+)`")
_PLACE: Final = re.compile(r"`\$\.data\.(\w+)(\[)?")


# A string without an end reaches to the end: nothing is looked at twice.
_TOKENS: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?|[][{}]', re.DOTALL)
_OPENING: Final = (b"[", b"{")
_CLOSING: Final = (b"]", b"}")


class Fault(NamedTuple):
    """One of `REASONS`, and a line that says what, where, and what would be right."""

    reason: str
    detail: str


def nests_deeper(raw: bytes, levels: int) -> bool:
    """Whether arrays and objects stand more than `levels` deep, strings left out."""
    depth = 0
    for token in _TOKENS.finditer(raw):
        if token[0] in _OPENING:
            depth += 1
            if depth > levels:
                return True
        elif token[0] in _CLOSING:
            depth -= 1
    return False


def second_look(raw: bytes) -> Ignored:
    """`Ignored` when nothing is strange but the type; `BadEvent` says what is wrong otherwise."""
    document = _document(raw)
    source, wire = _text(document, "source"), _text(document, "type")
    known = TYPES.get(wire)
    fault = _identity_fault(document) or (_version_fault(wire) if known is None else None)
    if fault is None:
        if known is None:
            return Ignored(wire, source, _moment(document.get("time")))
        fault = _attribute_fault(document, known) or _data_fault(document, known)
    raise BadEvent(*fault, source=source, type_=wire if known else "")


# --- is it JSON ---------------------------------------------------------------------------------


def _document(raw: bytes) -> Document:
    if raw.startswith(b"\xef\xbb\xbf"):
        raise BadEvent("not_json", "payload: starts with a byte order mark; must start with {")
    try:
        document = msgspec.json.decode(raw)
    except RecursionError:  # brackets without their counterparts: `nests_deeper` saw all others
        raise BadEvent("not_json", "payload: is not JSON that can be read: no end") from None
    except UnicodeDecodeError:
        raise BadEvent("not_json", "payload: is not UTF-8; must be JSON in UTF-8") from None
    except msgspec.DecodeError as error:
        what = str(error).removeprefix("JSON is malformed: ")
        raise BadEvent("not_json", f"payload: is not JSON that can be read: {what}") from None
    if not isinstance(document, dict):
        raise BadEvent("not_an_object", f"payload: is {found(document)}; must be a JSON object")
    return document


# --- is it a CloudEvent, of a type we know ------------------------------------------------------


def _identity_fault(document: Document) -> Fault | None:
    """What CloudEvents itself asks for; an event of a strange type needs no more than this."""
    version = document.get("specversion")
    if version is None:
        return Fault("specversion", 'specversion: is missing; must be "1.0"')
    if version != "1.0":
        what = _shown(version) if isinstance(version, str) else found(version)
        return Fault("specversion", f'specversion: is {what}; must be "1.0"')
    return (
        _string_fault(document, "id")
        or _string_fault(document, "source")
        or _string_fault(document, "type")
    )


def _version_fault(wire: str) -> Fault | None:
    versioned = _VERSIONED.fullmatch(wire)
    if versioned is None or versioned[1] not in NAMES.values():
        return None
    name, major = versioned.groups()
    return Fault(
        "version", f"type: {name} has no major version {major[:9]} here; must be support.{name}.v1"
    )


# --- are its attributes right -------------------------------------------------------------------


def _attribute_fault(document: Document, known: type[Event]) -> Fault | None:
    return (
        _time_fault(document)
        or _subject_fault(document, known)
        or _dataschema_fault(document, known)
        or _optional_fault(document)
        or _data_attribute_fault(document)
    )


def _time_fault(document: Document) -> Fault | None:
    fault = _string_fault(document, "time", must_be=A_TIME)
    if fault is not None:
        return fault
    text = document["time"]
    moment = _moment(text)
    if moment is None:
        return Fault("time", f"time: {_shown(text)} cannot be read; must be {A_TIME}")
    if not FIRST_TIME <= moment <= LAST_TIME:
        return Fault("time", f"time: {_shown(text)} is outside the years 1 to 9999 in UTC")
    return None


def _subject_fault(document: Document, known: type[Event]) -> Fault | None:
    must_be = " or ".join(f"{prefix}<id>" for prefix in known.subjects)
    fault = _string_fault(document, "subject", must_be=must_be)
    if fault is not None:
        return fault
    subject: str = document["subject"]
    kind, slash, ident = subject.partition("/")
    if not slash:
        return Fault("subject", f"subject: is not of the form kind/id; must be {must_be}")
    if kind + slash not in known.subjects:
        return Fault(
            "subject", f"subject: is of a kind that {NAMES[known]} is not about; must be {must_be}"
        )
    if not ident:
        return Fault("subject", f"subject: has no id after {kind}/; must be {must_be}")
    for name, reason in (("subject", "subject"), ("tenantid", "attribute")):
        text = document.get(name)
        if isinstance(text, str) and len(text) > LONGEST_SUBJECT:
            length = f"is {len(text)} characters; must be at most {LONGEST_SUBJECT}"
            return Fault(reason, f"{name}: {length}")
    return None


def _dataschema_fault(document: Document, known: type[Event]) -> Fault | None:
    schema = document.get("dataschema")
    if schema is None or schema == DATASCHEMAS[known]:
        return None
    what = _shown(schema) if isinstance(schema, str) else found(schema)
    return Fault(
        "dataschema",
        f"dataschema: is {what}; must be {DATASCHEMAS[known]}, as the type says",
    )


def _optional_fault(document: Document) -> Fault | None:
    tenant, sequence = document.get("tenantid"), document.get("sequence")
    if not (tenant is None or isinstance(tenant, str)):
        return Fault("attribute", f"tenantid: is {found(tenant)}; must be a string or absent")
    if isinstance(sequence, bool) or not (sequence is None or isinstance(sequence, str | int)):
        return Fault(
            "attribute", f"sequence: is {found(sequence)}; must be a string of digits or absent"
        )
    return None


def _data_attribute_fault(document: Document) -> Fault | None:
    data = document.get("data")
    if data is None:
        return Fault("attribute", "data: is missing; must be an object")
    if not isinstance(data, dict):
        return Fault("attribute", f"data: is {found(data)}; must be an object")
    return None


def _string_fault(
    document: Document, name: str, *, must_be: str = "a string that is not empty"
) -> Fault | None:
    value = document.get(name)
    if value is None:
        return Fault("attribute", f"{name}: is missing; must be {must_be}")
    if not isinstance(value, str):
        return Fault("attribute", f"{name}: is {found(value)}; must be {must_be}")
    if not value:
        return Fault("attribute", f"{name}: is empty; must be {must_be}")
    return None


# --- is its data right --------------------------------------------------------------------------


def _data_fault(document: Document, known: type[Event]) -> Fault:
    try:
        msgspec.convert(document, known)
    except msgspec.ValidationError as error:
        return _translated(error, document["data"], fields_of(known))
    # Each value that a key has last is right, so an earlier one was not.
    return Fault("not_json", "payload: a key stands twice in one object; must stand once")


def _translated(
    error: msgspec.ValidationError, data: Document, fields: Mapping[str, Field]
) -> Fault:
    """The decoder knows the place; what would be right there is read off the type."""
    if isinstance(error.__cause__, BadEvent):
        return Fault(error.__cause__.reason, error.__cause__.detail)
    missing = _MISSING.search(str(error))
    if missing:
        name = missing[1]
        return Fault("field_missing", f"data.{name}: is missing; must be {expected(fields[name])}")
    place = _PLACE.search(str(error))
    if place is None:
        return Fault("field_type", "data: does not fit the schema of its type")
    name, inside = place.groups()
    if inside:
        return Fault(
            "field_type", f"data.{name}: holds something else; must be {expected(fields[name])}"
        )
    return _value_fault(fields[name], data[name])


def _value_fault(field: Field, value: object) -> Fault:
    reason, what = "field_type", found(value)
    if isinstance(value, str):
        if field.is_listed:
            reason, what = "field_value", _shown(value)
        elif field.is_time:
            reason, what = "field_value", "no time that can be read"
    elif field.is_number and isinstance(value, int | float) and not isinstance(value, bool):
        reason = "duration" if field.is_duration else "field_value"
        what = _shown(value) if abs(value) <= float_info.max else "too large to be read"
    return Fault(reason, f"data.{field.name}: is {what}; must be {expected(field)}")


def _text(document: Document, name: str) -> str:
    value = document.get(name)
    return value if isinstance(value, str) else ""


def _moment(value: object) -> datetime | None:
    try:
        return msgspec.convert(value, Moment)
    except msgspec.ValidationError:
        return None


def _shown(value: object) -> str:
    """A value for a line: quoted, escaped, cut."""
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
