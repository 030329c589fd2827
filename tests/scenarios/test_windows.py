"""Which facts a window holds (metrics.md section 1; exactness.md section 4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from streams.events import Event
from streams.spans import MINUTE
from tests.boards import Floor, Live, by, every_way, exits, flows, samples, verdicts_in
from tests.vocabulary import (
    EMPTY,
    answered,
    at,
    ended,
    opened,
    queued,
    replied,
    site_of,
    solved,
)

BERLIN_AND_NEW_YORK: Final = site_of(
    EMPTY
    + """
calendars:
  berlin: {timezone: Europe/Berlin, hours: always}
  new-york: {timezone: America/New_York, hours: always}
queues: {berlin: {calendar: berlin}, new-york: {calendar: new-york}, utc: {}}
"""
)


def test_a_sample_belongs_to_the_window_in_which_it_completes() -> None:
    life = [opened("T1", "mon 09:00"), replied("T1", "wed 12:00"), solved("T1", "wed 12:05")]
    floor = every_way(life, "wed 12:10")
    assert samples(floor, "first_response", window="15m") == (1, 51 * 3_600)
    assert flows(floor, window="15m") == {"resolved": 1}
    assert flows(floor, window="7d") == {"created": 1, "resolved": 1}


def test_a_window_of_minutes_covers_its_length_to_one_minute_more() -> None:
    #   the minute of 09:00 .......... 09:15:59.999999 | 09:16
    #   [-------- in the last 15 minutes --------------]
    for when in ("09:00", "09:00:30", "09:00:59.999999"):
        life = [opened("T1", when)]
        assert flows(every_way(life, at("09:16") - 1), window="15m") == {"created": 1}
        assert flows(every_way(life, "09:16"), window="15m") == {}
    assert flows(every_way([opened("T1", "09:01")], "09:16"), window="15m") == {"created": 1}


def test_a_window_of_four_hours_is_made_of_minutes() -> None:
    life = [opened("T1", "09:07:30")]
    assert flows(every_way(life, at("13:08") - 1), window="4h") == {"created": 1}
    assert flows(every_way(life, "13:08"), window="4h") == {}


def test_a_longer_window_is_made_of_quarters_of_an_hour() -> None:
    #   mon 09:00 to 09:15 ............ 7 d later 09:14:59.999999 | 09:15
    life = [opened("T1", "09:07:30")]
    end = "2026-01-12T09:15:00Z"
    assert flows(every_way(life, at(end) - 1), window="7d") == {"created": 1}
    assert flows(every_way(life, end), window="7d") == {}


def test_a_window_leaves_nothing_behind() -> None:
    life = [opened("T1", "09:00"), replied("T1", "09:05"), solved("T1", "09:10")]
    floor = every_way(life, "2026-01-19T09:00:00Z")
    assert [series for series in floor if series[0].startswith("support_window")] == []


def test_what_is_dated_after_now_is_in_no_window_until_its_minute_begins() -> None:
    live = Live(start="09:00")
    live.hear(opened("T1", "09:30:30"))
    assert flows(live.floor) == {}
    live.pass_to(at("09:30") - 1)
    assert flows(live.floor, window="15m") == {}
    live.pass_to("09:30")
    assert flows(live.floor, window="15m") == {"created": 1}


def test_a_late_fact_falls_into_the_bucket_of_its_own_time() -> None:
    live = Live(start="12:00")
    live.hear(opened("T1", "11:50"), opened("T2", "11:30"))
    assert flows(live.floor, window="15m") == {"created": 1}
    assert flows(live.floor, window="4h") == {"created": 2}
    live.hear(opened("T3", "07:50"))
    assert flows(live.floor, window="4h") == {"created": 2}
    assert flows(live.floor, window="7d") == {"created": 3}
    live.pass_to("12:06")
    assert flows(live.floor, window="15m") == {}


@pytest.mark.parametrize(
    ("text", "windows"),
    [("[1m]", ["1m"]), ("[90m, 5h, 6d]", ["90m", "5h", "6d"]), ("[today]", ["today"])],
)
def test_any_windows_of_the_configuration_are_shown_and_no_others(
    text: str, windows: list[str]
) -> None:
    site = site_of(EMPTY + f"windows: {{tickets: {text}}}\n")
    floor = every_way([opened("T1", "09:00")], "09:00", site)
    shown = by(floor, "support_window_tickets", "window", queue="billing")
    assert shown == dict.fromkeys(windows, 1)


def test_every_family_has_its_own_windows() -> None:
    site = site_of(
        EMPTY
        + """
