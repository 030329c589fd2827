"""The product's job: the pure core of `streams` as the engine runs it. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from streams import board
from streams.counts import kpis
from streams.counts.kpis import Kpi
from streams.gauges import Values
from streams.intake import merged
from streams.machines import timeline
from streams.machines.timeline import Record
from streams.part import parts
from streams.part.totals import Totals
from streams.site import Site
from streams.spans import Instant, seconds
from streams.stage import MACHINES, Stage
from streams.worker.job import Derived, Head

TOPICS: Final = (
    "support.tickets",
    "support.contacts",
    "support.agents",
    "support.surveys",
    "support.config",
)
"""Source topics; a topic's index in a record's applied offsets is its place here."""
_UNKNOWN: Final = -(1 << 62)


class SupportBoard:
    """`streams.board` behind the engine's seam."""

    def __init__(self, site: Site) -> None:
        self.board = board.Board(site.plan)

    def take(self, part: bytes, written_at: Instant) -> Head | None:
        """Take a part. ValueError or MsgspecError: these bytes are none."""
        told = parts.unpack(part)
        if not self.board.take(told, written_at):
            return None
        head = told.head
        return Head(
            head.application, head.partition, head.partitions, head.generation, head.url, told.at
        )

    def read(self) -> board.Reading:
        """What the parts add up to."""
        return self.board.read()


class SupportJob:
    """Tickets, calls and chats of one site."""

    topics: tuple[str, ...] = TOPICS

    def __init__(self, site: Site) -> None:
        self.site = site
        self.partitions = site.partitions
        self.wall = site.wall_clock
        self.bounds: Mapping[str, Sequence[int]] = site.plan.bounds

    def stage(
        self, rows: dict[bytes, Any], since: Instant | None, counted_until: Instant | None
    ) -> Stage:
        """A stage over the rows of a partition."""
        stage = Stage(self.site, rows=rows, floor=_UNKNOWN if since is None else since)
        stage.rebuild(_UNKNOWN if counted_until is None else counted_until)
        return stage

    def encode_row(self, row: Record[Any], generation: int) -> bytes:
        """A record as it stands in the changelog."""
        return timeline.encode_row(MACHINES[row.kind], row, generation)

    def decode_row(self, data: bytes) -> Record[Any]:
        """A record, its state folded under the terms of this site."""
        return timeline.decode_row(MACHINES, data, self.site.terms)[0]

    def version(self, data: bytes) -> tuple[int, int]:
        """The generation that wrote a row, and how far it had come."""
        return timeline.version_of(data)

    def part(self, stage: Stage, head: Head) -> bytes:
        """The whole part of a partition."""
        told = parts.Head(
            application=head.application,
            partition=head.partition,
            partitions=head.partitions,
            generation=head.generation,
            configuration=self.site.configuration,
            url=head.url,
        )
        return parts.pack(stage.part(told))

    def board(self) -> SupportBoard:
        """An empty board."""
        return SupportBoard(self.site)

    def derived(self, stage: Stage) -> Iterable[Derived]:
        """None yet: what crosses subjects and live alerts come later."""
        _ = stage
        return ()

    def totals(self, stage: Stage) -> Totals:
        """What the stage has concluded since it was made."""
        return stage.totals

    def measures(self, stages: Mapping[int, Stage]) -> dict[Kpi, Values]:
        """How far the sources have been read."""
        sources = merged(stage.intake for stage in stages.values())
        beats = {
            p: beat_at
            for p, stage in stages.items()
            if (beat_at := stage.intake.beat_at) is not None
        }
        return {
            kpis.WATERMARK: {
                (name,): seconds(source.read_to) for name, source in sources.items() if source.beats
            },
            kpis.LAST_EVENT: {
                (name,): seconds(source.arrived_at)
                for name, source in sources.items()
                if source.arrived_at is not None
            },
            kpis.HEARTBEAT: {(str(p),): seconds(at) for p, at in beats.items()},
        }
