"""What is published stays: a stored schema and stored bytes for each event type."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from streams.events import NAMES, BadEvent, Event, encode, parse, schemas
from tests.contracts.events.regenerate import SAMPLES, SCHEMAS, written
from tests.documents import Document, document, raw, sample, without
from tests.strategies_events import events

ALL: Final = sorted(NAMES.values())
REMEDY: Final = (
    "the stored schema of {name} differs from the code. When old events still fit the new one: "
    "python -m tests.contracts.events.regenerate. When they do not, it is a new major version"
)


def validator(name: str) -> Draft202012Validator:
    """The stored schema of an event type, ready to judge."""
    return Draft202012Validator(json.loads((SCHEMAS / f"{name}.json").read_text()))


def stems(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.iterdir())


def test_each_event_type_has_a_schema_and_a_sample_and_nothing_else_lies_here() -> None:
    assert stems(SCHEMAS) == ALL
    assert stems(SAMPLES) == ALL


@pytest.mark.parametrize("name", ALL)
def test_the_stored_schema_is_that_of_the_code(name: str) -> None:
    stored = (SCHEMAS / f"{name}.json").read_text()
    assert stored == written(schemas()[name]), REMEDY.format(name=name)


@pytest.mark.parametrize("name", ALL)
def test_a_stored_schema_is_a_schema(name: str) -> None:
    Draft202012Validator.check_schema(json.loads((SCHEMAS / f"{name}.json").read_text()))


@pytest.mark.parametrize("name", ALL)
def test_old_bytes_still_parse(name: str) -> None:
    event = parse(sample(name))
    assert isinstance(event, Event)
    assert NAMES[type(event)] == name


@pytest.mark.parametrize("name", ALL)
def test_old_bytes_fit_the_schema(name: str) -> None:
    assert [fault.message for fault in validator(name).iter_errors(document(name))] == []


@pytest.mark.parametrize("name", ALL)
def test_an_event_from_a_newer_source_reads_the_same(name: str) -> None:
    newer = document(name) | {
        "traceparent": "00-4bf92f3577b34da6-00f067aa0ba902b7-01",
        "partitionkey": [1, 2],
    }
    newer["data"] |= {"mood": {"score": 0.25, "words": ["calm", None]}, "zip": "\u00fc"}
    assert parse(raw(newer)) == parse(sample(name))
    assert [fault.message for fault in validator(name).iter_errors(newer)] == []


@pytest.mark.parametrize("name", ALL)
def test_the_optional_attributes_may_all_be_absent(name: str) -> None:
    optional = ("tenantid", "sequence", "datacontenttype", "dataschema")
    bare = {key: value for key, value in document(name).items() if key not in optional}
    assert isinstance(parse(raw(bare)), Event)
    assert validator(name).is_valid(bare)


@pytest.mark.parametrize("name", ALL)
def test_the_schema_requires_what_the_parser_requires(name: str) -> None:
    """Each field in turn is left out: either both take the rest, or neither does."""
    whole = document(name)
    for path in [*whole, *(f"data.{key}" for key in whole["data"])]:
        rest = without(whole, path)
        assert validator(name).is_valid(rest) == reads(rest), path


def reads(whole: Document) -> bool:
    try:
        return isinstance(parse(raw(whole)), Event)
    except BadEvent:
        return False


VALIDATORS: Final = {name: validator(name) for name in ALL}


@given(events())
def test_whatever_we_write_fits_what_we_publish(event: Event) -> None:
    judge = VALIDATORS[NAMES[type(event)]]
    assert [fault.message for fault in judge.iter_errors(json.loads(encode(event)))] == []
