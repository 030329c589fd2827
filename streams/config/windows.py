"""Rolling windows by family, and how long finished subjects are kept for their sake."""

from __future__ import annotations

from typing import Annotated, Final, NamedTuple, TypeAlias

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from streams.config.durations import PositiveDuration, format_duration, parse_duration
from streams.config.errors import Problem, Wrong, shown
from streams.config.section import Section
from streams.spans import DAY, HOUR, MINUTE, Duration

TODAY: Final = "today"
LONGEST_DAY: Final[Duration] = 26 * HOUR
"""No local day is longer: Troll station puts its clocks back by two hours."""

MOST: Final = 4
"""Windows a family: each multiplies its series."""
SHORTEST: Final[Duration] = MINUTE
LONGEST: Final[Duration] = 7 * DAY
FINE: Final[Duration] = 4 * HOUR
"""Up to here a window is made of buckets of one minute, beyond of a quarter of an hour."""


class Window(NamedTuple):
    """One window. Its name is the value of the label `window`, as it is written in the file."""

    name: str
    length: Duration | None
    """None: `today`, from local midnight of the queue's zone."""


def parse_windows(value: object) -> tuple[Window, ...]:
    """One to four windows, as they are listed. Raises Wrong with the place of each problem."""
    if not isinstance(value, list | tuple):
        raise Wrong(Problem((), f"{shown(value)} is no list of windows; write [15m, 4h, today]"))
    if not value:
        raise Wrong(Problem((), "has no window; name one or leave the key out"))
    windows: list[Window] = []
    problems: list[Problem] = []
    for position, each in enumerate(value):
        try:
            window = _window(each)
        except ValueError as error:
            problems.append(Problem((position,), str(error)))
            continue
        same = [known.name for known in windows if known.length == window.length]
        if same:
            text = f"{shown(each)} is the same window as '{same[0]}'; keep one of them"
            problems.append(Problem((position,), text))
        windows.append(window)
    if len(value) > MOST:
        text = f"{len(value)} windows multiply the series too often; write at most {MOST}"
        problems.append(Problem((MOST,), text))
    if problems:
        raise Wrong(*problems)
    return tuple(windows)


def longest(windows: tuple[Window, ...]) -> Duration:
    """The length of the longest; `today` as the longest day there is."""
    return max(LONGEST_DAY if each.length is None else each.length for each in windows)


def _window(value: object) -> Window:
    if value == TODAY:
        return Window(TODAY, None)
    length = parse_duration(value)
    if length > LONGEST:
        raise ValueError(
            f"{shown(value)} is longer than 7d; for more use increase() in Prometheus, or report"
        )
    if length < SHORTEST:
        raise ValueError(f"{shown(value)} is shorter than 1m, the width of a bucket; write 1m")
    step, limit = (MINUTE, "up to 4h") if length <= FINE else (15 * MINUTE, "longer than 4h")
    if length % step:
        nearest = format_duration(-(-length // step) * step)
        raise ValueError(
            f"{shown(value)} is no multiple of {format_duration(step)}, as windows {limit} must "
            f"be; write {nearest}"
        )
    return Window(str(value), length)


def _names(windows: tuple[Window, ...]) -> list[str]:
    return [window.name for window in windows]


WindowList: TypeAlias = Annotated[
    tuple[Window, ...],
    PlainValidator(parse_windows),
    PlainSerializer(_names, return_type=list[str], when_used="json"),
    WithJsonSchema(
        {
            "type": "array",
            "items": {"type": "string", "pattern": "^(today|[1-9][0-9]*[smhd])$"},
            "minItems": 1,
            "maxItems": MOST,
            "uniqueItems": True,
        }
    ),
]

_QUARTER: Final = Window("15m", 15 * MINUTE)
_HALF: Final = Window("30m", 30 * MINUTE)
_FOUR_HOURS: Final = Window("4h", 4 * HOUR)
_TODAY: Final = Window(TODAY, None)
_WEEK: Final = Window("7d", 7 * DAY)


class Windows(Section):
    """Durations up to 7d, or `today`; at most four a family."""

    tickets: WindowList = (_QUARTER, _FOUR_HOURS, _TODAY, _WEEK)
    contacts: WindowList = (_QUARTER, _HALF, _FOUR_HOURS, _TODAY)
    sla: WindowList = (_FOUR_HOURS, _TODAY, _WEEK)


class Retention(Section):
    """How long a finished subject is kept, by the time of its partition."""

    contacts: PositiveDuration = 2 * DAY
    """A call or chat, after its end."""
    tickets: PositiveDuration = 8 * DAY
    """A ticket that is closed, merged, spam or deleted, after its last event."""
    solved: PositiveDuration = 30 * DAY
    """A ticket that is solved and not closed, after its last event."""


def needed(windows: Windows, lateness: Duration) -> dict[str, Duration]:
    """The shortest retention, by its key, with which no window loses a fact that may still come."""
    tickets = max(longest(windows.tickets), longest(windows.sla)) + lateness
    return {
        "contacts": longest(windows.contacts) + lateness,
        "tickets": tickets,
        "solved": tickets,
    }
