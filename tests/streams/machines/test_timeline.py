"""A record is a fold over its sorted timeline, in memory and in bytes."""

from __future__ import annotations

from itertools import permutations
from typing import Any, Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.events import Event
from streams.machines import timeline as t
from streams.machines.arrivals import CONTACT_ENTRIES, TICKET_ENTRIES
from streams.machines.ticket import TICKET
from streams.spans import DAY, instant
from streams.stage import MACHINES, Stage
from tests.strategies import REMEMBERS, lives
from tests.vocabulary import (
    at,
    closed,
    message,
    numbered,
    opened,
    records,
    replied,
    site_of,
    solved,
    status,
)

TERMS: Final = site_of().terms


def entry_of(event: Event) -> Any:  # noqa: ANN401 - of either machine
    make = (TICKET_ENTRIES if event.subject.startswith("ticket/") else CONTACT_ENTRIES)[type(event)]
    return make(event, instant(event.time))


def advanced(*events: Event) -> tuple[t.Record[Any], list[str]]:
    """The record after these events in this order of arrival, and their outcomes."""
    record, outcomes = None, []
    for offset, event in enumerate(events):
        record, outcome = t.advance(TICKET, record, "ticket", entry_of(event), 0, offset, TERMS)
        outcomes.append(outcome)
    assert record is not None
    return record, outcomes


OPENED: Final = opened("T1", "09:00")
REPLIED: Final = replied("T1", "09:05")
SOLVED: Final = solved("T1", "09:10")


def test_every_order_of_arrival_gives_the_same_record() -> None:
    found = set()
    for order in permutations([OPENED, REPLIED, SOLVED]):
        record, _ = advanced(*order)
        found.add(repr(msgspec.structs.replace(record, applied=())))
    assert len(found) == 1


def test_an_outcome_says_whether_it_sorted_last() -> None:
    assert advanced(OPENED, REPLIED, SOLVED)[1] == ["processed"] * 3
    assert advanced(OPENED, SOLVED, REPLIED)[1] == ["processed", "processed", "late_applied"]
    assert advanced(OPENED, REPLIED, OPENED)[1] == ["processed", "processed", "duplicate"]


def test_a_double_changes_nothing_at_all() -> None:
    record, _ = advanced(OPENED, REPLIED)
    again, outcome = t.advance(TICKET, record, "ticket", entry_of(REPLIED), 0, 9, TERMS)
    assert outcome == "duplicate"
    assert again is record


def test_of_two_events_with_one_id_the_one_that_sorts_first_stays() -> None:
    early = msgspec.structs.replace(replied("T1", "09:05"), id="one")
    late = msgspec.structs.replace(replied("T1", "09:10"), id="one")
    for order in ([OPENED, early, late], [OPENED, late, early]):
        record, _ = advanced(*order)
        assert [e.at for e in TICKET.unpack(record.timeline)] == [at("09:00"), at("09:05")]


def test_an_entry_has_one_place_by_time_sequence_rank_and_id() -> None:
    events = [
        OPENED,
        status("T1", "09:00", "open"),
        replied("T1", "09:00"),
        numbered(opened("T1", "09:00"), 2),
        numbered(replied("T1", "09:00"), "10"),
        opened("T1", "09:01"),
    ]
    keys = [t.sort_key(entry_of(event)) for event in events]
    place = [0, 2, 1, 3, 4, 5]
    assert sorted(keys) == [keys[place.index(n)] for n in range(6)]


def test_an_id_is_that_of_source_and_id_together() -> None:
    assert t.event_id("a", "bc") != t.event_id("ab", "c")
    assert t.event_id("a", "b") == t.event_id("a", "b")
    assert t.event_id("a", "b") >> 63 == 1


