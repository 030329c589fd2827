"""Calendars: when a queue is open, in whose time, and on which days it is not.

A calendar is plain data; `streams.site.schedule_of` compiles it, the years of public holidays being
worked out when they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache, partial
from typing import Annotated, Self, TypeAlias
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)

from streams.config.errors import Problem, Wrong, near, shown, suggestion
from streams.config.public_holidays import countries, is_holiday, subdivision_names
from streams.config.section import Section
from streams.config.stretches import Minutes, Stretches
from streams.config.week import ALWAYS, Week
from streams.spans import FIRST_YEAR, LAST_YEAR


def parse_day(value: object) -> date:
    """A date from `2026-12-24`. Raises ValueError with what would be right."""
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        day = None
    if day is None or day.isoformat() != value:
        raise ValueError(f"{shown(value)} is no date; write one such as 2026-12-24")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"{shown(value)} is outside the years {FIRST_YEAR} to {LAST_YEAR}")
    return day


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones()) - {"localtime", "Factory"}


def check_zone(name: str) -> str:
    """The name itself. Raises ValueError when the tz database has no such zone."""
    if name in _zones():
        return name
    cities = {zone.rpartition("/")[2].lower(): zone for zone in sorted(_zones())}
    meant = cities.get(name.strip().replace(" ", "_").lower()) or near(name, _zones())
    remedy = f"did you mean '{meant}'?" if meant else "write one such as Europe/Berlin"
    raise ValueError(f"no time zone {shown(name)}; {remedy}")


Day: TypeAlias = Annotated[
    date,
    PlainValidator(parse_day),
    PlainSerializer(date.isoformat, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date"}),
]
Zone: TypeAlias = Annotated[str, AfterValidator(check_zone)]


class HolidaysConfig(Section):
    """Days that differ from their weekday: public holidays, and own days, which go before them."""

    country: str | None = None
    """Public holidays of this country are closed; ISO 3166 code such as `DE`."""
    subdivision: str | None = None
    """And those of this part of it, by code such as `BE`."""
    closed: tuple[Day, ...] = ()
    """Own days without opening hours."""
    open: dict[Day, Stretches] = Field(default={})
    """Own days with hours of their own, even on a holiday."""

    @model_validator(mode="after")
    def _known_places(self) -> Self:
        if self.country is None:
            if self.subdivision is not None:
                raise Wrong(Problem(("subdivision",), "is given without a country; add country"))
            return self
        known = countries()
        if self.country not in known:
            text = f"no holidays of {shown(self.country)} are known; {_country(self.country)}"
            raise Wrong(Problem(("country",), text))
        parts = known[self.country]
        if self.subdivision is not None and self.subdivision not in parts:
            by_name = subdivision_names(self.country)
            code = by_name.get(self.subdivision)
            remedy = f"did you mean '{code}'?" if code else suggestion(self.subdivision, parts)
            text = f"{self.country} has no part {shown(self.subdivision)}; {remedy}"
            raise Wrong(Problem(("subdivision",), text))
        return self

    @model_validator(mode="after")
    def _each_day_once(self) -> Self:
        problems = [
            Problem(("closed", position), f"{day} is listed twice; keep one of them")
            for position, day in enumerate(self.closed)
            if day in self.closed[:position]
        ]
        problems += [
            Problem(("open", day.isoformat()), f"{day} is closed too; keep one of the two")
            for day in self.open
            if day in self.closed
        ]
        if problems:
            raise Wrong(*problems)
        return self


class CalendarConfig(Section):
    """One calendar; without any key, always open in UTC."""

    timezone: Zone = "UTC"
    """In whose local time the hours are, and where a day begins; a name such as `Europe/Berlin`."""
    hours: Week = ALWAYS
    """`always`, or stretches by weekday; a weekday that is absent is closed."""
    holidays: HolidaysConfig = HolidaysConfig()

    @property
    def own_days(self) -> dict[date, tuple[Minutes, ...]]:
        """Stretches of the days that stand for themselves; none for a closed one."""
        return dict.fromkeys(self.holidays.closed, ()) | self.holidays.open

    @property
    def holiday(self) -> Callable[[date], bool] | None:
        """Whether a local day is a public holiday; None where no country is given."""
        if self.holidays.country is None:
            return None
        return partial(is_holiday, self.holidays.country, self.holidays.subdivision)

    @property
    def always_open(self) -> bool:
        """No hour of any day is closed."""
        return self.hours == ALWAYS and not self.own_days and self.holiday is None

    @property
    def never_opens(self) -> bool:
        """No hour of any day is open."""
        return not any(self.hours.values()) and not any(self.own_days.values())


def _country(code: str) -> str:
    """What to write instead of an unknown country code."""
    two_letters = [known for known in countries() if len(known) == len("DE")]
    if code.upper() in two_letters:
        return f"did you mean '{code.upper()}'?"
    return "write a two-letter code such as DE"
