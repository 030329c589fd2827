"""Calls and chats have the same events under two names: which is which."""

from __future__ import annotations

from typing import NamedTuple

from streams.events import contact
from streams.events.envelope import Event


class ContactKinds(NamedTuple):
    """The event types of one kind of contact, and what is particular to it."""

    subject: str
    channel: str
    numbered: bool
    """Whether its source gives a sequence."""
    bot: bool
    """Whether a bot answers first."""
    queued: type[Event]
    offered: type[Event]
    offer_missed: type[Event]
    answered: type[Event]
    held: type[Event]
    resumed: type[Event]
    transferred: type[Event]
    abandoned: type[Event]
    flowed_out: type[Event]
    ended: type[Event]
    wrapup_started: type[Event]
    wrapup_ended: type[Event]
    callback_requested: type[Event]
    callback_attempted: type[Event]
    callback_done: type[Event]
    message: type[Event] | None


CALLS = ContactKinds(
    "call",
    "voice",
    numbered=True,
    bot=False,
    queued=contact.CallQueued,
    offered=contact.CallOffered,
    offer_missed=contact.CallOfferMissed,
    answered=contact.CallAnswered,
    held=contact.CallHeld,
    resumed=contact.CallResumed,
    transferred=contact.CallTransferred,
    abandoned=contact.CallAbandoned,
    flowed_out=contact.CallFlowedOut,
    ended=contact.CallEnded,
    wrapup_started=contact.CallWrapupStarted,
    wrapup_ended=contact.CallWrapupEnded,
    callback_requested=contact.CallCallbackRequested,
    callback_attempted=contact.CallCallbackAttempted,
    callback_done=contact.CallCallbackDone,
    message=None,
)
CHATS = ContactKinds(
    "chat",
    "chat",
    numbered=False,
    bot=True,
    queued=contact.ChatQueued,
    offered=contact.ChatOffered,
    offer_missed=contact.ChatOfferMissed,
    answered=contact.ChatAnswered,
    held=contact.ChatHeld,
    resumed=contact.ChatResumed,
    transferred=contact.ChatTransferred,
    abandoned=contact.ChatAbandoned,
    flowed_out=contact.ChatFlowedOut,
    ended=contact.ChatEnded,
    wrapup_started=contact.ChatWrapupStarted,
    wrapup_ended=contact.ChatWrapupEnded,
    callback_requested=contact.ChatCallbackRequested,
    callback_attempted=contact.ChatCallbackAttempted,
    callback_done=contact.ChatCallbackDone,
    message=contact.ChatMessage,
)
