"""Every alert has a page that says what to do, and every page an alert."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
import yaml

from alerting.objectives import OBJECTIVES, Objective
from alerting.render import RULES
from alerting.render.prometheus import number
from streams.counts import kpis

REPO: Final = Path(__file__).parents[2]
SECTIONS: Final = ["Meaning", "Impact", "Diagnosis", "Mitigation"]
PAGES: Final = sorted((REPO / "docs/runbooks").glob("*.md"))


def names_of_series() -> set[str]:
    """Whatever a query may read: metrics, the series of a histogram, and what is recorded."""
    (group,) = yaml.safe_load((REPO / RULES).read_text())["groups"]
    found = {rule["record"] for rule in group["rules"] if "record" in rule}
    for kpi in kpis.CATALOGUE:
        ends = ("_bucket", "_sum", "_count") if kpi.kind == "histogram" else ("",)
        found |= {kpi.name + end for end in ends}
    return found


def test_every_alert_has_its_page_and_every_page_its_alert() -> None:
    assert {str(page.relative_to(REPO)) for page in PAGES} == {each.runbook for each in OBJECTIVES}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_its_four_sections_in_order_and_none_is_empty(page: Path) -> None:
    title, *parts = re.split(r"^#+ (.+)$", page.read_text(), flags=re.MULTILINE)
    assert title == ""
    headings, texts = parts[::2], parts[1::2]
    assert headings == [page.stem, *SECTIONS]
    assert [heading for heading, text in zip(headings, texts, strict=True) if not text.strip()] == [
        page.stem
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_diagnosis_asks_for_series_that_exist_and_says_what_the_answers_mean(
    page: Path,
) -> None:
    diagnosis = page.read_text().split("## Diagnosis")[1].split("## Mitigation")[0]
    queries = re.findall(r"```promql\n(.*?)```", diagnosis, re.DOTALL)
    assert queries
    for query in queries:
        read = set(re.findall(r"[\w:]*support_\w+[\w:]*", query))
        assert read
        assert read <= names_of_series()
    answers = re.split(r"```promql\n.*?```", diagnosis, flags=re.DOTALL)[1:]
    assert [answer for answer in answers if "\n- **" not in answer] == []


@pytest.mark.parametrize("objective", OBJECTIVES, ids=lambda each: each.alert)
def test_a_page_names_every_level_of_its_alert_as_it_is(objective: Objective) -> None:
    meaning = (REPO / objective.runbook).read_text().split("## Impact")[0]
    found = re.findall(r"\*\*(\w+)\*\* begins above (\S+) s and ends at (\S+) s", meaning)
    assert found == [
        (level.severity, number(level.set_at), number(level.clear_at)) for level in objective.levels
    ]
