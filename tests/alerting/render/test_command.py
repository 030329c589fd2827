"""`python -m alerting.render`: writes, or says what differs."""

from __future__ import annotations

from pathlib import Path

import pytest

from alerting.render import RULES, TESTS, files
from alerting.render.__main__ import main


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """The top of a checkout in which nothing has been generated."""
    (tmp_path / "alerting").mkdir()
    (tmp_path / "alerting/objectives.py").touch()
    return tmp_path


def test_what_is_written_passes_the_check(top: Path) -> None:
    assert main([], top) == 0
    assert main(["--check"], top) == 0
    assert {name: (top / name).read_text() for name in files()} == files()


def test_the_check_names_what_differs_and_the_remedy(
    top: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([], top)
    (top / RULES).write_text((top / RULES).read_text() + "\n")
    (top / TESTS).unlink()
    assert main(["--check"], top) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"{name}: not what alerting/objectives.py says; run `python -m alerting.render` and "
        "commit it"
        for name in (RULES, TESTS)
    ]
    assert not (top / TESTS).exists()


def test_outside_a_checkout_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([], tmp_path) == 1
    assert capsys.readouterr().err == (
        "no alerting/objectives.py here; run `python -m alerting.render` at the top of a checkout\n"
    )
    assert list(tmp_path.iterdir()) == []
