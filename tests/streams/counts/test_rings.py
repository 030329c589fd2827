"""Window sums are kept as time goes on, and always equal a sum over the facts."""

from __future__ import annotations

from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from streams.counts.buckets import COARSE, FINE, Window, bucket
from streams.counts.rings import SLOT_BITS, Ring
from streams.spans import DAY, HOUR, MINUTE

QUARTER: Final = Window("15m", 15 * MINUTE)
HOURS: Final = Window("4h", 4 * HOUR)
TODAY: Final = Window("today", None)
WEEK: Final = Window("7d", 7 * DAY)
ZONES: Final = ["east", "west"]
ZONE_OF: Final = {0: "east", 1: "west"}
START: Final = 20_000 * DAY


def midnights(now: int) -> dict[str, int]:
    """Of two zones that are never in the same hour."""
    return {"east": now // DAY * DAY, "west": (now - 5 * HOUR) // DAY * DAY + 5 * HOUR}


def ring_of(*windows: Window) -> Ring:
    return Ring(windows[0].width, windows, ZONES, ZONE_OF)


def read(ring: Ring, window: Window, cell: int) -> int:
    """The sum of a cell in a window."""
    zone = ZONE_OF[cell]
    [part] = [p for p in ring.parts if p.window == window and p.zone in (None, zone)]
    return part.sums.get(cell << SLOT_BITS, 0)


def put(ring: Ring, cell: int, at: int, n: int = 1) -> None:
    ring.add(cell << SLOT_BITS, at // MINUTE, n)


FACTS: Final = st.tuples(
    st.sampled_from([0, 1]), st.integers(-9 * DAY, DAY), st.sampled_from([1, 1, 2, -1])
)
STEPS: Final = st.lists(st.one_of(FACTS, st.integers(0, 2 * DAY)), max_size=25)


def check(windows: tuple[Window, ...], steps: list[tuple[int, int, int] | int]) -> None:
    ring, now = ring_of(*windows), START
    ring.advance_to(now, midnights(now))
    facts: list[tuple[int, int, int]] = []
    for step in steps:
        if isinstance(step, int):
            now += step
            ring.advance_to(now, midnights(now))
        else:
            cell, ahead, n = step
            put(ring, cell, now + ahead, n)
            facts.append((cell, now + ahead, n))
    for window in windows:
        for cell, zone in ZONE_OF.items():
            low = window.lowest(now, midnights(now)[zone])
            high = bucket(now, window.width)
            expected = sum(
                n for c, at, n in facts if c == cell and low <= bucket(at, window.width) <= high
            )
            assert read(ring, window, cell) == expected, (window.name, zone)


@given(STEPS)
def test_fine_windows_hold_what_happened_in_them(steps: list[tuple[int, int, int] | int]) -> None:
    check((QUARTER, HOURS), steps)


@given(STEPS)
def test_coarse_windows_and_today_hold_what_happened_in_them(
    steps: list[tuple[int, int, int] | int],
) -> None:
    check((TODAY, WEEK), steps)


def test_a_fact_enters_with_its_bucket_and_leaves_with_it() -> None:
    ring = ring_of(QUARTER)
    ring.advance_to(START, midnights(START))
    put(ring, 0, START + MINUTE)
    assert read(ring, QUARTER, 0) == 0
    for now, expected in [
        (START + MINUTE - 1, 0),
        (START + MINUTE, 1),
        (START + 17 * MINUTE - 1, 1),
        (START + 17 * MINUTE, 0),
    ]:
        ring.advance_to(now, midnights(now))
        assert read(ring, QUARTER, 0) == expected, now - START


def test_today_empties_at_the_midnight_of_the_zone_of_the_cell() -> None:
    ring = ring_of(TODAY)
    now = START + 6 * HOUR
    ring.advance_to(now, midnights(now))
    for cell in ZONE_OF:
        put(ring, cell, now)
    for ahead, expected in [(0, (1, 1)), (18 * HOUR - 1, (1, 1)), (18 * HOUR, (0, 1)),
                            (23 * HOUR - 1, (0, 1)), (23 * HOUR, (0, 0))]:  # fmt: skip
        ring.advance_to(now + ahead, midnights(now + ahead))
        assert (read(ring, TODAY, 0), read(ring, TODAY, 1)) == expected, ahead


def test_a_tick_tells_whose_sums_may_have_changed_and_nobody_elses() -> None:
    ring = ring_of(QUARTER)
    ring.advance_to(START, midnights(START))
    put(ring, 0, START)
    put(ring, 1, START + 5 * MINUTE)
    assert ring.advance_to(START + MINUTE - 1, midnights(START)) == set()
    assert ring.advance_to(START + 5 * MINUTE, midnights(START)) == {1}
    assert ring.advance_to(START + 16 * MINUTE, midnights(START)) == {0}


def test_what_no_window_needs_is_not_kept() -> None:
    ring = ring_of(QUARTER)
    ring.advance_to(START, midnights(START))
    put(ring, 0, START - HOUR)
    assert ring.buckets == {}
    put(ring, 0, START)
    ring.advance_to(START + HOUR, midnights(START))
    assert ring.buckets == {}
    assert ring.parts[0].sums == {}


def test_widths_are_whole_minutes() -> None:
    assert FINE == MINUTE
    assert COARSE % MINUTE == 0
