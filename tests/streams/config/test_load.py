"""A file loads, or says in one line each what is wrong, where, and what would be right."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from textwrap import dedent
from typing import Final

import pytest

from streams.config import Config, ConfigError, dump, load, load_file
from streams.spans import DAY, HOUR, MINUTE, SECOND

EXAMPLE: Final = Path(__file__).with_name("example.yml")


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        load(dedent(text))
    assert str(raised.value) == "\n".join(raised.value.problems)
    return list(raised.value.problems)


# --- what loads ---------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "{}", "---\n", "# nothing but a comment\n", "~", "\ufeff"])
def test_an_empty_file_is_a_site_with_all_defaults(text: str) -> None:
    assert load(text) == Config()


def test_the_defaults_are_those_of_the_design() -> None:
    config = Config()
    assert (config.site, config.clock, config.calendar) == ("default", "wall", None)
    assert (config.calendars, config.queues, config.sla, config.sources) == ({}, {}, (), {})
    queue = config.queue("billing")
    assert (queue.service_level.within, queue.service_level.target) == (20 * SECOND, Decimal("0.8"))
    assert (queue.short_abandon.voice, queue.short_abandon.chat) == (10 * SECOND, 0)
    assert (config.limits.max_wait, config.limits.wrap_up) == (4 * HOUR, 600 * SECOND)
    assert config.limits.parts_max_age == 5 * MINUTE
    retention = config.retention
    assert (retention.contacts, retention.tickets, retention.solved) == (2 * DAY, 8 * DAY, 30 * DAY)
    assert config.lateness == 4 * HOUR
    names = {
        f: [w.name for w in getattr(config.windows, f)] for f in ("tickets", "contacts", "sla")
    }
    assert names == {
        "tickets": ["15m", "4h", "today", "7d"],
        "contacts": ["15m", "30m", "4h", "today"],
        "sla": ["4h", "today", "7d"],
    }
    risk = config.at_risk
    assert (risk.share, risk.least, risk.at_most) == (Decimal("0.25"), 30 * MINUTE, Decimal("0.5"))
    assert config.http.listen == "127.0.0.1:8088"
    assert config.source("zendesk").heartbeat


def test_the_whole_example_loads() -> None:
    config = load_file(EXAMPLE)
    assert config.site == "berlin"
    assert list(config.calendars) == ["office", "night", "round-the-clock"]
    assert config.calendars["round-the-clock"].always_open
    assert config.calendar_of("billing") == "office"
    assert config.queue("billing").team == "money"
    gold, everyone = config.sla
    assert gold.match.conditions() == {
        "tier": frozenset({"gold"}),
        "priority": frozenset({"urgent", "high"}),
        "queue": frozenset({"billing"}),
        "channel": frozenset({"email"}),
        "category": frozenset({"invoice"}),
    }
    assert gold.targets.given() == {
        "first_response": HOUR,
        "next_response": 2 * HOUR,
        "resolution": 8 * HOUR,
    }
    assert everyone.match.conditions() == {}
    assert everyone.targets.given() == {"first_response": 8 * HOUR, "resolution": 72 * HOUR}
    assert everyone.pause.by_target() == {
        "first_response": frozenset(),
        "next_response": frozenset(),
        "resolution": frozenset({"pending"}),
    }


def test_what_is_dumped_loads_to_the_same() -> None:
    config = load_file(EXAMPLE)
    assert load(dump(config)) == config
    assert load(dump(Config())) == Config()


def test_keys_without_a_value_are_left_out() -> None:
    config = load("site:\nqueues:\n  billing:\n  sales: {title: }\nsla:\nwindows: {tickets: }\n")
    assert list(config.queues) == ["billing", "sales"]
    assert config.queues["billing"] == config.queues["sales"] == Config().queue("any")
    assert config.windows == Config().windows


def test_aliases_and_merges_stand_for_what_they_name() -> None:
    config = load(
        """
        queues:
          billing: &money {team: money, service_level: &level {within: 30s}}
          refunds: *money
          sales: {<<: *money, team: sales}
          legal: {<<: [{team: law}, *money], title: Legal}
        """
    )
    assert config.queues["refunds"] == config.queues["billing"]
    assert config.queues["sales"].team == "sales"
    assert config.queues["sales"].service_level.within == 30 * SECOND
    assert (config.queues["legal"].team, config.queues["legal"].title) == ("law", "Legal")
    assert config.queues["legal"].service_level.within == 30 * SECOND


def test_yaml_does_not_guess_what_people_mean() -> None:
    config = load(
        """
        calendars:
          no: {holidays: {country: NO, closed: [2026-12-24, "2026-12-31"]}}
          on: {hours: {mon: [22:00-24:00]}}
        queues:
          57: {title: off}
          null: {title: y}
        """
    )
    assert list(config.calendars) == ["no", "on"]
    assert config.calendars["no"].holidays.country == "NO"
    assert len(config.calendars["no"].holidays.closed) == 2
    assert config.calendars["on"].hours == {0: ((1320, 1440),)}
    assert {name: queue.title for name, queue in config.queues.items()} == {
        "57": "off",
        "null": "y",
    }


# --- what does not: one mistake, one whole line -------------------------------------------------

MISTAKES: Final = Path(__file__).with_name("mistakes.txt")
YAML: Final = "deskpulse.yml:{}: not readable as YAML{}"

# Those that a text file does not show well.
UNSEEN: Final = {
    "a tab": (
        "queues:\n\tbilling: {}\n",
        YAML.format(2, ": found character '\\t' that cannot start any token in column 1; ")
        + "indent with spaces, not with tabs",
    ),
    "a character that no text has": (
        "site: berlin\nclock: \x07\n",
        "deskpulse.yml:2: holds the character U+0007, which no text has; write plain UTF-8",
    ),
    "an escape beyond Unicode": (
        'site: "\\UFFFFFFFF"\n',
        YAML.format(1, "; write escapes as plain text"),
    ),
    "nested without end": (
        "[" * 10_000,
        "deskpulse.yml:1: nested too deeply; write it flat",
    ),
    "a file that is no configuration": (
        "#" * 1_100_000,
        "deskpulse.yml:1: larger than 1 MiB; is this the configuration?",
    ),
}


def mistakes() -> dict[str, tuple[str, str]]:
    """The cases of `mistakes.txt`: `## name`, the file, `=> ` its line."""
    cases = {}
    for block in MISTAKES.read_text().split("\n## ")[1:]:
        name, _, rest = block.partition("\n")
        text, _, line = rest.partition("\n=> ")
        cases[name] = (text + "\n", line.strip())
    return cases


ONE_MISTAKE: Final = mistakes() | UNSEEN


@pytest.mark.parametrize(("text", "line"), ONE_MISTAKE.values(), ids=ONE_MISTAKE)
def test_one_mistake_is_one_line_that_says_what_and_where(text: str, line: str) -> None:
    assert problems(text) == [line]


def test_every_mistake_is_listed_in_the_order_of_the_file() -> None:
    assert problems(
        """
        sites: berlin
        queues:
          billing: {service_level: {within: 20, target: 80}}
        kafka: {partitions: "16"}
        calendars:
          office: {hours: {mon: ["9-17"], tue: []}}
        """
    ) == [
        f"deskpulse.yml:{line}"
        for line in (
            "2: sites: unknown key; did you mean 'site'?",
            "4: queues.billing.service_level.within: '20' has no unit; write 20s, 15m, 8h or 2d",
            "4: queues.billing.service_level.target: 80 is not between 0 and 1; write 0.8",
            "5: kafka.partitions: '16' is text; write the number without quotes: 16",
            (
                "7: calendars.office.hours.mon[0]: '9-17' is no stretch of a day; write "
                '"09:00-17:00"'
            ),
        )
    ]


def test_a_problem_names_the_file_it_is_in(tmp_path: Path) -> None:
    path = tmp_path / "site.yml"
    path.write_text("clok: wall\n")
    with pytest.raises(ConfigError) as raised:
        load_file(path)
    assert raised.value.problems == (f"{path}:1: clok: unknown key; did you mean 'clock'?",)


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    binary = tmp_path / "binary.yml"
    binary.write_bytes(b"site: \xff\xfe")
    expected = {
        tmp_path / "none.yml": "no such file; name one with --config or DESKPULSE_CONFIG",
        tmp_path: "cannot be read: Is a directory",
        binary: "not text in UTF-8 (byte 6); is this the configuration?",
    }
    for path, reason in expected.items():
        with pytest.raises(ConfigError) as raised:
            load_file(path)
        assert raised.value.problems == (f"{path}: {reason}",)
