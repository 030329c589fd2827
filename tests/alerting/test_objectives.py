"""What a promise may say, and what is refused before anything is rendered from it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from alerting.objectives import OBJECTIVES, Level, Objective, check
from alerting.render import prometheus
from streams.config import ConfigError
from streams.counts import kpis
from streams.spans import SECOND

SCRAPE = 10 * SECOND
(WAIT,) = OBJECTIVES
WARNING, CRITICAL = WAIT.levels
HERE = "objectives.SupportQueueWaitTooLong"


def said(objective: Objective) -> tuple[str, ...]:
    """What is refused of an objective, a sentence each."""
    with pytest.raises(ConfigError) as error:
        check([objective], SCRAPE)
    return error.value.problems


def test_the_objectives_of_the_house_are_accepted() -> None:
    check(OBJECTIVES, prometheus.SCRAPE_INTERVAL)


def test_a_long_wait_is_a_warning_from_two_minutes_and_critical_from_five() -> None:
    assert WAIT.kpi is kpis.LONGEST_WAIT
    assert WAIT.levels == (
        Level("warning", set_at=Decimal(120), clear_at=Decimal(90)),
        Level("critical", set_at=Decimal(300), clear_at=Decimal(240)),
    )
    assert (WAIT.team, WAIT.hours, WAIT.lasting) == ("support-floor", "open", 60 * SECOND)


@pytest.mark.parametrize("objective", OBJECTIVES, ids=lambda each: each.alert)
def test_what_is_told_is_a_sentence(objective: Objective) -> None:
    for text in (objective.sentence, objective.detail):
        assert text[0].isupper()
        assert text.endswith(".")
        assert "\n" not in text


@pytest.mark.parametrize("objective", OBJECTIVES, ids=lambda each: each.alert)
def test_what_is_told_together_has_one_sentence(objective: Objective) -> None:
    """Alertmanager groups by site, alert and queue; a number in the sentence would part them."""
    assert objective.sentence.format(queue="billing")


@pytest.mark.parametrize(
    ("clear_at", "problem"),
    [
        (
            Decimal("120.5"),
            "120.5 is above set, 120, so that it would end before it begins; write 120 or less",
        ),
        (Decimal(-1), "-1 is never reached, so that it would not end; write 0"),
    ],
)
def test_a_level_that_cannot_end_or_begin_is_refused(clear_at: Decimal, problem: str) -> None:
    levels = (replace(WARNING, clear_at=clear_at), CRITICAL)
    assert said(replace(WAIT, levels=levels)) == (f"{HERE}.levels.warning.clear: {problem}",)


@pytest.mark.parametrize("clear_at", [Decimal(120), Decimal(0)])
def test_a_level_may_end_where_it_begins_and_at_nothing(clear_at: Decimal) -> None:
    check([replace(WAIT, levels=(replace(WARNING, clear_at=clear_at),))], SCRAPE)


def test_a_single_reading_never_alerts() -> None:
    (problem,) = said(replace(WAIT, lasting=SCRAPE - 1 * SECOND))
    assert problem == (
        f"{HERE}.for: 9s is shorter than the scrape interval, so that a single reading would "
        "alert; write 10s or more"
    )
    check([replace(WAIT, lasting=SCRAPE)], SCRAPE)


@pytest.mark.parametrize(
    "kpi",
    [
        kpis.CONTACT_WAIT,  # a histogram
        kpis.PART_AGE,  # by partition, each board its own
        kpis.OLDEST_OPEN,  # also by priority
        kpis.WAITING_OVER,  # a count
    ],
    ids=lambda kpi: kpi.name,
)
def test_a_kpi_that_the_rule_would_misread_is_refused(kpi: kpis.Kpi) -> None:
    (problem,) = said(replace(WAIT, kpi=kpi))
    assert problem == (
        f"{HERE}.kpi: {kpi.name} is no gauge of seconds by queue alone that every board shows the "
        "same; take one that is, such as support_queue_longest_wait_seconds"
    )


@pytest.mark.parametrize(
    ("levels", "problem"),
    [
        ((), ": there is none, so nothing could alert; write one"),
        ((WARNING, CRITICAL, WARNING), ".warning: is there twice; keep one of them"),
    ],
)
def test_every_severity_has_one_level_and_there_is_one(
    levels: tuple[Level, ...], problem: str
) -> None:
    assert said(replace(WAIT, levels=levels)) == (f"{HERE}.levels{problem}",)


def test_all_that_is_wrong_is_said_at_once() -> None:
    changes: dict[str, Any] = {"lasting": 0, "levels": (replace(WARNING, clear_at=Decimal(150)),)}
    assert len(said(replace(WAIT, **changes))) == 2


def test_nothing_is_rendered_of_what_cannot_be_meant() -> None:
    with pytest.raises(ConfigError, match=r"for: 1s is shorter"):
        prometheus.rules([WAIT, replace(WAIT, lasting=1 * SECOND)])
