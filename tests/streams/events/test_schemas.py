from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from streams.events import EVENTS, NAMES, WIRE_TYPES, Event, schemas
from streams.events.catalogue import DATASCHEMAS
from streams.events.schemas import schema_of
from tests.documents import changed, document, without


def judge(name: str) -> Draft202012Validator:
    return Draft202012Validator(schemas()[name])


def test_there_is_one_for_each_type() -> None:
    assert list(schemas()) == [NAMES[one] for one in EVENTS]


@pytest.mark.parametrize("one", EVENTS)
def test_it_says_which_message_it_describes(one: type[Event]) -> None:
    schema = schema_of(one)
    assert schema["$id"] == f"urn:deskpulse:event:{NAMES[one]}:1"
    assert schema["title"] == WIRE_TYPES[one]
    assert schema["description"] == one.__doc__


@pytest.mark.parametrize("one", EVENTS)
def test_the_urn_of_dataschema_names_the_schema_of_data(one: type[Event]) -> None:
    parts = schema_of(one)["$defs"]
    assert [part["$id"] for part in parts.values()] == [DATASCHEMAS[one]]
    alone = Draft202012Validator(parts["data"])
    assert alone.is_valid(document(NAMES[one])["data"])
    assert not alone.is_valid([])


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("specversion", "0.3"),
        ("type", "support.call.queued.v1"),
        ("id", ""),
        ("subject", "ticket/"),
        ("subject", "call/1"),
        ("dataschema", "urn:deskpulse:ticket.created:2"),
        ("data.created_by", "robot"),
        ("data.skills", "de"),
    ],
)
def test_it_refuses_what_the_parser_refuses(path: str, value: object) -> None:
    assert not judge("ticket.created").is_valid(changed(document("ticket.created"), path, value))


def test_a_duration_may_be_absent_or_null_and_not_negative() -> None:
    whole: dict[str, Any] = document("call.answered")
    taken = judge("call.answered").is_valid
    assert taken(without(whole, "data.wait_s"))
    assert taken(changed(whole, "data.wait_s", None))
    assert not taken(changed(whole, "data.wait_s", -1))
