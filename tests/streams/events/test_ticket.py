from __future__ import annotations

import pytest

from streams.events.ticket import (
    Created,
    Escalated,
    Moved,
    Relabelled,
    Snapshot,
    StatusChanged,
)
from tests.documents import changed, document, raw, read, refusal, without


@pytest.mark.parametrize("name", ["ticket.assigned", "ticket.queue_changed"])
def test_to_nobody_and_to_no_queue_is_a_target(name: str) -> None:
    moved = read(changed(document(name), "data.to", None)).data
    assert isinstance(moved, Moved)
    assert moved.to is None


@pytest.mark.parametrize(
    "name", ["ticket.priority_changed", "ticket.category_changed", "ticket.tier_changed"]
)
def test_a_priority_category_or_tier_always_becomes_another(name: str) -> None:
    whole = document(name)
    assert isinstance(read(whole).data, Relabelled)
    assert refusal(raw(changed(whole, "data.to", None)))[0] == "field_type"
    assert refusal(raw(without(whole, "data.to")))[0] == "field_missing"


def test_where_it_came_from_may_be_unknown() -> None:
    whole = document("ticket.status_changed")
    known, unknown = read(whole).data, read(without(whole, "data.from")).data
    assert isinstance(known, StatusChanged)
    assert isinstance(unknown, StatusChanged)
    assert (known.from_, unknown.from_) == ("open", None)


@pytest.mark.parametrize("field", ["channel", "priority", "category", "queue"])
@pytest.mark.parametrize("value", ["fax", "P1", "carrier pigeon", ""])
def test_a_label_nobody_listed_is_tolerated(field: str, value: str) -> None:
    created = read(changed(document("ticket.created"), f"data.{field}", value)).data
    assert isinstance(created, Created)
    assert getattr(created, field) == value


@pytest.mark.parametrize("level", [2, "2", "second line"])
def test_a_level_is_a_number_or_a_name(level: str | int) -> None:
    escalated = read(changed(document("ticket.escalated"), "data.level", level)).data
    assert isinstance(escalated, Escalated)
    assert escalated.level == level


def test_a_snapshot_needs_its_status_alone() -> None:
    whole = document("ticket.snapshot")
    least = changed(whole, "data", {"status_category": "open"})
    assert read(least).data == Snapshot(status_category="open")
    assert refusal(raw(without(whole, "data.status_category")))[0] == "field_missing"


@pytest.mark.parametrize("name", ["ticket.spammed", "ticket.deleted", "ticket.restored"])
def test_a_removal_needs_no_data_but_an_object(name: str) -> None:
    assert read(changed(document(name), "data", {})).data.queue is None
    assert refusal(raw(without(document(name), "data")))[0] == "attribute"
