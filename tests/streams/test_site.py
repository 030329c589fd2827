"""A configuration, compiled into what the machines and the counting work with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from streams.counts import kpis
from streams.counts.kpis import CATALOGUE
from streams.spans import DAY, HOUR, MINUTE, SECOND
from tests.vocabulary import EMPTY, site_of

EXAMPLE: Final = site_of((Path(__file__).parent / "config" / "example.yml").read_text())
NOTHING: Final = site_of("")


def test_an_empty_file_is_a_site_that_is_always_open_and_promises_nothing() -> None:
    terms = NOTHING.terms
    assert terms.default.schedule.always_open
    assert (terms.default.within, terms.default.short_call, terms.default.short_chat) == (
        20 * SECOND,
        10 * SECOND,
        0,
    )
    assert (terms.max_wait, terms.wrap_up) == (4 * HOUR, 600 * SECOND)
    assert (terms.policies, terms.listed) == ((), False)
    kept = terms.retention
    assert (kept.contacts, kept.tickets, kept.solved) == (2 * DAY, 8 * DAY, 30 * DAY)
    assert NOTHING.wall_clock
    assert NOTHING.plan.targets_of("billing") == ()
    shown = {
        group: [w.name for w in windows if w.shown]
        for group, windows in NOTHING.plan.windows.items()
    }
    assert shown == {
        "tickets": ["15m", "4h", "today", "7d"],
        "contacts": ["15m", "30m", "4h", "today"],
        "sla": ["4h", "today", "7d"],
    }


def test_the_clock_is_told_by_the_file() -> None:
    assert not site_of(EMPTY).wall_clock
    assert replace(NOTHING, wall_clock=False).terms is NOTHING.terms


def test_nothing_is_folded_away_that_a_window_or_a_late_event_can_reach() -> None:
    # The longest window, the quarter of an hour before it that its first bucket covers, lateness.
    assert NOTHING.horizons == {
        "ticket": 7 * DAY + 15 * MINUTE + 4 * HOUR,
        "call": 26 * HOUR + 15 * MINUTE + 4 * HOUR,  # as long as any day of any zone
        "chat": 26 * HOUR + 15 * MINUTE + 4 * HOUR,
    }
    text = "windows: {tickets: [15m], contacts: [2d], sla: [3d]}\nretention: {contacts: 3d}\n"
    site = site_of(text + "lateness: 1h\n")
    assert site.horizons["ticket"] == 3 * DAY + 15 * MINUTE + HOUR
    assert site.horizons["call"] == 2 * DAY + 15 * MINUTE + HOUR
    # Drain time looks back 4 h, whatever the windows are.
    short = site_of("windows: {tickets: [15m], sla: [15m]}\nlateness: 0s\n")
    assert short.horizons["ticket"] == 4 * HOUR + 15 * MINUTE


def test_a_queue_is_shown_as_the_file_names_it() -> None:
    billing = EXAMPLE.plan.queue("billing")
    assert (billing.title, billing.team, billing.zone) == ("Billing", "money", "Europe/Berlin")
    assert billing.within == 20 * SECOND
    assert billing.calendar.name == "office"
    other = EXAMPLE.plan.queue("elsewhere")
    assert (other.title, other.team, other.calendar.name) == ("", "", "office")


def test_every_calendar_can_be_found_by_its_name() -> None:
    for schedule in EXAMPLE.plan.calendars:
        assert EXAMPLE.plan.calendars[schedule].name == schedule
    promise = EXAMPLE.terms.promises("billing", "high", "gold", "email", "invoice")[0]
    assert promise is not None
    assert promise.schedule is EXAMPLE.plan.calendars["round-the-clock"]


REPLY: Final[list[float]] = [60, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400, 172_800]
BOUNDS: Final[dict[kpis.Kpi, list[float]]] = {
    kpis.FIRST_RESPONSE: REPLY,
    kpis.FIRST_RESPONSE_BUSINESS: REPLY,
    kpis.NEXT_RESPONSE: REPLY,
    kpis.RESOLUTION: [
        *(300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400, 172_800, 259_200, 604_800),
        1_209_600,
    ],
    kpis.CONTACT_WAIT: [5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600],
    kpis.CONTACT_HANDLE: [30, 60, 120, 180, 300, 450, 600, 900, 1_200, 1_800, 3_600],
    kpis.EVENT_LAG: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600],
}


@pytest.mark.parametrize("kpi", BOUNDS, ids=lambda kpi: kpi.name)
def test_a_histogram_has_the_bounds_of_the_contract(kpi: kpis.Kpi) -> None:
    assert [*NOTHING.plan.bounds[kpi.name]] == [round(b * SECOND) for b in BOUNDS[kpi]]


def test_agreed_targets_and_thresholds_are_bounds_too() -> None:
    site = site_of(
        """
queues: {voice: {service_level: {within: 25s}}}
sla:
  - {name: high, match: {priority: [high]}, targets: {first_response: 20m, resolution: 5h}}
  - {name: all, targets: {first_response: 8h, next_response: 90m}}
"""
    )
    bounds = site.plan.bounds
    for name in ("support_first_response_seconds", "support_first_response_business_seconds"):
        assert 20 * MINUTE in bounds[name]
        assert len(bounds[name]) == len(REPLY) + 1
    assert 90 * MINUTE in bounds["support_next_response_seconds"]
    assert 5 * HOUR in bounds["support_resolution_seconds"]
    assert 25 * SECOND in bounds["support_contact_wait_seconds"]
    assert 20 * SECOND in bounds["support_contact_wait_seconds"]
    for values in bounds.values():
        assert [*values] == sorted({*values})


def test_every_histogram_of_the_catalogue_has_bounds() -> None:
    named = {kpi.name for kpi in CATALOGUE if kpi.kind == "histogram"}
    assert named == NOTHING.plan.bounds.keys()


def test_two_files_that_promise_the_same_are_one_configuration() -> None:
    assert site_of("calendar: null\n").configuration == NOTHING.configuration
    assert site_of("lateness: 5h\n").configuration != NOTHING.configuration
