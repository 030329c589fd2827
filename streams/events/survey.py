"""Answers of people (topic `support.surveys`): surveys, self-service, public reviews.

A survey carries the subject it is about, so it lands beside its ticket or call; one about nothing
in particular has a subject of its own. `asat` asks agents and is anonymous: its subject is always
its own, and an agent's id is dropped, not kept.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta

from streams.events.envelope import BadEvent, Count, Data, Event

SurveyKind: TypeAlias = Literal["csat", "ces", "nps", "asat"]
Polarity: TypeAlias = Literal["higher_is_better", "lower_is_better"]
Stars: TypeAlias = Annotated[int, Meta(ge=1, le=5)]

NPS_MAX: Final = 10


class Asked(Data, frozen=True, kw_only=True):
    """What was asked."""

    kind: SurveyKind
    ticket_id: str | None = None

    def __post_init__(self) -> None:
        if self.kind == "asat" and self.agent_id is not None:
            msgspec.structs.force_setattr(self, "agent_id", None)


class Answered(Asked, frozen=True, kw_only=True):
    """What was answered, on which scale. For `ces`, `higher_is_better` means higher is easier."""

    score: float
    scale_min: float
    scale_max: float
    polarity: Polarity | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        low, high, score = self.scale_min, self.scale_max, self.score
        if not low < high:
            raise BadEvent(
                "survey",
                f"data.scale_min: {low:.15g} must be below data.scale_max, which is {high:.15g}",
            )
        if not low <= score <= high:
            raise BadEvent(
                "survey", f"data.score: {score:.15g} is outside {low:.15g} to {high:.15g}"
            )
        if self.kind == "nps" and not 0 <= score <= NPS_MAX:
            raise BadEvent(
                "survey", f"data.score: {score:.15g} is outside 0 to 10, the scale of nps"
            )
        if self.kind == "ces" and self.polarity is None:
            raise BadEvent(
                "survey",
                "data.polarity: is missing; must be higher_is_better or lower_is_better for ces",
            )


class View(Data, frozen=True, kw_only=True):
    """Who looked at what. `user` is hashed with the key of `customer_id`."""

    article: str
    user: str


class Rating(Data, frozen=True, kw_only=True):
    """Whether an article helped."""

    article: str
    helpful: bool
    user: str | None = None


class Search(Data, frozen=True, kw_only=True):
    """Who searched, and how much came back."""

    user: str
    results: Count | None = None


class Review(Data, frozen=True, kw_only=True):
    """A public verdict."""

    stars: Stars


class SurveyEvent(Event, frozen=True):
    """An event about a survey."""

    family = "survey"
    topic = "support.surveys"
    subjects = ("ticket/", "call/", "chat/", "survey/")

    data: Asked

    def __post_init__(self) -> None:
        if self.data.kind == "asat" and not self.subject.startswith("survey/"):
            raise BadEvent("subject", "subject: an asat survey is anonymous; must be survey/<id>")


class SurveySent(SurveyEvent, frozen=True, tag="support.survey.sent.v1"):
    """Somebody was asked."""


class SurveyResponded(SurveyEvent, frozen=True, tag="support.survey.responded.v1"):
    """Somebody answered. A second answer to the same survey replaces the first."""

    data: Answered


class KnowledgeEvent(Event, frozen=True):
    """An event about the knowledge base."""

    family = "knowledge"
    topic = "support.surveys"
    subjects = ("article/",)


class KbViewed(KnowledgeEvent, frozen=True, tag="support.kb.viewed.v1"):
    """Somebody read an article."""

    data: View


class KbRated(KnowledgeEvent, frozen=True, tag="support.kb.rated.v1"):
    """Somebody said whether an article helped."""

    data: Rating


class KbSearched(KnowledgeEvent, frozen=True, tag="support.kb.searched.v1"):
    """Somebody searched. Optional: needed for the search-to-ticket ratio alone."""

    data: Search


class ReviewPosted(Event, frozen=True, tag="support.review.posted.v1"):
    """Somebody reviewed us in public."""

    family = "review"
    topic = "support.surveys"
    subjects = ("review/",)

    data: Review


EVENTS: tuple[type[Event], ...] = (
    SurveySent,
    SurveyResponded,
    KbViewed,
    KbRated,
    KbSearched,
    ReviewPosted,
)
