"""How a source writes down what happened: an event, on its way to Kafka.

One pen a source. It numbers its events, stamps when the connector took them (`ingested_at`), and
hands them to the outbox: mostly once, sometimes twice.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from msgspec.structs import fields

from streams.events.envelope import Data, Event
from streams.events.source import Beat, SourceHeartbeat
from streams.events.survey import SurveyResponded, SurveySent
from streams.spans import SECOND, Duration, moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from deskpulse.floor.clockwork import Clockwork
    from deskpulse.floor.delivery import Line, Outbox

HEARTBEAT: Duration = 10 * SECOND
"""How often a source says that it lives (`exactness.md` section 4)."""


@cache
def data_of(kind: type[Event]) -> Callable[..., Data]:
    """The struct of an event's `data`."""
    found: Callable[..., Data] = next(field.type for field in fields(kind) if field.name == "data")
    return found


class Pen:
    """Writes the events of one source."""

    def __init__(self, name: str, clock: Clockwork, line: Line, outbox: Outbox) -> None:
        self.name = name
        self.source = f"/{name}/demo"
        self._clock = clock
        self._line = line
        self._outbox = outbox
        self._written = 0

    def say(
        self, kind: type[Event], subject: str, sequence: int | None = None, /, **data: object
    ) -> None:
        """Something happened now. `data` are the fields of the event's data."""
        now = self._clock.now
        sent = self._line.arrival(now)
        self._written += 1
        event = kind(
            id=f"{self.name}-{self._written}",
            source=self.source,
            time=moment(now),
            subject=subject,
            sequence=None if sequence is None else str(sequence),
            data=data_of(kind)(ingested_at=moment(sent), **data),
        )
        self._outbox.post(sent, event)
        again = self._line.repetition(sent)
        if again is not None:
            self._outbox.post(again, event)

    def beat(self) -> None:
        """Say that the source lives. Held back with all else while the line is down."""
        now = self._clock.now
        self._written += 1
        event = SourceHeartbeat(
            id=f"{self.name}-{self._written}",
            source=self.source,
            time=moment(now),
            subject=f"source/{self.name}",
            data=Beat(interval_s=HEARTBEAT // SECOND),
        )
        self._outbox.post(self._line.arrival(now), event)


class SurveyPen(Pen):
    """Writes what customers say when asked: satisfaction, 1 to 5."""

    def ask(self, subject: str, **data: object) -> None:
        """A customer was asked."""
        self.say(SurveySent, subject, kind="csat", **data)

    def answer(self, subject: str, *, score: int, **data: object) -> None:
        """A customer answered."""
        self.say(
            SurveyResponded,
            subject,
            kind="csat",
            score=score,
            scale_min=1,
            scale_max=5,
            polarity="higher_is_better",
            **data,
        )
