from __future__ import annotations

from typing import get_args

import pytest

from streams.events.agent import AgentState, Heartbeat, Presence, Session
from tests.documents import changed, document, raw, read, refusal


@pytest.mark.parametrize("state", get_args(AgentState))
def test_each_state_of_the_contract_is_known(state: str) -> None:
    presence = read(changed(document("agent.state_changed"), "data.state", state)).data
    assert isinstance(presence, Presence)
    assert presence.state == state


@pytest.mark.parametrize("name", ["agent.state_changed", "agent.heartbeat"])
def test_a_state_of_ones_own_is_refused(name: str) -> None:
    reason, line = refusal(raw(changed(document(name), "data.state", "ringing")))
    assert reason == "field_value"
    assert line.startswith("data.state: is 'ringing'; must be one of acw, available,")


@pytest.mark.parametrize("capacity", [3, {"voice": 1, "chat": 3}, {}, None])
def test_capacity_is_one_number_or_one_for_each_channel(capacity: object) -> None:
    session = read(changed(document("agent.logged_in"), "data.capacity", capacity)).data
    assert isinstance(session, Session)
    assert session.capacity == capacity


@pytest.mark.parametrize("contacts", [0, 2])
def test_a_heartbeat_counts_contacts(contacts: int) -> None:
    beat = read(changed(document("agent.heartbeat"), "data.contacts", contacts)).data
    assert isinstance(beat, Heartbeat)
    assert beat.contacts == contacts


def test_a_heartbeat_may_name_contacts_instead() -> None:
    beat = read(changed(document("agent.heartbeat"), "data.contacts", ["call/1"])).data
    assert isinstance(beat, Heartbeat)
    assert beat.contacts == ("call/1",)
