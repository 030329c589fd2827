"""What must fire when, as the objective has it: set 120 and clear 90, after a minute."""

from __future__ import annotations

from decimal import Decimal

from alerting.objectives import OBJECTIVES
from alerting.render.timelines import GONE, MISSED, Stretch, looks, timelines
from streams.spans import MINUTE, SECOND, Duration

(WAIT,) = OBJECTIVES
LONG = 2 * MINUTE


def firing(*values: Decimal | int | str, is_open: bool = True) -> list[tuple[Duration, list[str]]]:
    """When a timeline of two minutes each is looked at, in seconds, and what must fire."""
    stretches = [
        Stretch(value if isinstance(value, str) else Decimal(value), LONG, is_open)
        for value in values
    ]
    return [
        (look.at // SECOND, [level.severity for level in look.firing])
        for look in looks(WAIT, stretches)
    ]


def test_nothing_fires_before_its_for_is_over() -> None:
    assert firing(121) == [(45, []), (60, ["warning"])]


def test_the_edge_itself_begins_nothing_and_ends_it() -> None:
    assert firing(120, 90)[1] == (60, [])
    assert [what for _, what in firing(121, 90)] == [[], ["warning"], [], []]


def test_between_the_edges_it_goes_on_but_does_not_begin() -> None:
    assert [what for _, what in firing(91, 121, 91)[1::2]] == [[], ["warning"], ["warning"]]


def test_each_level_begins_and_ends_by_itself() -> None:
    both = ["warning", "critical"]
    assert [what for _, what in firing(121, 301, 240)] == [
        [],
        ["warning"],
        ["warning"],
        both,
        ["warning"],
        ["warning"],
    ]


def test_a_missed_scrape_is_as_before_and_a_stale_series_is_nothing() -> None:
    assert [what for _, what in firing(121, MISSED)[2:]] == [["warning"], ["warning"]]
    assert [what for _, what in firing(121, GONE, 91)[2:]] == [[], [], [], []]


def test_a_closed_queue_is_quiet() -> None:
    assert [what for _, what in firing(301, is_open=False)] == [[], []]


def test_a_queue_that_opens_has_ten_minutes_and_the_for() -> None:
    closed = Stretch(Decimal(301), LONG, is_open=False)
    opened = Stretch(Decimal(301), 12 * MINUTE)
    found = [(look.at - LONG, len(look.firing)) for look in looks(WAIT, [closed, opened])][2:]
    assert found == [(10 * MINUTE + 30 * SECOND, 0), (11 * MINUTE, 2)]


def test_every_timeline_begins_with_silence() -> None:
    for _, stretches in timelines(WAIT):
        assert next(looks(WAIT, stretches)).firing == ()
