"""What the board shows: its sums under the names of the catalogue, and as of which instant.

Configured label sets are always there, at zero; others once there is something to count. Absent
reads as zero except for means, ratios and deadlines. Ages grow between events: they are worked out
here, from the instants in the parts. Durations leave the core here, as seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Final, TypeAlias

from streams.board import Reading, Sums
from streams.counts import kpis
from streams.counts.aggregates import COUNT_SLOT, QUANTILE, SUM_SLOT
from streams.counts.buckets import DRAIN_LENGTH
from streams.counts.feeds import FAMILIES, SLA, TICKETS, group_of
from streams.counts.kpis import Kpi
from streams.counts.labels import closed_values
from streams.counts.plan import Plan
from streams.part.cells import key_of_slot, parts_of
from streams.spans import SECOND, Instant, seconds

_QUANTILES: Final = (0.5, 0.9)

Values: TypeAlias = dict[tuple[str, ...], float]
"""By label values, in the order of the metric's labels."""


def gauges(reading: Reading, plan: Plan, now: Instant) -> Iterator[tuple[Kpi, Values]]:
    """Every gauge and info of the board, by label values. Nothing while the board is incomplete."""
    if not reading.complete:
        return
    shown = _Shown(reading, plan, now)
    yield from shown.collect().items()


class _Shown:
    """One pass over the sums of all queues."""

    def __init__(self, reading: Reading, plan: Plan, now: Instant) -> None:
        self.reading = reading
        self.plan = plan
        self.now = now
        self.closed = {
            name for name, calendar in plan.calendars.items() if not calendar.is_open(now)
        }
        self.out: dict[Kpi, Values] = {kpi: {} for kpi in _SHOWN}

    def collect(self) -> dict[Kpi, Values]:
        self._zeros()
        for queue, sums in self.reading.queues.items():
            self._present(queue, sums)
            self._earliest(queue, sums)
            self._rolling(queue, sums)
            self._drain(queue, sums)
        self._static()
        missing = set(FAMILIES) - self.reading.families
        for kpi in [kpi for kpi in self.out if _FAMILY_OF.get(kpi) in missing]:
            del self.out[kpi]
        return self.out

    def _put(self, kpi: Kpi, labels: tuple[str, ...], value: float) -> None:
        values = self.out[kpi]
        values[labels] = values.get(labels, 0) + value

    def _zeros(self) -> None:
        """Every configured label set, so that the first increment is seen as one."""
        for kpi in _SHOWN:
            if kpi in _NO_ZERO:
                continue
            values = self.out[kpi]
            for labels in zero_labels(kpi, self.plan):
                values[labels] = 0

    def _present(self, queue: str, sums: Sums) -> None:
        for key, n in sums.present.items():
            family, labels = parts_of(key)
            if family == "sla_open":
                priority, target, status, calendar = labels
                if calendar in self.closed and status in ("healthy", "at_risk"):
                    status = "paused"
                self._put(kpis.SLA_OPEN, (queue, priority, target, status), n)
            else:
                self._put(_PRESENT_KPI[family], (queue, *labels), n)

    def _earliest(self, queue: str, sums: Sums) -> None:
        for key, at in sums.earliest.items():
            family, labels = parts_of(key)
            kpi = _EARLIEST_KPI[family]
            if kpi is kpis.SLA_NEXT_BREACH:
                self.out[kpi][queue, *labels] = seconds(at)
            else:
                self.out[kpi][queue, *labels] = seconds(max(self.now - at, 0))

    def _rolling(self, queue: str, sums: Sums) -> None:
        tallies: dict[tuple[str, str], dict[int, int]] = {}
        for key, by_window in sums.rolling.items():
            family, (*labels, slot) = parts_of(key)
            windows = self.plan.windows[group_of(family, tuple(labels))]
            for window, n in zip(windows, by_window, strict=True):
                if n is None or not window.shown:
                    continue
                if family == "duration":
                    tallies.setdefault((labels[0], window.name), {})[int(slot)] = n
                elif family == "sla":
                    priority, target, outcome = labels
                    self._put(kpis.WINDOW_SLA, (queue, priority, target, window.name, outcome), n)
                else:
                    self._put(_ROLLING_KPI[family], (queue, window.name, labels[0]), n)
        for (measure, name), tally in tallies.items():
            self._durations(queue, name, measure, tally)

    def _durations(self, queue: str, window: str, measure: str, tally: dict[int, int]) -> None:
        labels = (queue, window, measure)
        self._put(kpis.WINDOW_DURATION, labels, seconds(tally.get(SUM_SLOT, 0)))
        self._put(kpis.WINDOW_SAMPLES, labels, tally.get(COUNT_SLOT, 0))
        for q in _QUANTILES:
            value = QUANTILE.quantile(tally, q)
            if value is not None:
                self.out[kpis.WINDOW_QUANTILE][*labels, str(q)] = value / SECOND

    def _drain(self, queue: str, sums: Sums) -> None:
        """How long the actionable tickets last at the pace of the last 4 h; none without an end."""
        lengths = [window.length for window in self.plan.windows[TICKETS]]
        place = lengths.index(DRAIN_LENGTH)
        flows: list[int] = []
        for flow in ("created", "resolved"):
            counts = sums.rolling.get(key_of_slot(("tickets", (queue, flow)), COUNT_SLOT))
            n = 0 if counts is None else counts[place]
            if n is None:
                return
            flows.append(n)
        created, resolved = flows
        if resolved > created:
            actionable = 0
            for key, n in sums.present.items():
                family, labels = parts_of(key)
                if family == "open" and labels[-1] in ("new", "open"):
                    actionable += n
            drain = actionable * seconds(DRAIN_LENGTH) / (resolved - created)
            self.out[kpis.DRAIN_TIME][queue,] = drain

    def _static(self) -> None:
        """What the configuration says, and the hour."""
        for queue in sorted({*self.plan.queues, *self.reading.queues}):
            shown = self.plan.queue(queue)
            self.out[kpis.QUEUE_OPEN][queue,] = int(shown.calendar.is_open(self.now))
            info = (queue, shown.title or queue, shown.team, shown.zone, _number(shown.within))
            self.out[kpis.QUEUE_INFO][info] = 1
            self.out[kpis.SERVICE_LEVEL_TARGET][queue,] = shown.service_level
            for agreed in self.plan.targets_of(queue):
                labels = (queue, agreed.priority, agreed.target)
                self.out[kpis.SLA_TARGET][labels] = seconds(agreed.length)


