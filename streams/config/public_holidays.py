"""Public holidays by country, from the `holidays` library: a local day without opening hours.

Those of the library's category `public`, with the days on which they are observed (where the law
moves a holiday that falls on a Sunday). A day outside the years the library knows is none.
"""

from __future__ import annotations

import warnings
from datetime import date
from functools import cache

import holidays


@cache
def countries() -> dict[str, list[str]]:
    """The codes of subdivisions by country code, ISO 3166 (and what the library takes for one)."""
    return holidays.list_supported_countries(include_aliases=True)


@cache
def known_years(country: str) -> tuple[int, int]:
    """The first and the last year for which the library has the holidays of a country."""
    entity = holidays.country_holidays(country)
    return entity.start_year, entity.end_year


@cache
def subdivision_names(country: str) -> dict[str, str]:
    """Codes by name, where the library knows names (`Berlin`: `BE`)."""
    return dict(holidays.country_holidays(country).subdivisions_aliases)


def is_holiday(country: str, subdivision: str | None, day: date) -> bool:
    """Whether a day is a public holiday there. Worked out by the year, so ask freely."""
    return day in _dates(country, subdivision, day.year)


@cache
def _dates(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    first, last = known_years(country)
    if not first <= year <= last:
        return frozenset()
    with warnings.catch_warnings():
        # Some countries have moon dates for some years only, and say so from inside the library.
        warnings.simplefilter("ignore", UserWarning)
        known = holidays.country_holidays(country, subdiv=subdivision, years=year, expand=False)
    return frozenset(day for day in known if day.year == year)
