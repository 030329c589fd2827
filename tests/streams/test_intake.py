"""How far each source has been read, and what is noted at the door."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from streams.counts.kpis import EVENTS, LABEL_OVERFLOW
from streams.events import Event
from streams.facts import OTHER
from streams.intake import MOST_SOURCES, merged
from streams.stage import Stage
from tests.boards import doubts
from tests.vocabulary import at, beat, opened, queued, records, run, site_of

WALL: Final = at("12:00")
BY_EVENTS: Final = site_of()


def stage_of(*events: Event, wall: int | None = WALL) -> Stage:
    stage = Stage(BY_EVENTS)
    assert not stage.apply(0, records(events), wall)
    return stage


def test_the_watermark_is_the_largest_event_time_read_with_nothing_subtracted() -> None:
    sources = stage_of(opened("T1", "09:00"), opened("T2", "08:00")).intake.sources
    [source] = sources.values()
    assert source.read_to == at("09:00")
    assert source.arrived_at == WALL
    assert not source.beats


def test_a_heartbeat_moves_it_on_in_quiet_times() -> None:
    stage = stage_of(beat("09:00"), beat("09:30"), beat("09:10"))
    [source] = stage.intake.sources.values()
    assert (source.read_to, source.beats) == (at("09:30"), True)
    assert stage.intake.beat_at == at("09:30")


def test_an_event_is_no_heartbeat() -> None:
    assert stage_of(opened("T1", "09:00")).intake.beat_at is None


def test_over_several_partitions_a_source_is_read_as_far_as_the_least_of_them() -> None:
    one = stage_of(queued("call/1", "09:00"), beat("09:30"), wall=at("10:00"))
    two = stage_of(queued("call/2", "09:10"), beat("09:20"), wall=at("11:00"))
    found = merged([one.intake, two.intake])["desk"]
    assert (found.read_to, found.arrived_at, found.beats) == (at("09:20"), at("11:00"), True)
    assert one.intake.sources["desk"].read_to == at("09:30")  # merging changes nobody's own


def test_without_a_wall_there_is_no_lag_to_count() -> None:
    lag = "support_stream_event_lag_seconds"
    without = run([opened("T1", "09:00")], "10:00").totals
    assert not any(name == lag for name, _ in without.distributions)
    totals = stage_of(opened("T1", "09:00")).totals
    assert totals.distributions[lag, ("desk",)].total == at("12:00") - at("09:00")


def test_a_clock_that_is_ahead_has_no_negative_lag() -> None:
    totals = stage_of(opened("T1", "12:30")).totals
    one = totals.distributions["support_stream_event_lag_seconds", ("desk",)]
    assert (one.total, sum(one.counts)) == (0, 1)


def test_nothing_is_doubted_of_a_plain_event() -> None:
    assert doubts(stage_of(opened("T1", "09:00"), queued("call/1", "09:00"))) == {}


def test_too_many_sources_share_a_label_and_are_counted() -> None:
    sources = [f"/desk-{n}/acme" for n in range(MOST_SOURCES + 2)]
    events = [replace(opened(f"T{n}", "09:00"), source=s) for n, s in enumerate(sources)]
    stage = stage_of(*events)
    names = {labels[0] for name, labels in stage.totals.counters if name == EVENTS.name}
    assert len(names) == MOST_SOURCES + 1
    assert OTHER in names
    assert stage.totals.counters[LABEL_OVERFLOW.name, ("source",)] == 2
    assert len(stage.rows) == len(sources)
