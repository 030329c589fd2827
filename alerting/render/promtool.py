"""Objectives in, the promtool tests of their rules out. Pure.

Two boards show the queue of each timeline alike, as two workers do; another queue is calm
throughout, and must stay so. What fires is written out with every label and every word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from alerting.objectives import Level, Objective
from alerting.render.document import document
from alerting.render.prometheus import EVALUATION_INTERVAL, labels_of, number
from alerting.render.timelines import MISSED, Stretch, looks, timelines
from streams.config.durations import format_duration
from streams.counts import kpis

QUEUE: Final = "billing"
CALM: Final = "returns"
BOARDS: Final = ("board-1", "board-2")


def tests(objectives: Iterable[Objective], rule_file: str) -> str:
    """The test file. `rule_file` is where the rules are, from the folder of the tests."""
    cases = [
        _test(each, name, stretches) for each in objectives for name, stretches in timelines(each)
    ]
    interval = format_duration(EVALUATION_INTERVAL)
    return document({"rule_files": [rule_file], "evaluation_interval": interval, "tests": cases})


def humanized(value: Decimal) -> str:
    """Seconds as the template function `humanizeDuration` writes them: `45s`, `2m 10s`; from 1."""
    minutes, seconds = divmod(int(value), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if not (days or hours or minutes):
        return f"{float(value):.4g}s"
    parts = [(days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s")]
    while not parts[0][0]:
        del parts[0]
    return " ".join(f"{count}{unit}" for count, unit in parts)


def _test(objective: Objective, name: str, stretches: Sequence[Stretch]) -> dict[str, Any]:
    return {
        "name": f"{objective.alert}: {name}",
        "interval": format_duration(EVALUATION_INTERVAL),
        "input_series": list(_series(objective, stretches)),
        "alert_rule_test": [
            {
                "eval_time": format_duration(look.at),
                "alertname": objective.alert,
                "exp_alerts": [_alert(objective, level, look.value) for level in look.firing],
            }
            for look in looks(objective, stretches)
        ],
    }


def _series(objective: Objective, stretches: Sequence[Stretch]) -> Iterator[dict[str, str]]:
    """The KPI and the opening hours of both queues, from each board."""
    opening = [
        s._replace(value=s.value if isinstance(s.value, str) else Decimal(s.is_open))
        for s in stretches
    ]
    total = sum(stretch.length for stretch in stretches)
    shown = {
        (QUEUE, objective.kpi.name): stretches,
        (QUEUE, kpis.QUEUE_OPEN.name): opening,
        (CALM, objective.kpi.name): [Stretch(Decimal(0), total)],
        (CALM, kpis.QUEUE_OPEN.name): [Stretch(Decimal(1), total)],
    }
    for (queue, name), values in shown.items():
        for board in BOARDS:
            series = f'{name}{{queue="{queue}",instance="{board}"}}'
            yield {"series": series, "values": " ".join(map(_samples, values))}


def _samples(stretch: Stretch) -> str:
    """In promtool's notation: `5x3` is four fives, `_x3` three gaps, `stale` one end."""
    count = stretch.length // EVALUATION_INTERVAL
    if stretch.value == MISSED:
        return f"_x{count}"
    if isinstance(stretch.value, str):
        return f"{stretch.value} _x{count - 1}"
    return f"{number(stretch.value)}x{count - 1}"


def _alert(objective: Objective, level: Level, value: Decimal) -> dict[str, Any]:
    """The alert as it is told, every word of it."""
    words = {
        "queue": QUEUE,
        "severity": level.severity,
        "value": humanized(value),
        "set_at": humanized(level.set_at),
        "clear_at": humanized(level.clear_at),
    }
    return {
        "exp_labels": {"queue": QUEUE, "severity": level.severity, **labels_of(objective)},
        "exp_annotations": {
            "summary": objective.sentence.format_map(words),
            "description": objective.detail.format_map(words),
            "runbook_url": objective.runbook,
        },
    }
