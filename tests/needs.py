"""Programs that a test cannot do without: found, or the test skips and says how to get them.

With `CI=true` there is no skipping: what should have been checked was not, so the run fails.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

import pytest

PACKAGE: Final = {
    "promtool": "prometheus",
    "prometheus": "prometheus",
    "amtool": "prometheus-alertmanager",
    "alertmanager": "prometheus-alertmanager",
    "java": "openjdk-17-jre-headless",
    "mvn": "maven",
}
"""Program -> the Debian package that brings it."""

REQUIRED_MARKS: Final = ("broker", "promtool")
"""Tests of these kinds may skip on a developer's machine and never in CI."""


def in_ci() -> bool:
    """Whether a skip of a required test is a failure: `CI=true`, as `.ci/run` sets it."""
    return os.environ.get("CI", "").lower() == "true"


def needs(*programs: str) -> str:
    """The path of the first of `programs`; all of them are there when this returns.

    Skips the running test where one is missing, with the command that installs it; fails it in CI.
    """
    missing = sorted({PACKAGE[program] for program in programs if shutil.which(program) is None})
    if missing:
        absent(
            f"needs {', '.join(programs)}",
            f"apt-get install --no-install-recommends {' '.join(missing)}",
        )
    path = shutil.which(programs[0])
    assert path is not None
    return path


def absent(what: str, remedy: str) -> None:
    """Skip the running test, or fail it in CI: `what` is missing and `remedy` would bring it."""
    sentence = f"{what}; {remedy}"
    if in_ci():
        pytest.fail(f"CI may not skip: {sentence}", pytrace=False)
    pytest.skip(sentence)


NOT_OURS: Final = "not the project's and not on this machine"
"""In the reason of a skip that CI lets pass: of a file that is lent, and not the project's."""


def lent(path: Path) -> Path:
    """A file beside the project that is not part of it; the test skips where it is absent."""
    if not path.is_file():
        pytest.skip(f"{path.name} is {NOT_OURS} (../shared/data)")
    return path
