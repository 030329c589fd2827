"""Objectives in, a Prometheus rule file out. Pure; one group, evaluated from top to bottom.

1. Recorded views. Every board exports the same gauges, so `max by (queue)` makes one series of
   them, without `instance`. Nothing below reads a raw metric.
2. Thresholds as series, for each queue that is shown: a site need not list its queues. One rule
   then serves all queues and severities, and a dashboard draws the line that the rule compares.
3. Alerts. A level is set, or was already firing and has not cleared. Both arms must end in the same
   labels, hence `max without (edge, kpi)`: otherwise an alert that falls from the first arm to the
   second would be another alert, and wait out its `for` again.

Recordings and the alerts that read them stand in one group; between groups up to one interval
is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, Final

from alerting.objectives import OPEN_GRACE, Objective, check
from alerting.render.document import document
from streams.config.durations import format_duration
from streams.counts import kpis
from streams.counts.kpis import Kpi
from streams.spans import SECOND, Duration

SCRAPE_INTERVAL: Final[Duration] = 10 * SECOND
"""How often Prometheus reads the metrics; deploy/prometheus/prometheus.yml says the same."""
EVALUATION_INTERVAL: Final[Duration] = 15 * SECOND
"""How often it evaluates the rules."""
GROUP: Final = "support-floor"
THRESHOLD: Final = "support:threshold"
Rule = dict[str, Any]


def rules(objectives: Iterable[Objective]) -> str:
    """The rule file. Raises ConfigError where an objective cannot be meant."""
    objectives = tuple(objectives)
    check(objectives, SCRAPE_INTERVAL)
    group = {
        "name": GROUP,
        "interval": format_duration(EVALUATION_INTERVAL),
        "rules": [
            *_views(objectives),
            *(rule for each in objectives for rule in _thresholds(each)),
            *(_alert(each) for each in objectives),
        ],
    }
    return document({"groups": [group]})


def view(kpi: Kpi) -> str:
    """The recorded series of a gauge that every board shows: `level:metric:operation`."""
    return f"{':'.join(kpi.labels)}:{kpi.name}:max"


def number(value: Decimal) -> str:
    """As Prometheus reads and people write it: `120`, `0.8`."""
    return f"{value.normalize():f}"


def labels_of(objective: Objective) -> dict[str, str]:
    """What an alert carries besides its queue and its severity, which the threshold brings."""
    return {"team": objective.team}


def _views(objectives: tuple[Objective, ...]) -> Iterator[Rule]:
    for kpi in dict.fromkeys((kpis.QUEUE_OPEN, *(each.kpi for each in objectives))):
        yield {"record": view(kpi), "expr": f"max by ({', '.join(kpi.labels)}) ({kpi.name})"}


def _thresholds(objective: Objective) -> Iterator[Rule]:
    for level in objective.levels:
        for edge, value in (("set", level.set_at), ("clear", level.clear_at)):
            yield {
                "record": THRESHOLD,
                "expr": f"{number(value)} * group by (queue) ({view(kpis.QUEUE_OPEN)})",
                "labels": {"kpi": objective.kpi.name, "severity": level.severity, "edge": edge},
            }


def _alert(objective: Objective) -> Rule:
    return {
        "alert": objective.alert,
        "expr": _expression(objective),
        "for": format_duration(objective.lasting),
        "labels": labels_of(objective),
        "annotations": {
            "summary": objective.sentence.format(queue="{{ $labels.queue }}"),
            "description": _description(objective),
            "runbook_url": objective.runbook,
        },
    }


def _expression(objective: Objective) -> str:
    """True where a level begins, or goes on; only in opening hours where the objective says so."""
    above = f"{view(objective.kpi)} > on (queue) group_right () {THRESHOLD}"
    kpi = f'kpi="{objective.kpi.name}"'
    held = f"""\
max without (edge, kpi) (
    {above}{{edge="set", {kpi}}}
  or
    (
        {above}{{edge="clear", {kpi}}}
      and on (queue, severity)
        ALERTS{{alertname="{objective.alert}", alertstate="firing"}}
    )
)
"""
    if objective.hours == "always":
        return held
    grace = format_duration(OPEN_GRACE)
    return f"""\
{held}\
and on (queue)
  min_over_time({view(kpis.QUEUE_OPEN)}[{grace}]) == 1
"""


def _description(objective: Objective) -> str:
    return objective.detail.format(
        queue="{{ $labels.queue }}",
        severity="{{ $labels.severity }}",
        value="{{ $value | humanizeDuration }}",
        set_at=_looked_up(objective, "set"),
        clear_at=_looked_up(objective, "clear"),
    )


def _looked_up(objective: Objective, edge: str) -> str:
    """A threshold of the alert's own queue and severity, in the words of a template."""
    series = f'{THRESHOLD}{{queue=%q,kpi="{objective.kpi.name}",severity=%q,edge="{edge}"}}'
    return (
        f"{{{{ with printf `{series}` $labels.queue $labels.severity | query }}}}"
        "{{ . | first | value | humanizeDuration }}{{ end }}"
    )
