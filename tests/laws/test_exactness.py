"""What makes live equal batch: order, doubles, batches, crashes and hand-overs change no number.

A crash is written where it happens: rows as they were flushed, the stage made anew, and every
source record after an earlier commit read once more.
"""

from __future__ import annotations

from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from streams.board import Board
from streams.events import Event
from streams.machines.timeline import decode_row, encode_row
from streams.site import Site
from streams.spans import HOUR, Instant
from streams.stage import MACHINES, Raw, Stage
from tests.strategies import REMEMBERS, SITE, lives
from tests.vocabulary import Floor, at, counted, floor_of, head, records, shown, site_of

A_SITE = site_of(SITE)
REMEMBERING = site_of(REMEMBERS)
ENDS = st.integers(0, 5 * 24).map(lambda hours: at("mon 00:00") + hours * HOUR)
GENERATION = 7


def board_of(events: list[Event], now: Instant, site: Site = A_SITE) -> Floor:
    """Read in one batch, sorted by time: the reference."""
    stage = Stage(site)
    assert not stage.apply(0, records(sorted(events, key=lambda event: event.time)))
    stage.advance_to(now)
    return shown([stage], site, now)


@given(lives(), ENDS, st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_board(
    events: list[Event], now: Instant, random: Random
) -> None:
    shuffled = list(events)
    random.shuffle(shuffled)
    stage = Stage(A_SITE)
    stage.apply(0, records(shuffled))
    stage.advance_to(now)
    assert shown([stage], A_SITE, now) == board_of(events, now)


@given(lives(), ENDS, st.data())
def test_any_duplication_gives_the_same_board(
    events: list[Event], now: Instant, data: st.DataObject
) -> None:
    doubled = events + data.draw(st.lists(st.sampled_from(events), max_size=10))
    stage = Stage(A_SITE)
    stage.apply(0, records(data.draw(st.permutations(doubled))))
    stage.advance_to(now)
    assert shown([stage], A_SITE, now) == board_of(events, now)


@given(lives(), ENDS, st.lists(st.integers(0, 14), max_size=6), st.lists(ENDS, max_size=6))
def test_any_cut_into_batches_and_any_passing_of_time_gives_the_same_board(
    events: list[Event], now: Instant, cuts: list[int], ticks: list[Instant]
) -> None:
    raws = records(events)
    stage = Stage(REMEMBERING)
    edges = [0, *sorted(min(cut, len(raws)) for cut in cuts), len(raws)]
    pauses = iter(sorted(tick for tick in ticks if tick < now))
    for start, end in pairwise(edges):
        stage.apply(0, raws[start:end])
        stage.advance_to(next(pauses, stage.now))
    stage.advance_to(now)
    assert shown([stage], REMEMBERING, now) == board_of(events, now, REMEMBERING)


@given(lives(), ENDS, st.data())
def test_a_crash_at_any_point_gives_the_same_board(
    events: list[Event], now: Instant, data: st.DataObject
) -> None:
    raws = records(events)
    crash = data.draw(st.integers(0, len(raws)))
    flushed = data.draw(st.integers(0, crash))
    committed = data.draw(st.integers(0, flushed))
    before = Stage(REMEMBERING)
    before.apply(0, raws[:flushed])
    before.advance_to(data.draw(ENDS))
    stored = {
        key: encode_row(MACHINES[row.kind], row, GENERATION)
        for key, row in before.take_changes().items()
        if row is not None
    }
    rows = {key: decode_row(MACHINES, row, REMEMBERING.terms)[0] for key, row in stored.items()}
    assert rows == before.rows
    after = Stage(REMEMBERING, rows=rows, floor=before.now)
    after.rebuild(counted_until=before.now)
    after.apply(0, raws[committed:])
    end = max(now, before.now)
    after.advance_to(end)
    assert shown([after], REMEMBERING, end) == board_of(events, end, REMEMBERING)


@given(lives(), ENDS, ENDS)
def test_kept_incrementally_equals_rebuilt_from_the_records(
    events: list[Event], early: Instant, late: Instant
) -> None:
    stage = Stage(A_SITE)
    for raw in records(events):
        stage.apply(0, [raw])
    stage.advance_to(min(early, late))
    stage.advance_to(max(early, late))
    again = Stage(A_SITE, rows=dict(stage.rows), floor=stage.now)
    again.rebuild(counted_until=stage.now)
    assert shown([again], A_SITE, stage.now) == shown([stage], A_SITE, stage.now)


@given(lives(), ENDS, st.integers(2, 5))
def test_subjects_may_live_on_any_partition(
    events: list[Event], now: Instant, partitions: int
) -> None:
    stages = [Stage(A_SITE) for _ in range(partitions)]
    for stage in stages:
        stage.advance_to(at("mon 00:00"))
    for place, raw in enumerate(records(events)):
        home = sum(events[place].subject.encode()) % partitions
        stages[home].apply(0, [raw])
    for stage in stages:
        stage.advance_to(now)
    assert shown(stages, A_SITE, max(now, at("mon 00:00"))) == board_of(events, now)


@given(lives(), ENDS, st.data())
def test_a_part_applied_twice_or_late_changes_nothing(
    events: list[Event], now: Instant, data: st.DataObject
) -> None:
    stage = Stage(A_SITE)
    early = []
    for generation, raw in enumerate(records(events)):
        stage.apply(0, [raw])
        early.append(stage.part(head(generation=generation + 1)))
    stage.advance_to(now)
    newest = stage.part(head(generation=len(events) + 1))
    board = Board(A_SITE.plan)
    for part in data.draw(st.permutations([*early, newest, newest])):
        board.take(part, 0)
    board.take(newest, 0)
    for part in early:
        assert not board.take(part, 0)
    assert floor_of(board, A_SITE, now) == board_of(events, now)


@given(lives(), ENDS, st.permutations(range(14)))
def test_what_was_counted_less_what_was_taken_back_is_what_stands(
    events: list[Event], now: Instant, order: list[int]
) -> None:
    raws = records(events)
    stage = Stage(REMEMBERING)
    for offset, place in enumerate(place for place in order if place < len(raws)):
        assert not stage.apply(0, [Raw(offset, raws[place].key, raws[place].value)])
    stage.advance_to(now)
    once = Stage(REMEMBERING, floor=now)
    once.apply(0, raws)
    for name in {series[0] for series in stage.totals.counters} | {*stage.totals.revisions}:
        if name.startswith("support_stream") or name.endswith("_seconds_total"):
            continue
        live = sum(n for (metric, _), n in stage.totals.counters.items() if metric == name)
        live += sum(
            sum(one.counts)
            for (metric, _), one in stage.totals.distributions.items()
            if metric == name
        )
        stands = sum(
            n for series, n in counted(once).items() if series[0] == name and series[-1] != "sum"
        )
        assert live - stage.totals.revisions.get(name, 0) == stands, name
