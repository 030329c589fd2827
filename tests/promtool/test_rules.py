"""The committed rules under promtool, and proof that their tests would notice a change."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from alerting.objectives import OBJECTIVES, Level, Objective
from alerting.render import RULES, TESTS, prometheus, promtool
from streams.spans import MINUTE, SECOND
from tests.needs import needs

REPO: Final = Path(__file__).parents[2]
(WAIT,) = OBJECTIVES


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """What promtool says."""
    command = [needs("promtool"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def tried(folder: Path, rules: str, tests: str) -> subprocess.CompletedProcess[str]:
    """What promtool says of rules and tests that are not those of the repository."""
    (folder / "rules.yml").write_text(rules)
    (folder / "tests.yml").write_text(tests)
    return run("test", "rules", folder / "tests.yml")


@cache
def committed(name: str) -> str:
    """The text of a generated file, as it is in the repository."""
    return (REPO / name).read_text()


def looking_at(alert: str) -> list[dict[str, Any]]:
    """The committed tests that look at an alert."""
    tests: list[dict[str, Any]] = yaml.safe_load(committed(TESTS))["tests"]
    return [
        test
        for test in tests
        if any(look["alertname"] == alert for look in test["alert_rule_test"])
    ]


def alerts() -> list[str]:
    """The alerts of the committed rules."""
    (group,) = yaml.safe_load(committed(RULES))["groups"]
    return [rule["alert"] for rule in group["rules"] if "alert" in rule]


# --- the committed files ------------------------------------------------------------------------


def test_promtool_accepts_the_rules() -> None:
    check = run("check", "rules", "--lint=all", "--lint-fatal", REPO / RULES)
    assert (check.returncode, check.stderr) == (0, "")


def test_the_rules_do_what_their_tests_say() -> None:
    check = run("test", "rules", REPO / TESTS)
    assert check.returncode == 0, check.stdout + check.stderr


# --- what the tests look at ---------------------------------------------------------------------


def test_no_test_looks_at_an_alert_that_is_not_there() -> None:
    """Promtool takes such a test for passed."""
    tests = yaml.safe_load(committed(TESTS))["tests"]
    looked_at = {look["alertname"] for test in tests for look in test["alert_rule_test"]}
    assert looked_at == set(alerts())


@pytest.mark.parametrize("alert", alerts())
def test_every_test_is_silent_before_anything_fires(alert: str) -> None:
    for test in looking_at(alert):
        assert test["alert_rule_test"][0]["exp_alerts"] == []


@pytest.mark.parametrize("objective", OBJECTIVES, ids=lambda each: each.alert)
def test_every_alert_has_a_case_that_fires_one_that_is_quiet_and_one_at_each_edge(
    objective: Objective,
) -> None:
    looks = [look for test in looking_at(objective.alert) for look in test["alert_rule_test"]]
    fired = {alert["exp_labels"]["severity"] for look in looks for alert in look["exp_alerts"]}
    assert fired == {level.severity for level in objective.levels}
    assert any(not look["exp_alerts"] for look in looks)
    shown = {
        value.split("x")[0]
        for test in looking_at(objective.alert)
        for series in test["input_series"]
        if series["series"].startswith(objective.kpi.name)
        for value in series["values"].split()
    }
    for level in objective.levels:
        assert {str(level.set_at), str(level.set_at + 1)} <= shown
        assert {str(level.clear_at), str(level.clear_at + 1)} <= shown
    assert {"stale", "_"} <= shown


# --- mutation -----------------------------------------------------------------------------------

OTHERS: Final = {
    ">": (">=", "<", "<=", "==", "!="),
    "==": ("!=", "<", ">"),
    "or": ("and", "unless"),
    "and": ("or", "unless"),
    "max": ("sum",),
    '"set"': ('"clear"',),
    '"clear"': ('"set"',),
    '"firing"': ('"pending"',),
}
"""What an expression says, and what it might say by mistake."""
TOKEN: Final = re.compile(r'"[^"]*"|\d+[smhd]?|[\w:]+|[=!<>]+')


def mutants() -> Iterator[tuple[str, str]]:
    """The committed rules with one word of one expression, or one `for`, changed: what, and all."""
    content = yaml.safe_load(committed(RULES))
    (group,) = content["groups"]
    for number, rule in enumerate(group["rules"], 1):
        for key, text in [(key, rule[key]) for key in ("expr", "for") if key in rule]:
            for found in TOKEN.finditer(text):
                for other in others(found[0]):
                    rule[key] = text[: found.start()] + other + text[found.end() :]
                    what = f"rule {number}, {key} at {found.start()}: {found[0]} to {other}"
                    yield what, yaml.safe_dump(content, sort_keys=False)
            rule[key] = text


def others(token: str) -> tuple[str, ...]:
    """What might stand there instead: a second more or less, half a minute, another operator."""
    if token.isdecimal():
        return tuple(str(int(token) + change) for change in (-1, 1))
    if re.fullmatch(r"\d+m", token):
        return tuple(f"{int(token[:-1]) * 60 + change}s" for change in (-30, 30))
    return OTHERS.get(token, ())


MUTANTS: Final = list(mutants())


def test_every_threshold_every_comparison_and_every_wait_is_changed() -> None:
    changed = {what.split(": ")[1].split(" to ")[0] for what, _ in MUTANTS}
    edges = {str(edge) for level in WAIT.levels for edge in (level.set_at, level.clear_at)}
    assert changed == edges | {"1", "1m", "10m"} | OTHERS.keys()
    comparisons = re.findall(r" [<>=!]=? ", committed(RULES).replace("==", "= "))
    places = {what.split(": ")[0] for what, _ in MUTANTS if ": >" in what or ": ==" in what}
    assert len(places) == len(comparisons) == 3


@pytest.mark.parametrize(
    ("change", "rules"), [pytest.param(*mutant, id=mutant[0]) for mutant in MUTANTS]
)
def test_a_changed_rule_fails_its_tests(change: str, rules: str, tmp_path: Path) -> None:
    check = tried(tmp_path, rules, committed(TESTS).replace(f"../../{RULES}", "rules.yml"))
    assert check.returncode == 1, f"{change}: no test notices"
    said = check.stdout + check.stderr
    assert "FAILED" in said
    assert "got:" in said, f"{change}: {said}"


# --- other objectives ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "objective",
    [
        replace(WAIT, hours="always"),
        replace(WAIT, lasting=10 * SECOND),
        replace(WAIT, lasting=15 * MINUTE),
        replace(WAIT, levels=(Level("info", set_at=Decimal("45.5"), clear_at=Decimal("45.5")),)),
        replace(WAIT, levels=(Level("info", set_at=Decimal(90000), clear_at=Decimal(0)),)),
    ],
    ids=["around the clock", "ten seconds", "a quarter of an hour", "no dip", "a day to nothing"],
)
def test_any_objective_is_rendered_into_rules_that_pass_their_tests(
    objective: Objective, tmp_path: Path
) -> None:
    check = tried(tmp_path, prometheus.rules([objective]), promtool.tests([objective], "rules.yml"))
    assert check.returncode == 0, check.stdout + check.stderr
