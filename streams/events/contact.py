"""What can happen to a call or a chat (topic `support.contacts`).

Both have the same events with the same data; a chat also has messages. One contact may pass several
queues: each `queued` opens a segment, closed by answered, abandoned, flowed out, callback requested
or transferred.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import UNSET

from streams.events.envelope import (
    Count,
    Data,
    Event,
    Measured,
    Moment,
    Role,
    Seconds,
    Visibility,
)

TransferKind: TypeAlias = Literal["blind", "attended"]
EndedBy: TypeAlias = Literal["customer", "agent", "system", "unknown"]


class Queued(Data, frozen=True, kw_only=True):
    """Entry into a queue."""

    queue: str
    position: Count | None = None
    callback_of: str | None = None


class Offered(Data, frozen=True, kw_only=True):
    """An agent's phone rings, or rang in vain."""

    agent_id: str
    ring_s: Seconds | None = None


class Answered(Data, frozen=True, kw_only=True):
    """An agent took it out of a queue."""

    queue: str
    agent_id: str
    wait_s: Measured = UNSET


class Transferred(Data, frozen=True, kw_only=True):
    """Handed on."""

    kind: TransferKind
    to_queue: str | None = None
    to_agent: str | None = None


class Abandoned(Data, frozen=True, kw_only=True):
    """The customer left the queue."""

    queue: str
    wait_s: Measured = UNSET
    position: Count | None = None


class FlowedOut(Data, frozen=True, kw_only=True):
    """It left the queue unanswered.

    `reason` is timeout, no_agents, key, overflow or voicemail; any other reads as other.
    """

    queue: str
    reason: str
    wait_s: Measured = UNSET


class Callback(Data, frozen=True, kw_only=True):
    """A promise to call back."""

    queue: str
    due: Moment | None = None


class Ended(Data, frozen=True, kw_only=True):
    """The end of the conversation."""

    ended_by: EndedBy
    talk_s: Measured = UNSET
    hold_s: Measured = UNSET


class Wrapup(Data, frozen=True, kw_only=True):
    """The work after the conversation."""

    agent_id: str


class Message(Data, frozen=True, kw_only=True):
    """A message, without its text."""

    message_id: str | None = None
    author_role: Role | None = None
    visibility: Visibility | None = None
    automated: bool | None = None


class ContactEvent(Event, frozen=True):
    """An event about a call or a chat."""

    family = "contact"
    topic = "support.contacts"


class CallEvent(ContactEvent, frozen=True):
    """An event about a call."""

    subjects = ("call/",)


class ChatEvent(ContactEvent, frozen=True):
    """An event about a chat."""

    subjects = ("chat/",)


class CallQueued(CallEvent, frozen=True, tag="support.call.queued.v1"):
    """It entered a queue: a segment begins."""

    data: Queued


class CallOffered(CallEvent, frozen=True, tag="support.call.offered.v1"):
    """An agent is rung."""

    data: Offered


class CallOfferMissed(CallEvent, frozen=True, tag="support.call.offer_missed.v1"):
    """The agent did not take it."""

    data: Offered


class CallAnswered(CallEvent, frozen=True, tag="support.call.answered.v1"):
    """An agent took it."""

    data: Answered


class CallHeld(CallEvent, frozen=True, tag="support.call.held.v1"):
    """The customer is on hold."""

    data: Data


class CallResumed(CallEvent, frozen=True, tag="support.call.resumed.v1"):
    """The customer is off hold."""

    data: Data


class CallTransferred(CallEvent, frozen=True, tag="support.call.transferred.v1"):
    """It was handed to another queue or agent."""

    data: Transferred


class CallAbandoned(CallEvent, frozen=True, tag="support.call.abandoned.v1"):
    """The customer left the queue."""

    data: Abandoned


class CallFlowedOut(CallEvent, frozen=True, tag="support.call.flowed_out.v1"):
    """It left the queue without an agent and without giving up."""

    data: FlowedOut


class CallCallbackRequested(CallEvent, frozen=True, tag="support.call.callback_requested.v1"):
    """The customer chose to be called back."""

    data: Callback


