"""What the generated tests expect, checked without promtool."""

from __future__ import annotations

from decimal import Decimal

import pytest
import yaml

from alerting.objectives import OBJECTIVES
from alerting.render import promtool

(WAIT,) = OBJECTIVES


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1", "1s"),
        ("45", "45s"),
        ("59.5", "59.5s"),
        ("60", "1m 0s"),
        ("130", "2m 10s"),
        ("3600", "1h 0m 0s"),
        ("90061", "1d 1h 1m 1s"),
    ],
)
def test_a_length_is_written_as_prometheus_writes_it(value: str, text: str) -> None:
    assert promtool.humanized(Decimal(value)) == text


def test_an_alert_is_expected_with_every_label_and_every_word() -> None:
    content = yaml.safe_load(promtool.tests([WAIT], "support.rules.yml"))
    expected = [
        alert
        for test in content["tests"]
        for look in test["alert_rule_test"]
        for alert in look["exp_alerts"]
    ]
    assert expected[0] == {
        "exp_labels": {"queue": "billing", "severity": "warning", "team": "support-floor"},
        "exp_annotations": {
            "summary": "A customer waits too long in queue billing.",
            "description": (
                "The longest wait in queue billing is 2m 1s; "
                "warning begins above 2m 0s and ends at 1m 30s."
            ),
            "runbook_url": "docs/runbooks/SupportQueueWaitTooLong.md",
        },
    }


def test_rules_and_tests_name_each_other() -> None:
    content = yaml.safe_load(promtool.tests([WAIT], "somewhere/support.rules.yml"))
    assert content["rule_files"] == ["somewhere/support.rules.yml"]
    assert content["evaluation_interval"] == "15s"
