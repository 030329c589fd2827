"""Every promise over a KPI, once: what is too much, for how long, who is told and in which words.

An objective holds its `Kpi` of the catalogue, so no rule can name a metric that does not exist.
The numbers are defaults that we would defend. Each level has two edges: it begins **above**
`set_at` and ends **at** `clear_at`, so that a value that wavers around one number does not alert
again and again; `lasting` is how long a value must be too high before anybody is told.

What cannot be meant is refused before anything is rendered, all of it at once (`check`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from streams.config.durations import format_duration
from streams.config.errors import ConfigError, Problem, dotted
from streams.counts import kpis
from streams.counts.kpis import Kpi
from streams.spans import MINUTE, Duration

Severity: TypeAlias = Literal["critical", "warning", "info"]
"""`critical` pages, `warning` goes to the chat, `info` is read some time."""
Team: TypeAlias = Literal[
    "support-floor", "support-oncall", "support-wfm", "support-quality", "platform"
]
Hours: TypeAlias = Literal["open", "always"]
"""When an objective holds: while the queue is open, or around the clock."""

OPEN_GRACE: Final[Duration] = 10 * MINUTE
"""After opening, work that came overnight is not yet anybody's fault."""


@dataclass(frozen=True, slots=True)
class Level:
    """One severity of an objective. Both edges are in the unit of its KPI."""

    severity: Severity
    set_at: Decimal
    """Above this it begins; at exactly this nothing happens."""
    clear_at: Decimal
    """At this or below it ends."""


@dataclass(frozen=True, slots=True)
class Objective:
    """One promise over one KPI, for every queue."""

    alert: str
    """`Support` and the symptom in CamelCase."""
    kpi: Kpi
    levels: tuple[Level, ...]
    lasting: Duration
    """`for` of the rule: how long it is too high without a break before the alert fires."""
    team: Team
    hours: Hours
    sentence: str
    """What is wrong, the same for all that is told together; may name `{queue}`."""
    detail: str
    """The numbers to it, from `{queue} {severity} {value} {set_at} {clear_at}`."""

    @property
    def runbook(self) -> str:
        """The page that says what to do, from the top of the repository."""
        return f"docs/runbooks/{self.alert}.md"


OBJECTIVES: Final = (
    Objective(
        alert="SupportQueueWaitTooLong",
        kpi=kpis.LONGEST_WAIT,
        levels=(
            Level("warning", set_at=Decimal(120), clear_at=Decimal(90)),
            Level("critical", set_at=Decimal(300), clear_at=Decimal(240)),
        ),
        lasting=1 * MINUTE,
        team="support-floor",
        hours="open",
        sentence="A customer waits too long in queue {queue}.",
        detail=(
            "The longest wait in queue {queue} is {value}; "
            "{severity} begins above {set_at} and ends at {clear_at}."
        ),
    ),
)


def check(objectives: Iterable[Objective], scrape: Duration) -> None:
    """Raise ConfigError, with a line for each thing that cannot be meant; else nothing.

    `scrape` is how often Prometheus reads the metrics.
    """
    found = [problem for each in objectives for problem in problems(each, scrape)]
    if found:
        raise ConfigError([f"{dotted(path)}: {text}" for path, text in found])


def problems(objective: Objective, scrape: Duration) -> Iterator[Problem]:
    """What cannot be meant, each with its place below the name of the alert and what would do."""
    here = ("objectives", objective.alert)
    kpi = objective.kpi
    if (kpi.kind, kpi.agg, kpi.labels, kpi.unit) != ("gauge", "board", ("queue",), "s"):
        text = (
            f"{kpi.name} is no gauge of seconds by queue alone that every board shows the same; "
            f"take one that is, such as {kpis.LONGEST_WAIT.name}"
        )
        yield Problem((*here, "kpi"), text)
    if objective.lasting < scrape:
        text = (
            f"{format_duration(objective.lasting)} is shorter than the scrape interval, so that "
            f"a single reading would alert; write {format_duration(scrape)} or more"
        )
        yield Problem((*here, "for"), text)
    if not objective.levels:
        yield Problem((*here, "levels"), "there is none, so nothing could alert; write one")
    seen: set[str] = set()
    for level in objective.levels:
        place = (*here, "levels", level.severity)
        if level.severity in seen:
            yield Problem(place, "is there twice; keep one of them")
        seen.add(level.severity)
        yield from (Problem((*place, key), text) for key, text in _edges(level))


def _edges(level: Level) -> Iterator[tuple[str, str]]:
    """What is wrong with set and clear, by the key to change."""
    if level.clear_at > level.set_at:
        text = (
            f"{level.clear_at} is above set, {level.set_at}, so that it would end before it "
            f"begins; write {level.set_at} or less"
        )
        yield "clear", text
    if level.clear_at < 0:
        yield "clear", f"{level.clear_at} is never reached, so that it would not end; write 0"
