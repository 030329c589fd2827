"""The file as a whole: its fingerprint, and where it lets the site listen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from streams.config import Config, is_loopback, listen_address, load

EXAMPLE = Path(__file__).with_name("example.yml").read_text()


@pytest.mark.parametrize(
    ("this", "other"),
    [
        ("", "site: default"),
        ("", "# nothing\nhttp: {listen: '0.0.0.0:80'}"),
        ("lateness: 60m", "lateness: 1h"),
        ("at_risk: {share: 0.3}", "at_risk: {share: 0.30}"),
        ("site: a\nclock: events", "clock: events\nsite: a"),
        ("queues: {a: {}, b: {}}", "queues: {b: , a: {team: }}"),
        (
            "calendars: {o: {hours: {mon-tue: ['08:00-10:00', '10:00-12:00']}}}",
            "calendars: {o: {hours: {tue: ['08:00-12:00'], mon: ['08:00-12:00']}}}",
        ),
        (
            "sla: [{name: a, match: {tier: [x, y]}, targets: {}}]",
            "sla: [{name: a, match: {tier: [y, x, y]}, targets: {}}]",
        ),
    ],
)
def test_the_hash_stays_when_the_same_is_said_differently(this: str, other: str) -> None:
    assert load(this).hash == load(other).hash


@pytest.mark.parametrize(
    "changed",
    [
        ("site: berlin", "site: hamburg"),
        ("clock: wall", "clock: events"),
        ("partitions: 16", "partitions: 8"),
        ("08:00-16:00", "08:00-15:59"),
        ("subdivision: BE, ", ""),
        ("within: 20s", "within: 21s"),
        ("target: 0.80", "target: 0.81"),
        ("[urgent, high]", "[urgent]"),
        ("resolution: 3d", "resolution: 2d"),
        ("[pending]", "[]"),
        ("contacts: [15m,", "contacts: [900s,"),
        ("lateness: 4h", "lateness: 3h"),
        ("heartbeat: true", "heartbeat: false"),
    ],
    ids=lambda pair: pair[0],
)
def test_the_hash_changes_with_anything_a_number_hangs_on(changed: tuple[str, str]) -> None:
    assert changed[0] in EXAMPLE
    assert load(EXAMPLE).hash != load(EXAMPLE.replace(*changed)).hash


def test_the_hash_is_twelve_hexadecimal_digits() -> None:
    assert re.fullmatch("[0-9a-f]{12}", Config().hash)


@pytest.mark.parametrize(
    ("listen", "address", "loopback"),
    [
        ("127.0.0.1:8088", ("127.0.0.1", 8088), True),
        ("127.9.9.9:0", ("127.9.9.9", 0), True),
        ("localhost:8088", ("localhost", 8088), True),
        ("[::1]:8088", ("::1", 8088), True),
        ("0.0.0.0:8088", ("0.0.0.0", 8088), False),  # noqa: S104 # what is told from loopback
        ("[::]:8088", ("::", 8088), False),
        ("10.1.2.3:65535", ("10.1.2.3", 65535), False),
        ("desk.example.org:80", ("desk.example.org", 80), False),
    ],
)
def test_only_loopback_is_loopback(listen: str, address: tuple[str, int], loopback: bool) -> None:  # noqa: FBT001 # a case of the table
    assert load(f'http: {{listen: "{listen}"}}').http.listen == listen
    assert listen_address(listen) == address
    assert is_loopback(listen) is loopback


@pytest.mark.parametrize("listen", ["", "8088", ":8088", "::1:8088", "a b:1", "a:65536", "a:-1"])
def test_a_place_to_listen_is_a_host_and_a_port(listen: str) -> None:
    with pytest.raises(ValueError, match=r'is no host and port; write "127\.0\.0\.1:8088"$'):
        listen_address(listen)


def test_queues_that_are_not_listed_have_the_terms_of_the_site() -> None:
    config = load(
        """
        calendars: {office: {}, night: {}}
        calendar: office
        queues: {billing: {calendar: night}}
        """
    )
    assert config.lists_queues
    assert not Config().lists_queues
    assert config.calendar_of("billing") == "night"
    assert config.calendar_of("sales") == "office"
    assert Config().calendar_of("sales") is None
