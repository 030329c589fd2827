"""A test that cannot run says so; in CI it may not stay silent."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.needs import NOT_OURS, needs

REPO: Final = Path(__file__).parents[1]


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _program: None)


@pytest.mark.usefixtures("bare_machine")
def test_a_missing_program_skips_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception) as skipped:
        needs("promtool", "amtool")
    assert str(skipped.value) == (
        "needs promtool, amtool; "
        "apt-get install --no-install-recommends prometheus prometheus-alertmanager"
    )


@pytest.mark.usefixtures("bare_machine")
def test_in_ci_a_missing_program_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match=r"^CI may not skip: needs java; apt-get"):
        needs("java")


def test_what_is_there_is_given_by_its_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", "/usr/bin/{}".format)
    assert needs("mvn", "java") == "/usr/bin/mvn"


@pytest.mark.parametrize(
    ("mark", "ci", "reason", "outcome"),
    [
        ("broker", "true", "no Java", "1 failed"),
        ("promtool", "true", "no Java", "1 failed"),
        ("broker", "", "no Java", "1 skipped"),
        ("laws", "true", "no Java", "1 skipped"),
        ("broker", "true", f"calls.csv is {NOT_OURS}", "1 skipped"),
    ],
)
def test_in_ci_a_required_test_cannot_skip_in_any_other_way_either(
    tmp_path: Path, mark: str, ci: str, reason: str, outcome: str
) -> None:
    case = tmp_path / "test_case.py"
    case.write_text(
        f"import pytest\n\n@pytest.mark.{mark}\ndef test_it():\n    pytest.skip({reason!r})\n"
    )
    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-c", str(REPO / "pyproject.toml")),
            *("-p", "tests.conftest", "-p", "no:cacheprovider", str(case)),
        ],
        env=os.environ | {"CI": ci, "PYTHONPATH": str(REPO), "PYTEST_ADDOPTS": ""},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome in run.stdout
    assert reason in run.stdout
