"""A call centre's call list: one row a call, as call events and survey answers.

The wait of an unanswered call is not in the list: its abandonment carries `wait_s: null`, *not
known*. Times are UTC. Agents become pseudonyms.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from deskpulse.sources.order import in_order, short_name
from deskpulse.sources.table import BadRow, Imported, Row, Unreadable, rows, slug
from streams.events import contact, survey
from streams.events.contact import CallAbandoned, CallAnswered, CallEnded, CallQueued
from streams.events.survey import SurveyResponded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from deskpulse.pseudonyms import Pseudonyms
    from streams.events import Data, Event

SOURCE: Final = "/calls-csv/import"
COLUMNS: Final = (
    "Call Id",
    "Agent",
    "Date",
    "Time",
    "Topic",
    "Answered (Y/N)",
    "Speed of answer in seconds",
    "AvgTalkDuration",
    "Satisfaction rating",
)
Step: TypeAlias = "tuple[type[Event], datetime, Data]"
"""What happened, when, and its data."""

_LENGTH: Final = re.compile(r"(\d{1,4}):(\d{1,4}):(\d{1,4})", re.ASCII)
LOWEST: Final = 1
HIGHEST: Final = 5


def read(lines: Iterable[str], pseudonyms: Pseudonyms) -> Imported:
    """The events of a call list, sorted by (time, subject, sequence, type)."""
    events: list[Event] = []
    unreadable: list[Unreadable] = []
    for row in rows(lines, COLUMNS):
        if isinstance(row, Unreadable):
            unreadable.append(row)
            continue
        try:
            events += call(row, pseudonyms)
        except BadRow as problem:
            unreadable.append(Unreadable(row.line, str(problem)))
        except OverflowError:
            unreadable.append(Unreadable(row.line, "its times lie beyond the year 9999"))
    return Imported(in_order(events), unreadable)


def call(row: Row, pseudonyms: Pseudonyms) -> Iterator[Event]:
    """The events of one call: queued; then answered, ended and rated, or abandoned."""
    name = row.needed("Call Id")
    queue = slug(row.needed("Topic"))
    at = row.time("Date", "%d-%m-%Y %H:%M:%S", "dd-mm-yyyy hh:mm:ss", also="Time")
    steps: list[Step] = [(CallQueued, at, contact.Queued(queue=queue, channel="voice"))]
    match row.text("Answered (Y/N)"):
        case "N":
            steps.append((CallAbandoned, at, contact.Abandoned(queue=queue, wait_s=None)))
        case "Y":
            steps += _conversation(row, at, queue, pseudonyms.agent(row.needed("Agent")))
        case other:
            raise BadRow(f"Answered (Y/N) {other!r} is neither Y nor N")
    for position, (kind, time, data) in enumerate(steps, start=1):
        yield kind(
            id=f"{name}-{position}-{short_name(kind)}",
            source=SOURCE,
            time=time,
            subject=f"call/{name}",
            sequence=str(position),
            data=data,
        )


def _conversation(row: Row, queued: datetime, queue: str, agent: str) -> Iterator[Step]:
    answered = queued + timedelta(seconds=row.number("Speed of answer in seconds"))
    ended = answered + _length(row, "AvgTalkDuration")
    yield CallAnswered, answered, contact.Answered(queue=queue, agent_id=agent)
    yield CallEnded, ended, contact.Ended(ended_by="unknown", agent_id=agent)
    if row.text("Satisfaction rating"):
        score = row.number("Satisfaction rating")
        if not LOWEST <= score <= HIGHEST:
            raise BadRow(f"Satisfaction rating {score} is outside {LOWEST} to {HIGHEST}")
        yield (
            SurveyResponded,
            ended,
            survey.Answered(
                kind="csat",
                score=score,
                scale_min=LOWEST,
                scale_max=HIGHEST,
                polarity="higher_is_better",
                queue=queue,
                agent_id=agent,
            ),
        )


def _length(row: Row, column: str) -> timedelta:
    """`00:02:23` as a length."""
    text = row.text(column)
    match = _LENGTH.fullmatch(text)
    if match is None:
        raise BadRow(f"{column} {text!r} is no length; must be hh:mm:ss")
    hours, minutes, seconds = map(int, match.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)
