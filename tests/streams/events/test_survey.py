from __future__ import annotations

import math
from typing import Final

import pytest

from streams.events import BadEvent
from streams.events.survey import Answered, Polarity, SurveyKind
from tests.documents import changed, document, raw, read, refusal, without

GOOD: Final = document("survey.responded")


def answer(**fields: object) -> tuple[str, str] | None:
    """Why an answer with these fields is refused; None when it is taken."""
    whole = GOOD
    for field, value in fields.items():
        whole = changed(whole, f"data.{field}", value)
    try:
        read(whole)
    except BadEvent as bad:
        return bad.reason, bad.detail
    return None


@pytest.mark.parametrize("score", [1, 1.5, 5])
def test_a_score_on_its_scale_is_taken(score: float) -> None:
    assert answer(score=score) is None


@pytest.mark.parametrize("score", [0, 0.99, 5.0000001, 11, -1, 1e9])
def test_a_score_off_its_scale_is_refused(score: float) -> None:
    assert answer(score=score) == ("survey", f"data.score: {score:.15g} is outside 1 to 5")


@pytest.mark.parametrize("scale_min", [5, 6])
def test_a_scale_goes_up(scale_min: float) -> None:
    line = f"data.scale_min: {scale_min} must be below data.scale_max, which is 5"
    assert answer(scale_min=scale_min, score=5) == ("survey", line)


@pytest.mark.parametrize("score", [0, 6, 10])
def test_nps_goes_from_nought_to_ten(score: float) -> None:
    assert answer(kind="nps", scale_min=0, scale_max=10, score=score) is None


@pytest.mark.parametrize("score", [-1, 10.5, 11])
def test_nps_off_nought_to_ten_is_refused_whatever_its_scale_says(score: float) -> None:
    line = f"data.score: {score:.15g} is outside 0 to 10, the scale of nps"
    assert answer(kind="nps", scale_min=-5, scale_max=100, score=score) == ("survey", line)


def test_ces_without_polarity_is_refused_not_guessed() -> None:
    assert answer(kind="ces", polarity=None) == (
        "survey",
        "data.polarity: is missing; must be higher_is_better or lower_is_better for ces",
    )
    assert answer(kind="ces", polarity="lower_is_better") is None


@pytest.mark.parametrize("kind", ["csat", "nps", "asat"])
def test_other_answers_need_no_polarity(kind: str) -> None:
    whole = changed(without(GOOD, "data.polarity"), "data.kind", kind)
    assert read(changed(whole, "subject", "survey/1")).data.queue == "billing"


def test_a_polarity_is_one_of_two() -> None:
    reason, line = answer(polarity="up") or ("", "")
    assert reason == "field_value"
    assert line == (
        "data.polarity: is 'up'; must be one of higher_is_better, lower_is_better or null"
    )


@pytest.mark.parametrize("subject", ["ticket/1", "call/1", "chat/1", "survey/1"])
@pytest.mark.parametrize("name", ["survey.sent", "survey.responded"])
def test_a_survey_is_about_a_ticket_a_call_a_chat_or_itself(name: str, subject: str) -> None:
    assert read(changed(document(name), "subject", subject)).subject == subject


@pytest.mark.parametrize("name", ["survey.sent", "survey.responded"])
def test_a_survey_is_about_nothing_else(name: str) -> None:
    assert refusal(raw(changed(document(name), "subject", "agent/a-17")))[0] == "subject"


# --- asat: agents are asked, and stay unknown ---------------------------------------------------


@pytest.mark.parametrize("name", ["survey.sent", "survey.responded"])
def test_an_answer_of_an_agent_keeps_no_agent(name: str) -> None:
    asked = changed(changed(document(name), "data.kind", "asat"), "subject", "survey/88")
    assert document(name)["data"]["agent_id"] == "a-17"
    assert read(asked).data.agent_id is None


@pytest.mark.parametrize("subject", ["ticket/1", "call/1", "chat/1"])
def test_an_answer_of_an_agent_is_about_itself(subject: str) -> None:
    asked = changed(changed(GOOD, "data.kind", "asat"), "subject", subject)
    assert refusal(raw(asked)) == (
        "subject",
        "subject: an asat survey is anonymous; must be survey/<id>",
    )


# --- the same holds for those who build answers -------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "score", "polarity"),
    [
        ("csat", 6.0, None),
        ("csat", math.nan, None),
        ("ces", 3.0, None),
    ],
)
def test_an_answer_that_contradicts_itself_cannot_be_built(
    kind: SurveyKind, score: float, polarity: Polarity | None
) -> None:
    with pytest.raises(BadEvent) as refused:
        Answered(kind=kind, score=score, scale_min=1, scale_max=5, polarity=polarity)
    assert refused.value.reason == "survey"


# --- self-service and reviews -------------------------------------------------------------------


@pytest.mark.parametrize("stars", [1, 5])
def test_a_review_has_one_to_five_stars(stars: int) -> None:
    assert read(changed(document("review.posted"), "data.stars", stars))


@pytest.mark.parametrize("stars", [0, 6, -1])
def test_a_review_has_no_other_stars(stars: int) -> None:
    assert refusal(raw(changed(document("review.posted"), "data.stars", stars)))[0] == "field_value"


def test_a_rating_may_be_anonymous_and_a_view_is_not() -> None:
    assert read(without(document("kb.rated"), "data.user"))
    assert refusal(raw(without(document("kb.viewed"), "data.user")))[0] == "field_missing"
