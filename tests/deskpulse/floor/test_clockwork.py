"""The floor's clock runs lives in the order of their instants, the same way every time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from deskpulse.floor.clockwork import NEVER, Clockwork, Life, seconds_between, span


def run(clock: Clockwork) -> None:
    while clock.next_instant() < NEVER:
        clock.step()


@given(st.lists(st.integers(0, 50), max_size=30))
def test_lives_go_on_at_the_instants_they_ask_for_and_ties_by_who_asked_first(
    instants: list[int],
) -> None:
    clock = Clockwork(0)
    ran: list[tuple[int, int]] = []

    def life(number: int, at: int) -> Life:
        yield at
        ran.append((clock.now, number))

    for number, at in enumerate(instants):
        clock.start(life(number, at))
    run(clock)
    assert ran == sorted((at, number) for number, at in enumerate(instants))


def test_a_life_that_is_woken_goes_on_then_and_not_again_when_it_had_wanted() -> None:
    clock = Clockwork(0)
    seen: list[int] = []

    def sleeper() -> Life:
        yield 100
        seen.append(clock.now)
        yield 150
        seen.append(clock.now)

    process = clock.start(sleeper())
    clock.step()
    clock.wake(process, 40)
    run(clock)
    assert seen == [40, 150]


def test_a_wish_for_the_past_is_granted_now() -> None:
    clock = Clockwork(1_000)
    seen: list[int] = []

    def hasty() -> Life:
        yield 3
        seen.append(clock.now)

    clock.start(hasty())
    run(clock)
    assert seen == [1_000]


def test_lengths_are_whole_milliseconds() -> None:
    assert span(1.2345678) == 1_234_000
    assert seconds_between(1_000_000, 3_250_000) == 2.25
