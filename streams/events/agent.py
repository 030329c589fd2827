"""What agents do (topic `support.agents`): presence, never performance."""

from __future__ import annotations

from typing import Literal, TypeAlias

from streams.events.envelope import Count, Data, Event, Names

AgentState: TypeAlias = Literal["available", "busy", "acw", "break", "training", "offline"]
Capacity: TypeAlias = Count | dict[str, Count]
"""How many contacts at once: one number, or one for each channel."""


class Session(Data, frozen=True, kw_only=True):
    """Who, and what they can take."""

    agent_id: str
    queues: Names | None = None
    capacity: Capacity | None = None


class Presence(Session, frozen=True, kw_only=True):
    """What they do now."""

    state: AgentState
    reason: str | None = None


class Heartbeat(Data, frozen=True, kw_only=True):
    """They are still there, in this state."""

    agent_id: str
    state: AgentState
    contacts: Count | Names | None = None
    """How many contacts they have, or which."""


class AgentEvent(Event, frozen=True):
    """An event about an agent."""

    family = "agent"
    topic = "support.agents"
    subjects = ("agent/",)


class AgentLoggedIn(AgentEvent, frozen=True, tag="support.agent.logged_in.v1"):
    """An agent came."""

    data: Session


class AgentLoggedOut(AgentEvent, frozen=True, tag="support.agent.logged_out.v1"):
    """An agent left."""

    data: Session


class AgentStateChanged(AgentEvent, frozen=True, tag="support.agent.state_changed.v1"):
    """An agent does something else now."""

    data: Presence


class AgentHeartbeat(AgentEvent, frozen=True, tag="support.agent.heartbeat.v1"):
    """An agent is still there."""

    data: Heartbeat


EVENTS: tuple[type[Event], ...] = (
    AgentLoggedIn,
    AgentLoggedOut,
    AgentStateChanged,
    AgentHeartbeat,
)
