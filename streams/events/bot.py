"""What a bot did, on the topic of its ticket, chat or call."""

from __future__ import annotations

from streams.events.envelope import Data, Event


class BotOutcome(Data, frozen=True, kw_only=True):
    """How it ended for the bot."""

    outcome: str


class BotEvent(Event, frozen=True):
    """An event about a ticket, chat or call that a bot had."""

    family = "bot"
    topic = ""
    subjects = ("ticket/", "chat/", "call/")


class BotHandled(BotEvent, frozen=True, tag="support.bot.handled.v1"):
    """The bot finished it alone."""

    data: BotOutcome


class BotHandoff(BotEvent, frozen=True, tag="support.bot.handoff.v1"):
    """The bot gave it to people: the first-response clock starts over."""

    data: BotOutcome


EVENTS: tuple[type[Event], ...] = (BotHandled, BotHandoff)
