"""The JSON schema takes what loads, and refuses what is no configuration by its kinds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from streams.config import Config, dump, json_schema, load_file

EXAMPLE = Path(__file__).with_name("example.yml")


def parts(schema: object) -> list[dict[str, Any]]:
    """Every schema within a schema."""
    if isinstance(schema, dict):
        return [schema, *(part for value in schema.values() for part in parts(value))]
    return [part for item in schema for part in parts(item)] if isinstance(schema, list) else []


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    assert json_schema()["title"] == "deskpulse.yml"


@pytest.mark.parametrize("config", [Config(), load_file(EXAMPLE)], ids=["defaults", "example"])
def test_the_schema_takes_what_loads(config: Config) -> None:
    jsonschema.validate(yaml.safe_load(dump(config)), json_schema())


@pytest.mark.parametrize(
    "content",
    [
        {"sites": "berlin"},
        {"lateness": 4},
        {"lateness": "1h30m"},
        {"kafka": {"partitions": "16"}},
        {"at_risk": {"share": 1.5}},
        {"calendars": {"office": {"hours": {"monday": []}}}},
        {"calendars": {"office": {"hours": {"mon": ["8-12"]}}}},
        {"sla": [{"name": "gold"}]},
        {"sla": [{"name": "gold", "targets": {}, "match": {"priority": ["urgnt"]}}]},
        {"windows": {"tickets": ["1h", "2h", "3h", "4h", "5h"]}},
    ],
    ids=str,
)
def test_the_schema_refuses_what_is_of_another_kind(content: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content, json_schema())


def test_defaults_are_shown_as_they_are_written() -> None:
    assert json_schema()["properties"]["lateness"]["default"] == "4h"
    retention = json_schema()["$defs"]["Retention"]["properties"]
    assert retention["solved"]["default"] == "30d"


def test_no_section_takes_keys_it_does_not_know() -> None:
    sections = [part for part in parts(json_schema()) if "properties" in part]
    assert sections
    assert all(part["additionalProperties"] is False for part in sections)
