"""Which fact feeds which number: the catalogue's other half.

A happening adds to counters and histograms (of the worker that concluded it) and to rolling
families (buckets of event time, then windows). A standing adds to present counts and to earliest
instants. Every family's first label is the queue.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from streams import facts as f
from streams.counts import kpis
from streams.counts.aggregates import COUNT, QUANTILE, Count
from streams.counts.kpis import Kpi

TICKETS: Final = "tickets"
CONTACTS: Final = "contacts"
SLA: Final = "sla"
GROUPS: Final = (TICKETS, CONTACTS, SLA)
"""Window groups, as in the configuration."""

Labels = Callable[[Any], tuple[str, ...]]
Value = Callable[[Any], int | None]


@dataclass(frozen=True, slots=True)
class Total:
    """A counter or histogram fed by a fact. `value`: what it adds; None adds nothing."""

    kpi: Kpi
    labels: Labels
    value: Value | None = None


@dataclass(frozen=True, slots=True)
class Rolling:
    """A rolling family fed by a fact."""

    family: str
    group: str
    aggregate: Count
    labels: Labels
    value: Value | None = None
    """None: a plain count. A function that gives None leaves the fact out."""


@dataclass(frozen=True, slots=True)
class Present:
    """A present count fed by a standing; labels None leaves it out."""

    family: str
    labels: Callable[[Any], tuple[str, ...] | None]


@dataclass(frozen=True, slots=True)
class Earliest:
    """An earliest instant fed by a standing; None leaves it out."""

    family: str
    labels: Labels
    instant: Callable[[Any], int | None]


def _flag(*, value: bool) -> str:
    return "true" if value else "false"


def _measured(name: str, value: Value, group: str) -> Rolling:
    return Rolling("duration", group, QUANTILE, lambda fact: (fact.queue, name), value)


def _flow(name: str) -> Rolling:
    return Rolling("tickets", TICKETS, COUNT, lambda fact: (fact.queue, name))


def _exit(outcome: Callable[[Any], str]) -> Rolling:
    return Rolling("contacts", CONTACTS, COUNT, lambda fact: (fact.queue, outcome(fact)))


def _social(fact: f.FirstReplied | f.NextReplied) -> int | None:
    return fact.elapsed if fact.channel == "social" else None


_SOCIAL: Final = _measured("social_response", _social, TICKETS)

TOTALS: Final[dict[type, tuple[Total, ...]]] = {
    f.TicketCreated: (Total(kpis.TICKETS_CREATED, lambda x: (x.queue, x.channel, x.priority)),),
    f.TicketResolved: (
        Total(
            kpis.TICKETS_RESOLVED,
            lambda x: (x.queue, x.channel, x.priority, _flag(value=x.one_touch)),
        ),
    ),
    f.TicketReopened: (Total(kpis.TICKETS_REOPENED, lambda x: (x.queue,)),),
    f.TicketEscalated: (Total(kpis.TICKETS_ESCALATED, lambda x: (x.queue, x.level)),),
    f.TicketTransferred: (Total(kpis.TICKETS_TRANSFERRED, lambda x: (x.queue,)),),
    f.FirstReplied: (
        Total(kpis.FIRST_RESPONSE, lambda x: (x.queue, x.priority), lambda x: x.elapsed),
        Total(kpis.FIRST_RESPONSE_BUSINESS, lambda x: (x.queue, x.priority), lambda x: x.business),
    ),
    f.NextReplied: (
        Total(kpis.NEXT_RESPONSE, lambda x: (x.queue, x.priority), lambda x: x.elapsed),
    ),
    f.ResolutionMeasured: (
        Total(kpis.RESOLUTION, lambda x: (x.queue, x.priority), lambda x: x.elapsed),
    ),
    f.SlaConcluded: (
        Total(kpis.SLA_TARGETS, lambda x: (x.queue, x.priority, x.target, x.outcome)),
    ),
    f.ContactOffered: (Total(kpis.CONTACTS_OFFERED, lambda x: (x.queue, x.channel)),),
    f.ContactAnswered: (
        Total(kpis.CONTACTS_ANSWERED, lambda x: (x.queue, _flag(value=x.in_threshold))),
        Total(kpis.CONTACT_WAIT, lambda x: (x.queue, "answered"), lambda x: x.wait),
    ),
    f.ContactAbandoned: (
        Total(kpis.CONTACTS_ABANDONED, lambda x: (x.queue, x.kind)),
        Total(kpis.CONTACT_WAIT, lambda x: (x.queue, "abandoned"), lambda x: x.wait),
    ),
    f.ContactFlowedOut: (Total(kpis.CONTACTS_FLOWED_OUT, lambda x: (x.queue, x.reason)),),
    f.CallbackRequested: (Total(kpis.CALLBACKS, lambda x: (x.queue,)),),
    f.ContactLost: (Total(kpis.CONTACTS_LOST, lambda x: (x.queue,)),),
    f.HoldAbandoned: (Total(kpis.HOLD_ABANDONED, lambda x: (x.queue,)),),
    f.LegHandled: (
        Total(kpis.CONTACT_HANDLE, lambda x: (x.queue,), lambda x: x.talk + x.hold + x.wrap),
        Total(kpis.HANDLE_PHASES, lambda x: (x.queue, "talk"), lambda x: x.talk),
        Total(kpis.HANDLE_PHASES, lambda x: (x.queue, "hold"), lambda x: x.hold),
        Total(kpis.HANDLE_PHASES, lambda x: (x.queue, "wrap"), lambda x: x.wrap),
    ),
    f.Doubtful: (Total(kpis.QUALITY, lambda x: (x.kind,)),),
}

ROLLINGS: Final[dict[type, tuple[Rolling, ...]]] = {
    f.TicketCreated: (
        _flow("created"),
        Rolling("by_channel", TICKETS, COUNT, lambda x: (x.queue, x.channel)),
    ),
    f.TicketResolved: (_flow("resolved"),),
    f.TicketReopened: (_flow("reopened"),),
    f.TicketEscalated: (_flow("escalated"),),
    f.FirstReplied: (
        _measured("first_response", lambda x: x.elapsed, TICKETS),
        _measured("first_response_business", lambda x: x.business, TICKETS),
        _SOCIAL,
    ),
    f.NextReplied: (_measured("next_response", lambda x: x.elapsed, TICKETS), _SOCIAL),
    f.ResolutionMeasured: (_measured("resolution", lambda x: x.elapsed, TICKETS),),
    f.SlaConcluded: (
        Rolling(
            "sla",
            SLA,
            COUNT,
            lambda x: (x.queue, x.priority, x.target, x.outcome),
            lambda x: None if x.outcome == "cancelled" else 0,
        ),
    ),
    f.ContactAnswered: (
        _exit(lambda x: "answered_in_threshold" if x.in_threshold else "answered_late"),
        _measured("contact_wait", lambda x: x.wait, CONTACTS),
    ),
    f.ContactAbandoned: (_exit(lambda x: f"abandoned_{x.kind}"),),
    f.ContactFlowedOut: (_exit(lambda _: "flowed_out"),),
    f.CallbackRequested: (_exit(lambda _: "callback"),),
    f.LegHandled: (_measured("contact_handle", lambda x: x.talk + x.hold + x.wrap, CONTACTS),),
}

PRESENTS: Final[dict[type, tuple[Present, ...]]] = {
    f.TicketOpen: (
        Present("open", lambda x: (x.queue, x.priority, x.state)),
        Present("open_by_channel", lambda x: (x.queue, x.channel)),
        Present("open_by_age", lambda x: (x.queue, x.age_band)),
        Present("unassigned", lambda x: None if x.assigned else (x.queue,)),
    ),
    f.AwaitingFirstResponse: (Present("awaiting", lambda x: (x.queue, x.priority)),),
    f.SlaRunning: (
        Present("sla_open", lambda x: (x.queue, x.priority, x.target, x.status, x.calendar)),
    ),
    f.ContactWaiting: (
        Present("waiting", lambda x: (x.queue, x.channel)),
        Present("waiting_over", lambda x: (x.queue,) if x.over_threshold else None),
    ),
}

EARLIESTS: Final[dict[type, tuple[Earliest, ...]]] = {
    f.TicketOpen: (Earliest("oldest_open", lambda x: (x.queue, x.priority), lambda x: x.since),),
    f.AwaitingFirstResponse: (
        Earliest("oldest_awaiting", lambda x: (x.queue, x.priority), lambda x: x.since),
    ),
    f.SlaRunning: (
        Earliest("next_breach", lambda x: (x.queue, x.priority, x.target), lambda x: x.due),
    ),
    f.ContactWaiting: (
        Earliest("longest_wait", lambda x: (x.queue,), lambda x: x.since),
        Earliest("longest_contact", lambda x: (x.queue,), lambda x: x.first_since),
    ),
}

_CONTACT_MEASURES: Final = ("contact_wait", "contact_handle")
MEASURES: Final = (
    "first_response",
    "first_response_business",
    "next_response",
    "resolution",
    "social_response",
    *_CONTACT_MEASURES,
)


def group_of(family: str, labels: tuple[str, ...]) -> str:
    """The window group of a rolling family, given its labels after the queue."""
    if family == "duration":
        return CONTACTS if labels[0] in _CONTACT_MEASURES else TICKETS
    return family if family in (SLA, CONTACTS) else TICKETS


FAMILIES: Final = tuple(
    sorted(
        {
            feed.family
            for table in (ROLLINGS, PRESENTS, EARLIESTS)
            for feeding in table.values()
            for feed in feeding
        }
    )
)
"""Every family of cells: a part says which it carries."""
