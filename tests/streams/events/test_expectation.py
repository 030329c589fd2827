from __future__ import annotations

import pytest

from streams.events import EVENTS, Event
from streams.events.expectation import A_TIME, expected, fields_of, found
from streams.events.ticket import TicketCreated, TicketSnapshot, TicketStatusChanged


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "null"),
        (True, "true or false"),
        (1, "a number"),
        (1.5, "a number"),
        ("Jane", "a string"),
        ([1], "an array"),
        ({"a": 1}, "an object"),
    ],
)
def test_a_value_is_named_by_its_kind_alone(value: object, words: str) -> None:
    assert found(value) == words


def test_a_field_is_known_by_its_name_on_the_wire() -> None:
    assert fields_of(TicketStatusChanged)["from"].name == "from"
    assert "from_" not in fields_of(TicketStatusChanged)


def test_the_common_fields_are_fields_of_every_type() -> None:
    assert expected(fields_of(TicketSnapshot)["queue"]) == "a string or null"
    assert expected(fields_of(TicketCreated)["channel"]) == "a string"
    assert expected(fields_of(TicketCreated)["ingested_at"]) == f"{A_TIME} or null"


@pytest.mark.parametrize("one", EVENTS)
def test_every_field_of_every_type_can_be_put_in_words(one: type[Event]) -> None:
    assert all(expected(field) for field in fields_of(one).values())


@pytest.mark.parametrize("one", EVENTS)
def test_a_field_in_seconds_says_so_in_its_name(one: type[Event]) -> None:
    seconds = {name for name, field in fields_of(one).items() if "seconds" in expected(field)}
    assert seconds == {name for name in fields_of(one) if name.endswith("_s")}
