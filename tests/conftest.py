"""What every run shares: how hard properties are tried, which folder has which mark, no quiet skip.

Hypothesis profiles: `house` (each property at least 200 cases), the same in CI from fixed seeds so
that a red run can be repeated, and `laws` (`make laws`) with far more.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

from tests.needs import NOT_OURS, REQUIRED_MARKS, in_ci

TESTS: Final = Path(__file__).parent
MARK_OF_FOLDER: Final = {"broker": "broker", "promtool": "promtool", "laws": "laws"}

# Two cores are shared with a Kafka: how long one case takes says nothing about the property.
_PATIENT: Final = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("house", _PATIENT, max_examples=200, derandomize=in_ci())
settings.register_profile("laws", _PATIENT, max_examples=5_000)
settings.load_profile("house")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test in `broker/`, `promtool/` or `laws/` has the mark of its folder."""
    for item in items:
        if item.path.is_relative_to(TESTS):
            mark = MARK_OF_FOLDER.get(item.path.relative_to(TESTS).parts[0])
            if mark is not None:
                item.add_marker(mark)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped test of a required kind has failed, whatever skipped it."""
    report = yield
    required = any(item.get_closest_marker(mark) for mark in REQUIRED_MARKS)
    excused = hasattr(report, "wasxfail") or NOT_OURS in _reason(report)
    if required and report.skipped and not excused and in_ci():
        report.outcome = "failed"
        report.longrepr = f"CI may not skip {item.nodeid}: {_reason(report)}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same where a whole module skips itself while it is collected."""
    report = yield
    inside = collector.path.is_relative_to(TESTS) and collector.path != TESTS
    folder = collector.path.relative_to(TESTS).parts[0] if inside else ""
    if MARK_OF_FOLDER.get(folder) in REQUIRED_MARKS and report.skipped and in_ci():
        report.outcome = "failed"
        report.longrepr = f"CI may not skip {collector.nodeid}: {_reason(report)}"
    return report


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """The sentence a skip was given."""
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
