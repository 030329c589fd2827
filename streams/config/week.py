"""The opening hours of a week: `always`, or stretches by day, `mon-thu: ["08:00-12:00"]`.

Each day is said once, alone or in a range (`fri-mon` runs over the week's end); a day that is not
said is closed.
"""

from __future__ import annotations

import re
from typing import Annotated, Final, TypeAlias

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from streams.config.errors import Problem, Wrong, near, shown
from streams.config.stretches import (
    JSON_SCHEMA,
    MIDNIGHT,
    Minutes,
    example,
    format_stretches,
    parse_stretches,
)

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS: Final[dict[int, tuple[Minutes, ...]]] = dict.fromkeys(range(7), ((0, MIDNIGHT),))

_WORDS: Final = {
    "daily": "mon-sun",
    "everyday": "mon-sun",
    "weekday": "mon-fri",
    "weekdays": "mon-fri",
    "weekend": "sat-sun",
    "weekends": "sat-sun",
}
_ENDS_OF_A_RANGE: Final = 2


def parse_week(value: object) -> dict[int, tuple[Minutes, ...]]:
    """Stretches by weekday (Monday is 0). Raises Wrong with the place of each problem."""
    if value == "always":
        return dict(ALWAYS)
    if not isinstance(value, dict):
        form = f'write always, or days such as mon-fri: ["{example(value)}"]'
        raise Wrong(Problem((), f"{shown(value)} is no opening hours; {form}"))
    week: dict[int, tuple[Minutes, ...]] = {}
    said: dict[int, str] = {}
    problems: list[Problem] = []
    for key, given in value.items():
        days = _days(key)
        if not days:
            problems.append(Problem((key,), f"{shown(key)} is no day; {_remedy(key)}"))
        for day in days:
            if day in said:
                text = f"{DAYS[day]} is in '{said[day]}' already; say each day once"
                problems.append(Problem((key,), text))
                break
        said.update(dict.fromkeys(days, str(key)))
        try:
            week.update(dict.fromkeys(days, parse_stretches(given)))
        except Wrong as wrong:
            problems += [Problem((key, *path), text) for path, text in wrong.problems]
    if problems:
        raise Wrong(*problems)
    return dict(sorted(week.items()))


def format_week(week: dict[int, tuple[Minutes, ...]]) -> dict[str, list[str]] | str:
    """As `parse_week` takes it, a key a day."""
    if week == ALWAYS:
        return "always"
    return {DAYS[day]: format_stretches(stretches) for day, stretches in week.items()}


def _days(key: str) -> list[int]:
    """The weekdays of `wed` or `mon-thu`; none when it is neither."""
    first, dash, last = key.partition("-")
    if first not in DAYS or (dash and last not in DAYS):
        return []
    start = DAYS.index(first)
    length = (DAYS.index(last) - start) % 7 + 1 if dash else 1
    return [(start + day) % 7 for day in range(length)]


def _remedy(key: str) -> str:
    text = "".join(key.lower().split())
    if text in _WORDS:
        return f"write {_WORDS[text]}"
    ends = [near(end[:3], DAYS) for end in re.split(r"-|\u2013|to", text)]
    meant = [end for end in ends if end]
    if len(meant) == len(ends) <= _ENDS_OF_A_RANGE:
        return f"write {'-'.join(meant)}"
    return "write mon, or a range such as mon-fri, one key for each"


_DAY: Final = f"({'|'.join(DAYS)})"

Week: TypeAlias = Annotated[
    dict[int, tuple[Minutes, ...]],
    PlainValidator(parse_week),
    PlainSerializer(format_week, when_used="json"),
    WithJsonSchema(
        {
            "anyOf": [
                {"const": "always"},
                {
                    "type": "object",
                    "patternProperties": {f"^{_DAY}(-{_DAY})?$": JSON_SCHEMA},
                    "additionalProperties": False,
                },
            ],
            "examples": ["always", {"mon-fri": ["08:00-18:00"]}],
        }
    ),
]
"""Stretches by weekday, Monday 0; a day that is absent is closed."""
