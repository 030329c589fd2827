from __future__ import annotations

import pytest

from streams.events.business import Figures
from tests.documents import changed, document, raw, read, refusal


@pytest.mark.parametrize("kind", ["policy", "calendar", "queue"])
def test_a_revision_is_about_its_own_kind(kind: str) -> None:
    whole = document(f"{kind}.updated")
    assert read(whole).subject.startswith(f"{kind}/")
    assert refusal(raw(changed(whole, "subject", "ticket/1")))[0] == "subject"


def test_every_figure_may_be_missing() -> None:
    whole = changed(document("business.figures"), "data", {"period": "2025-12"})
    assert read(whole).data == Figures(period="2025-12")


def test_a_figure_may_be_negative() -> None:
    loss = read(changed(document("business.figures"), "data.revenue", -1200.5)).data
    assert isinstance(loss, Figures)
    assert loss.revenue == -1200.5


def test_the_body_of_a_revision_is_left_unread() -> None:
    whole = document("policy.updated")
    assert read(changed(whole, "data.body", {"rules": [1, None, "x"]})) == read(whole)
