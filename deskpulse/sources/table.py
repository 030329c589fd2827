"""A foreign log as a table: CSV lines in, rows with their line numbers out."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from streams.events import Event

_DIGITS: Final = 9
"""Of a number at most: whatever a log counts, and as seconds some thirty years."""


class Unreadable(NamedTuple):
    """A row that became no event, and why."""

    line: int
    """In the file, from 1; the last one where a row has several."""
    problem: str


class Imported(NamedTuple):
    """What came of a foreign log."""

    events: list[Event]
    unreadable: list[Unreadable]


class BadRow(Exception):
    """This row, or the file, cannot be read; the message names what would be right."""


class Row:
    """One row. Its columns are there; what is in them may still be anything."""

    __slots__ = ("_cells", "line")

    def __init__(self, line: int, cells: dict[str, str]) -> None:
        self.line = line
        self._cells = cells

    def text(self, column: str) -> str:
        """What stands in a column, without the space around it."""
        return self._cells[column].strip()

    def needed(self, column: str) -> str:
        """The same, and something must."""
        text = self.text(column)
        if not text:
            raise BadRow(f"{column} is empty")
        return text

    def time(self, column: str, form: str, readable: str, also: str = "") -> datetime:
        """A time in UTC; `also` names a second column that holds the time of day."""
        text = " ".join(filter(None, (self.text(column), self.text(also) if also else "")))
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            raise BadRow(f"{column} {text!r} is no time; must be {readable}") from None

    def number(self, column: str) -> int:
        """A whole number, 0 or more."""
        text = self.text(column)
        if not (text.isascii() and text.isdigit()):
            raise BadRow(f"{column} {text!r} is no whole number")
        if len(text.lstrip("0")) > _DIGITS:
            raise BadRow(f"{column} {text!r} is too large; must be below {10**_DIGITS}")
        return int(text)


def rows(lines: Iterable[str], columns: Sequence[str]) -> Iterator[Row | Unreadable]:
    """The rows of a CSV file that has at least these columns, in any order.

    `BadRow` when it has no such header: then it is another kind of file.
    """
    reader = csv.reader(lines)
    try:
        header = [name.strip() for name in next(reader, [])]
        missing = [column for column in columns if column not in header]
        if missing:
            raise BadRow(f"it is no such log: column {missing[0]!r} is missing from its first line")
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(header):
                problem = f"has {len(cells)} columns; must have {len(header)} like the header"
                yield Unreadable(reader.line_num, problem)
                continue
            yield Row(reader.line_num, dict(zip(header, cells, strict=True)))
    except csv.Error as error:
        raise BadRow(f"line {reader.line_num} is no CSV ({error})") from None


def slug(name: str) -> str:
    """A queue's label: lower case, `-` for spaces. `Technical Support` -> `technical-support`."""
    return name.lower().replace(" ", "-")
