"""What time it is in a partition (exactness.md section 4)."""

from __future__ import annotations

from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from streams.part.progress import Progress

READS: Final = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 100)), max_size=20)


@given(
    reads=READS,
    wall_clock=st.booleans(),
    asked=st.lists(st.tuples(st.integers(0, 100), st.booleans()), max_size=10),
)
def test_time_never_goes_back(
    reads: list[tuple[int, int]], *, wall_clock: bool, asked: list[tuple[int, bool]]
) -> None:
    progress = Progress(wall_clock=wall_clock, floor=10)
    times = [progress.now]
    for (topic, at), (wall, caught_up) in zip(reads, asked, strict=False):
        progress.read(topic, at)
        times.append(progress.time(wall, caught_up=caught_up))
    assert times == sorted(times)
    assert min(times) >= 10


@given(reads=READS, wall=st.integers(0, 100), caught_up=st.booleans())
def test_the_clock_on_the_wall_is_never_overtaken(
    reads: list[tuple[int, int]], wall: int, *, caught_up: bool
) -> None:
    progress = Progress(wall_clock=True, floor=0)
    for topic, at in reads:
        progress.read(topic, at)
    assert progress.time(wall, caught_up=caught_up) <= wall


def test_by_the_events_it_is_the_smallest_of_the_largest_of_each_topic() -> None:
    progress = Progress(wall_clock=False, floor=0)
    for topic, at in [(0, 50), (0, 40), (2, 30)]:
        progress.read(topic, at)
    assert progress.time(99, caught_up=True) == 30
    progress.read(2, 60)
    assert progress.time(99, caught_up=False) == 50


def test_a_topic_that_was_never_heard_of_does_not_count() -> None:
    progress = Progress(wall_clock=False, floor=7)
    assert progress.time(99, caught_up=True) == 7
    progress.read(1, 50)
    assert progress.time(99, caught_up=True) == 50


def test_by_the_wall_it_is_the_wall_when_caught_up_and_else_the_largest_read() -> None:
    progress = Progress(wall_clock=True, floor=0)
    assert progress.time(20, caught_up=False) == 0
    progress.read(0, 30)
    progress.read(1, 10)
    assert progress.time(90, caught_up=False) == 30
    assert progress.time(90, caught_up=True) == 90


def test_it_starts_where_the_last_owner_stood() -> None:
    progress = Progress(wall_clock=True, floor=80)
    progress.read(0, 30)
    assert progress.time(70, caught_up=True) == 80
