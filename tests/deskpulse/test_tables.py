"""Numbers as people read them."""

from __future__ import annotations

import pytest

from deskpulse.figures import Figures
from deskpulse.tables import lasting, now_table, number, queues_of, share, wall_table
from streams.counts import kpis
from tests.deskpulse.test_figures import metric


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "-"),
        (0, "0 s"),
        (59.4, "59 s"),
        (59.6, "1:00 min"),
        (61, "1:01 min"),
        (3_599, "59:59 min"),
        (3_600, "1:00 h"),
        (11_100, "3:05 h"),
        (86_399, "23:59 h"),
        (86_400, "1.0 d"),
        (363_000, "4.2 d"),
    ],
)
def test_a_length_is_short_to_read(seconds: float | None, text: str) -> None:
    assert lasting(seconds) == text


def test_a_share_is_in_percent_and_no_share_is_none() -> None:
    assert (share(0.7292), share(1.0), share(0.0), share(None)) == (
        "72.9 %",
        "100.0 %",
        "0.0 %",
        "-",
    )


def test_a_zero_stands_back_and_what_alarms_stands_out() -> None:
    assert (number(0).plain, number(0).style) == ("-", "dim")
    assert (number(3, alarming="red").plain, number(3, alarming="red").style) == ("3", "red")


FIGURES = Figures(
    [
        metric(
            kpis.OPEN_TICKETS,
            {("billing", "high", "new"): 2.0, ("billing", "low", "open"): 11.0},
        ),
        metric(kpis.QUEUE_WAITING, {("voice", "voice"): 3.0, ("chat", "chat"): 0.0}),
    ]
)


def test_every_queue_is_on_the_wall_and_only_those_with_something_in_the_report() -> None:
    assert queues_of(FIGURES) == ["billing", "chat", "voice"]
    assert wall_table(FIGURES).row_count == 3
    assert now_table(FIGURES).row_count == 2
