"""The pieces of a zone against `zoneinfo` itself, and where a local day begins."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from streams.machines.zones import Piece, local_midnight, pieces, year_of, year_start
from streams.spans import DAY, HOUR, MINUTE, SECOND, instant, moment


def at(text: str) -> int:
    return instant(datetime.fromisoformat(text))


def test_a_year_of_berlin_is_winter_summer_winter() -> None:
    spring, autumn = at("2026-03-29T01:00Z"), at("2026-10-25T01:00Z")
    assert pieces(ZoneInfo("Europe/Berlin"), 2026) == (
        Piece(year_start(2026), spring, HOUR),
        Piece(spring, autumn, 2 * HOUR),
        Piece(autumn, year_start(2027), HOUR),
    )


def test_a_zone_may_leave_out_the_last_day_of_a_year() -> None:
    # Kiritimati went from 1994-12-30 straight to 1995-01-01: hours before the new year of UTC.
    zone = ZoneInfo("Pacific/Kiritimati")
    skip = at("1995-01-01T00:00+14:00")
    assert pieces(zone, 1994)[-1] == Piece(skip, year_start(1995), 14 * HOUR)
    assert local_midnight(zone, skip - 1) == at("1994-12-30T00:00-10:00")
    assert local_midnight(zone, skip) == local_midnight(zone, year_start(1995)) == skip


@pytest.mark.parametrize(
    "name",
    ["America/Sao_Paulo", "Asia/Beirut", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Gaza"],
)
@pytest.mark.parametrize("year", [1985, 2018, 2026, 2051])
def test_pieces_leave_no_gap_and_agree_with_zoneinfo(name: str, year: int) -> None:
    zone = ZoneInfo(name)
    found = pieces(zone, year)
    assert found[0].start == year_start(year)
    assert found[-1].end == year_start(year + 1)
    assert all(a.end == b.start and a.offset != b.offset for a, b in pairwise(found))
    for start, end, offset in found:
        for probe in (start, (start + end) // 2, end - 1):
            assert moment(probe).astimezone(zone).utcoffset() == timedelta(microseconds=offset)


def test_a_day_starts_at_midnight_of_its_zone() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    midnight = at("2026-07-01T00:00+02:00")
    assert local_midnight(berlin, midnight - 1) == midnight - DAY
    assert local_midnight(berlin, midnight) == midnight
    assert local_midnight(berlin, midnight + DAY - 1) == midnight


def test_days_of_a_time_change_are_23_and_25_hours_long() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    for noon, length in (("2026-03-29T12:00Z", 23 * HOUR), ("2026-10-25T12:00Z", 25 * HOUR)):
        start = local_midnight(berlin, at(noon))
        assert local_midnight(berlin, start + length) - start == length
        assert local_midnight(berlin, start + length - 1) == start


def test_an_hour_repeated_across_midnight_belongs_to_the_day_that_has_begun() -> None:
    # St John's, 2010-11-07: at 00:01 the wall clock went back to 23:01 of the day before.
    #   UTC    02:30      02:31                     03:30
    #   wall   00:00  00:01>23:01             00:00 again
    st_johns = ZoneInfo("America/St_Johns")
    midnight = at("2010-11-07T02:30Z")
    for later in (0, 59 * SECOND, 60 * SECOND, 30 * MINUTE, HOUR, 12 * HOUR):
        assert local_midnight(st_johns, midnight + later) == midnight
    assert local_midnight(st_johns, midnight - 1) == at("2010-11-06T02:30Z")


def test_a_repeated_hour_before_midnight_belongs_to_the_day_that_ends() -> None:
    # Beirut, 2026-10-25: at 00:00 the wall clock goes back to 23:00 of the 24th.
    beirut = ZoneInfo("Asia/Beirut")
    saturday, sunday = at("2026-10-24T00:00+03:00"), at("2026-10-25T00:00+02:00")
    assert sunday - saturday == 25 * HOUR
    assert local_midnight(beirut, sunday - 1) == saturday
    assert local_midnight(beirut, sunday) == sunday


def test_a_day_that_a_zone_left_out_has_no_start() -> None:
    # Apia had no 2011-12-30.
    apia = ZoneInfo("Pacific/Apia")
    skip = at("2011-12-30T10:00Z")
    assert local_midnight(apia, skip) == skip == at("2011-12-31T00:00+14:00")
    assert local_midnight(apia, skip - 1) == at("2011-12-29T00:00-10:00")


def test_years_stop_where_calendars_stop() -> None:
    assert [year_of(at(t)) for t in ("0001-01-01T00:00Z", "1970-01-01T00:00Z")] == [1970, 1970]
    assert [year_of(at(t)) for t in ("2099-12-31T23:59Z", "2100-01-01T00:00Z")] == [2099, 2099]
    assert year_of(at("2026-01-01T00:00Z")) == 2026
    assert year_of(at("2026-01-01T00:00Z") - 1) == 2025
