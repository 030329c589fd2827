from __future__ import annotations

import pytest
from msgspec import UNSET

from streams.events import Event
from streams.events.contact import EVENTS, Answered, CallEvent, ChatEvent, ChatMessage, FlowedOut
from streams.events.envelope import HUNDRED_YEARS_S
from tests.documents import changed, document, raw, read, refusal, without


def calls_and_chats() -> list[tuple[type[Event], type[Event]]]:
    calls = [one for one in EVENTS if issubclass(one, CallEvent)]
    chats = [one for one in EVENTS if issubclass(one, ChatEvent) and one is not ChatMessage]
    return list(zip(calls, chats, strict=True))


@pytest.mark.parametrize(("call", "chat"), calls_and_chats())
def test_a_chat_says_what_a_call_says(call: type[Event], chat: type[Event]) -> None:
    assert call.__annotations__["data"] == chat.__annotations__["data"]
    assert call.__name__.removeprefix("Call") == chat.__name__.removeprefix("Chat")


def test_a_wait_is_known_or_not_known_or_left_to_us() -> None:
    whole = document("call.answered")
    known, unknown = read(whole).data, read(changed(whole, "data.wait_s", None)).data
    absent = read(without(whole, "data.wait_s")).data
    assert isinstance(known, Answered)
    assert isinstance(unknown, Answered)
    assert isinstance(absent, Answered)
    assert (known.wait_s, unknown.wait_s, absent.wait_s) == (41, None, UNSET)


@pytest.mark.parametrize("seconds", [0, 0.25, 47, HUNDRED_YEARS_S])
def test_a_duration_is_whole_or_decimal_seconds(seconds: float) -> None:
    answered = read(changed(document("call.answered"), "data.wait_s", seconds)).data
    assert isinstance(answered, Answered)
    assert answered.wait_s == seconds


@pytest.mark.parametrize("seconds", [-0.001, -1, HUNDRED_YEARS_S + 1, 1e300, 10**400])
@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("call.offered", "ring_s"),
        ("call.answered", "wait_s"),
        ("chat.abandoned", "wait_s"),
        ("chat.flowed_out", "wait_s"),
        ("call.ended", "talk_s"),
        ("chat.ended", "hold_s"),
    ],
)
def test_a_duration_that_cannot_be_is_refused(name: str, field: str, seconds: float) -> None:
    broken = changed(document(name), f"data.{field}", seconds)
    assert refusal(raw(broken))[0] == "duration"


def test_a_reason_to_leave_the_queue_that_nobody_listed_is_tolerated() -> None:
    left = read(changed(document("call.flowed_out"), "data.reason", "lunar eclipse")).data
    assert isinstance(left, FlowedOut)
    assert left.reason == "lunar eclipse"


def test_a_call_is_not_a_chat() -> None:
    assert refusal(raw(changed(document("call.ended"), "subject", "chat/1"))) == (
        "subject",
        "subject: is of a kind that call.ended is not about; must be call/<id>",
    )


def test_a_chat_message_may_come_without_details() -> None:
    assert isinstance(read(changed(document("chat.message"), "data", {})), ChatMessage)
