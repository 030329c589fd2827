"""What a ticket concludes, worked out a second time from the contract, in the plainest way.

One pass over the sorted events. Between two events nothing changes but time, so `_flow` adds up
what every clock has used and finds what fell due in between; nothing is remembered of deadlines.
Snapshots are left out: they repair what is lost, and here nothing is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from streams import facts as f
from streams.events import Event, bot, sequence_number, ticket
from streams.machines.terms import Promise, Terms, channel_label, priority_label
from streams.machines.timeline import event_id
from streams.spans import DAY, HOUR, Instant, instant

ACTIVE: Final = {"new", "open", "pending", "on_hold"}
DONE: Final = {"solved", "closed"}
REMOVED: Final = {"merged", "spam", "deleted"}
_REMOVALS: Final[dict[type[Event], str]] = {
    ticket.TicketMerged: "merged",
    ticket.TicketSpammed: "spam",
    ticket.TicketDeleted: "deleted",
}
_CHANGES: Final[dict[type[Event], str]] = {
    ticket.TicketPriorityChanged: "priority",
    ticket.TicketTierChanged: "tier",
    ticket.TicketCategoryChanged: "category",
}
_FIELDS: Final = ("queue", "priority", "channel", "tier", "category")


def _rank(event: Event) -> int:
    """Creation, changes, customers, agents and bots, statuses and removals, the rest."""
    match event:
        case ticket.TicketCreated():
            return 0
        case ticket.TicketMessageAdded(data=data):
            customer = data.author_role == "customer" and data.visibility == "public"
            return 2 if customer else 3
        case ticket.TicketStatusChanged() | ticket.TicketRestored():
            return 4
        case ticket.TicketEscalated() | bot.BotHandoff():
            return 5
    return 4 if type(event) in _REMOVALS else 1


def in_order(events: Iterable[Event]) -> list[Event]:
    """Sorted as the contract says, without doubles."""
    found: dict[tuple[str, str], Event] = {}

    def key(event: Event) -> tuple[Any, ...]:
        number = 0 if event.sequence is None else sequence_number(event)
        return event.time, number, _rank(event), event_id(event.source, event.id)

    for event in sorted(events, key=key):
        found.setdefault((event.source, event.id), event)
    return sorted(found.values(), key=key)


@dataclass
class Run:
    """A clock of a target, over all of its instances."""

    state: str
    """open, closed or cancelled."""
    started: Instant
    used: int = 0
    breached: bool = False


class Oracle:
    """One ticket."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.at: Instant = 0
        self.facts: list[f.Happening] = []
        self.phase, self.before = "unknown", "unknown"
        self.history: list[tuple[Instant, str]] = []
        self.labels: dict[str, str | None] = dict.fromkeys(_FIELDS)
        self.first_seen: Instant | None = None
        self.created: Instant | None = None
        self.by_agent = self.assigned = self.escalated = False
        self.replies = 0
        self.waiting: Instant | None = None
        self.resolution: f.ResolutionMeasured | None = None
        self.runs: dict[str, Run] = {}

    # --- labels and promises ---

    @property
    def queue(self) -> str:
        return self.terms.queue_label(self.labels["queue"])

    @property
    def priority(self) -> str:
        return priority_label(self.labels["priority"])

    @property
    def channel(self) -> str:
        return channel_label(self.labels["channel"])

    def promise(self, target: str) -> Promise | None:
        queue, priority, channel, tier, category = (self.labels[name] for name in _FIELDS)
        found = self.terms.promises(queue, priority, tier, channel, category)
        return found[f.TARGETS.index(target)]

    def verdict(self, at: Instant, target: str, outcome: str) -> None:
        self.facts.append(f.SlaConcluded(at, self.queue, self.priority, target, outcome))

    # --- time ---

    def flow(self, to: Instant) -> None:
        """Nothing happens up to `to`; what fell due before it has breached."""
        for target, run in self.runs.items():
            promise = self.promise(target)
            if run.state != "open" or promise is None or self.phase in promise.pauses:
                continue
            left = promise.target - run.used
            due = self.at if left <= 0 else promise.schedule.due(self.at, left)
            if not run.breached and due is not None and due < to:
                run.breached = True
                self.verdict(due, target, "breached")
            run.used += promise.schedule.business_time(self.at, to)
        self.at = to

    # --- clocks ---

    def start(self, target: str) -> None:
        """A new instance, in the state that the ticket is in."""
        state = "open" if self.phase in ACTIVE else "closed"
        self.runs[target] = Run("cancelled" if self.phase in REMOVED else state, self.at)

    def stop(self, target: str, outcome: str | None, state: str = "closed") -> None:
        run = self.runs.get(target)
        if run is None:
            return
        agreed = self.promise(target) is not None
        if outcome is not None and run.state == "open" and agreed and not run.breached:
            self.verdict(self.at, target, outcome)
        run.state = state

    def go_on(self, target: str) -> None:
        if target in self.runs:
            self.runs[target].state = "open"

    def answer_is_due(self) -> None:
        """A customer message is unanswered, and the ticket is active again."""
        run = self.runs.get("next_response")
        if self.waiting is not None and (run is None or run.state == "closed"):
            self.start("next_response")

    # --- states ---

    def enter(self, source: str, to: str) -> None:
        if to in REMOVED:
            if source not in REMOVED:
                self.before = source
            self.phase = to
            for target, run in self.runs.items():
                if run.state == "open":
                    self.stop(target, "cancelled", "cancelled")
            return
        self.phase = to
        if to in ACTIVE:
            if source in DONE:
                labels = (self.queue, self.priority, self.channel)
                self.facts.append(f.TicketReopened(self.at, *labels))
                if self.created is not None and not self.replies and not self.by_agent:
                    self.start("first_response")
                self.go_on("resolution")
            self.answer_is_due()
        elif (to == "solved" and source not in DONE) or (to == "closed" and source in ACTIVE):
            self.solve()
        else:
            for target in self.runs:
                self.stop(target, None)

    def solve(self) -> None:
        one_touch = self.replies == 1
        labels = (self.queue, self.priority)
        self.facts.append(f.TicketResolved(self.at, *labels, self.channel, one_touch))
        self.resolution = None
        if self.created is not None and self.at >= self.created:
            worked = self.at - self.created - self.time_in(DONE, self.created, self.at)
            self.resolution = f.ResolutionMeasured(self.at, *labels, worked)
        for target in self.runs:
            self.stop(target, "met")
        self.waiting = None

    def time_in(self, phases: set[str], start: Instant, end: Instant) -> int:
        ends = [at for at, _ in self.history[1:]] + [end]
        return sum(
            max(min(ended, end) - max(began, start), 0)
            for (began, phase), ended in zip(self.history, ends, strict=False)
            if phase in phases
        )

    def restore(self) -> None:
        self.phase = "open" if self.before == "unknown" else self.before
        if self.phase in ACTIVE:
            for target, run in self.runs.items():
                if run.state == "cancelled":
                    self.go_on(target)
            self.answer_is_due()

    # --- events ---

    def take(self, event: Event) -> None:
        at = instant(event.time)
        if self.first_seen is None:
            self.first_seen = self.at = at
        self.flow(at)
        self.learn(event)
        self.act(event)
        if not self.history or self.history[-1][1] != self.phase:
            self.history.append((at, self.phase))

    def act(self, event: Event) -> None:
        match event:
            case ticket.TicketCreated(data=created):
                self.create(created)
            case ticket.TicketStatusChanged(data=status):
                self.change_status(status)
            case ticket.TicketMessageAdded(data=message):
                self.hear(message)
            case ticket.TicketRestored() if self.phase in {*REMOVED, "unknown"}:
                self.restore()
            case ticket.TicketAssigned(data=data):
                self.assigned = bool(data.to)
            case ticket.TicketEscalated(data=data):
                self.escalate(str(data.level))
            case bot.BotHandoff():
                self.hand_off()
            case _ if self.phase != _REMOVALS.get(type(event), self.phase):
                self.enter(self.phase, _REMOVALS[type(event)])

    def escalate(self, level: str) -> None:
        if not self.escalated:
            self.escalated = True
            digit = level[-1] if level[-1:].isdigit() else "other"
            self.facts.append(f.TicketEscalated(self.at, self.queue, digit))

    def hand_off(self) -> None:
        first = self.runs.get("first_response")
        if first is not None and first.state == "open":
            first.started, first.used = self.at, 0

    def learn(self, event: Event) -> None:
        """Changes set; everything else fills what is not known."""
        kind = type(event)
        sets = kind in _CHANGES or kind is ticket.TicketQueueChanged
        told = {name: getattr(event.data, name) for name in _FIELDS}
        own = "queue" if kind is ticket.TicketQueueChanged else _CHANGES.get(kind)
        if own is not None:
            told.pop(own)
        for name, value in told.items():
            if value and (sets or self.labels[name] is None):
                if name == "queue":
                    self.leave(self.labels["queue"], value)
                self.labels[name] = value
        if isinstance(event, ticket.TicketQueueChanged):
            known = self.labels["queue"]
            self.leave(event.data.from_ if known is None else known, event.data.to or "")
            self.labels["queue"] = event.data.to or ""
        elif own is not None:
            self.labels[own] = event.data.to  # type: ignore[attr-defined] # of Relabelled

    def leave(self, queue: str | None, to: str) -> None:
        if queue and queue != to:
            self.facts.append(f.TicketTransferred(self.at, self.terms.queue_label(queue)))

    def create(self, data: ticket.Created) -> None:
        if self.created is not None:
            return
        if self.phase == "unknown":
            self.phase = "new"
        self.facts.append(f.TicketCreated(self.at, self.queue, self.priority, self.channel))
        self.created, self.by_agent = self.at, data.created_by == "agent"
        if not self.by_agent and not self.replies:
            self.start("first_response")
        self.start("resolution")

    def change_status(self, data: ticket.StatusChanged) -> None:
        source = self.phase
        if data.to == source:
            return
        if source == "unknown" and data.from_ is not None:
            source = data.from_
        elif source in REMOVED and data.to in ACTIVE:
            self.restore()
            source = self.before
        self.enter(source, data.to)

    def hear(self, data: ticket.MessageAdded) -> None:
        public = data.visibility == "public"
        if data.author_role == "customer" and public:
            due = (self.replies or self.by_agent) and self.waiting is None
            if due and self.at != self.created:
                self.waiting = self.at
                if self.phase in ACTIVE:
                    self.start("next_response")
        elif data.author_role == "agent" and public and not data.automated:
            self.reply()

    def reply(self) -> None:
        self.replies += 1
        self.waiting = None
        labels = (self.queue, self.priority, self.channel)
        first, following = (self.runs.get(t) for t in ("first_response", "next_response"))
        if first is not None and first.state == "open":
            schedule = self.terms.queue_terms(self.labels["queue"]).schedule
            business = schedule.business_time(first.started, self.at)
            elapsed = self.at - first.started
            self.facts.append(f.FirstReplied(self.at, *labels, elapsed, business))
        if following is not None and following.state == "open":
            self.facts.append(f.NextReplied(self.at, *labels, self.at - following.started))
        for target in ("first_response", "next_response"):
            self.stop(target, "met")

    # --- what is said ---

    def standing(self) -> list[f.Standing]:
        if self.phase not in ACTIVE or self.first_seen is None:
            return []
        since = self.first_seen if self.created is None else self.created
        age = self.at - since
        starts = (0, HOUR, 4 * HOUR, DAY, 3 * DAY, 7 * DAY)
        band = [b for s, b in zip(starts, f.AGE_BANDS, strict=True) if age >= s or s == 0][-1]
        labels = (self.queue, self.priority)
        found: list[f.Standing] = [
            f.TicketOpen(*labels, self.channel, self.phase, band, self.assigned, since)
        ]
        for target, run in self.runs.items():
            if run.state != "open":
                continue
            if target == "first_response":
                found.append(f.AwaitingFirstResponse(*labels, run.started))
            promise = self.promise(target)
            calendar = "" if promise is None else promise.schedule.name
            if run.breached:
                found.append(f.SlaRunning(*labels, target, "breached", calendar, None))
            elif promise is not None:
                left = promise.target - run.used
                due = self.at if left <= 0 else promise.schedule.due(self.at, left)
                status = "at_risk" if left <= promise.risk else "healthy"
                if due is None or self.phase in promise.pauses:
                    status, due = "paused", None
                found.append(f.SlaRunning(*labels, target, status, calendar, due))
        return found


def conclude(
    events: Iterable[Event], now: Instant, terms: Terms
) -> tuple[Counter[f.Happening], Counter[f.Standing]]:
    """All that a ticket says at `now`, after its events up to then."""
    oracle = Oracle(terms)
    for event in in_order(events):
        if instant(event.time) <= now:
            oracle.take(event)
    oracle.flow(now)
    measured = [oracle.resolution] if oracle.resolution is not None else []
    return Counter([*oracle.facts, *measured]), Counter(oracle.standing())
