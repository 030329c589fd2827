from __future__ import annotations

import pytest

from tests.documents import changed, document, raw, read, refusal


@pytest.mark.parametrize("name", ["bot.handled", "bot.handoff"])
@pytest.mark.parametrize("subject", ["ticket/1", "chat/1", "call/1"])
def test_a_bot_has_tickets_chats_and_calls(name: str, subject: str) -> None:
    assert read(changed(document(name), "subject", subject)).subject == subject


@pytest.mark.parametrize("name", ["bot.handled", "bot.handoff"])
def test_a_bot_has_nothing_else(name: str) -> None:
    must_be = "must be ticket/<id> or chat/<id> or call/<id>"
    assert refusal(raw(changed(document(name), "subject", "agent/a-17"))) == (
        "subject",
        f"subject: is of a kind that {name} is not about; {must_be}",
    )
