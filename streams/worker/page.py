"""The board as a plain page: one table, no script, fresh every five seconds. Pure."""

from __future__ import annotations

from html import escape
from typing import Final

from streams.board import Reading
from streams.counts import kpis
from streams.counts.kpis import Kpi
from streams.gauges import Values, gauges
from streams.site import Site
from streams.spans import Instant, rfc3339

_STYLE: Final = (
    "body{font:16px system-ui,sans-serif;margin:2rem}table{border-collapse:collapse}"
    "th,td{padding:.4rem .8rem;text-align:right;border-bottom:1px solid #ccc}"
    "th:first-child,td:first-child{text-align:left}.note{color:#a00}"
)
_COLUMNS: Final[tuple[tuple[str, Kpi, dict[str, str]], ...]] = (
    ("waiting", kpis.QUEUE_WAITING, {}),
    ("longest wait", kpis.LONGEST_WAIT, {}),
    ("open tickets", kpis.OPEN_TICKETS, {}),
    ("unassigned", kpis.UNASSIGNED_TICKETS, {}),
    ("at risk", kpis.SLA_OPEN, {"status": "at_risk"}),
    ("breached", kpis.SLA_OPEN, {"status": "breached"}),
)


def page(
    site: Site, reading: Reading | None, now: Instant, not_shown: str, stale: list[int]
) -> str:
    """The whole page."""
    notes = [not_shown] if not_shown else []
    if stale:
        notes.append(f"the parts of partitions {stale} are older than 15 s")
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><meta http-equiv=refresh content=5>"
        f"<title>{escape(site.name)}: support board</title><style>{_STYLE}</style>"
        f"<h1>{escape(site.name)}</h1><p>as of {rfc3339(now)}</p>"
        + "".join(f"<p class=note role=status>{escape(note)}</p>" for note in notes)
        + (_table(site, reading, now) if reading is not None else "")
        + '<p><a href="/metrics">metrics</a> · <a href="/api/board">the same as JSON</a></p></html>'
    )


def _table(site: Site, reading: Reading, now: Instant) -> str:
    shown = dict(gauges(reading, site.plan, now))
    queues = sorted({*site.plan.queues, *reading.queues})
    head = "".join(f"<th scope=col>{title}</th>" for title, _, _ in _COLUMNS)
    rows = "".join(
        f"<tr><td>{escape(site.plan.queue(queue).title or queue)}</td>"
        + "".join(f"<td>{_cell(shown, kpi, queue, wanted)}</td>" for _, kpi, wanted in _COLUMNS)
        + "</tr>"
        for queue in queues
    )
    head = f"<thead><tr><th scope=col>queue</th>{head}</tr></thead>"
    return f"<table>{head}<tbody>{rows}</tbody></table>"


def _cell(shown: dict[Kpi, Values], kpi: Kpi, queue: str, wanted: dict[str, str]) -> str:
    values = [
        value
        for labels, value in shown.get(kpi, {}).items()
        if {**wanted, "queue": queue}.items() <= dict(zip(kpi.labels, labels, strict=True)).items()
    ]
    if kpi.unit == "s":
        minutes, seconds = divmod(round(max(values, default=0)), 60)
        return f"{minutes}:{seconds:02}"
    return f"{sum(values):g}"
