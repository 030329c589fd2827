"""How tests read a board: words for what it shows, and one life run in every way.

life = [opened("T1", "09:00"), replied("T1", "09:05")]
floor = every_way(life, "09:05")
assert samples(floor, "first_response") == (1, 300)

What happens after the instant is left out, so that a life can be looked at as it goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from random import Random
from typing import Final

from streams.counts import kpis
from streams.counts.kpis import BY_NAME
from streams.counts.labels import closed_values
from streams.events import Event
from streams.facts import OTHER
from streams.machines.timeline import decode_row, encode_row
from streams.site import Site
from streams.spans import SECOND, Instant, instant
from streams.stage import MACHINES, Raw, Stage
from streams.story import story
from tests.vocabulary import When, at, counted, records, run, shown, site_of

_ABSENT: Final = frozenset(
    {kpis.SLA_NEXT_BREACH, kpis.WINDOW_QUANTILE, kpis.DRAIN_TIME, kpis.SLA_TARGET}
)
"""Of means, ratios and deadlines *absent* does not read as zero."""


class Floor(dict[tuple[str, ...], float]):
    """Every value that is not zero, by metric name and labels.

    What is absent reads as zero, if the catalogue knows such a series: a label that is misspelt in
    a test is an error of the test. (`name`, *labels, "count" or "sum") reads a histogram.
    """

    def __missing__(self, series: tuple[str, ...]) -> float:
        name, *values = series
        kpi = BY_NAME[name]
        if kpi in _ABSENT:
            raise KeyError(series)
        if kpi.kind == "histogram":
            assert values.pop() in ("count", "sum"), series
        assert len(values) == len(kpi.labels), f"{series}: the labels are {kpi.labels}"
        for label, value in zip(kpi.labels, values, strict=True):
            closed = closed_values(kpi, label)
            assert not closed or value in (*closed, OTHER), f"{series}: {label} is one of {closed}"
        return 0


# --- one life in every way ----------------------------------------------------------------------


def every_way(events: Iterable[Event], until: str | Instant, site: Site | None = None) -> Floor:
    """What is shown at `until`, after the same events in whichever way they arrived.

    In the order given at once, one by one with time passing between them, shuffled, doubled, and
    with a crash in the middle: the gauges of all must be equal. Counters and histograms are those
    of the first way, in which nothing is ever taken back.
    """
    site = site or site_of()
    now = until if isinstance(until, int) else at(until)
    seen = [event for event in events if instant(event.time) <= now]
    once = _at_once(seen, now, site)
    floor = shown([once], site, now)
    for way, stage in _ways(seen, now, site):
        assert shown([stage], site, now) == floor, f"{way} it is another board"
    return _floor(floor, once)


def _floor(gauges: Mapping[tuple[str, ...], float], stage: Stage) -> Floor:
    return Floor({**gauges, **{series: n for series, n in counted(stage).items() if n}})


def _ways(seen: list[Event], now: Instant, site: Site) -> Iterator[tuple[str, Stage]]:
    random = Random(len(seen))
    yield "one by one", _one_by_one(seen, now, site)
    for _ in range(2):
        shuffled = random.sample(seen, len(seen))
        yield "shuffled", _at_once(shuffled, now, site)
    doubled = random.sample([*seen, *seen], 2 * len(seen))
    yield "doubled", _at_once(doubled, now, site)
    yield "after a crash", _after_a_crash(seen, now, site)


def _at_once(events: list[Event], now: Instant, site: Site) -> Stage:
    stage = Stage(site)
    assert not stage.apply(0, records(events))
    stage.advance_to(now)
    return stage


def _one_by_one(events: list[Event], now: Instant, site: Site) -> Stage:
    """As live: batches of one, and time passes just before, at and just after each event."""
    stage = Stage(site)
    for raw, event in zip(records(by_time(events)), by_time(events), strict=True):
        when = instant(event.time)
        stage.advance_to(min(when - 1, now))
        assert not stage.apply(0, [raw])
        stage.advance_to(min(when, now))
        stage.advance_to(min(when + 1, now))
    stage.advance_to(now - 1)
    stage.advance_to(now)
    return stage


def _after_a_crash(events: list[Event], now: Instant, site: Site) -> Stage:
    """Half of the batch is on disk when the worker dies; a third of it is read again."""
    raws = records(by_time(events))
    flushed, committed = len(raws) // 2, len(raws) // 3
    before = Stage(site)
    before.apply(0, raws[:flushed])
    if flushed:
        before.advance_to(instant(by_time(events)[flushed - 1].time))
    after = restored_stage(before, site)
    assert not after.apply(0, raws[committed:])
    after.advance_to(now)
    return after


def restored_stage(before: Stage, site: Site) -> Stage:
    """A new worker's stage, from the rows that the old one flushed."""
    rows = {}
    for key, record in before.take_changes().items():
        if record is not None:
            row = encode_row(MACHINES[record.kind], record, 1)
            rows[key], _ = decode_row(MACHINES, row, site.terms)
    after = Stage(site, rows=rows, floor=before.now)
    after.rebuild(counted_until=before.now)
    return after


