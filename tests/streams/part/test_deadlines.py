"""Who changes next: earliest first, each once, and only by the deadline that now holds."""

from __future__ import annotations

from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from streams.part.deadlines import Deadlines

KEYS: Final = st.sampled_from([b"a", b"b", b"c"])
SETTING: Final = st.tuples(KEYS, st.none() | st.integers(0, 20))


def test_due_at_its_instant_and_not_before() -> None:
    deadlines = Deadlines()
    deadlines.set(b"a", 10)
    assert list(deadlines.due(9)) == []
    assert list(deadlines.due(10)) == [b"a"]
    assert list(deadlines.due(11)) == []
    assert len(deadlines) == 0


def test_a_new_deadline_replaces_the_old_one() -> None:
    deadlines = Deadlines()
    deadlines.set(b"a", 10)
    deadlines.set(b"a", 20)
    assert list(deadlines.due(15)) == []
    assert list(deadlines.due(20)) == [b"a"]
    deadlines.set(b"b", 30)
    deadlines.set(b"b", None)
    assert list(deadlines.due(99)) == []


def test_set_back_to_an_old_deadline_it_is_due_once() -> None:
    deadlines = Deadlines()
    for at in (10, 20, 10):
        deadlines.set(b"a", at)
    assert list(deadlines.due(99)) == [b"a"]


def test_whoever_is_taken_out_may_be_set_anew_while_the_rest_is_still_due() -> None:
    deadlines = Deadlines()
    deadlines.set(b"a", 1)
    deadlines.set(b"b", 2)
    found = []
    for key in deadlines.due(5):
        found.append(key)
        if len(found) < 3:
            deadlines.set(key, len(found) + 2)
    assert found == [b"a", b"b", b"a", b"b"]


def test_old_deadlines_do_not_pile_up() -> None:
    deadlines = Deadlines()
    for at in range(5_000, 0, -1):
        deadlines.set(b"a", at)
    assert len(deadlines._heap) <= 1_003
    assert deadlines.peek() == 1


@given(st.lists(st.one_of(SETTING, st.integers(0, 25)), max_size=40))
def test_it_is_a_mapping_from_which_the_due_are_taken_in_order(
    steps: list[tuple[bytes, int | None] | int],
) -> None:
    deadlines, model = Deadlines(), dict[bytes, int]()
    for step in steps:
        if isinstance(step, int):
            due = sorted((at, key) for key, at in model.items() if at <= step)
            assert list(deadlines.due(step)) == [key for _, key in due]
            for _, key in due:
                del model[key]
        else:
            key, at = step
            deadlines.set(key, at)
            if at is None:
                model.pop(key, None)
            else:
                model[key] = at
        assert deadlines.peek() == min(model.values(), default=None)
        assert len(deadlines) == len(model)
