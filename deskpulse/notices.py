"""What a command says beside its result: lines and progress, all of it on stderr.

stdout carries the result alone, so it can be piped. Lines are for people (`console`), or one JSON
object each (`json`). Progress is drawn only for people who are there to see it.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

Field = str | int | float | None


class LogFormat(StrEnum):
    """How lines beside the result are written."""

    JSON = "json"
    CONSOLE = "console"


class ReportForm(StrEnum):
    """How a report is written."""

    TABLE = "table"
    JSON = "json"
    PROMETHEUS = "prometheus"


class Advance(Protocol):
    """Tell a progress bar how far it is, and what to say beside it."""

    def __call__(self, done: float, note: str = "", /) -> None:
        """`done` in the unit of the bar's total."""


class Notices:
    """Where a command's lines go."""

    def __init__(self, form: LogFormat = LogFormat.CONSOLE) -> None:
        self.form = form

    def tell(self, event: str, sentence: str, **fields: Field) -> None:
        """Something worth knowing happened."""
        self._line("info", event, sentence, fields)

    def warn(self, event: str, sentence: str, **fields: Field) -> None:
        """Something is wrong, and the command goes on."""
        self._line("warning", event, sentence, fields)

    def fail(self, event: str, sentence: str, **fields: Field) -> None:
        """Something is wrong, and the command ends."""
        self._line("error", event, sentence, fields)

    @contextmanager
    def progress(self, title: str, total: float | None) -> Iterator[Advance]:
        """A bar on stderr while something long runs; silent where nobody watches."""
        if self.form is LogFormat.JSON or not sys.stderr.isatty():
            yield _unseen
            return
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
        )

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%" if total else ""),
            TextColumn("{task.fields[note]}"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(title, total=total, note="")

            def advance(done: float, note: str = "", /) -> None:
                bar.update(task, completed=done, note=note)

            yield advance

    def _line(self, level: str, event: str, sentence: str, fields: dict[str, Field]) -> None:
        if self.form is LogFormat.JSON:
            record = {"level": level, "event": event, "message": sentence, **fields}
            line = msgspec.json.encode(record).decode()
        else:
            line = sentence if level == "info" else f"deskpulse: {sentence}"
        sys.stderr.write(line + "\n")


def _unseen(_done: float, _note: str = "", /) -> None:
    pass
