from __future__ import annotations

from datetime import UTC, datetime
from typing import get_type_hints

import pytest

from streams.events import EVENTS, REASONS, BadEvent, Data, Event
from streams.events.envelope import FIRST_TIME, LAST_TIME
from streams.spans import instant, moment
from tests.documents import document, read


@pytest.mark.parametrize("one", EVENTS)
def test_an_event_never_changes_and_costs_the_collector_nothing(one: type[Event]) -> None:
    data: type[Data] = get_type_hints(one)["data"]
    for struct in (one, data):
        config = struct.__struct_config__
        assert (config.frozen, config.gc) == (True, False)


def test_an_event_cannot_be_changed() -> None:
    event = read(document("ticket.created"))
    with pytest.raises(AttributeError):
        event.subject = "ticket/1"  # type: ignore[misc]  # that it cannot be is the test


def test_a_reason_is_a_label_value_and_stands_once() -> None:
    assert len(set(REASONS)) == len(REASONS)
    assert all(reason.replace("_", "").isalpha() and reason.islower() for reason in REASONS)


def test_a_bad_event_is_its_line() -> None:
    bad = BadEvent("time", "time: is missing", source="/zendesk/acme")
    assert (str(bad), bad.reason, bad.source, bad.type) == (
        "time: is missing",
        "time",
        "/zendesk/acme",
        "",
    )


@pytest.mark.parametrize("edge", [FIRST_TIME, LAST_TIME])
def test_a_time_that_is_taken_can_be_shown_again(edge: datetime) -> None:
    assert moment(instant(edge)) == edge
    assert edge.astimezone(UTC) == edge