def test_a_timeline_may_hold_the_bytes_of_an_id_by_chance() -> None:
    record, _ = advanced(OPENED)
    ident = entry_of(REPLIED).id
    assert not t.holds(record.timeline, ident)
    # Bytes that look like an id which is not there: a closer look finds no double.
    forged = msgspec.structs.replace(
        record, timeline=record.timeline + b"\xcf" + ident.to_bytes(8, "big")
    )
    assert t.holds(forged.timeline, ident)


def test_offsets_are_kept_by_topic() -> None:
    record, _ = advanced(OPENED)
    record, _ = t.advance(TICKET, record, "ticket", entry_of(REPLIED), 2, 77, TERMS)
    assert [t.offset_of(record, topic) for topic in (0, 1, 2)] == [0, -1, 77]


# --- folded away --------------------------------------------------------------------------------


def test_what_is_folded_away_is_gone_from_the_timeline_and_not_from_the_state() -> None:
    record, _ = advanced(OPENED, REPLIED, SOLVED)
    shorter, overflowed = t.fold_away(TICKET, record, at("09:06"), TERMS)
    assert not overflowed
    assert t.count(shorter.timeline) == 1
    assert shorter.state.phase == "solved"
    assert [f.at for f in TICKET.happened(shorter.state, at("10:00"), TERMS)] == [at("09:10")] * 2


def test_nothing_older_nothing_folded() -> None:
    record, _ = advanced(OPENED, REPLIED)
    shorter, overflowed = t.fold_away(TICKET, record, at("09:00"), TERMS)
    assert shorter is record
    assert not overflowed


def test_the_last_entry_may_be_folded_too_and_the_next_goes_on() -> None:
    record, _ = advanced(OPENED, REPLIED)
    shorter, _ = t.fold_away(TICKET, record, at("09:30"), TERMS)
    assert t.count(shorter.timeline) == 0
    later, outcome = t.advance(TICKET, shorter, "ticket", entry_of(SOLVED), 0, 9, TERMS)
    assert outcome == "processed"
    assert later.state.phase == "solved"
    assert later.state.replies == 1


def test_what_sorts_before_the_fold_is_too_late_and_what_sorts_after_is_not() -> None:
    record, _ = advanced(OPENED, REPLIED, SOLVED)
    shorter, _ = t.fold_away(TICKET, record, at("09:06"), TERMS)
    for event, expected in [
        (replied("T1", "09:04"), "late_dropped"),
        (replied("T1", "09:07"), "late_applied"),
        (OPENED, "late_dropped"),  # a double of what was folded
        (REPLIED, "duplicate"),  # and of the last of it
    ]:
        renewed, outcome = t.advance(TICKET, shorter, "ticket", entry_of(event), 0, 9, TERMS)
        assert outcome == expected
        assert (renewed is shorter) == (expected != "late_applied")


def test_above_the_limit_the_oldest_are_folded_whatever_their_age() -> None:
    notes = [entry_of(message("T1", "09:00", "bot")) for _ in range(3)]
    entries = [entry_of(OPENED)] + [
        msgspec.structs.replace(notes[0], at=at("09:00") + n, id=(1 << 63) + n)
        for n in range(1, t.MOST_ENTRIES + 10)
    ]
    record, _ = advanced(OPENED)
    record = t.refold(TICKET, record, entries, TERMS)
    shorter, overflowed = t.fold_away(TICKET, record, at("mon 00:00"), TERMS)
    assert overflowed
    assert t.count(shorter.timeline) == t.MOST_ENTRIES
    assert shorter.state.phase == "new"


# --- as bytes -----------------------------------------------------------------------------------


@given(lives(), st.sampled_from([0, 1, 2, 4]))
def test_a_record_survives_its_way_through_bytes(events: list[Event], days: int) -> None:
    site = site_of(REMEMBERS)
    stage = Stage(site)
    stage.apply(0, records([e for e in events if e.subject.startswith("ticket/")]))
    now, horizon = at("mon 00:00") + 6 * DAY, at("mon 00:00") + days * DAY
    for whole in stage.rows.values():
        record, _ = t.fold_away(TICKET, whole, horizon, site.terms)
        row = t.encode_row(TICKET, record, 7)
        again, generation = t.decode_row(MACHINES, row, site.terms)
        assert generation == 7
        assert again.timeline == record.timeline
        assert (again.seen, again.applied) == (record.seen, record.applied)
        assert said(again, now) == said(record, now)


