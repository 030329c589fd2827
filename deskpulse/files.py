"""Files that people name: read as lines with progress, written whole, every fault one line."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from deskpulse.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deskpulse.notices import Notices

_REPORT_EVERY = 2_000
_LONGEST = 1024 * 1024 + 2
"""Bytes: one more than the largest event and its line end."""


def lines_of(file: Path, notices: Notices) -> Iterator[str]:
    """The lines of a UTF-8 text file. `Refused` when it is none or cannot be read."""
    with opened(file) as stream, notices.progress(file.name, size_of(file)) as advance:
        done = 0
        for number, raw in enumerate(stream, start=1):
            done += len(raw)
            if number % _REPORT_EVERY == 0:
                advance(done)
            try:
                text = raw.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError:
                raise Refused(f"{file}: line {number} is not UTF-8 text") from None
            yield text


def must_be_readable(file: Path) -> None:
    """`Refused` for what cannot be read: missing, a directory, not ours to read."""
    if file.is_dir():
        raise Refused(f"{file}: is a directory; name a file")
    if not file.exists():
        raise Refused(f"{file}: no such file")
    if not os.access(file, os.R_OK):
        raise Refused(f"{file}: may not be read by this user")


@contextmanager
def opened(file: Path) -> Iterator[IO[bytes]]:
    """A file to read, as bytes."""
    must_be_readable(file)
    with file.open("rb") as stream:
        yield stream


def raw_lines(stream: IO[bytes]) -> Iterator[bytes]:
    """The lines of a stream, each at most a little longer than an event may be.

    A file that is no text may be one line of gigabytes: what is over is read and not kept.
    """
    while line := stream.readline(_LONGEST):
        rest = line
        while len(rest) == _LONGEST and not rest.endswith(b"\n"):
            rest = stream.readline(_LONGEST)
        yield line


def size_of(file: Path) -> int | None:
    """Bytes in a file; None for a pipe, whose end nobody knows."""
    return file.stat().st_size if file.is_file() else None


@contextmanager
def writing(out: Path | None) -> Iterator[IO[bytes]]:
    """Where a result goes: a file, or stdout."""
    if out is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if out.is_dir():
        raise Refused(f"{out}: is a directory; name a file")
    with out.open("wb") as stream:
        yield stream
