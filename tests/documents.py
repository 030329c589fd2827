"""The stored sample of each event type as a document to break: `document("ticket.created")`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, TypeAlias

from streams.events import BadEvent, Event, parse

Document: TypeAlias = dict[str, Any]

SAMPLES: Final = Path(__file__).parent / "contracts" / "events" / "samples"


def sample(name: str) -> bytes:
    """The stored bytes of an event type, by its short name."""
    return (SAMPLES / f"{name}.json").read_bytes()


def document(name: str) -> Document:
    """The same, read; a fresh one each time."""
    found: Document = json.loads(sample(name))
    return found


def changed(whole: Document, path: str, value: object) -> Document:
    """A document with another value at `data.wait_s`."""
    first, _, others = path.partition(".")
    return whole | {first: changed(whole[first], others, value) if others else value}


def without(whole: Document, path: str) -> Document:
    """A document without what stands at `data.wait_s`."""
    first, _, others = path.partition(".")
    if others:
        return whole | {first: without(whole[first], others)}
    return {key: value for key, value in whole.items() if key != first}


def raw(whole: object) -> bytes:
    """A document as a source sends it."""
    return json.dumps(whole).encode()


def read(whole: Document) -> Event:
    """The event in a document that is known to hold one."""
    event = parse(raw(whole))
    assert isinstance(event, Event)
    return event


def refusal(payload: bytes) -> tuple[str, str]:
    """Why bytes are refused: reason and detail."""
    try:
        parse(payload)
    except BadEvent as bad:
        return bad.reason, bad.detail
    raise AssertionError("was taken")