windows: {tickets: [2h], contacts: [30m], sla: [3d]}
sla: [{name: everyone, targets: {first_response: 1h}}]
"""
    )
    life: list[Event] = [
        opened("T1", "09:00"),
        replied("T1", "09:05"),
        queued("call/1", "09:00"),
        answered("call/1", "09:00:10"),
        ended("call/1", "09:05"),
    ]
    floor = every_way(life, "09:05", site)
    assert by(floor, "support_window_tickets", "window") == {"2h": 1}
    assert by(floor, "support_window_contacts", "window") == {"30m": 1}
    assert by(floor, "support_window_sla_targets", "window") == {"3d": 1}
    measures = "support_window_duration_samples"
    assert by(floor, measures, "window", measure="first_response") == {"2h": 1}
    assert by(floor, measures, "window", measure="contact_wait") == {"30m": 1}
    assert by(floor, measures, "window", measure="contact_handle") == {"30m": 1}


def test_drain_time_needs_no_window_of_four_hours_in_the_configuration() -> None:
    site = site_of(EMPTY + "windows: {tickets: [15m]}\n")
    life = [
        opened("T1", "mon 00:00"),
        opened("T2", "mon 00:00"),
        solved("T1", "tue 09:00"),
    ]
    floor = every_way(life, "tue 12:00", site)
    assert floor["support_drain_time_seconds", "billing"] == 4 * 3_600
    assert by(floor, "support_window_tickets", "window") == {}


# --- today --------------------------------------------------------------------------------------


def created_today(floor: Floor) -> dict[str, float]:
    return by(floor, "support_window_tickets", "queue", window="today", flow="created")


def test_today_begins_at_local_midnight_of_the_zone_of_the_queue() -> None:
    #   UTC    sun 22:30     23:00     23:30 | mon 00:00   04:30    05:00    05:30
    #   Berlin                00:00 mon
    #   New York                                                     00:00 mon
    sunday = ["2026-01-04T22:59:59Z", "2026-01-04T23:00:00Z", "2026-01-05T00:00:00Z"]
    life = [
        opened(f"{queue}{n}", when, queue=queue)
        for queue in ("berlin", "new-york", "utc")
        for n, when in enumerate([*sunday, "2026-01-05T04:59:59Z", "2026-01-05T05:00:00Z"])
    ]
    floor = every_way(life, "12:00", BERLIN_AND_NEW_YORK)
    assert created_today(floor) == {"berlin": 4, "new-york": 1, "utc": 3}
    # Just before New York's midnight its sunday is still today.
    before = every_way(life, at("05:00") - 1, BERLIN_AND_NEW_YORK)
    assert created_today(before) == {"berlin": 3, "new-york": 4, "utc": 2}


def hours_of_today(zone: str, first: datetime, hours: int) -> list[float]:
    """One ticket at the start of each hour; how many are today's at the end of each."""
    queue = "berlin" if zone == "Europe/Berlin" else "new-york"
    live = Live(BERLIN_AND_NEW_YORK, start=at(first))
    counts = []
    for hour in range(hours):
        when = first + timedelta(hours=hour)
        live.hear(opened(f"T{hour}", when, queue=queue))
        live.pass_to(at(when) + 59 * MINUTE)
        counts.append(created_today(live.floor)[queue])
    return counts


@pytest.mark.parametrize(
    ("zone", "midnight", "length"),
    [
        ("Europe/Berlin", datetime(2026, 3, 28, 23, tzinfo=UTC), 23),
        ("Europe/Berlin", datetime(2026, 10, 24, 22, tzinfo=UTC), 25),
        ("America/New_York", datetime(2026, 3, 8, 5, tzinfo=UTC), 23),
        ("America/New_York", datetime(2026, 11, 1, 4, tzinfo=UTC), 25),
        ("Europe/Berlin", datetime(2026, 1, 4, 23, tzinfo=UTC), 24),
    ],
)
def test_the_day_of_a_time_change_is_an_hour_shorter_or_longer(
    zone: str, midnight: datetime, length: int
) -> None:
    counts = hours_of_today(zone, midnight, length + 2)
    assert counts == [*range(1, length + 1), 1, 2]


def test_a_verdict_and_an_exit_are_of_today_too() -> None:
    site = site_of(EMPTY + "sla: [{name: everyone, targets: {first_response: 1h}}]\n")
    life: list[Event] = [
        opened("T1", "mon 22:59:59"),  # breaches on monday
        opened("T2", "mon 23:00"),  # due at midnight
        queued("call/1", "mon 23:59"),
        answered("call/1", "mon 23:59:59"),
        queued("call/2", "mon 23:59"),
        answered("call/2", "tue 00:00"),
    ]
    floor = every_way(life, "tue 08:00", site)
    assert verdicts_in(floor, "first_response", "today") == {"breached": 1}
    assert verdicts_in(floor, "first_response", "7d") == {"breached": 2}
    assert exits(floor, window="today") == {"answered_late": 1}


# --- quantiles ----------------------------------------------------------------------------------


def test_quantiles_are_those_of_nearest_rank_within_two_per_cent() -> None:
    #   Ten replies after 1, 2 … 10 minutes: the 5th is the median, the 9th the 90th percentile.
    life: list[Event] = []
    for n in range(1, 11):
        life += [opened(f"T{n}", "09:00"), replied(f"T{n}", f"09:{n:02}")]
    floor = every_way(life, "09:10")
    name = "support_window_duration_quantile_seconds"
    labels = (name, "billing", "15m", "first_response")
    assert floor[(*labels, "0.5")] == pytest.approx(300, rel=0.02)
    assert floor[(*labels, "0.9")] == pytest.approx(540, rel=0.02)


def test_of_one_value_every_quantile_is_that_value_and_of_none_there_is_none() -> None:
    floor = every_way([opened("T1", "09:00"), replied("T1", "09:05")], "09:05")
    name = "support_window_duration_quantile_seconds"
    for q in ("0.5", "0.9"):
        assert floor[name, "billing", "15m", "first_response", q] == pytest.approx(300, rel=0.02)
    assert not by(floor, name, "q", measure="resolution")
    at_once = every_way([opened("T1", "09:00"), replied("T1", "09:00")], "09:05")
    assert at_once[name, "billing", "15m", "first_response", "0.5"] == 0
