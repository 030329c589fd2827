"""`deskpulse schema`: the JSON schemas, for those who write connectors and for editors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from deskpulse.errors import Misused
from deskpulse.files import writing

if TYPE_CHECKING:
    from deskpulse.notices import Notices

EVENTS = "events"
CONFIG = "config"


def run(what: str, _notices: Notices) -> int:
    """Print the schema of `events` (one document, a schema a type) or of `config`."""
    document = _document(what)
    with writing(None) as stream:
        stream.write(json.dumps(document, indent=2, ensure_ascii=False).encode() + b"\n")
    return 0


def _document(what: str) -> dict[str, Any]:
    if what == EVENTS:
        from streams.events import schemas

        return schemas()
    if what == CONFIG:
        from streams.config import json_schema

        return json_schema()
    raise Misused(f"no schema of {what!r}; there are {EVENTS} and {CONFIG}")