def said(record: t.Record[Any], now: int) -> tuple[list[str], list[str]]:
    """Everything a record concludes, in no order."""
    terms = site_of(REMEMBERS).terms
    happened = TICKET.happened(record.state, now, terms)
    standing = TICKET.standing(record.state, now, terms)
    return sorted(map(repr, happened)), sorted(map(repr, standing))


@given(lives(), st.sampled_from([1, 2, 3]), st.data())
def test_folded_or_not_a_later_event_concludes_the_same(
    events: list[Event], days: int, data: st.DataObject
) -> None:
    site = site_of(REMEMBERS)
    lived = [e for e in events if e.subject == "ticket/1"]
    horizon = at("mon 00:00") + days * DAY
    young: list[Event | None] = [e for e in lived if instant(e.time) >= horizon]
    late = data.draw(st.sampled_from([*young, None]))
    stage = Stage(site)
    stage.apply(0, records([e for e in lived if e is not late]))
    for whole in stage.rows.values():
        folded, _ = t.fold_away(TICKET, whole, horizon, site.terms)
        if late is not None:
            entry = entry_of(late)
            whole, _ = t.advance(TICKET, whole, "ticket", entry, 0, 99, site.terms)  # noqa: PLW2901 - and on
            folded, _ = t.advance(TICKET, folded, "ticket", entry, 0, 99, site.terms)
        now = at("mon 00:00") + 6 * DAY
        happened = [f for f in TICKET.happened(whole.state, now, site.terms) if f.at >= horizon]
        kept = [f for f in TICKET.happened(folded.state, now, site.terms) if f.at >= horizon]
        assert sorted(map(repr, kept)) == sorted(map(repr, happened))
        assert said(folded, now)[1] == said(whole, now)[1]


def test_a_sequence_longer_than_a_machine_word_survives_too() -> None:
    long = "1" + 30 * "0"
    record, _ = advanced(
        OPENED,
        numbered(replied("T1", "09:05"), long + "1"),
        numbered(closed("T1", "09:05"), long + "2"),
    )
    for horizon in (at("08:00"), at("09:05"), at("10:00")):
        shorter, _ = t.fold_away(TICKET, record, horizon, TERMS)
        again, _ = t.decode_row(MACHINES, t.encode_row(TICKET, shorter, 1), TERMS)
        assert again.last == shorter.last
        assert again.base_last == shorter.base_last


@pytest.mark.parametrize("data", [b"", b"\x00", b"no record", b"\x98"])
def test_bytes_that_are_no_record_are_told_by_an_error(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        t.decode_row(MACHINES, data, TERMS)


def test_a_record_of_another_version_or_kind_is_not_guessed_at() -> None:
    record, _ = advanced(OPENED)
    row = msgspec.msgpack.decode(t.encode_row(TICKET, record, 1))
    for place, value in ((0, 99), (1, "fax")):
        other = [*row]
        other[place] = value
        with pytest.raises(ValueError, match="no record of version 1"):
            t.decode_row(MACHINES, msgspec.msgpack.encode(other), TERMS)


def test_nothing_of_a_person_is_stored() -> None:
    data: dict[str, Any] = {
        "agent_id": "secret-agent",
        "customer_id": "secret-customer",
        "brand": "secret-brand",
        "skills": ("secret-skill",),
    }
    events = [
        opened("T1", "09:00", **data),
        message("T1", "09:05", "customer", **data),
        message("T1", "09:06", "agent", **data),
    ]
    record, _ = advanced(*events)
    assert b"secret" not in t.encode_row(TICKET, record, 1)
