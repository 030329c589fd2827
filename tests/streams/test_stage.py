"""The path in one place: nothing raises, nothing is lost, what is stored is enough."""

from __future__ import annotations

import json
from dataclasses import replace as changed
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.counts import kpis
from streams.events import Event, encode
from streams.machines.timeline import fold_away
from streams.spans import DAY, HOUR, Instant, moment
from streams.stage import MACHINES, Raw, Stage
from tests.boards import (
    Live,
    clocks,
    doubts,
    flows,
    next_breach,
    restored_stage,
    samples,
    second,
    verdicts_in,
)
from tests.strategies import REMEMBERS, lives
from tests.vocabulary import (
    EMPTY,
    at,
    closed,
    head,
    message,
    opened,
    outcomes,
    prioritised,
    queued,
    records,
    replied,
    shown,
    site_of,
    solved,
)

# --- in -----------------------------------------------------------------------------------------

BAD: Final = {
    "not_json": b"{",
    "not_an_object": b"[1]",
    "attribute": b"{}",
}


def test_a_bad_record_is_returned_with_its_reason_and_the_rest_is_taken() -> None:
    stage = Stage(site_of())
    raws = [Raw(n, None, bad) for n, bad in enumerate(BAD.values())]
    good = Raw(3, None, encode(opened("T1", "09:00")))
    rejected = stage.apply(0, [*raws, good])
    assert [r.raw for r in rejected] == raws
    assert [r.reason for r in rejected][:2] == [*BAD][:2]
    assert all(r.detail and "\n" not in r.detail for r in rejected)
    assert list(stage.rows) == [b"ticket/T1"]
    assert outcomes(stage) == {"invalid": 3, "processed": 1}
    assert stage.applied() == {0: 3}


@given(st.lists(st.binary(max_size=60), max_size=8))
def test_no_bytes_stop_the_stream(values: list[bytes]) -> None:
    stage = Stage(site_of())
    raws = [Raw(n, None, value) for n, value in enumerate(values)]
    assert len(stage.apply(0, raws)) == len(values)
    assert stage.rows == {}


def test_a_tombstone_is_ignored() -> None:
    stage = Stage(site_of())
    assert stage.apply(0, [Raw(0, b"ticket/T1", None)]) == []
    assert outcomes(stage) == {"ignored": 1}


def test_an_unknown_type_is_ignored_and_not_rejected() -> None:
    event = json.loads(encode(opened("T1", "09:00")))
    event["type"] = "support.ticket.pondered.v1"
    stage = Stage(site_of())
    assert stage.apply(0, [Raw(0, None, json.dumps(event).encode())]) == []
    assert outcomes(stage) == {"ignored": 1}


def test_a_bug_of_our_own_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Any:  # noqa: ANN401 - it never returns
        raise ZeroDivisionError("a name that is nobody's business")

    machines: Any = MACHINES
    monkeypatch.setitem(machines, "ticket", changed(machines["ticket"], step=broken))
    stage = Stage(site_of())
    [rejected] = stage.apply(0, records([opened("T1", "09:00"), queued("call/1", "09:00")]))
    assert (rejected.reason, rejected.detail) == ("processing", "ZeroDivisionError in our own code")
    assert list(stage.rows) == [b"call/1"]


def test_an_empty_batch_changes_nothing() -> None:
    stage = Stage(site_of())
    assert stage.apply(0, []) == []
    assert stage.applied() == {}
    assert not stage.dirty


# --- out ----------------------------------------------------------------------------------------


def test_it_is_dirty_until_the_part_is_taken() -> None:
    stage = Stage(site_of())
    dirty = [stage.dirty]
    stage.apply(0, records([opened("T1", "09:00")]))
    dirty.append(stage.dirty)
    stage.part(head())
    assert [*dirty, stage.dirty] == [False, True, False]


def test_a_note_that_no_board_shows_makes_a_change_and_no_dirt() -> None:
    stage = Stage(site_of())
    stage.apply(0, records([opened("T1", "09:00")]))
    stage.advance_to(at("09:00"))
    stage.part(head())
    stage.take_changes()
    stage.apply(0, records([message("T1", "09:01", "bot")], 1))
    assert not stage.dirty
    assert [*stage.take_changes()] == [b"ticket/T1"]
    assert stage.take_changes() == {}


def test_a_part_says_who_how_far_and_what() -> None:
    stage = Stage(site_of())
    stage.apply(0, records([opened("T1", "09:00")]))
    stage.apply(1, records([queued("call/1", "09:00")], 41))
    stage.advance_to(at("09:05"))
    part = stage.part(head(3, 7, 16))
    assert part.head == head(3, 7, 16)
    assert part.at == at("09:05")
    assert part.applied == {0: 0, 1: 41}
    assert {*part.blocks} == {"billing", "voice"}
    assert part.windows["tickets"] == ("15m", "4h", "today", "7d")


def test_a_queue_with_nothing_left_to_say_is_left_out() -> None:
    live = Live()
    live.hear(opened("T1", "09:00"), closed("T1", "09:10"))
    live.pass_to("09:30")
    assert {*live.stage.part(head()).blocks} == {"billing"}
    live.pass_to(at("09:30") + 8 * DAY)
    assert {*live.stage.part(head()).blocks} == set()


