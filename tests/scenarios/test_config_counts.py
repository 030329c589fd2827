"""Every SLA, calendar and queue key of the example configuration changes a number.

The same events under the example, and under the example with that one key changed. Times are UTC;
the office is open 07:00-11:00 and 12:30-17:00 by it in January, on fridays 07:00-15:00.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
import yaml

from streams.events import Event
from tests.boards import Floor, by, clocks, every_way, exits, flows, next_breach, second
from tests.vocabulary import abandoned, answered, opened, queued, replied, site_of, status, wrote

EXAMPLE: Final = (Path(__file__).parents[1] / "streams" / "config" / "example.yml").read_text()
FIRST: Final = "first_response"
NEXT: Final = "next_response"
RESOLUTION: Final = "resolution"


def plain(when: str = "mon 08:00", queue: str | None = "billing") -> list[Event]:
    """A ticket of everyone: 8 h to the first response, in office hours."""
    return [opened("T1", when, queue=queue)]


def gold(when: str = "mon 08:00") -> list[Event]:
    """One of gold-urgent: 1 h, round the clock; 2 h and 8 h for the rest."""
    return [opened("T1", when, priority="high", tier="gold", category="invoice")]


def due(target: str) -> Callable[[Floor], float | None]:
    return lambda floor: next_breach(floor, target)


def status_of(target: str) -> Callable[[Floor], dict[str, float]]:
    return lambda floor: clocks(floor, target)


def info(label: str) -> Callable[[Floor], list[str]]:
    names = ("queue", "display_name", "team", "timezone", "service_level_seconds")
    place = 1 + names.index(label)
    return lambda floor: sorted(s[place] for s in floor if s[0] == "support_queue_info")


def open_in(label: str) -> Callable[[Floor], dict[str, float]]:
    return lambda floor: by(floor, "support_open_tickets", label)


def created_today(floor: Floor) -> dict[str, float]:
    return flows(floor, window="today")


class Key(NamedTuple):
    """A key, its text in the example and another one, and what both make of a life."""

    path: str
    old: str
    new: str
    life: list[Event]
    until: str
    read: Callable[[Floor], Any]
    before: Any
    after: Any
    given: tuple[str, str] = ("", "")
    """What has to be changed first, in both, so that the key matters."""


NIGHT_DESK: Final = ("    calendar: office\n", "    calendar: night\n")
ROUND_THE_CLOCK: Final = ("    calendar: office\n", "    calendar: round-the-clock\n")
TUE: Final = second("tue 07:30")  # 7.5 h on monday, and half an hour more
WED: Final = second("wed 07:30")

KEYS: Final = [
    # --- calendars ---
    Key(
        "calendars.office.timezone",
        "    timezone: Europe/Berlin\n    hours:",
        "    timezone: America/New_York\n    hours:",
        plain(), "mon 08:00", due(FIRST), TUE, second("mon 22:30"),
    ),
    Key(
        "calendars.office.hours.mon-thu", '"13:30-18:00"', '"13:30-18:30"',
        plain(), "mon 08:00", due(FIRST), TUE, second("mon 17:30"),
    ),
    Key(
        "calendars.office.hours.fri", 'fri: ["08:00-16:00"]', 'fri: ["08:00-12:00"]',
        plain("fri 08:00"), "fri 08:00", due(FIRST),
        second("2026-01-12T08:00Z"), second("2026-01-12T13:30Z"),
    ),
    Key(
        "calendars.office.holidays.country", "country: DE, subdivision: BE", "country: AT",
        plain(), "mon 08:00", due(FIRST), TUE, WED,  # Epiphany, 6 January, all over Austria
    ),
    Key(
        "calendars.office.holidays.subdivision", "subdivision: BE", "subdivision: BY",
        plain(), "mon 08:00", due(FIRST), TUE, WED,  # and in Bavaria, not in Berlin
    ),
    Key(
        "calendars.office.holidays.closed", "[2026-12-24]", "[2026-12-24, 2026-01-06]",
        plain(), "mon 08:00", due(FIRST), TUE, WED,
    ),
    Key(
        "calendars.office.holidays.open",
        '2026-12-27: ["10:00-14:00"]', '2026-01-10: ["10:00-14:00"]',
        plain("fri 08:00"), "fri 08:00", due(FIRST),
        second("2026-01-12T08:00Z"), second("sat 10:00"),
    ),
    Key(
        "calendars.night.timezone",
        "night: {timezone: Europe/Berlin,", "night: {timezone: America/New_York,",
        plain(), "mon 08:00", due(FIRST), second("tue 05:00"), second("tue 08:00"),
        given=NIGHT_DESK,
    ),
    Key(
        "calendars.night.hours.mon-sun", '"22:00-24:00"', '"20:00-24:00"',
        plain(), "mon 08:00", due(FIRST), second("tue 05:00"), second("tue 03:00"),
        given=NIGHT_DESK,
    ),
    Key(
        "calendars.round-the-clock.timezone",
        "round-the-clock: {timezone: UTC,", "round-the-clock: {timezone: America/New_York,",
        plain("mon 02:00"), "mon 06:00", created_today, {"created": 1}, {},
        given=ROUND_THE_CLOCK,
    ),
    Key(
        "calendars.round-the-clock.hours", "hours: always", 'hours: {mon-fri: ["09:00-17:00"]}',
        gold(), "mon 08:00", due(FIRST), second("mon 09:00"), second("mon 10:00"),
    ),
    Key(
        "calendar", "\ncalendar: office", "\ncalendar: round-the-clock",
        plain(queue=None), "mon 08:00", due(FIRST), TUE, second("mon 16:00"),
    ),
    # --- queues ---
    Key(
        "queues", "\nsla:", "  returns: {}\n\nsla:",
        plain(queue="returns"), "mon 08:00", open_in("queue"), {"other": 1}, {"returns": 1},
    ),
    Key(
        "queues.billing.title", "title: Billing", "title: Invoices",
        [], "mon 08:00", info("display_name"), ["Billing"], ["Invoices"],
    ),
    Key(
        "queues.billing.team", "team: money", "team: cash",
        [], "mon 08:00", info("team"), ["money"], ["cash"],
    ),
    Key(
        "queues.billing.calendar", *ROUND_THE_CLOCK,
        plain(), "mon 08:00", due(FIRST), TUE, second("mon 16:00"),
    ),
    Key(
        "queues.billing.service_level.within", "within: 20s", "within: 30s",
        [queued("call/1", "09:00", "billing"), answered("call/1", "09:00:25", "billing")],
        "09:10", lambda floor: exits(floor, "billing"),
        {"answered_late": 1}, {"answered_in_threshold": 1},
    ),
    Key(
        "queues.billing.service_level.target", "target: 0.80", "target: 0.90",
        plain(), "mon 08:00", lambda floor: floor["support_service_level_target_ratio", "billing"],
        0.8, 0.9,
    ),
    Key(
        "queues.billing.short_abandon.voice", "voice: 10s", "voice: 5s",
        [queued("call/1", "09:00", "billing"), abandoned("call/1", "09:00:07", "billing")],
        "09:10", lambda floor: exits(floor, "billing"),
        {"abandoned_short": 1}, {"abandoned_in_threshold": 1},
    ),
    Key(
        "queues.billing.short_abandon.chat", "chat: 0s", "chat: 5s",
        [queued("chat/1", "09:00", "billing"), abandoned("chat/1", "09:00:03", "billing")],
        "09:10", lambda floor: exits(floor, "billing"),
        {"abandoned_in_threshold": 1}, {"abandoned_short": 1},
    ),
    # --- policies ---
    *(
        Key(
            f"sla.0.match.{name}", old, new,
            gold(), "mon 08:00", due(FIRST), second("mon 09:00"), TUE,
        )
        for name, old, new in [
            ("tier", "tier: [gold]", "tier: [silver]"),
            ("priority", "priority: [urgent, high]", "priority: [urgent]"),
            ("queue", "queue: [billing]", "queue: [unassigned]"),
            ("channel", "channel: [email]", "channel: [web]"),
            ("category", "category: [invoice]", "category: [refund]"),
        ]
    ),
    Key(
        "sla.0.calendar", "    calendar: round-the-clock\n    targets",
        "    calendar: office\n    targets",
        gold("mon 17:30"), "mon 17:30", due(FIRST), second("mon 18:30"), second("tue 08:00"),
    ),
    Key(
        "sla.0.targets.first_response", "first_response: 1h", "first_response: 2h",
        gold(), "mon 08:00", due(FIRST), second("mon 09:00"), second("mon 10:00"),
    ),
    Key(
        "sla.0.targets.next_response", "next_response: 2h", "next_response: 3h",
        [*gold(), replied("T1", "08:30"), wrote("T1", "08:40")], "08:40", due(NEXT),
        second("mon 10:40"), second("mon 11:40"),
    ),
    Key(
        "sla.0.targets.resolution", "resolution: 8h", "resolution: 4h",
        gold(), "mon 08:00", due(RESOLUTION), second("mon 16:00"), second("mon 12:00"),
    ),
    Key(
        "sla.0.pause.resolution", "pause: {resolution: [pending]}", "pause: {resolution: []}",
        [*gold(), status("T1", "09:00", "pending")], "09:30", status_of(RESOLUTION),
        {"paused": 1}, {"healthy": 1},
    ),
    Key(
        "sla.1.targets.first_response", "first_response: 8h", "first_response: 4h",
        plain(), "mon 08:00", due(FIRST), TUE, second("mon 13:30"),
    ),
    Key(
        # 72 h of the office: 7.5, four days of 8.5 to 8, and so on to thursday week.
        "sla.1.targets.resolution", "resolution: 3d", "resolution: 1d",
        plain(), "mon 08:00", due(RESOLUTION), second("2026-01-15T14:00Z"), second("wed 16:30"),
    ),
    # --- at risk ---
    Key(
        "at_risk.share", "share: 0.25", "share: 0.50",
        gold(), "mon 13:00", status_of(RESOLUTION), {"healthy": 1}, {"at_risk": 1},
    ),
    Key(
        "at_risk.least", "least: 30m", "least: 10m",
        gold(), "mon 08:40", status_of(FIRST), {"at_risk": 1}, {"healthy": 1},
    ),
    Key(
        "at_risk.at_most", "at_most: 0.50", "at_most: 0.30",
        gold(), "mon 08:40", status_of(FIRST), {"at_risk": 1}, {"healthy": 1},
    ),
]  # fmt: skip

NO_NUMBER: Final = {
    "sla.0.name": "a name for people: explain and check use it",
    "sla.1.name": "a name for people: explain and check use it",
}


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.path)
def test_the_key_changes_a_number(key: Key) -> None:
    text = EXAMPLE.replace(*key.given) if key.given[0] else EXAMPLE
    assert text.count(key.old) == 1, "the key must be changed, and nothing else"
    before = every_way(key.life, key.until, site_of(text))
    after = every_way(key.life, key.until, site_of(text.replace(key.old, key.new)))
    assert key.read(before) == key.before
    assert key.read(after) == key.after
    assert key.before != key.after


def keys_of(value: object, path: str = "") -> Iterator[str]:
    """The paths of all keys that hold a value, in the way that `check` names them."""
    if isinstance(value, dict) and path not in HOLDERS:
        for name, inner in value.items():
            yield from keys_of(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for place, inner in enumerate(value):
            yield from keys_of(inner, f"{path}.{place}")
    else:
        yield path


HOLDERS: Final = {"calendars.office.holidays.open"}
"""Their keys are values: days."""
SECTIONS: Final = ("calendars", "calendar", "queues", "sla", "at_risk")


def test_every_key_of_the_example_is_here() -> None:
    example = yaml.safe_load(EXAMPLE)
    wanted = {path for section in SECTIONS for path in keys_of(example[section], section)}
    assert wanted - {key.path for key in KEYS} == NO_NUMBER.keys()
