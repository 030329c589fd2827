"""What a person types as a value: instants, durations, addresses. Wrong ones are `Misused`."""

from __future__ import annotations

import math
import re
from datetime import datetime

from deskpulse.errors import Misused
from streams.spans import DAY, HOUR, MINUTE, SECOND, Duration, Instant, instant

_UNITS: dict[str, Duration] = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)([smhd])")
_TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def an_instant(text: str, option: str) -> Instant:
    """`2026-01-05T09:00:00Z` as an instant; an offset is required, so nobody has to guess."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        message = f"{option}: {text!r} is no time with an offset; write 2026-01-05T09:00:00Z"
        raise Misused(message)
    return instant(moment)


def a_duration(text: str, option: str) -> Duration:
    """`90s`, `2m`, `1h30m`, `8d` as microseconds, more than none."""
    parts = _DURATION.findall(text)
    total = round(sum(float(number) * _UNITS[unit] for number, unit in parts))
    if "".join(number + unit for number, unit in parts) != text or total <= 0:
        message = f"{option}: {text!r} is no duration; write 90s, 2m, 1h30m or 8d"
        raise Misused(message)
    return total


def a_time_of_day(text: str, option: str) -> Duration:
    """`10:30` as microseconds since midnight."""
    match = _TIME_OF_DAY.fullmatch(text)
    if match is None:
        message = f"{option}: {text!r} is no time of day; write 10:30"
        raise Misused(message)
    return int(match[1]) * HOUR + int(match[2]) * MINUTE


def a_factor(value: float | None, option: str) -> float | None:
    """A speed or a rate: above 0, and a number."""
    if value is not None and not 0 < value < math.inf:
        message = f"{option}: {value} would never get anywhere; write a number above 0"
        raise Misused(message)
    return value
