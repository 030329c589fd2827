"""`deskpulse report`: every metric as it stood at an instant, from files of events.

stdout is the report alone; progress, warnings and the summary go to stderr.
"""

from __future__ import annotations

import gc
import json
from typing import TYPE_CHECKING, Any

from prometheus_client.core import CollectorRegistry
from prometheus_client.exposition import generate_latest

from deskpulse import batch
from deskpulse.arguments import an_instant
from deskpulse.configuration import configuration
from deskpulse.files import writing
from deskpulse.notices import ReportForm
from streams.metrics import families
from streams.spans import rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from prometheus_client.core import Metric
    from rich.console import RenderableType

    from deskpulse.notices import Notices


def run(
    files: Sequence[Path], at: str | None, config: Path | None, form: ReportForm, notices: Notices
) -> int:
    """Report on `files`; 1 when one could not be read or held no event, else 0."""
    until = an_instant(at, "--at") if at else None
    site = batch.site_of(configuration(config))
    gc.disable()  # a short life with many small objects and no cycles
    log = batch.read(files, notices)
    end = batch.last_instant(log)
    if end is None:
        batch.tell_no_event(log, notices)
        return 1
    outcome = batch.apply(log, end if until is None else until, site, notices)
    _WRITERS[form](outcome)
    return 1 if log.failed else 0


def shown(outcome: batch.Outcome) -> Iterator[Metric]:
    """Every metric but the pipeline's own."""
    return families(outcome.site.plan, outcome.snapshot(), outcome.at, pipeline=False)


class _Shown:
    """The metrics of an outcome, as the exposition asks for them."""

    def __init__(self, outcome: batch.Outcome) -> None:
        self._outcome = outcome

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        return shown(self._outcome)


def _prometheus(outcome: batch.Outcome) -> None:
    registry = CollectorRegistry()
    registry.register(_Shown(outcome))
    with writing(None) as stream:
        stream.write(generate_latest(registry))


def _json(outcome: batch.Outcome) -> None:
    document = {
        "site": outcome.site.name,
        "at": rfc3339(outcome.at),
        "configuration": outcome.site.configuration,
        "metrics": [_metric(metric) for metric in shown(outcome)],
    }
    with writing(None) as stream:
        stream.write(json.dumps(document, indent=1, ensure_ascii=False).encode() + b"\n")


def _metric(metric: Metric) -> dict[str, Any]:
    return {
        "name": metric.name,
        "type": metric.type,
        "help": metric.documentation,
        "samples": [
            {"name": sample.name, "labels": sample.labels, "value": sample.value}
            for sample in metric.samples
        ],
    }


def _table(outcome: batch.Outcome) -> None:
    from deskpulse import tables
    from deskpulse.figures import Figures
    from deskpulse.screen import print_all

    figures = Figures(shown(outcome))
    parts: list[RenderableType] = [f"{outcome.site.name} at {rfc3339(outcome.at)}"]
    for make in (
        tables.now_table,
        tables.sla_table,
        tables.tickets_table,
        tables.contacts_table,
    ):
        table = make(figures)
        if table.row_count:
            parts += ["", table]
    print_all(*parts)


_WRITERS = {ReportForm.TABLE: _table, ReportForm.JSON: _json, ReportForm.PROMETHEUS: _prometheus}
