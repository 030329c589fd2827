"""The rule file: what is committed is what is generated, and what stands in it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from alerting.objectives import OBJECTIVES, Objective
from alerting.render import files, prometheus
from streams.config.durations import format_duration
from streams.counts import kpis

REPO: Final = Path(__file__).parents[3]
METRICS: Final = {kpi.name for kpi in kpis.CATALOGUE}
(WAIT,) = OBJECTIVES


def group(*objectives: Objective) -> dict[str, Any]:
    """The one group of the rule file."""
    (only,) = yaml.safe_load(prometheus.rules(objectives))["groups"]
    found: dict[str, Any] = only
    return found


def rules(kind: str, *objectives: Objective) -> list[dict[str, Any]]:
    """Its rules with the key `record`, or `alert`."""
    return [rule for rule in group(*objectives)["rules"] if kind in rule]


def names(expression: str) -> set[str]:
    """The words of an expression, label values aside."""
    return set(re.findall(r"[a-zA-Z_:][\w:]*", re.sub(r'"[^"]*"', "", expression)))


@pytest.mark.parametrize("name", files())
def test_what_is_committed_is_what_is_generated(name: str) -> None:
    assert (REPO / name).read_text() == files()[name], "run `python -m alerting.render`"


@pytest.mark.parametrize("name", files())
def test_a_generated_file_says_so_and_how(name: str) -> None:
    head = (REPO / name).read_text().splitlines()[0]
    assert head.startswith("# DO NOT EDIT")
    assert "`python -m alerting.render`" in head


def test_prometheus_reads_and_evaluates_as_often_as_the_rules_assume() -> None:
    settings = yaml.safe_load((REPO / "deploy/prometheus/prometheus.yml").read_text())["global"]
    assert settings["scrape_interval"] == format_duration(prometheus.SCRAPE_INTERVAL)
    assert settings["evaluation_interval"] == format_duration(prometheus.EVALUATION_INTERVAL)
    assert group(WAIT)["interval"] == settings["evaluation_interval"]


def test_a_view_is_named_by_level_metric_and_operation() -> None:
    assert prometheus.view(kpis.LONGEST_WAIT) == "queue:support_queue_longest_wait_seconds:max"


def test_a_view_is_one_series_of_what_all_boards_show() -> None:
    views = [rule for rule in rules("record", WAIT) if rule["record"] != "support:threshold"]
    assert {rule["record"]: rule["expr"] for rule in views} == {
        "queue:support_queue_open:max": "max by (queue) (support_queue_open)",
        "queue:support_queue_longest_wait_seconds:max": (
            "max by (queue) (support_queue_longest_wait_seconds)"
        ),
    }


def test_nothing_but_a_view_reads_a_metric() -> None:
    recorded: set[str] = set()
    for rule in group(WAIT)["rules"]:
        read = names(rule["expr"])
        if rule.get("record") not in {prometheus.view(kpis.BY_NAME[name]) for name in METRICS}:
            assert read & METRICS == set()
        assert {name for name in read if ":" in name} <= recorded, "read before it is recorded"
        recorded.add(rule.get("record", ""))


def test_objectives_over_one_kpi_share_its_view() -> None:
    other = replace(WAIT, alert="SupportQueueWaitOdd")
    records = [rule["record"] for rule in rules("record", WAIT, other)]
    assert records.count("queue:support_queue_longest_wait_seconds:max") == 1
    assert [rule["alert"] for rule in rules("alert", WAIT, other)] == [WAIT.alert, other.alert]


def test_every_edge_is_a_series_of_each_queue_that_is_shown() -> None:
    thresholds = [rule for rule in rules("record", WAIT) if rule["record"] == "support:threshold"]
    assert {
        (rule["labels"]["severity"], rule["labels"]["edge"]): rule["expr"].split(" * ")
        for rule in thresholds
    } == {
        (level.severity, edge): [value, "group by (queue) (queue:support_queue_open:max)"]
        for level in WAIT.levels
        for edge, value in (("set", str(level.set_at)), ("clear", str(level.clear_at)))
    }
    assert {rule["labels"]["kpi"] for rule in thresholds} == {WAIT.kpi.name}


def test_an_alert_says_for_how_long_to_whom_in_one_sentence_and_what_to_do() -> None:
    (alert,) = rules("alert", WAIT)
    assert alert["alert"] == "SupportQueueWaitTooLong"
    assert alert["for"] == "1m"
    assert alert["labels"] == {"team": "support-floor"}
    assert set(alert["annotations"]) == {"summary", "description", "runbook_url"}
    assert alert["annotations"]["summary"] == (
        "A customer waits too long in queue {{ $labels.queue }}."
    )
    assert alert["annotations"]["runbook_url"] == "docs/runbooks/SupportQueueWaitTooLong.md"


def test_an_objective_around_the_clock_does_not_ask_whether_the_queue_is_open() -> None:
    (open_hours,) = rules("alert", WAIT)
    (always,) = rules("alert", replace(WAIT, hours="always"))
    assert prometheus.view(kpis.QUEUE_OPEN) in names(open_hours["expr"])
    assert prometheus.view(kpis.QUEUE_OPEN) not in names(always["expr"])
    assert open_hours["expr"].startswith(always["expr"])
