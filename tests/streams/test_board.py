"""A board keeps the newest part of every partition and sums them (exactness.md section 6)."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from streams.board import Board, Sums
from streams.part import parts
from streams.part.cells import parts_of
from streams.part.parts import Part
from streams.site import Site
from streams.stage import Stage
from tests.boards import Floor, flows
from tests.vocabulary import (
    EMPTY,
    at,
    floor_of,
    head,
    moved,
    opened,
    queued,
    records,
    replied,
    run,
    site_of,
)

SITE: Final = site_of()
NOW: Final = "10:00"


def part_of(stage: Stage, partition: int = 0, generation: int = 1, partitions: int = 1) -> Part:
    return stage.part(head(partition, generation, partitions))


def created(board: Board, site: Site = SITE) -> dict[str, float]:
    return flows(Floor(floor_of(board, site, at(NOW))))


def one(name: str = "T1") -> Stage:
    return run([opened(name, "09:00")], NOW)


def many(*names: str) -> Stage:
    return run([opened(name, "09:00") for name in names], NOW)


def test_parts_of_several_partitions_are_summed() -> None:
    board = Board(SITE.plan)
    board.take(part_of(many("A", "B"), 0, partitions=2), 0)
    board.take(part_of(many("C"), 1, partitions=2), 0)
    assert created(board) == {"created": 3}


def test_of_earliest_instants_the_smallest_counts() -> None:
    board = Board(SITE.plan)
    late = run([queued("call/1", "09:30")], NOW)
    early = run([queued("call/2", "09:10")], NOW)
    board.take(part_of(late, 0, partitions=2), 0)
    board.take(part_of(early, 1, partitions=2), 0)
    floor = floor_of(board, SITE, at(NOW))
    assert floor["support_queue_longest_wait_seconds", "voice"] == 50 * 60


def test_the_higher_generation_wins_and_within_one_the_later_message() -> None:
    board = Board(SITE.plan)
    assert board.take(part_of(many("A"), generation=2), 0)
    assert not board.take(part_of(many("A", "B", "C"), generation=1), 9)
    assert created(board) == {"created": 1}
    assert board.take(part_of(many("A", "B"), generation=2), 0)
    assert created(board) == {"created": 2}
    assert board.take(part_of(many("A"), generation=3), 0)
    assert created(board) == {"created": 1}


def test_there_is_nothing_to_show_before_every_partition_has_a_part() -> None:
    board = Board(SITE.plan)
    assert not board.read().complete
    assert board.read().at is None
    board.take(part_of(one(), 0, partitions=2), 0)
    assert not board.read().complete
    assert floor_of(board, SITE, at(NOW)) == {}
    board.take(part_of(one("T2"), 1, partitions=2), 0)
    assert board.read().complete


def test_partitions_beyond_the_count_are_ignored() -> None:
    board = Board(SITE.plan)
    board.take(part_of(one("A"), 0, 1, partitions=2), 0)
    board.take(part_of(one("B"), 1, 1, partitions=2), 0)
    board.take(part_of(one("A"), 0, 2, partitions=1), 0)
    assert created(board) == {"created": 1}
    assert {*board.read().partitions} == {0}


def test_a_partition_beyond_the_count_leaves_no_sum_behind() -> None:
    board = Board(SITE.plan)
    alone = part_of(one("A"), 0, 1, partitions=2)
    board.take(alone, 0)
    board.take(part_of(one("B"), 1, 1, partitions=2), 0)
    assert created(board) == {"created": 2}
    board.take(replace(alone, head=head(0, 2, 1)), 0)
    assert created(board) == {"created": 1}


def test_the_count_is_that_of_the_newest_generation() -> None:
    board = Board(SITE.plan)
    board.take(part_of(one("A"), 0, 5, partitions=1), 0)
    board.take(part_of(one("B"), 1, 4, partitions=2), 0)
    assert board.partitions == 1
    assert board.read().complete


def test_the_time_of_a_board_is_the_smallest_of_its_parts() -> None:
    board = Board(SITE.plan)
    board.take(part_of(run([], "10:00"), 0, partitions=2), 0)
    board.take(part_of(run([], "09:58"), 1, partitions=2), 0)
    assert board.read().at == at("09:58")


def test_it_knows_when_each_part_was_written_and_how_far_it_had_read() -> None:
    board = Board(SITE.plan)
    board.take(part_of(one()), 1_234)
    seen = board.read().partitions[0]
    assert (seen.written_at, seen.at, seen.head) == (1_234, at(NOW), head())


def test_a_ticket_that_moves_is_never_seen_twice_or_not_at_all() -> None:
    stage = one()
    board = Board(SITE.plan)
    board.take(part_of(stage), 0)
    stage.apply(0, records([moved("T1", "09:30", "returns")], 1))
    board.take(part_of(stage), 0)
    floor = floor_of(board, SITE, at(NOW))
    opened_in = [labels for name, *labels in floor if name == "support_open_tickets"]
    assert opened_in == [["returns", "normal", "new"]]


def test_a_queue_that_is_gone_from_a_part_is_gone_from_the_board() -> None:
    stage = run([queued("call/1", "09:59")], NOW)
    board = Board(SITE.plan)
    board.take(part_of(stage), 0)
    assert {*board.read().queues} == {"voice"}
    empty = part_of(run([], NOW))
    board.take(empty, 0)
    assert {*board.read().queues} == set()


def test_only_what_changed_is_unpacked_again() -> None:
    stage = run([opened("T1", "09:00"), opened("T2", "09:00", queue="returns")], NOW)
    board = Board(SITE.plan)
    board.take(part_of(stage), 0)
    before = board.read().queues
    stage.apply(0, records([replied("T1", "09:30")], 2))
    board.take(part_of(stage), 0)
    after = board.read().queues
    assert after["returns"] is before["returns"]
    assert after["billing"] is not before["billing"]


def test_a_reading_does_not_change_when_the_board_does() -> None:
    board = Board(SITE.plan)
    board.take(part_of(one()), 0)
    reading = board.read()
    board.take(part_of(many("A", "B")), 0)
    assert reading.queues["billing"] != board.read().queues["billing"]


def test_a_part_survives_its_way_through_bytes() -> None:
    board, again = Board(SITE.plan), Board(SITE.plan)
    part = part_of(many("A", "B"))
    board.take(part, 0)
    again.take(parts.unpack(parts.pack(part)), 0)
    assert floor_of(again, SITE, at(NOW)) == floor_of(board, SITE, at(NOW))


# --- parts of two configurations ----------------------------------------------------------------


def rolling(sums: Sums, family: str) -> list[int | None]:
    [found] = [n for key, n in sums.rolling.items() if parts_of(key)[0] == family]
    return found


def test_windows_in_another_order_are_read_by_their_names() -> None:
    other = site_of(EMPTY + "windows: {tickets: [7d, today, 4h, 15m]}\n")
    stage = Stage(other)
    stage.apply(0, records([opened("T1", "09:00"), opened("T2", "09:50")]))
    stage.advance_to(at(NOW))
    board = Board(SITE.plan)
    board.take(part_of(stage), 0)
    assert rolling(board.read().queues["billing"], "by_channel") == [1, 2, 2, 2]


def test_a_window_that_a_part_lacks_is_not_shown_at_all() -> None:
    other = site_of(EMPTY + "windows: {tickets: [15m, 7d]}\n")
    lacking = Stage(other)
    lacking.apply(0, records([opened("T1", "09:50")]))
    lacking.advance_to(at(NOW))
    board = Board(SITE.plan)
    board.take(part_of(lacking, 0, partitions=2), 0)
    board.take(part_of(many("A"), 1, partitions=2), 0)
    floor = Floor(floor_of(board, SITE, at(NOW)))
    assert flows(floor, window="15m") == {"created": 1}
    assert flows(floor, window="7d") == {"created": 2}
    # 4 h is kept by the other for its drain time, though not shown there; today it has not.
    assert flows(floor, window="4h") == {"created": 2}
    assert flows(floor, window="today") == {}


def test_a_window_is_not_half_shown_where_the_part_that_lacks_it_has_no_such_queue() -> None:
    other = site_of(EMPTY + "windows: {tickets: [15m, 7d]}\n")
    board = Board(SITE.plan)
    empty = Stage(other)
    empty.advance_to(at(NOW))
    board.take(part_of(empty, 0, partitions=2), 0)
    board.take(part_of(many("A"), 1, partitions=2), 0)
    assert flows(Floor(floor_of(board, SITE, at(NOW))), window="today") == {}


def test_a_window_is_not_half_shown_once_a_new_partition_lacks_it() -> None:
    board = Board(SITE.plan)
    known = part_of(many("A"), 0, 1, partitions=1)
    board.take(known, 0)
    assert flows(Floor(floor_of(board, SITE, at(NOW))), window="today") == {"created": 1}
    lacking = Stage(site_of(EMPTY + "windows: {tickets: [15m, 7d]}\n"))
    lacking.advance_to(at(NOW))
    board.take(part_of(lacking, 1, 2, partitions=2), 0)
    assert flows(Floor(floor_of(board, SITE, at(NOW))), window="today") == {}


def test_a_family_that_a_part_does_not_carry_is_not_shown() -> None:
    board = Board(SITE.plan)
    part = part_of(many("A"), 0, partitions=2)
    poorer = replace(part, families=tuple(f for f in part.families if f != "open_by_age"))
    board.take(poorer, 0)
    board.take(part_of(many("B"), 1, partitions=2), 0)
    floor = floor_of(board, SITE, at(NOW))
    assert "open_by_age" not in board.read().families
    names = {series[0] for series in floor}
    assert "support_open_tickets_by_age" not in names
    assert "support_open_tickets" in names
