"""What waits to be counted is poured before anybody looks, into every window of its group."""

from __future__ import annotations

from typing import Final

from streams.counts.aggregates import COUNT_SLOT
from streams.counts.feeds import TICKETS
from streams.counts.rings import SLOT_BITS
from streams.part.cells import Registry
from streams.part.windows import MINUTE_SHIFT, Windows
from streams.spans import HOUR, MINUTE
from tests.vocabulary import at, site_of

NINE: Final = at("09:00")


def windows_and_cell() -> tuple[Windows, int]:
    registry = Registry()
    windows = Windows(site_of().plan, registry)
    cell = registry.id_of(("tickets", ("billing", "created")))
    windows.enrol(cell)
    windows.advance_to(NINE)
    return windows, cell


def read(windows: Windows, cell: int) -> dict[int, list[int]]:
    return {slot: sums for _, slot, sums in windows.read([cell])}


def put(windows: Windows, cell: int, when: int, amount: int = 1) -> None:
    pending = windows.pending[TICKETS]
    key = when // MINUTE << MINUTE_SHIFT | cell << SLOT_BITS | COUNT_SLOT
    pending[key] = pending.get(key, 0) + amount


def test_a_reader_sees_what_was_put_a_moment_ago() -> None:
    windows, cell = windows_and_cell()
    put(windows, cell, NINE)
    put(windows, cell, NINE - HOUR, 2)
    assert read(windows, cell) == {COUNT_SLOT: [1, 3, 3, 3]}


def test_what_adds_up_to_nothing_is_left_out() -> None:
    windows, cell = windows_and_cell()
    put(windows, cell, NINE)
    put(windows, cell, NINE, -1)
    assert read(windows, cell) == {}


def test_a_cell_that_does_not_roll_has_no_sums() -> None:
    windows, cell = windows_and_cell()
    assert read(windows, cell + 1) == {}


def test_a_queue_changes_when_a_bucket_of_it_leaves_and_at_no_other_time() -> None:
    windows, cell = windows_and_cell()
    put(windows, cell, NINE)
    assert windows.advance_to(NINE + MINUTE) == set()
    assert windows.advance_to(NINE + 16 * MINUTE) == {"billing"}
    assert windows.advance_to(NINE) == set()
    assert read(windows, cell) == {COUNT_SLOT: [0, 1, 1, 1]}
