"""A queue of calls or chats, and one contact in it."""

from __future__ import annotations

from math import exp
from typing import NamedTuple

from streams.spans import DAY, Duration, Instant

HELD = 0.14
"""Share of conversations with a hold."""


class Line(NamedTuple):
    """One queue of calls or chats, and how its customers and agents are."""

    queue: str
    share: float
    """Of all that comes in during a busy hour."""
    hours: tuple[Duration, Duration]
    """Since midnight UTC. Outside, callers are sent away (`no_agents`)."""
    talk_s: float
    spread: float
    """Sigma of the log-normal talk time."""
    wrap_s: float
    patience_s: float
    timeout_s: float
    """After this long in the queue: voicemail, or overflow for a chat."""
    touched: bool
    """Whether an incident sends people here."""
    transfers_to: str
    category: str


def is_open(line: Line, at: Instant) -> bool:
    """Whether agents answer this queue at that time of day."""
    return line.hours[0] <= at % DAY < line.hours[1]


def handle_s(line: Line) -> float:
    """Mean seconds an agent is busy with one contact: ringing, talk and hold, wrap-up."""
    return 5 + line.talk_s * exp(line.spread**2 / 2) + HELD * 55 + line.wrap_s


class Contact:
    """One call or chat. `gone` once it has left the queue by itself; `taken` once answered."""

    __slots__ = (
        "customer",
        "entered",
        "gone",
        "identity",
        "line",
        "number",
        "segment",
        "sequence",
        "subject",
        "taken",
    )

    def __init__(self, kind: str, number: int, customer: str, line: Line) -> None:
        self.identity = f"{number:06d}"
        self.subject = f"{kind}/{self.identity}"
        self.number = number
        self.customer = customer
        self.line = line
        self.sequence = 0
        self.segment = 0
        self.entered: Instant = 0
        self.gone = False
        self.taken = False

    def urgency(self) -> int:
        """All callers are equal; the order is that of arrival."""
        return 0
