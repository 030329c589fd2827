from __future__ import annotations

import json

import pytest
from hypothesis import given

from streams.events import EVENTS, NAMES, Event, encode, key_of, parse, topic_of
from tests.documents import changed, document, read, sample, without
from tests.strategies_events import events


@given(events())
def test_what_is_written_reads_the_same(event: Event) -> None:
    assert parse(encode(event)) == event


@given(events())
def test_the_same_event_is_the_same_bytes(event: Event) -> None:
    again = parse(encode(event))
    assert isinstance(again, Event)
    assert encode(again) == encode(event)


def test_an_event_is_written_as_the_contract_shows_it() -> None:
    event = parse(sample("call.queued"))
    assert isinstance(event, Event)
    written = json.loads(encode(event))
    assert list(written) == list(document("call.queued"))
    written["data"]["ingested_at"] = "2026-01-05T09:00:00.350Z"
    assert written == without(document("call.queued"), "data.callback_of")


def test_what_is_not_known_is_written_as_null_and_what_is_absent_is_not_written() -> None:
    unknown = read(changed(document("call.answered"), "data.wait_s", None))
    absent = read(without(document("call.answered"), "data.wait_s"))
    assert json.loads(encode(unknown))["data"]["wait_s"] is None
    assert "wait_s" not in json.loads(encode(absent))["data"]


def test_an_attribute_that_is_absent_is_not_written() -> None:
    bare = read(without(without(document("ticket.created"), "tenantid"), "sequence"))
    assert {"tenantid", "sequence"}.isdisjoint(json.loads(encode(bare)))


@pytest.mark.parametrize(
    ("tenant", "key"),
    [("acme", b"acme:ticket/35436"), (None, b"ticket/35436"), ("", b"ticket/35436")],
)
def test_the_key_is_the_subject_behind_its_tenant(tenant: str | None, key: bytes) -> None:
    assert key_of(read(changed(document("ticket.created"), "tenantid", tenant))) == key


def test_a_key_is_utf_8() -> None:
    event = read(changed(document("ticket.created"), "subject", "ticket/\u00fc"))
    assert key_of(event) == b"acme:ticket/\xc3\xbc"


def test_a_survey_lands_on_the_partition_of_its_ticket() -> None:
    survey, ticket = read(document("survey.responded")), read(document("ticket.created"))
    assert key_of(survey) == key_of(ticket)


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        ("ticket.snapshot", "support.tickets"),
        ("call.ended", "support.contacts"),
        ("chat.message", "support.contacts"),
        ("agent.heartbeat", "support.agents"),
        ("survey.sent", "support.surveys"),
        ("kb.searched", "support.surveys"),
        ("review.posted", "support.surveys"),
        ("policy.updated", "support.config"),
        ("business.figures", "support.config"),
        ("sla.breached", "support.sla"),
        ("bot.handoff", "support.tickets"),
        ("bot.handled", "support.contacts"),  # the sample is about a chat
        ("source.heartbeat", ""),
    ],
)
def test_an_event_goes_to_the_topic_of_its_family(name: str, topic: str) -> None:
    assert topic_of(read(document(name))) == topic


@pytest.mark.parametrize("one", EVENTS)
def test_every_event_but_a_heartbeat_has_a_topic(one: type[Event]) -> None:
    name = NAMES[one]
    assert bool(topic_of(read(document(name)))) is (name != "source.heartbeat")