class CallCallbackAttempted(CallEvent, frozen=True, tag="support.call.callback_attempted.v1"):
    """We tried to call back."""

    data: Callback


class CallCallbackDone(CallEvent, frozen=True, tag="support.call.callback_done.v1"):
    """We called back."""

    data: Callback


class CallEnded(CallEvent, frozen=True, tag="support.call.ended.v1"):
    """The conversation is over."""

    data: Ended


class CallWrapupStarted(CallEvent, frozen=True, tag="support.call.wrapup_started.v1"):
    """The agent works after it."""

    data: Wrapup


class CallWrapupEnded(CallEvent, frozen=True, tag="support.call.wrapup_ended.v1"):
    """The agent is done with it."""

    data: Wrapup


class ChatQueued(ChatEvent, frozen=True, tag="support.chat.queued.v1"):
    """It entered a queue: a segment begins."""

    data: Queued


class ChatOffered(ChatEvent, frozen=True, tag="support.chat.offered.v1"):
    """An agent is rung."""

    data: Offered


class ChatOfferMissed(ChatEvent, frozen=True, tag="support.chat.offer_missed.v1"):
    """The agent did not take it."""

    data: Offered


class ChatAnswered(ChatEvent, frozen=True, tag="support.chat.answered.v1"):
    """An agent took it."""

    data: Answered


class ChatHeld(ChatEvent, frozen=True, tag="support.chat.held.v1"):
    """The customer is on hold."""

    data: Data


class ChatResumed(ChatEvent, frozen=True, tag="support.chat.resumed.v1"):
    """The customer is off hold."""

    data: Data


class ChatTransferred(ChatEvent, frozen=True, tag="support.chat.transferred.v1"):
    """It was handed to another queue or agent."""

    data: Transferred


class ChatAbandoned(ChatEvent, frozen=True, tag="support.chat.abandoned.v1"):
    """The customer left the queue."""

    data: Abandoned


class ChatFlowedOut(ChatEvent, frozen=True, tag="support.chat.flowed_out.v1"):
    """It left the queue without an agent and without giving up."""

    data: FlowedOut


class ChatCallbackRequested(ChatEvent, frozen=True, tag="support.chat.callback_requested.v1"):
    """The customer chose to be called back."""

    data: Callback


class ChatCallbackAttempted(ChatEvent, frozen=True, tag="support.chat.callback_attempted.v1"):
    """We tried to call back."""

    data: Callback


class ChatCallbackDone(ChatEvent, frozen=True, tag="support.chat.callback_done.v1"):
    """We called back."""

    data: Callback


class ChatEnded(ChatEvent, frozen=True, tag="support.chat.ended.v1"):
    """The conversation is over."""

    data: Ended


class ChatWrapupStarted(ChatEvent, frozen=True, tag="support.chat.wrapup_started.v1"):
    """The agent works after it."""

    data: Wrapup


class ChatWrapupEnded(ChatEvent, frozen=True, tag="support.chat.wrapup_ended.v1"):
    """The agent is done with it."""

    data: Wrapup


class ChatMessage(ChatEvent, frozen=True, tag="support.chat.message.v1"):
    """Somebody, or something, wrote."""

    data: Message


EVENTS: tuple[type[Event], ...] = (
    CallQueued,
    CallOffered,
    CallOfferMissed,
    CallAnswered,
    CallHeld,
    CallResumed,
    CallTransferred,
    CallAbandoned,
    CallFlowedOut,
    CallCallbackRequested,
    CallCallbackAttempted,
    CallCallbackDone,
    CallEnded,
    CallWrapupStarted,
    CallWrapupEnded,
    ChatQueued,
    ChatOffered,
    ChatOfferMissed,
    ChatAnswered,
    ChatHeld,
    ChatResumed,
    ChatTransferred,
    ChatAbandoned,
    ChatFlowedOut,
    ChatCallbackRequested,
    ChatCallbackAttempted,
    ChatCallbackDone,
    ChatEnded,
    ChatWrapupStarted,
    ChatWrapupEnded,
    ChatMessage,
)
