"""The JSON schema of the file, for editors to complete from and for errors to know the keys by."""

from __future__ import annotations

from functools import cache
from typing import Any

from streams.config.errors import Path
from streams.config.site import Config

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """The JSON schema of `deskpulse.yml`, defaults and descriptions included."""
    return {"$schema": DIALECT} | Config.model_json_schema() | {"title": "deskpulse.yml"}


def known_keys(path: Path) -> list[str]:
    """The keys a section may have; none where keys are free, or nothing is known of the place."""
    return list(_at(path).get("properties", {}))


def example_of(path: Path) -> object:
    """What could stand at a place, where the schema has an example of it."""
    described = _at(path[:-1]).get("properties", {}).get(path[-1], {})
    examples = described.get("examples", [])
    return examples[0] if examples else None


@cache
def _whole() -> dict[str, Any]:
    return Config.model_json_schema()


def _at(path: Path) -> dict[str, Any]:
    """The part of the schema that describes what stands at `path`; empty where none does."""
    part = _resolved(_whole())
    for step in path:
        if isinstance(step, int):
            part = _resolved(part.get("items", {}))
        else:
            free = part.get("additionalProperties") or {}
            part = _resolved(part.get("properties", {}).get(step, free))
    return part


def _resolved(part: dict[str, Any]) -> dict[str, Any]:
    """The part a reference points to; of a choice, the first: the other is nothing at all."""
    if "anyOf" in part:
        part = part["anyOf"][0]
    if "$ref" in part:
        found: dict[str, Any] = _whole()["$defs"][part["$ref"].rpartition("/")[2]]
        return found
    return part
