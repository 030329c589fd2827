"""Durations as people write them: a whole number and one unit, `20s`, `15m`, `8h`, `2d`.

One unit only, so that a length has few spellings: `90m`, neither `1h30m` nor `1.5h`; the error
says which. A bare number is refused: nobody can tell whether 20 is seconds or minutes. `d` is 24 h;
on a business calendar, 24 hours of its open time.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Final, TypeAlias

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from streams.config.errors import shown
from streams.spans import DAY, HOUR, MINUTE, SECOND
from streams.spans import Duration as Microseconds

LONGEST: Final[Microseconds] = 3650 * DAY

_UNITS: Final = {"d": DAY, "h": HOUR, "m": MINUTE, "s": SECOND}
_PATTERN: Final = r"^(0|[1-9][0-9]{0,9})[smhd]$"
_WRITTEN: Final = re.compile(_PATTERN, re.ASCII)
_FORMS: Final = "write 20s, 15m, 8h or 2d"

# What people write elsewhere, to be able to say how it is written here.
_LOOSE: Final = re.compile(
    r"(\d{1,9}(?:\.\d{1,6})?)\s*(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w)"
    r"(?![a-z])",
    re.ASCII | re.IGNORECASE,
)
_LOOSE_UNITS: Final = {**_UNITS, "w": 7 * DAY}


def parse_duration(value: object) -> Microseconds:
    """Microseconds, 0 to 10 years. Raises ValueError with what would be right."""
    text = value if isinstance(value, str) else shown(value)
    if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        raise ValueError(f"{shown(text)} has no unit; {_FORMS}")
    if text is not value or not _WRITTEN.match(text):
        raise ValueError(f"{shown(value)} is no duration; {_remedy(text)}")
    length = int(text[:-1]) * _UNITS[text[-1]]
    if length > LONGEST:
        raise ValueError(f"{shown(text)} is longer than {format_duration(LONGEST)}; write less")
    return length


def parse_positive(value: object) -> Microseconds:
    """The same, without 0."""
    length = parse_duration(value)
    if length == 0:
        raise ValueError(f"{shown(value)} is no time at all; write more than 0s")
    return length


def format_duration(length: Microseconds) -> str:
    """The shortest spelling `parse_duration` takes back; parts of a second are rounded up."""
    whole = -(-length // SECOND) * SECOND
    for unit, width in _UNITS.items():
        if whole and whole % width == 0:
            return f"{whole // width}{unit}"
    return "0s"


def _remedy(text: str) -> str:
    """`write 90m` where it is clear what was meant, else the forms there are."""
    parts = _LOOSE.findall(text)
    if parts and not _LOOSE.sub("", text).strip(" ,"):
        total = sum(Decimal(number) * _LOOSE_UNITS[unit[0].lower()] for number, unit in parts)
        if total % SECOND == 0:
            return f"write {format_duration(int(total))}"
    return _FORMS


_JSON_SCHEMA: Final = WithJsonSchema(
    {"type": "string", "pattern": _PATTERN, "examples": ["20s", "15m", "8h", "2d"]}
)
_SERIALIZER: Final = PlainSerializer(format_duration, return_type=str, when_used="json")

Duration: TypeAlias = Annotated[
    Microseconds, PlainValidator(parse_duration), _SERIALIZER, _JSON_SCHEMA
]
"""Whole microseconds, 0 or more; `8h` in the file."""

PositiveDuration: TypeAlias = Annotated[
    Microseconds, PlainValidator(parse_positive), _SERIALIZER, _JSON_SCHEMA
]
"""Whole microseconds, more than 0."""
