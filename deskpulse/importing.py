"""`deskpulse import`: a foreign log to events, as JSON lines; the same bytes every time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskpulse.errors import Misused, Refused
from deskpulse.files import lines_of, writing
from deskpulse.pseudonyms import Pseudonyms
from deskpulse.sources import calls_csv, servicenow
from deskpulse.sources.table import BadRow
from streams.events import encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from deskpulse.notices import Notices
    from deskpulse.sources.table import Imported

SOURCES: dict[str, Callable[[Iterable[str], Pseudonyms], Imported]] = {
    "servicenow": servicenow.read,
    "calls-csv": calls_csv.read,
}
_NAMED = 20
"""So many unreadable rows are named one by one; the rest is counted."""


def run(source: str, file: Path, out: Path | None, notices: Notices) -> int:
    """Import `file`; 1 when a row could not be read, else 0."""
    read = SOURCES.get(source)
    if read is None:
        raise Misused(f"no source {source!r}; there are {', '.join(sorted(SOURCES))}")
    try:
        imported = read(lines_of(file, notices), Pseudonyms.of_environment())
    except BadRow as problem:
        raise Refused(f"{file}: {problem}") from None
    for row in imported.unreadable[:_NAMED]:
        notices.warn(
            "import.row_unreadable",
            f"{file}:{row.line}: {row.problem}; left out",
            file=str(file),
            line=row.line,
            problem=row.problem,
        )
    with writing(out) as stream:
        for event in imported.events:
            stream.write(encode(event) + b"\n")
    left_out = len(imported.unreadable)
    notices.tell(
        "import.finished",
        f"{file}: {len(imported.events)} events, {left_out} rows could not be read",
        file=str(file),
        events=len(imported.events),
        unreadable=left_out,
    )
    return 1 if left_out else 0
