"""The words of a story: what an entry was, what a fact says, how a subject moved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from streams import facts
from streams.facts import Happening
from streams.machines.contact import entries as contact
from streams.machines.contact.state import ContactState
from streams.machines.terms import Terms
from streams.machines.ticket import entries as ticket
from streams.machines.ticket.state import TicketState
from streams.machines.timeline import Entry
from streams.spans import DAY, HOUR, MINUTE, SECOND, Duration

State: TypeAlias = TicketState | ContactState
"""What a machine knows of a subject."""


def lasting(length: Duration) -> str:
    """A length in words: `45 s`, `12 min 30 s`, `3 h 5 min`, `4 d 2 h`."""
    for unit, name, below, below_name in (
        (DAY, "d", HOUR, "h"),
        (HOUR, "h", MINUTE, "min"),
        (MINUTE, "min", SECOND, "s"),
    ):
        if length >= unit:
            whole, rest = divmod(length, unit)
            part = rest // below
            return f"{whole} {name} {part} {below_name}" if part else f"{whole} {name}"
    return f"{length / SECOND:g} s"


def target_in_words(target: str) -> str:
    """`first_response` as people say it."""
    return target.replace("_", " ")


# --- entries ------------------------------------------------------------------------------------

_TOLD: Final[Mapping[type[Entry], Callable[[Any], str]]] = {
    ticket.Created: lambda e: f"created by the {e.by}",
    ticket.SnapshotTaken: lambda e: f"snapshot of the desk: {e.phase}",
    ticket.QueueChanged: lambda e: f"moved to queue {e.to}" if e.to else "moved to no queue",
    ticket.FieldChanged: lambda e: f"{e.field} set to {e.to}",
    ticket.Assigned: lambda e: "assigned" if e.somebody else "assigned to nobody",
    ticket.CustomerWrote: lambda _: "the customer wrote",
    ticket.AgentReplied: lambda _: "an agent replied",
    ticket.Noted: lambda _: "a note, or an automatic message",
    ticket.StatusChanged: lambda e: f"status set to {e.to}",
    ticket.Removed: lambda e: f"removed: {e.phase}",
    ticket.Restored: lambda _: "restored",
    ticket.Escalated: lambda e: f"escalated to {e.level}",
    ticket.BotHandedOff: lambda _: "the bot handed over to people",
    contact.Queued: lambda e: f"entered queue {e.queue}",
    contact.Answered: lambda _: "an agent answered",
    contact.Abandoned: lambda _: "the customer left the queue",
    contact.FlowedOut: lambda e: f"left the queue unanswered: {e.reason}",
    contact.CallbackChosen: lambda _: "the customer asked to be called back",
    contact.Transferred: lambda _: "transferred",
    contact.Held: lambda _: "put on hold",
    contact.Resumed: lambda _: "taken off hold",
    contact.Ended: lambda e: f"ended by {'the customer' if e.by_customer else 'us'}",
    contact.WrapUpStarted: lambda _: "wrap-up began",
    contact.WrapUpEnded: lambda _: "wrap-up ended",
    contact.Noted: lambda _: "offered, missed, or called back",
}


def what_happened(entry: Entry) -> str:
    """An entry in words."""
    told = _TOLD.get(type(entry))
    return type(entry).__name__ if told is None else told(entry)


# --- facts --------------------------------------------------------------------------------------

_CONCLUDED: Final[Mapping[type, Callable[[Any], str]]] = {
    facts.TicketCreated: lambda f: f"created in {f.queue}, {f.priority}, by {f.channel}",
    facts.TicketResolved: lambda f: (
        f"resolved in {f.queue}" + (" at one touch" if f.one_touch else "")
    ),
    facts.TicketReopened: lambda f: f"reopened in {f.queue}",
    facts.TicketEscalated: lambda f: f"escalated to {f.level}",
    facts.TicketTransferred: lambda f: f"transferred out of {f.queue}",
    facts.FirstReplied: lambda f: (
        f"first response after {lasting(f.elapsed)} ({lasting(f.business)} in opening hours)"
    ),
    facts.NextReplied: lambda f: f"next response after {lasting(f.elapsed)}",
    facts.ResolutionMeasured: lambda f: f"resolution time {lasting(f.elapsed)}",
    facts.SlaConcluded: lambda f: (
        f"{target_in_words(f.target)} {f.outcome} ({f.queue}, {f.priority})"
    ),
    facts.ContactOffered: lambda f: f"offered to {f.queue}",
    facts.ContactAnswered: lambda f: (
        f"answered {_waited(f.wait)}, "
        f"{'within' if f.in_threshold else 'after'} the threshold of {f.queue}"
    ),
    facts.ContactAbandoned: lambda f: f"abandoned {_waited(f.wait)}: {f.kind}",
    facts.ContactFlowedOut: lambda f: f"flowed out of {f.queue}: {f.reason}",
    facts.CallbackRequested: lambda f: f"callback requested in {f.queue}",
    facts.ContactLost: lambda f: f"lost in {f.queue}: its exit never came",
    facts.HoldAbandoned: lambda _: "hung up on hold",
    facts.LegHandled: lambda f: (
        f"handled: talk {lasting(f.talk)}, hold {lasting(f.hold)}, wrap-up {lasting(f.wrap)}"
    ),
    facts.Doubtful: lambda f: f"doubtful: {f.kind.replace('_', ' ')}",
}


def concluded(fact: Happening) -> str:
    """A fact in words."""
    told = _CONCLUDED.get(type(fact))
    return type(fact).__name__ if told is None else told(fact)


def _waited(wait: Duration | None) -> str:
    return "after an unknown wait" if wait is None else f"after {lasting(wait)}"


# --- states --------------------------------------------------------------------------


def state_moves(before: State, after: State, terms: Terms) -> Iterator[str]:
    """How phase and queue moved, where the entry does not say it itself."""
    if after.phase != before.phase:
        yield f"{before.phase} -> {after.phase}"
    if (
        isinstance(before, TicketState)
        and isinstance(after, TicketState)
        and after.queue != before.queue
    ):
        yield f"in queue {terms.queue_label(after.queue)}"
