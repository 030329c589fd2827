"""The open stretches of one day as people write them: `["08:00-12:00", "13:30-18:00"]`.

A stretch is half-open and ends on its day at the latest: `24:00` is the next midnight, and a night
shift is two stretches.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Annotated, Any, Final, TypeAlias

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from streams.config.errors import Problem, Wrong, shown

Minutes: TypeAlias = tuple[int, int]
"""One stretch, `[open, close)` in minutes since the midnight of its local day."""

MIDNIGHT: Final = 24 * 60

_HOUR: Final = 60
_EXAMPLE: Final = "08:00-18:00"
# Also what people write elsewhere, to be able to say how it is written here.
_TIMES: Final = re.compile(
    r"(\d{1,2})(?:[:.h](\d\d))?h?\s*(?:-|\u2013|\u2014|to|until|till|bis)\s*(\d{1,2})(?:[:.h](\d\d))?h?",
    re.ASCII,
)


def parse_stretches(value: object) -> tuple[Minutes, ...]:
    """The stretches in order, adjoining ones joined. Raises Wrong with each problem's place."""
    if not isinstance(value, list | tuple):
        form = f'write ["{example(value)}"], or [] for a closed day'
        text = f"{shown(value)} is no list of stretches; {form}"
        raise Wrong(Problem((), text))
    problems: list[Problem] = []
    placed: list[tuple[Minutes, int]] = []
    for position, each in enumerate(value):
        try:
            placed.append((_stretch(each), position))
        except ValueError as error:
            problems.append(Problem((position,), str(error)))
    placed.sort()
    problems += _overlaps(placed)
    if problems:
        raise Wrong(*problems)
    return tuple(_joined(stretch for stretch, _ in placed))


def format_stretches(stretches: tuple[Minutes, ...]) -> list[str]:
    """As `parse_stretches` takes them."""
    return [_written(stretch) for stretch in stretches]


def example(value: object) -> str:
    """How a stretch is written; the one that was meant, where that is clear."""
    times = _times(value)
    return _written(times) if times and times[0] < times[1] <= MIDNIGHT else _EXAMPLE


def _stretch(value: object) -> Minutes:
    times = _times(value)
    if times is None:
        raise ValueError(f'{shown(value)} is no stretch of a day; write "{_EXAMPLE}"')
    opening, closing = times
    if max(times) > MIDNIGHT or opening == MIDNIGHT:
        raise ValueError(f"{shown(value)} leaves its day; write times from 00:00 to 24:00")
    if opening == closing:
        raise ValueError(f"{shown(value)} is empty; closing must come after opening")
    if opening > closing:
        night = f'"{_clock(opening)}-24:00"'
        if closing:
            night = f'two stretches: {night} and, for the next day, "00:00-{_clock(closing)}"'
        raise ValueError(f"{shown(value)} closes before it opens; write {night}")
    if value != _written(times):
        raise ValueError(f'{shown(value)} is no stretch of a day; write "{_written(times)}"')
    return times


def _times(value: object) -> Minutes | None:
    """Two times of day, however they are written; minutes since midnight."""
    found = _TIMES.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    hours, minutes, until_hours, until_minutes = (int(part or 0) for part in found.groups())
    if max(minutes, until_minutes) >= _HOUR:
        return None
    return hours * _HOUR + minutes, until_hours * _HOUR + until_minutes


def _overlaps(placed: list[tuple[Minutes, int]]) -> Iterator[Problem]:
    for (one, first), (two, second) in pairwise(placed):
        if two[0] < one[1]:
            earlier, later = (one, two) if first < second else (two, one)
            whole = _written((one[0], max(one[1], two[1])))
            text = f'{_written(later)} overlaps {_written(earlier)}; write one stretch, "{whole}"'
            yield Problem((max(first, second),), text)


def _joined(stretches: Iterable[Minutes]) -> list[Minutes]:
    joined: list[Minutes] = []
    for stretch in stretches:
        if joined and joined[-1][1] == stretch[0]:
            joined[-1] = (joined[-1][0], stretch[1])
        else:
            joined.append(stretch)
    return joined


def _written(stretch: Minutes) -> str:
    return f"{_clock(stretch[0])}-{_clock(stretch[1])}"


def _clock(minutes: int) -> str:
    return f"{minutes // _HOUR:02}:{minutes % _HOUR:02}"


JSON_SCHEMA: Final[dict[str, Any]] = {
    "type": "array",
    "items": {
        "type": "string",
        "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$",
    },
    "examples": [["08:00-12:00", "13:30-18:00"]],
}

Stretches: TypeAlias = Annotated[
    tuple[Minutes, ...],
    PlainValidator(parse_stretches),
    PlainSerializer(format_stretches, return_type=list[str], when_used="json"),
    WithJsonSchema(JSON_SCHEMA),
]
"""Stretches of one day, in order and apart from each other; none of them is a closed day."""
