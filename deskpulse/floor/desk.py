"""The ticket desk: its teams, the ways in, and a ticket as the desk sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deskpulse.floor.clockwork import Process
    from deskpulse.floor.people import Person

WORK_S = 340.0
"""Median time an agent spends on a ticket at a time."""
WORK_SPREAD = 0.6
TOUCHES = 2.1
"""How often a ticket comes to an agent, on the mean; plans the roster."""


class Desk(NamedTuple):
    """One team's queue of tickets."""

    queue: str
    categories: tuple[str, ...]
    touched: bool
    """Whether an incident sends people here."""


class Channel(NamedTuple):
    """A way in: its share of all that comes in, where it leads, and who answers first."""

    channel: str
    share: float
    queues: Mapping[str, int]
    """Weight by queue."""
    auto_reply: float
    bot: float
    touched: bool
    """Whether an incident sends people here."""


PRIORITIES = ("low", "normal", "high", "urgent")
PRIORITY_WEIGHTS = (15, 62, 18, 5)
_URGENCY = {"urgent": 0, "high": 1, "normal": 2, "low": 3}


class Ticket:
    """One ticket as the desk sees it."""

    __slots__ = (
        "assignee",
        "category",
        "channel",
        "customer",
        "gone",
        "identity",
        "messages",
        "priority",
        "process",
        "queue",
        "replied",
        "sequence",
        "status",
        "subject",
    )

    def __init__(self, number: int, channel: str, queue: str, category: str, priority: str) -> None:
        self.identity = str(number)
        self.subject = f"ticket/{number}"
        self.channel = channel
        self.queue = queue
        self.category = category
        self.priority = priority
        self.status = "new"
        self.customer = ""
        self.assignee: Person | None = None
        self.sequence = 0
        self.messages = 0
        self.replied = False
        self.gone = False
        self.process: Process

    def urgency(self) -> int:
        """Urgent ones first, then in order of arrival."""
        return _URGENCY[self.priority]
