"""Cells: their keys, and the earliest instant of many."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streams.part.cells import Earliest, Registry, key_of, parts_of


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=60))
def test_the_earliest_is_the_smallest_of_what_is_in(steps: list[tuple[int, bool]]) -> None:
    earliest, model = Earliest(), list[int]()
    for at, puts_in in steps:
        if puts_in:
            earliest.change(at, 1)
            model.append(at)
        elif at in model:
            earliest.change(at, -1)
            model.remove(at)
        assert earliest.smallest() == min(model, default=None)


def test_an_instant_may_leave_before_it_comes() -> None:
    earliest = Earliest()
    earliest.change(5, -1)
    earliest.change(5, 1)
    assert earliest.smallest() is None


def test_a_key_says_family_and_labels_without_the_queue() -> None:
    cell = ("open", ("billing", "high", "pending"))
    assert parts_of(key_of(cell)) == ("open", ("high", "pending"))
    assert parts_of(key_of(("unassigned", ("billing",)))) == ("unassigned", ())
    # An empty label stays one.
    assert parts_of(key_of(("sla_open", ("billing", "", "x")))) == ("sla_open", ("", "x"))


def test_a_cell_keeps_its_number() -> None:
    registry = Registry()
    first = registry.id_of(("open", ("billing", "high")))
    second = registry.id_of(("open", ("returns", "high")))
    assert registry.id_of(("open", ("billing", "high"))) == first != second
    assert registry.cells[second] == ("open", ("returns", "high"))
    assert registry.of_queue == {"billing": [first], "returns": [second]}
