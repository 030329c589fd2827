"""What we conclude from events: the only things that are counted.

Two kinds, both frozen values:

- a **happening** has its own event time `at` and stays: a ticket was created, a promise broken.
  It carries queue, priority and channel *as they stood at that time*.
- a **standing** is true at present and has no time of its own: a ticket is open, a call waits.
  It carries the present values.

A record concludes a multiset of each (two reopenings in one second are two). The ledger compares
what a record concluded before with what it concludes now, adds what appeared and takes back what
vanished. Labels are already folded (`other`, `unassigned`); durations are whole microseconds.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import msgspec

from streams.spans import Duration, Instant

PRIORITIES: Final = ("low", "normal", "high", "urgent")
CHANNELS: Final = ("voice", "chat", "email", "web", "social", "sms", "messaging", "api")
TARGETS: Final = ("first_response", "next_response", "resolution")
OPEN_STATES: Final = ("new", "open", "pending", "on_hold")
"""The status categories of an unsolved ticket."""
AGE_BANDS: Final = ("lt_1h", "1h_4h", "4h_1d", "1d_3d", "3d_7d", "gt_7d")
FLOW_REASONS: Final = ("timeout", "no_agents", "key", "overflow", "voicemail")
"""Why a contact left a queue unanswered; any other reason counts as `other`."""
OTHER: Final = "other"
"""What an unknown value of a closed set counts under."""
UNASSIGNED: Final = "unassigned"
"""The queue label of what is in no queue."""


class _Fact(msgspec.Struct, frozen=True, gc=False, array_like=True, tag=True):
    """Packed as an array that begins with its class name."""


# --- happenings: tickets ------------------------------------------------------------------------


class TicketCreated(_Fact, frozen=True):
    """A ticket came in. Labels are those at the creation."""

    at: Instant
    queue: str
    priority: str
    channel: str


class TicketResolved(_Fact, frozen=True):
    """A move into `solved`, or into `closed` straight from an active state. One for each solve."""

    at: Instant
    queue: str
    priority: str
    channel: str
    one_touch: bool
    """Exactly one public human agent reply came before it."""


class TicketReopened(_Fact, frozen=True):
    """A move from `solved` or `closed` back to an active state."""

    at: Instant
    queue: str
    priority: str
    channel: str


class TicketEscalated(_Fact, frozen=True):
    """The first escalation of a ticket; a second one is no second fact."""

    at: Instant
    queue: str
    level: str


class TicketTransferred(_Fact, frozen=True):
    """A ticket left a real queue, for another or for none; `queue` is where it left."""

    at: Instant
    queue: str


class FirstReplied(_Fact, frozen=True):
    """The first public, non-automated, human agent message (KPI 3, `kpis.md` 2.1)."""

    at: Instant
    queue: str
    priority: str
    channel: str
    elapsed: Duration
    """Clock start to reply, calendar time."""
    business: Duration
    """The same under the calendar of the queue at the reply; may be 0."""


class NextReplied(_Fact, frozen=True):
    """A reply to the oldest unanswered customer message after the first reply (KPI 25)."""

    at: Instant
    queue: str
    priority: str
    channel: str
    elapsed: Duration


class ResolutionMeasured(_Fact, frozen=True):
    """Creation to last solve, less solved intervals; one for each solved ticket (KPI 10)."""

    at: Instant
    queue: str
    priority: str
    elapsed: Duration


class SlaConcluded(_Fact, frozen=True):
    """A promise reached its verdict. A breach is dated at its due instant."""

    at: Instant
    queue: str
    priority: str
    target: str
    """first_response, next_response or resolution."""
    outcome: str
    """met, breached or cancelled."""


# --- happenings: calls and chats ----------------------------------------------------------------


class ContactOffered(_Fact, frozen=True):
    """A call or chat entered a queue."""

    at: Instant
    queue: str
    channel: str


class ContactAnswered(_Fact, frozen=True):
    """A queue segment ended with an agent."""

    at: Instant
    queue: str
    in_threshold: bool
    wait: Duration | None
    """None when the source does not know it: late, and no wait sample."""


class ContactAbandoned(_Fact, frozen=True):
    """The customer left while queued."""

    at: Instant
    queue: str
    kind: str
    """short, in_threshold or late; where limits overlap, short wins."""
    wait: Duration | None


class ContactFlowedOut(_Fact, frozen=True):
    """A segment left the queue unanswered."""

    at: Instant
    queue: str
    reason: str
    """One of `FLOW_REASONS`, or `other`."""


class CallbackRequested(_Fact, frozen=True):
    """The customer chose a callback: neither answered nor abandoned."""

    at: Instant
    queue: str


class ContactLost(_Fact, frozen=True):
    """A segment whose exit never came, or came as a bare hang-up: in no rate."""

    at: Instant
    queue: str


class HoldAbandoned(_Fact, frozen=True):
    """The customer hung up while on hold, after the answer."""

    at: Instant
    queue: str


class LegHandled(_Fact, frozen=True):
    """One agent leg, counted when its wrap-up ends, or at the cap (KPI 11)."""

    at: Instant
    queue: str
    talk: Duration
    hold: Duration
    wrap: Duration


# --- happenings: data quality -------------------------------------------------------------------


class Doubtful(_Fact, frozen=True):
    """Something the fold took although it cannot be right."""

    at: Instant
    kind: str
    """One of `DOUBTS`."""


DOUBTS: Final = (
    "unusual_transition",  # a move the machine's table does not know; the newer state won
    "wait_mismatch",  # the wait a source gives is not that of its event times; its own was taken
    "talk_mismatch",  # the same for talk time
    "hold_mismatch",  # and for hold time
    "key_mismatch",  # a record whose Kafka key is not its subject: it may be on the wrong partition
    "clock_skew",  # more than 5 minutes ahead of the time it was taken in
    "overflow",  # a subject with too many events: its oldest were folded away
)

# --- standings ----------------------------------------------------------------------------------


class TicketOpen(_Fact, frozen=True):
    """An unsolved ticket."""

    queue: str
    priority: str
    channel: str
    state: str
    """One of `OPEN_STATES`."""
    age_band: str
    """One of `AGE_BANDS`, half-open."""
    assigned: bool
    since: Instant
    """Its creation, or the first event seen of it where the creation is unknown."""


class AwaitingFirstResponse(_Fact, frozen=True):
    """A ticket whose first-response clock runs."""

    queue: str
    priority: str
    since: Instant


class SlaRunning(_Fact, frozen=True):
    """A clock that has reached no verdict, or that has breached and is still open."""

    queue: str
    priority: str
    target: str
    status: str
    """healthy, at_risk, breached or paused (by status). Healthy and at_risk read as paused while
    `calendar` is closed: the board knows the hour, the ledger does not."""
    calendar: str
    due: Instant | None
    """When it breaches; None when breached, paused by status, standing, or never open."""


class ContactWaiting(_Fact, frozen=True):
    """A call or chat in a queue now."""

    queue: str
    channel: str
    over_threshold: bool
    since: Instant
    """Entry into this queue."""
    first_since: Instant
    """Entry into the first queue."""


Happening: TypeAlias = (
    TicketCreated
    | TicketResolved
    | TicketReopened
    | TicketEscalated
    | TicketTransferred
    | FirstReplied
    | NextReplied
    | ResolutionMeasured
    | SlaConcluded
    | ContactOffered
    | ContactAnswered
    | ContactAbandoned
    | ContactFlowedOut
    | CallbackRequested
    | ContactLost
    | HoldAbandoned
    | LegHandled
    | Doubtful
)
Standing: TypeAlias = TicketOpen | AwaitingFirstResponse | SlaRunning | ContactWaiting
