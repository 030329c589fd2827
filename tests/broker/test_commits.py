"""Committed offsets are exact: neither behind, which replays, nor ahead, which loses."""

from __future__ import annotations

import pytest

from tests.broker.stand import Stand, counted, eventually


@pytest.mark.parametrize("size", [1, 2, 700])
def test_after_quiescence_the_group_stands_at_the_end_of_every_partition(
    stand: Stand, size: int
) -> None:
    """Also where a partition begins with a batch of one record: stock Faust then never commits."""
    worker = stand.worker(DESKPULSE_MAX_POLL_RECORDS=str(size))
    watcher = stand.watch()
    stand.produce([counted("first", partition=0)])
    eventually(lambda: stand.committed().get(0) == 1, "the single record is committed")
    stand.produce([counted(f"T{i % 90}", n=1 + i % 3) for i in range(2_000 if size > 2 else 100)])
    eventually(stand.all_committed, "committed offset = end offset")
    wanted = 1 + sum(1 + i % 3 for i in range(2_000 if size > 2 else 100))
    watcher.shows(wanted)
    assert worker.stop() == 0
    assert stand.all_committed()


def test_a_graceful_restart_replays_nothing_and_writes_no_row_again(stand: Stand) -> None:
    first = stand.worker()
    watcher = stand.watch()
    stand.produce([counted(f"T{i}") for i in range(500)])
    eventually(stand.all_committed, "all is committed")
    assert first.stop() == 0
    rows = sum(stand.ends(stand.changelog).values())

    second = stand.worker("b")
    eventually(lambda: second.said("partitions.restored"), "the rows are restored")
    stand.produce([counted("T0", n=7)])
    watcher.shows(507)
    eventually(stand.all_committed, "all is committed")
    assert second.stop() == 0
    # one row, and one meta row of its partition
    assert sum(stand.ends(stand.changelog).values()) == rows + 2
    assert watcher.stepped_back() == []


def test_a_worker_that_joins_and_one_that_leaves_replay_nothing(stand: Stand) -> None:
    first = stand.worker()
    watcher = stand.watch()
    stand.produce([counted(f"T{i}") for i in range(500)])
    watcher.shows(500)
    second = stand.worker("b")
    restored = eventually(lambda: second.said("partitions.restored"), "the second has its share")
    assert len(restored[0]["partitions"]) == 2
    stand.produce([counted(f"T{i}") for i in range(500)])
    watcher.shows(1_000)
    assert second.stop() == 0
    stand.produce([counted(f"T{i}") for i in range(500)])
    watcher.shows(1_500)
    eventually(stand.all_committed, "all is committed")
    assert first.stop() == 0
    assert watcher.stepped_back() == []
    replayed = [line["replayed"] for w in (first, second) for line in w.said("counting.ended")]
    assert replayed == [0, 0]


def test_offsets_with_holes_are_committed_to_the_end(stand: Stand) -> None:
    """Transaction markers take offsets that no record has."""
    worker = stand.worker()
    watcher = stand.watch()
    for turn in range(3):
        stand.produce_in_transaction([counted(f"T{i}") for i in range(40)], turn)
    watcher.shows(120)
    # The last offset of a partition is a marker: one short of the end is all there is to commit.
    ends = stand.ends()
    committed = eventually(
        lambda: (
            (got := stand.committed()) and all(ends[p] - got.get(p, 0) <= 1 for p in ends) and got
        ),
        "committed up to the last record",
    )
    assert worker.stop() == 0
    assert set(committed) == set(ends)