# --- a changed configuration --------------------------------------------------------------------


def test_a_changed_configuration_holds_for_the_whole_kept_history() -> None:
    def policy(hours: int) -> str:
        return EMPTY + f"sla: [{{name: everyone, targets: {{first_response: {hours}h}}}}]\n"

    one_hour, four_hours = site_of(policy(1)), site_of(policy(4))
    live = Live(one_hour)
    live.hear(opened("T1", "09:00"), opened("T2", "09:00"), replied("T2", "09:30"))
    live.pass_to("11:00")
    assert verdicts_in(live.floor, "first_response") == {"breached": 1, "met": 1}
    live.site, live.stage = four_hours, restored_stage(live.stage, four_hours)
    assert verdicts_in(live.floor, "first_response") == {"met": 1}
    assert clocks(live.floor, "first_response") == {"healthy": 1}
    assert next_breach(live.floor, "first_response") == second("13:00")


def test_listed_queues_fold_what_was_told_before_they_were_listed() -> None:
    live = Live()
    live.hear(opened("T1", "09:00", queue="misc"))
    live.pass_to("09:30")
    live.site = site_of(EMPTY + "queues: {billing: {}}\n")
    live.stage = restored_stage(live.stage, live.site)
    assert flows(live.floor, "other") == {"created": 1}


# --- folded away --------------------------------------------------------------------------------


def long_life(name: str, start: Instant, n: int) -> list[Event]:
    """A ticket on which somebody writes every three hours."""
    life: list[Event] = [opened(name, moment(start))]
    return life + [
        message(name, moment(start + k * 3 * HOUR), "bot" if k % 4 else "agent")
        for k in range(1, n)
    ]


def test_a_long_timeline_is_folded_and_shows_the_same() -> None:
    start = at("mon 00:00")
    life = long_life("T1", start, 300)  # 37 days
    live, whole = Live(), Stage(site_of())
    for event in life:
        live.hear(event)
        live.pass_to(at(event.time))
    live.hear(prioritised("T1", life[-1].time, "high"), solved("T1", life[-1].time))
    live.pass_to(at(life[-1].time) + 1)
    whole.apply(0, records([*life, prioritised("T1", life[-1].time, "high"),
                            solved("T1", life[-1].time)]))  # fmt: skip
    whole.advance_to(live.stage.now)
    assert shown([live.stage], live.site, live.stage.now) == shown([whole], live.site, whole.now)
    [folded], [kept] = live.stage.rows.values(), whole.rows.values()
    assert folded.base is not None
    assert len(folded.timeline) < len(kept.timeline) / 2
    assert live.stage.totals.revisions == {}
    live.crash()
    assert shown([live.stage], live.site, live.stage.now) == shown([whole], live.site, whole.now)


def test_what_sorts_before_the_fold_is_dropped_as_too_late() -> None:
    start = at("mon 00:00")
    live = Live()
    for event in long_life("T1", start, 120):  # 15 days
        live.hear(event)
        live.pass_to(at(event.time))
    before = live.floor
    live.hear(replied("T1", "mon 00:30"))
    assert outcomes(live.stage)["late_dropped"] == 1
    assert live.floor == before
    assert samples(live.floor, "first_response") == (0, 0)  # it was on the first day


def test_a_subject_with_too_many_events_is_folded_and_flagged() -> None:
    live = Live()
    start = at("mon 09:00")
    notes = [message("T1", moment(start + n), "bot") for n in range(1, 5_060)]
    live.hear(opened("T1", "09:00"), *notes)
    live.pass_to("10:00")
    assert doubts(live.stage)["overflow"] >= 1
    [row] = live.stage.rows.values()
    assert row.base is not None
    assert flows(live.floor) == {"created": 1}


@settings(max_examples=50)
@given(lives(), st.integers(0, 5 * 24))
def test_folding_away_changes_nothing_within_the_horizon(events: list[Event], hour: int) -> None:
    site = site_of(REMEMBERS)
    stage = Stage(site)
    stage.apply(0, records(events))
    now = at("mon 00:00") + 6 * DAY
    stage.advance_to(now)
    horizon = at("mon 00:00") + hour * HOUR
    for record in stage.rows.values():
        machine: Any = MACHINES[record.kind]
        shorter, overflowed = fold_away(machine, record, horizon, site.terms)
        assert not overflowed
        for when in (now, now + DAY):
            facts = machine.happened(record.state, when, site.terms)
            young = sorted((f for f in facts if f.at >= horizon), key=repr)
            kept = machine.happened(shorter.state, when, site.terms)
            assert sorted((f for f in kept if f.at >= horizon), key=repr) == young
            standing = machine.standing(record.state, when, site.terms)
            assert machine.standing(shorter.state, when, site.terms) == standing


def test_the_catalogue_counts_events_by_source_type_and_outcome() -> None:
    stage = Stage(site_of())
    stage.apply(0, records([opened("T1", "09:00")]))
    [(series, n)] = [(s, n) for s, n in stage.totals.counters.items() if s[0] == kpis.EVENTS.name]
    assert series[1][1:] == ("ticket.created", "processed")
    assert n == 1
