"""Lines beside the result: for people, or one JSON object each; never on stdout."""

from __future__ import annotations

import json

import pytest

from deskpulse.notices import LogFormat, Notices


def test_people_get_sentences_and_what_is_wrong_says_who_speaks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    notices = Notices()
    notices.tell("a.b", "all is well", n=1)
    notices.warn("a.c", "something is odd")
    notices.fail("a.d", "that was it")
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "all is well",
        "deskpulse: something is odd",
        "deskpulse: that was it",
    ]


def test_machines_get_one_object_a_line_with_every_field(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Notices(LogFormat.JSON).warn("import.row_unreadable", "two\nlines", line=7)
    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line) == {
        "level": "warning",
        "event": "import.row_unreadable",
        "message": "two\nlines",
        "line": 7,
    }


def test_progress_is_not_drawn_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    with Notices().progress("reading", 10) as advance:
        advance(5, "half")
    assert capsys.readouterr() == ("", "")
