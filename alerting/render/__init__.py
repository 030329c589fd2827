"""Promises in, text out: one module a reader of that text. Pure.

`files` is all of it by path from the top of the repository; `python -m alerting.render` writes it
there. What is generated is committed, and a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from alerting.objectives import OBJECTIVES, Objective
from alerting.render import prometheus, promtool

RULES: Final = "deploy/prometheus/rules/support.rules.yml"
TESTS: Final = "tests/promtool/support.test.yml"


def files(objectives: Iterable[Objective] = OBJECTIVES) -> dict[str, str]:
    """Path and text of every generated file. Raises ConfigError for what cannot be meant."""
    objectives = tuple(objectives)
    return {
        RULES: prometheus.rules(objectives),
        TESTS: promtool.tests(objectives, f"../../{RULES}"),
    }
