"""Every type of the contract, by name; nothing more, nothing less."""

from __future__ import annotations

from typing import Final

import pytest

from streams.events import (
    EVENTS,
    NAMES,
    TYPES,
    WIRE_TYPES,
    Event,
)
from streams.events.catalogue import DATASCHEMAS

CONTACT: Final = (
    "queued offered offer_missed answered held resumed transferred abandoned flowed_out "
    "callback_requested callback_attempted callback_done ended wrapup_started wrapup_ended"
)
CONTRACT: Final = {
    "ticket": "created status_changed message_added assigned queue_changed priority_changed "
    "category_changed tier_changed escalated merged split spammed deleted restored snapshot",
    "bot": "handled handoff",
    "call": CONTACT,
    "chat": CONTACT + " message",
    "agent": "logged_in logged_out state_changed heartbeat",
    "survey": "sent responded",
    "kb": "viewed rated searched",
    "review": "posted",
    "policy": "updated",
    "calendar": "updated",
    "queue": "updated",
    "business": "figures",
    "source": "heartbeat",
    "sla": "applied paused resumed fulfilled at_risk breached cancelled",
}


def test_the_contract_is_covered_and_nothing_else_is_known() -> None:
    promised = {f"{of}.{what}" for of, those in CONTRACT.items() for what in those.split()}
    assert set(NAMES.values()) == promised
    assert len(EVENTS) == len(promised) == 70


@pytest.mark.parametrize("one", EVENTS)
def test_a_class_is_named_after_its_type(one: type[Event]) -> None:
    words = NAMES[one].replace(".", "_").split("_")
    assert one.__name__ == "".join(word.capitalize() for word in words)


@pytest.mark.parametrize("one", EVENTS)
def test_every_name_of_a_type_leads_to_the_same_type(one: type[Event]) -> None:
    name = NAMES[one]
    assert WIRE_TYPES[one] == f"support.{name}.v1"
    assert DATASCHEMAS[one] == f"urn:deskpulse:{name}:1"
    assert TYPES[f"support.{name}.v1"] is one


@pytest.mark.parametrize("one", EVENTS)
def test_every_type_says_what_it_is_and_what_it_is_about(one: type[Event]) -> None:
    assert one.__doc__
    assert one.family
    assert all(prefix.endswith("/") and prefix[:-1].isalpha() for prefix in one.subjects)
    assert one.subjects
