"""What a board shows, and as of which instant."""

from __future__ import annotations

from typing import Final

from streams.board import Board
from streams.counts import kpis
from streams.counts.kpis import Kpi
from streams.events import Event
from streams.facts import AGE_BANDS, CHANNELS, OTHER, PRIORITIES
from streams.gauges import Values, gauges
from streams.site import Site
from streams.stage import Stage
from tests.boards import Floor, clocks, next_breach, second
from tests.vocabulary import (
    EMPTY,
    at,
    floor_of,
    head,
    opened,
    queued,
    records,
    site_of,
)

SITE: Final = site_of(
    EMPTY
    + """
calendars: {office: {timezone: Europe/Berlin, hours: {mon-fri: ["09:00-17:00"]}}}
calendar: office
queues:
  billing: {title: Bills, team: money, service_level: {within: 90s}}
  returns: {}
sla:
  - {name: high, match: {priority: [high]}, targets: {resolution: 4h}}
  - {name: mail, match: {queue: [billing]}, targets: {first_response: 2h}}
windows: {tickets: [15m], contacts: [30m, today], sla: [4h]}
"""
)


def board_at(when: str, *events: Event, site: Site = SITE) -> Board:
    stage = Stage(site)
    stage.apply(0, records(events))
    stage.advance_to(at(when))
    board = Board(site.plan)
    board.take(stage.part(head()), 0)
    return board


def all_of(board: Board, when: str, site: Site = SITE) -> dict[Kpi, Values]:
    return dict(gauges(board.read(), site.plan, at(when)))


def test_an_incomplete_board_shows_nothing() -> None:
    assert dict(gauges(Board(SITE.plan).read(), SITE.plan, at("09:00"))) == {}


def test_configured_label_sets_are_there_at_zero_before_anything_has_happened() -> None:
    shown = all_of(board_at("09:00"), "09:00")
    queues = ("billing", "returns")
    open_tickets = shown[kpis.OPEN_TICKETS]
    assert {*open_tickets} == {
        (q, p, s) for q in queues for p in PRIORITIES for s in ("new", "open", "pending", "on_hold")
    }
    assert {*open_tickets.values()} == {0}
    assert {*shown[kpis.OPEN_BY_CHANNEL]} == {(q, c) for q in queues for c in (*CHANNELS, OTHER)}
    assert {*shown[kpis.OPEN_BY_AGE]} == {(q, b) for q in queues for b in AGE_BANDS}
    assert {*shown[kpis.OLDEST_OPEN]} == {(q, p) for q in queues for p in PRIORITIES}
    assert {*shown[kpis.LONGEST_WAIT]} == {(q,) for q in queues}
    assert {*shown[kpis.WINDOW_TICKETS]} == {
        (q, "15m", f) for q in queues for f in ("created", "resolved", "reopened", "escalated")
    }
    assert {window for _, window, _ in shown[kpis.WINDOW_CONTACTS]} == {"30m", "today"}
    samples = shown[kpis.WINDOW_SAMPLES]
    assert ("billing", "15m", "first_response") in samples
    assert ("billing", "30m", "contact_wait") in samples
    assert ("billing", "15m", "contact_wait") not in samples
    # The window that drain time needs is kept, and not shown.
    assert not any("4h" in labels for labels in (*shown[kpis.WINDOW_TICKETS], *samples))


def test_means_ratios_and_deadlines_are_absent_until_there_is_one() -> None:
    shown = all_of(board_at("09:00"), "09:00")
    for kpi in (kpis.SLA_NEXT_BREACH, kpis.WINDOW_QUANTILE, kpis.DRAIN_TIME):
        assert shown[kpi] == {}


def test_sla_series_exist_for_what_is_agreed() -> None:
    shown = all_of(board_at("09:00"), "09:00")
    agreed = {
        ("billing", "high", "resolution"),
        ("returns", "high", "resolution"),
        ("billing", "low", "first_response"),
        ("billing", "normal", "first_response"),
        ("billing", "urgent", "first_response"),
    }
    assert {*shown[kpis.SLA_TARGET]} == agreed
    assert {labels[:3] for labels in shown[kpis.SLA_OPEN]} == agreed
    assert {labels[:3] for labels in shown[kpis.WINDOW_SLA]} == agreed
    assert {labels[3:] for labels in shown[kpis.WINDOW_SLA]} == {("4h", "met"), ("4h", "breached")}
    assert {labels[3] for labels in shown[kpis.SLA_OPEN]} == {
        *("healthy", "at_risk", "breached", "paused")
    }


def test_a_label_set_that_nobody_configured_is_there_once_it_is_seen() -> None:
    board = board_at("09:00", opened("T1", "09:00", queue="misc", priority="high"))
    shown = all_of(board, "09:00")
    assert shown[kpis.OPEN_TICKETS]["other", "high", "new"] == 1
    assert ("other", "low", "new") not in shown[kpis.OPEN_TICKETS]


def test_ages_grow_between_parts() -> None:
    board = board_at("09:05", opened("T1", "09:00"), queued("call/1", "09:01", "billing"))
    early = floor_of(board, SITE, at("09:05"))
    late = floor_of(board, SITE, at("09:06:30"))
    age = ("support_oldest_open_ticket_age_seconds", "billing", "normal")
    wait = ("support_queue_longest_wait_seconds", "billing")
    assert (early[age], late[age]) == (300, 390)
    assert (early[wait], late[wait]) == (240, 330)
    # A board whose clock is behind shows no negative age.
    assert age not in floor_of(board, SITE, at("08:59"))


def test_opening_and_closing_relabel_the_count_without_a_new_part() -> None:
    # Berlin is an hour ahead of UTC: open from 08:00 to 16:00. 4 h from 13:00: 3 today, 1 more.
    board = board_at("13:00", opened("T1", "13:00", priority="high"))
    for when, standing in [
        ("15:59:59.999999", "healthy"),
        ("16:00", "paused"),
        ("tue 07:59", "paused"),
        ("tue 08:00", "healthy"),
    ]:
        floor = Floor(floor_of(board, SITE, at(when)))
        assert clocks(floor, "resolution") == {standing: 1}, when
        assert next_breach(floor, "resolution") == second("tue 09:00")


def test_a_queue_is_open_by_its_calendar() -> None:
    board = board_at("08:00")
    for when, is_open in [
        ("07:59:59.999999", 0),
        ("08:00", 1),
        ("15:59:59.999999", 1),
        ("16:00", 0),
        ("sat 12:00", 0),
    ]:
        assert all_of(board, when)[kpis.QUEUE_OPEN]["billing",] == is_open, when


def test_static_facts_of_a_queue_have_a_value_each() -> None:
    info = all_of(board_at("09:00"), "09:00")[kpis.QUEUE_INFO]
    assert {*info} == {
        ("billing", "Bills", "money", "Europe/Berlin", "90"),
        ("returns", "returns", "", "Europe/Berlin", "20"),
    }


def test_a_queue_that_was_only_seen_is_open_and_described_by_the_defaults() -> None:
    site = site_of()
    board = board_at("09:00", opened("T1", "09:00", queue="misc"), site=site)
    shown = all_of(board, "09:00", site)
    assert shown[kpis.QUEUE_OPEN] == {("misc",): 1}
    assert {*shown[kpis.QUEUE_INFO]} == {("misc", "misc", "", "UTC", "20")}