def _number(length: int) -> str:
    return f"{seconds(length):g}"


def zero_labels(kpi: Kpi, plan: Plan) -> Iterator[tuple[str, ...]]:
    """The configured label sets of a metric: configured queues by the closed values of the rest."""
    if "target" in kpi.labels:
        yield from _zero_targets(kpi, plan)
        return
    sets = (
        tuple(plan.queues) if label == "queue" else closed_values(kpi, label)
        for label in kpi.labels
        if label != "window"
    )
    if "window" not in kpi.labels:
        yield from product(*sets)
        return
    for queue, *rest in product(*sets):
        for window in plan.windows[group_of(_FAMILY_OF[kpi], tuple(rest))]:
            if window.shown:
                yield (queue, window.name, *rest)


def _zero_targets(kpi: Kpi, plan: Plan) -> Iterator[tuple[str, ...]]:
    """SLA series exist for agreed targets only."""
    last = kpi.labels[-1]
    for agreed in (agreed for queue in plan.queues for agreed in plan.targets_of(queue)):
        head = (agreed.queue, agreed.priority, agreed.target)
        if kpi is kpis.WINDOW_SLA:
            for window, value in product(plan.windows[SLA], ("met", "breached")):
                if window.shown:
                    yield (*head, window.name, value)
        elif last != "target":
            for value in closed_values(kpi, last):
                yield (*head, value)


_PRESENT_KPI: Final[Mapping[str, Kpi]] = {
    "open": kpis.OPEN_TICKETS,
    "open_by_channel": kpis.OPEN_BY_CHANNEL,
    "open_by_age": kpis.OPEN_BY_AGE,
    "unassigned": kpis.UNASSIGNED_TICKETS,
    "awaiting": kpis.AWAITING_FIRST,
    "waiting": kpis.QUEUE_WAITING,
    "waiting_over": kpis.WAITING_OVER,
}
_EARLIEST_KPI: Final[Mapping[str, Kpi]] = {
    "oldest_open": kpis.OLDEST_OPEN,
    "oldest_awaiting": kpis.OLDEST_AWAITING,
    "next_breach": kpis.SLA_NEXT_BREACH,
    "longest_wait": kpis.LONGEST_WAIT,
    "longest_contact": kpis.LONGEST_CONTACT,
}
_ROLLING_KPI: Final[Mapping[str, Kpi]] = {
    "tickets": kpis.WINDOW_TICKETS,
    "by_channel": kpis.WINDOW_TICKETS_BY_CHANNEL,
    "contacts": kpis.WINDOW_CONTACTS,
}
_FAMILY_OF: Final[Mapping[Kpi, str]] = {
    **{kpi: family for family, kpi in _PRESENT_KPI.items()},
    **{kpi: family for family, kpi in _EARLIEST_KPI.items()},
    **{kpi: family for family, kpi in _ROLLING_KPI.items()},
    kpis.SLA_OPEN: "sla_open",
    kpis.WINDOW_SLA: "sla",
    kpis.WINDOW_DURATION: "duration",
    kpis.WINDOW_SAMPLES: "duration",
    kpis.WINDOW_QUANTILE: "duration",
    kpis.DRAIN_TIME: "tickets",
}
_STATIC: Final = (
    kpis.QUEUE_OPEN,
    kpis.QUEUE_INFO,
    kpis.SERVICE_LEVEL_TARGET,
    kpis.SLA_TARGET,
)
_SHOWN: Final = (*_FAMILY_OF, *_STATIC)
_NO_ZERO: Final = frozenset({*_STATIC, kpis.SLA_NEXT_BREACH, kpis.WINDOW_QUANTILE, kpis.DRAIN_TIME})
