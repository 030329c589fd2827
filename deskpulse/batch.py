"""The path without Kafka: files of events in, the board at an instant out.

The same pure core as in a worker, as one partition that has read everything. Events up to the
instant are sorted and applied at once, so nothing is too late and nothing is forgotten; a changed
order of lines or files changes nothing. What is no event is counted by its reason.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from deskpulse.errors import Refused
from deskpulse.files import opened, raw_lines, size_of
from streams.board import Board, Reading
from streams.events import BadEvent, Ignored, from_the_future, parse
from streams.machines.terms import Retention
from streams.metrics import Snapshot
from streams.part.parts import Head
from streams.site import Site, compile_site
from streams.spans import DAY, Duration, Instant, instant
from streams.stage import Raw, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from deskpulse.notices import Advance, Notices
    from streams.config import Config

FOREVER: Final[Duration] = 400_000 * DAY
_LOOK_UP_EVERY: Final = 5_000
_NAMED: Final = 10
"""So many lines that are no events are named one by one; the rest is counted."""
_TIMELESS: Final[Instant] = -(1 << 62)


class Line(NamedTuple):
    """One line of a file that may be an event."""

    at: Instant
    """Its time; `_TIMELESS` where none can be read."""
    place: int
    """Over all files."""
    value: bytes
    file: Path
    number: int


class Log(NamedTuple):
    """What was read."""

    lines: list[Line]
    """Sorted by time."""
    failed: int
    """Files that could not be read or held no event."""


class Outcome(NamedTuple):
    """The board at an instant, and what it was made of."""

    site: Site
    at: Instant
    stage: Stage
    reading: Reading

    def snapshot(self) -> Snapshot:
        """For the collector: gauges of the board, counters and histograms of the facts."""
        return Snapshot(self.reading, (self.stage.totals,))


class _Watched(list[Raw]):
    """Records that tell how far their reader has come."""

    advance: Advance

    def __iter__(self) -> Iterator[Raw]:
        for number, raw in enumerate(super().__iter__(), start=1):
            if number % _LOOK_UP_EVERY == 0:
                self.advance(number, f"{number} events")
            yield raw


class _When(msgspec.Struct, gc=False):
    time: datetime


class _Whose(msgspec.Struct, gc=False):
    subject: str
    tenantid: str | None = None


_when = msgspec.json.Decoder(_When).decode
_whose = msgspec.json.Decoder(_Whose).decode


def site_of(config: Config) -> Site:
    """The site of a configuration as a report needs it: clock by events, nothing forgotten."""
    site = compile_site(config)
    kept = Retention(FOREVER, FOREVER, FOREVER)
    return dataclasses.replace(
        site,
        terms=dataclasses.replace(site.terms, retention=kept),
        horizons=dict.fromkeys(site.horizons, FOREVER),
        wall_clock=False,
    )


def read(files: Sequence[Path], notices: Notices) -> Log:
    """All lines of all files. What cannot be read is told, and the other files go on."""
    lines: list[Line] = []
    failed = 0
    total = sum(size_of(file) or 0 for file in files)
    with notices.progress("reading", total or None) as advance:
        done = 0
        for file in files:
            before = len(lines)
            try:
                _read_file(file, lines, done, advance)
            except (Refused, OSError) as problem:
                failed += 1
                notices.fail("report.file_unreadable", _said(file, problem), file=str(file))
                continue
            done += size_of(file) or 0
            if len(lines) == before:
                failed += 1
                notices.fail("report.file_empty", f"{file}: holds no event", file=str(file))
    lines.sort()
    return Log(lines, failed)


def last_instant(log: Log) -> Instant | None:
    """The time of the last accepted event of a known type; None where there is none."""
    for line in reversed(log.lines):
        try:
            event = parse(line.value)
        except BadEvent:
            continue
        if not isinstance(event, Ignored) and not from_the_future(event, None):
            return instant(event.time)
    return None


def about(log: Log, subject: str) -> dict[str, list[Line]]:
    """The lines about a subject, by key: one tenant's is another's namesake."""
    found: dict[str, list[Line]] = {}
    for line in log.lines:
        try:
            whose = _whose(line.value)
        except (ValueError, RecursionError):
            continue
        key = f"{whose.tenantid}:{whose.subject}" if whose.tenantid else whose.subject
        if subject in {key, whose.subject}:
            found.setdefault(key, []).append(line)
    return found


def tell_no_event(log: Log, notices: Notices) -> None:
    """Say why there is nothing to report on: every line, and what is wrong with it."""
    rejected = []
    for line in log.lines:
        try:
            parse(line.value)
        except BadEvent as problem:
            rejected.append((line, problem.reason, problem.detail))
    _tell_rejected(rejected, notices)
    if log.lines:
        notices.fail("report.nothing", f"{len(log.lines)} lines, and none is a valid event")


def apply(log: Log, at: Instant, site: Site, notices: Notices) -> Outcome:
    """The board at `at`, by the events up to then."""
    due = [line for line in log.lines if line.at <= at]
    ordered = _Watched(Raw(place, None, line.value) for place, line in enumerate(due))
    stage = Stage(site, floor=at)
    stage.rebuild(at)  # of nothing: the windows stand at `at` before the first event
    # One call: every subject is concluded once, with all its events.
    with notices.progress("counting", len(ordered)) as ordered.advance:
        rejected = stage.apply(0, ordered)
    _tell_rejected(
        [(due[reject.raw.offset], reject.reason, reject.detail) for reject in rejected], notices
    )
    head = Head("report", 0, 1, 1, site.configuration, "")
    board = Board(site.plan)
    board.take(stage.part(head), at)
    notices.tell(
        "report.read",
        f"{len(ordered) - len(rejected)} events up to the instant, "
        f"{len(log.lines) - len(due)} later ones left out, {len(rejected)} lines are no events",
        events=len(ordered) - len(rejected),
        later=len(log.lines) - len(due),
        rejected=len(rejected),
    )
    return Outcome(site, at, stage, board.read())


def _read_file(file: Path, lines: list[Line], done: int, advance: Advance) -> None:
    with opened(file) as stream:
        for number, raw in enumerate(raw_lines(stream), start=1):
            done += len(raw)
            value = raw.strip()
            if value:
                lines.append(Line(_time_of(value), len(lines), value, file, number))
            if number % _LOOK_UP_EVERY == 0:
                advance(done, f"{len(lines)} lines")


def _time_of(value: bytes) -> Instant:
    """The time of an event, quickly; what is no event is found out when it is applied."""
    try:
        at = _when(value).time
        return _TIMELESS if at.tzinfo is None else instant(at)
    except (ValueError, RecursionError, OverflowError):
        return _TIMELESS


def _tell_rejected(rejected: Iterable[tuple[Line, str, str]], notices: Notices) -> None:
    reasons: Counter[str] = Counter()
    for line, reason, detail in rejected:
        reasons[reason] += 1
        if reasons.total() <= _NAMED:
            notices.warn(
                "report.line_invalid",
                f"{line.file}:{line.number}: {detail}; left out",
                file=str(line.file),
                line=line.number,
                reason=reason,
            )
    if reasons.total() > _NAMED:
        listed = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common())
        notices.warn("report.lines_invalid", f"in all: {listed}", **dict(reasons))


def _said(file: Path, problem: Exception) -> str:
    if isinstance(problem, OSError):
        return f"{file}: {problem.strerror or problem}"
    return str(problem)