def by_time(events: Iterable[Event]) -> list[Event]:
    """As a source in order would send them."""
    return sorted(events, key=lambda event: event.time)


class Live:
    """A partition as it runs: events arrive, time passes, and the board is read in between."""

    def __init__(self, site: Site | None = None, start: str | Instant = "mon 00:00") -> None:
        self.site = site or site_of()
        self.stage = Stage(self.site)
        self._offsets = count()
        self.pass_to(start)

    def hear(self, *events: Event) -> None:
        """Events arrive, in this order and in one batch."""
        raws = [Raw(next(self._offsets), raw.key, raw.value) for raw in records(events)]
        assert not self.stage.apply(0, raws)

    def pass_to(self, when: str | Instant) -> None:
        """Time passes."""
        self.stage.advance_to(when if isinstance(when, int) else at(when))

    def crash(self) -> None:
        """The worker dies; another goes on from the rows."""
        self.stage = restored_stage(self.stage, self.site)

    @property
    def floor(self) -> Floor:
        """What is shown now, counters and histograms as they were counted."""
        return _floor(shown([self.stage], self.site, self.stage.now), self.stage)

    def revisions(self, name: str) -> int:
        """How often a fact counted in this metric was taken back."""
        return self.stage.totals.revisions.get(name, 0)


# --- reading ------------------------------------------------------------------------------------


def by(floor: Floor, name: str, label: str, **where: str) -> dict[str, float]:
    """The values of a metric by one label, added up over the others; those that are not zero."""
    kpi = BY_NAME[name]
    assert {label, *where} <= {*kpi.labels}, f"{name} has the labels {kpi.labels}"
    found: dict[str, float] = {}
    for (series, *values), n in floor.items():
        labels = dict(zip(kpi.labels, values, strict=False))
        if series == name and labels.items() >= where.items():
            found[labels[label]] = found.get(labels[label], 0) + n
    return found


def samples(
    floor: Floor, measure: str, queue: str = "billing", window: str = "7d"
) -> tuple[float, float]:
    """How many durations completed in the window, and their sum in seconds."""
    labels = (queue, window, measure)
    n = floor["support_window_duration_samples", *labels]
    return n, floor["support_window_duration_seconds", *labels]


def flows(floor: Floor, queue: str = "billing", window: str = "7d") -> dict[str, float]:
    """Tickets created, resolved, reopened and escalated in the window."""
    return by(floor, "support_window_tickets", "flow", queue=queue, window=window)


def backlog(floor: Floor, queue: str = "billing") -> dict[str, float]:
    """Unsolved tickets by state."""
    return by(floor, "support_open_tickets", "state", queue=queue)


def clocks(floor: Floor, target: str) -> dict[str, float]:
    """Running targets by status."""
    return by(floor, "support_sla_open_targets", "status", target=target)


def verdicts(floor: Floor, target: str) -> dict[str, float]:
    """Targets met, breached and cancelled, ever."""
    return by(floor, "support_sla_targets_total", "outcome", target=target)


def verdicts_in(floor: Floor, target: str, window: str = "7d") -> dict[str, float]:
    """Targets met and breached in the window."""
    return by(floor, "support_window_sla_targets", "outcome", target=target, window=window)


def next_breach(floor: Floor, target: str) -> float | None:
    """The earliest of the next breaches of a target, over queues and priorities; None of none."""
    name = kpis.SLA_NEXT_BREACH.name
    return min(
        (at for (n, *labels), at in floor.items() if n == name and target in labels), default=None
    )


def exits(floor: Floor, queue: str = "voice", window: str = "4h") -> dict[str, float]:
    """Contacts that left the queue in the window, by outcome."""
    return by(floor, "support_window_contacts", "outcome", queue=queue, window=window)


def doubts(stage: Stage) -> dict[str, int]:
    """Doubtful input by kind."""
    return {
        labels[0]: n
        for (name, labels), n in stage.totals.counters.items()
        if name == kpis.QUALITY.name
    }


def second(text: str) -> float:
    """An instant as Prometheus has it."""
    return at(text) / SECOND


def effects_of(events: Sequence[Event], until: When, site: Site | None = None) -> list[str]:
    """What `explain` says of a single subject, effect by effect."""
    now = at(until)
    stage = run(events, now, site)
    [(key, record)] = stage.rows.items()
    told = story(MACHINES[record.kind], key.decode(), record, now, stage.site.terms)
    return [effect for line in told.lines for effect in line.effects]
