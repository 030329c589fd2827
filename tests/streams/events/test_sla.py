from __future__ import annotations

import pytest

from streams.events.sla import EVENTS, SlaEvent, SlaState
from tests.documents import changed, document, raw, read, refusal

NAMES = ["applied", "paused", "resumed", "fulfilled", "at_risk", "breached", "cancelled"]


@pytest.mark.parametrize("name", NAMES)
def test_a_desks_own_verdict_can_be_read(name: str) -> None:
    event = read(document(f"sla.{name}"))
    assert isinstance(event, SlaEvent)
    assert type(event) in EVENTS


@pytest.mark.parametrize("version", [3, "3", "2026-01"])
def test_a_version_is_a_number_or_a_name(version: str | int) -> None:
    state = read(changed(document("sla.applied"), "data.policy_version", version)).data
    assert isinstance(state, SlaState)
    assert state.policy_version == version


def test_nothing_remains_below_nothing() -> None:
    late = changed(document("sla.breached"), "data.remaining_s", -300)
    assert refusal(raw(late))[0] == "duration"
