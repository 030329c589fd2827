"""The floor of the demo: its queues, ways in, opening hours and shares. `demo.yml` promises for it.

A shop with an online service: four ticket teams, two telephone queues, two chat queues. All times
of day are UTC. `share` is of everything that comes in during a busy hour; all add up to 1.
"""

from __future__ import annotations

from deskpulse.floor.desk import Channel, Desk
from deskpulse.floor.line import Line
from streams.spans import HOUR

DESK_HOURS = (7 * HOUR, 19 * HOUR)
"""When the ticket teams work."""
WEEKEND_DESK = 0.3
"""Share of the weekend's tickets that its people are planned for; Monday does the rest."""

DESKS = (
    Desk("billing", ("invoice", "refund", "payment"), touched=False),
    Desk("technical", ("login", "sync", "app", "how_to"), touched=True),
    Desk("orders", ("delivery", "return", "change"), touched=False),
    Desk("social", ("praise", "complaint", "question"), touched=True),
)

CHANNELS = (
    Channel(
        "email", 0.24, {"billing": 4, "technical": 3, "orders": 4}, 0.8, bot=0.0, touched=False
    ),
    Channel("web", 0.14, {"billing": 3, "technical": 5, "orders": 3}, 0.5, bot=0.35, touched=True),
    Channel("messaging", 0.06, {"technical": 3, "orders": 4}, 0.0, bot=0.7, touched=True),
    Channel("social", 0.04, {"social": 1}, 0.0, bot=0.0, touched=True),
    Channel("api", 0.02, {"technical": 1}, 0.0, bot=0.0, touched=False),
)

CALL_LINES = (
    Line(
        queue="support-voice",
        share=0.22,
        hours=(7 * HOUR, 21 * HOUR),
        talk_s=300,
        spread=0.65,
        wrap_s=55,
        patience_s=260,
        timeout_s=600,
        touched=True,
        transfers_to="billing-voice",
        category="technical",
    ),
    Line(
        queue="billing-voice",
        share=0.10,
        hours=(7 * HOUR, 20 * HOUR),
        talk_s=230,
        spread=0.6,
        wrap_s=40,
        patience_s=220,
        timeout_s=600,
        touched=False,
        transfers_to="support-voice",
        category="invoice",
    ),
)

CHAT_LINES = (
    Line(
        queue="support-chat",
        share=0.13,
        hours=(7 * HOUR, 20 * HOUR),
        talk_s=480,
        spread=0.5,
        wrap_s=30,
        patience_s=170,
        timeout_s=480,
        touched=True,
        transfers_to="orders-chat",
        category="technical",
    ),
    Line(
        queue="orders-chat",
        share=0.05,
        hours=(7 * HOUR, 20 * HOUR),
        talk_s=360,
        spread=0.5,
        wrap_s=20,
        patience_s=170,
        timeout_s=480,
        touched=False,
        transfers_to="support-chat",
        category="delivery",
    ),
)

CHAT_SLOTS = 3
"""How many chats an agent has at a time."""

FEEDS = {
    "desk": ("support.tickets", "support.agents"),
    "pbx": ("support.contacts", "support.agents"),
    "chat": ("support.contacts", "support.agents"),
    "survey": ("support.surveys",),
}
"""The topics that each source feeds: where its heartbeats go."""
