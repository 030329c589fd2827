"""A process that works is left alone; one that does not is ended, and says why."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from streams.worker.observe import Still
from streams.worker.watchdog import Limits, Observed, Watchdog, verdict

LIMITS = Limits(rebalance=60, restore_silence=30, loop_silence=20, stall=40, parts=45, stop=50)
WELL = Observed()


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        ({"coordination": "the group is gone"}, "the group is gone"),
        ({"front": "no site"}, "no site"),
        ({"loop_silent": 20.1}, "the event loop has not turned for 20 s"),
        ({"restoring": 30.1}, "the restore has read nothing for 30 s"),
        ({"rebalancing": 60.1}, "a rebalance has not come to an end for 60 s"),
        ({"recovering": 60.1}, "Faust's recovery has not come to an end for 60 s"),
        ({"unread": 3, "no_batch": 40.1}, "3 records wait and none was taken for 40 s"),
        (
            {"acks_waiting": 1, "no_commit": 40.1},
            "nothing was committed for 40 s although batches wait for it",
        ),
        ({"parts_overdue": 45.1}, "Kafka has acknowledged no part for 45 s"),
        ({"stopping": 50.1}, "the stop has not come to an end for 50 s"),
    ],
)
def test_each_way_to_stand_still_has_its_sentence(seen: dict[str, object], why: str) -> None:
    assert verdict(replace(WELL, **seen), LIMITS) == why  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(
    "seen",
    [
        WELL,
        replace(WELL, loop_silent=20, no_batch=1_000, no_commit=1_000),
        replace(WELL, unread=10, no_batch=40),
        replace(WELL, restoring=30, rebalancing=1_000, unread=10, no_batch=1_000),
        replace(WELL, rebalancing=60, parts_overdue=1_000),
        replace(WELL, stopping=50, loop_silent=1_000, coordination="ended"),
    ],
)
def test_what_works_or_has_a_reason_to_wait_is_left_alone(seen: Observed) -> None:
    assert verdict(seen, LIMITS) is None


def test_standing_still_counts_only_while_something_should_move() -> None:
    still = Still()
    assert still.seconds("a", 100, expected=False) == 0
    assert still.seconds("a", 500, expected=False) == 0
    assert still.seconds("a", 510, expected=True) == 10
    assert still.seconds("b", 520, expected=True) == 0
    assert still.seconds("b", 530, expected=True) == 10


def test_the_thread_ends_the_process_once_and_stops_looking() -> None:
    said: list[str] = []
    over = threading.Event()

    def end(reason: str) -> None:
        said.append(reason)
        over.set()

    watchdog = Watchdog(lambda: replace(WELL, front="no site"), LIMITS, end)
    watchdog.start()
    assert over.wait(5)
    watchdog.join(5)
    assert said == ["no site"]
