"""Write the schemas that are committed here anew: `python -m tests.contracts.events.regenerate`.

The samples beside them are never regenerated: they are bytes as sources sent them, and what could
be read once must be readable for ever. A new event type gets a new sample, by hand.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from streams.events import schemas

HERE: Final = Path(__file__).parent
SCHEMAS: Final = HERE / "schemas"
SAMPLES: Final = HERE / "samples"


def written(schema: dict[str, Any]) -> str:
    """A schema as it stands in its file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Bring the folder in line with the code."""
    current = schemas()
    for path in SCHEMAS.glob("*.json"):
        if path.stem not in current:
            path.unlink()
    for name, schema in current.items():
        (SCHEMAS / f"{name}.json").write_text(written(schema))


if __name__ == "__main__":
    main()
