from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.events import (
    Event,
    Ignored,
    from_the_future,
    label_of,
    parse,
    sequence_number,
    source_of,
)
from streams.events.ticket import Created, TicketCreated
from streams.spans import HOUR, SECOND, instant
from tests.documents import changed, document, raw, read, sample
from tests.strategies_events import events

NINE: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
A_DAY: Final = timedelta(days=1)
A_MICROSECOND: Final = timedelta(microseconds=1)


def created(**attributes: object) -> TicketCreated:
    """A ticket that came in at nine, but for what is said otherwise."""
    at_nine = TicketCreated(
        id="35436-1",
        source="/zendesk/acme",
        time=NINE,
        subject="ticket/35436",
        data=Created(created_by="customer", channel="email"),
    )
    return msgspec.structs.replace(at_nine, **attributes)


def test_an_event_reads_as_its_type_with_all_that_it_says() -> None:
    assert parse(sample("ticket.created")) == TicketCreated(
        id="35436-1",
        source="/zendesk/acme",
        time=NINE,
        subject="ticket/35436",
        tenantid="acme",
        sequence="1",
        data=Created(
            created_by="customer",
            requester_role="customer",
            channel="email",
            queue="billing",
            priority="high",
            tier="gold",
            category="invoice",
            brand="acme-eu",
            customer_id="c_9f2b61d04c7e",
            ingested_at=NINE + timedelta(seconds=1.24),
        ),
    )


def test_what_matters_at_the_door_alone_is_cleared() -> None:
    event = read(document("ticket.created"))
    assert (event.specversion, event.dataschema) == (None, None)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2026-01-05T09:00:00Z", NINE),
        ("2026-01-05t09:00:00z", NINE),
        ("2026-01-05T10:30:00+01:30", NINE),
        ("2026-01-05T09:00:00-00:00", NINE),
        ("2026-01-05T09:00:00.000001Z", NINE + A_MICROSECOND),
        ("2026-01-05T09:00:00.0000006Z", NINE + A_MICROSECOND),
    ],
)
def test_one_instant_may_be_written_in_several_ways(text: str, same: datetime) -> None:
    event = read(changed(document("ticket.created"), "time", text))
    assert event.time == same
    assert event.time.utcoffset() is not None


# --- from the future ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ahead", "rejected"),
    [(A_DAY - A_MICROSECOND, False), (A_DAY, False), (A_DAY + A_MICROSECOND, True)],
)
def test_a_day_ahead_is_skew_and_more_is_the_future(ahead: timedelta, *, rejected: bool) -> None:
    taken = Created(created_by="customer", channel="email", ingested_at=NINE - ahead)
    assert from_the_future(created(data=taken), None) is rejected
    assert from_the_future(created(), instant(NINE - ahead)) is rejected


def test_ingested_at_is_believed_before_any_wall_clock() -> None:
    taken = Created(created_by="customer", channel="email", ingested_at=NINE)
    assert from_the_future(created(data=taken), instant(NINE) - 100 * HOUR) is False


def test_without_ingested_at_and_without_a_wall_clock_nothing_is_from_the_future() -> None:
    assert from_the_future(created(time=datetime(9999, 1, 1, tzinfo=UTC)), None) is False


def test_the_rule_is_the_same_in_every_zone() -> None:
    tokyo = read(changed(document("ticket.deleted"), "time", "2026-01-06T18:00:00+09:00"))
    assert from_the_future(tokyo, instant(NINE)) is False
    assert from_the_future(tokyo, instant(NINE) - SECOND) is True


# --- sequence -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sequence", "number"),
    [
        (None, 0),
        ("", 0),
        ("0", 0),
        ("7", 7),
        ("007", 7),
        (7, 7),
        (-7, 0),
        ("-7", 0),
        ("7.5", 0),
        ("seven", 0),
        (" 7", 0),
        ("\u0667", 0),  # a digit, but not one of ours
        ("\u00b2", 0),
        (
            "49590338271490256608559692538361571095921575989136588898",
            4959033827149025660855969 * 10**31 + 2538361571095921575989136588898,
        ),
        ("9" * 100, 10**100 - 1),
        ("9" * 101, 0),
        ("9" * 5000, 0),
    ],
)
def test_a_sequence_counts_as_the_number_its_digits_say(
    sequence: str | int | None, number: int
) -> None:
    assert sequence_number(created(sequence=sequence)) == number


@given(st.integers(0, 10**60), st.integers(0, 10**60))
def test_sequences_compare_as_numbers_not_as_text(one: int, other: int) -> None:
    first, second = created(sequence=str(one)), created(sequence=str(other))
    assert (sequence_number(first) < sequence_number(second)) is (one < other)


@given(events())
def test_every_event_has_a_place_and_a_source(event: Event) -> None:
    assert sequence_number(event) >= 0
    assert source_of(event)


# --- sources ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "label"),
    [
        ("/zendesk/acme", "zendesk"),
        ("/zendesk", "zendesk"),
        ("zendesk/acme", "zendesk"),
        ("//zendesk.example/acme/eu", "acme"),
        ("https://acme.zendesk.example/", "acme.zendesk.example"),
        ("https://acme.zendesk.example/v2/tickets", "v2"),
        ("/amazon-connect/acme?region=eu", "amazon-connect"),
        ("/", "unknown"),
        ("", "unknown"),
        ("http://[", "unknown"),
    ],
)
def test_a_source_is_labelled_by_its_first_segment(source: str, label: str) -> None:
    assert label_of(source) == label


def test_a_heartbeat_speaks_for_the_source_in_its_subject() -> None:
    beat = changed(document("source.heartbeat"), "source", "/replay/laptop")
    assert source_of(read(beat)) == "zendesk"


def test_an_ignored_event_counts_for_its_source() -> None:
    strange = parse(raw(changed(document("ticket.created"), "type", "com.acme.mood")))
    assert isinstance(strange, Ignored)
    assert source_of(strange) == "zendesk"
