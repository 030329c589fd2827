"""ServiceNow incidents become ticket events, to the letter of the data's README."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Final

import duckdb
import pytest

from deskpulse.pseudonyms import Pseudonyms
from deskpulse.sources import servicenow
from deskpulse.sources.table import BadRow, Imported
from streams.events import Event, encode, parse, sequence_number
from streams.events.ticket import (
    TicketAssigned,
    TicketCreated,
    TicketPriorityChanged,
    TicketQueueChanged,
    TicketStatusChanged,
)
from tests.deskpulse.command import REPO

INCIDENTS: Final = REPO / "examples" / "servicenow" / "incidents.csv"
HEADER: Final = ",".join(servicenow.COLUMNS)
ANY: Final = Pseudonyms("a key of this test")

# number, state, mod_count, caller, opened, updated, contact, category, priority, group, assignee
ROW: Final = (
    "INC1,New,0,Caller 1,01-03-2016 08:00,01-03-2016 08:05,Phone,Category 5,3 - Moderate,Group 7,?"
)


def imported(*rows: str) -> Imported:
    return servicenow.read([f"{line}\n" for line in (HEADER, *rows)], ANY)


def row(**changed: str) -> str:
    cells = dict(zip(servicenow.COLUMNS, ROW.split(","), strict=True)) | changed
    return ",".join(cells.values())


def story(events: list[Event]) -> list[tuple[str, str]]:
    """(minute, what happened) of events, as short as can be read."""
    return [
        (
            event.time.strftime("%H:%M"),
            f"{event.id.rpartition('.')[2]} {getattr(event.data, 'to', '')}".strip(),
        )
        for event in events
    ]


def test_one_row_is_one_ticket_created_when_the_caller_reported_it() -> None:
    (created,) = imported(ROW).events
    assert isinstance(created, TicketCreated)
    assert created.id == "INC1-1-ticket.created"
    assert created.subject == "ticket/INC1"
    assert created.sequence == "1"
    assert created.time.isoformat() == "2016-03-01T08:00:00+00:00"
    assert created.data.created_by == "customer"
    assert (created.data.channel, created.data.queue) == ("voice", "group-7")
    assert (created.data.priority, created.data.category) == ("normal", "Category 5")
    assert created.data.customer_id == ANY.customer("Caller 1")


@pytest.mark.parametrize(
    ("contact", "channel"),
    [
        ("Phone", "voice"),
        ("IVR", "voice"),
        ("Email", "email"),
        ("Self service", "web"),
        ("Direct opening", "api"),
        ("", "api"),
    ],
)
def test_the_channel_comes_from_the_contact_type(contact: str, channel: str) -> None:
    (created,) = imported(row(contact_type=contact)).events
    assert created.data.channel == channel


@pytest.mark.parametrize(
    ("state", "category"),
    [
        ("Active", "open"),
        ("Awaiting User Info", "pending"),
        ("Awaiting Problem", "on_hold"),
        ("Awaiting Vendor", "on_hold"),
        ("Awaiting Evidence", "on_hold"),
        ("Resolved", "solved"),
        ("Closed", "closed"),
        ("-100", "open"),
    ],
)
def test_a_first_row_that_is_not_new_has_moved_from_new(state: str, category: str) -> None:
    _, moved = imported(row(incident_state=state)).events
    assert isinstance(moved, TicketStatusChanged)
    assert (moved.data.from_, moved.data.to, moved.data.status) == ("new", category, state)
    assert moved.time.isoformat() == "2016-03-01T08:05:00+00:00"


def test_two_states_of_one_category_are_no_move() -> None:
    told = imported(
        row(incident_state="Awaiting Vendor"),
        row(incident_state="Awaiting Evidence", sys_updated_at="01-03-2016 09:00"),
    )
    assert story(told.events) == [("08:00", "created"), ("08:05", "status_changed on_hold")]


def test_what_changes_from_row_to_row_are_the_events_each_with_where_it_came_from() -> None:
    told = imported(
        row(assigned_to="Resolver 3"),
        row(
            sys_updated_at="01-03-2016 09:00",
            incident_state="Active",
            assignment_group="Group 9 East",
            assigned_to="?",
            priority="1 - Critical",
        ),
        row(
            sys_updated_at="01-03-2016 10:00",
            incident_state="Resolved",
            assignment_group="?",
            priority="1 - Critical",
        ),
    ).events
    assert story(told) == [
        ("08:00", "created"),
        ("08:05", "assigned Resolver 3"),
        ("09:00", "assigned None"),
        ("09:00", "priority_changed urgent"),
        ("09:00", "queue_changed group-9-east"),
        ("09:00", "status_changed open"),
        ("10:00", "queue_changed None"),
        ("10:00", "status_changed solved"),
    ]
    came_from = [
        event.data.from_
        for event in told
        if isinstance(
            event,
            TicketAssigned | TicketPriorityChanged | TicketQueueChanged | TicketStatusChanged,
        )
    ]
    assert came_from == [None, "Resolver 3", "normal", "group-7", "new", "group-9-east", "open"]
    assert [event.sequence for event in told] == ["1", "1", "2", "2", "2", "2", "3", "3"]


def test_rows_are_ordered_by_time_then_revision_then_place() -> None:
    told = imported(
        row(sys_updated_at="01-03-2016 10:00", sys_mod_count="10", incident_state="Closed"),
        row(sys_updated_at="01-03-2016 10:00", sys_mod_count="9", incident_state="Resolved"),
        row(sys_updated_at="01-03-2016 09:00", sys_mod_count="11", incident_state="Active"),
        row(sys_updated_at="01-03-2016 10:00", sys_mod_count="9", incident_state="Active"),
    ).events
    assert [(event.sequence, what) for event, (_, what) in zip(told, story(told), strict=True)] == [
        ("1", "created"),
        ("1", "status_changed open"),
        ("2", "status_changed solved"),
        ("3", "status_changed open"),
        ("4", "status_changed closed"),
    ]


def test_a_row_before_the_opening_is_kept_where_it_stands() -> None:
    told = imported(row(incident_state="Active", sys_updated_at="01-03-2016 07:30"))
    assert story(told.events) == [("07:30", "status_changed open"), ("08:00", "created")]


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        (row(number=""), "number is empty"),
        (
            row(sys_updated_at="2016-03-01 08:05"),
            "sys_updated_at '2016-03-01 08:05' is no time; must be dd-mm-yyyy hh:mm",
        ),
        (row(opened_at="?"), "opened_at '?' is no time; must be dd-mm-yyyy hh:mm"),
        (row(sys_mod_count="x"), "sys_mod_count 'x' is no whole number"),
        (ROW + ",more", "has 12 columns; must have 11 like the header"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_and_the_others_stay(broken: str, problem: str) -> None:
    told = imported(ROW, broken, row(number="INC2"))
    assert [event.subject for event in told.events] == ["ticket/INC1", "ticket/INC2"]
    assert told.unreadable == [(3, problem)]


def test_another_kind_of_file_is_refused_by_its_first_line() -> None:
    with pytest.raises(BadRow, match="column 'number' is missing from its first line"):
        servicenow.read(["Call Id,Agent\n", "ID1,Jim\n"], ANY)


# --- the real log, against a count of its own ---------------------------------------------------


@pytest.fixture(scope="module")
def real() -> Imported:
    with INCIDENTS.open() as lines:
        return servicenow.read(lines, ANY)


def test_every_event_of_the_real_log_is_one_that_the_product_reads(real: Imported) -> None:
    assert real.unreadable == []
    assert all(parse(encode(event)) == event for event in real.events)
    places = [(event.time, event.subject, sequence_number(event)) for event in real.events]
    assert all(before <= after for before, after in pairwise(places))
    assert len({event.id for event in real.events}) == len(real.events)


def test_the_real_log_has_as_many_of_each_event_as_a_query_counts(real: Imported) -> None:
    counted = (
        duckdb.connect()
        .execute(
            """
        with entries as (
            select *, row_number() over () as place
            from read_csv(?, all_varchar=true)
        ), states as (
            select *, case incident_state
                when 'New' then 'new' when 'Active' then 'open'
                when 'Awaiting User Info' then 'pending' when 'Awaiting Problem' then 'on_hold'
                when 'Awaiting Vendor' then 'on_hold' when 'Awaiting Evidence' then 'on_hold'
                when 'Resolved' then 'solved' when 'Closed' then 'closed' else 'open' end as state
            from entries
        ), steps as (
            select *,
                coalesce(lag(state) over life, 'new') as state_before,
                coalesce(lag(assigned_to) over life, '?') as assigned_before,
                coalesce(lag(assignment_group) over life, assignment_group) as group_before,
                coalesce(lag(priority) over life, priority) as priority_before
            from states
            window life as (
                partition by number
                order by strptime(sys_updated_at, '%d-%m-%Y %H:%M'), sys_mod_count::int, place
            )
        )
        select count(distinct number),
            count(*) filter (state <> state_before),
            count(*) filter (state = 'solved' and state_before <> 'solved'),
            count(*) filter (
                state_before in ('solved', 'closed') and state not in ('solved', 'closed')
            ),
            count(*) filter (assigned_to <> assigned_before),
            count(*) filter (assignment_group <> group_before),
            count(*) filter (priority <> priority_before)
        from steps
        """,
            [str(INCIDENTS)],
        )
        .fetchone()
    )
    kinds = Counter(type(event) for event in real.events)
    moves = [event.data for event in real.events if isinstance(event, TicketStatusChanged)]
    done = {"solved", "closed"}
    assert counted == (
        kinds[TicketCreated],
        kinds[TicketStatusChanged],
        sum(move.to == "solved" for move in moves),
        sum(move.from_ in done and move.to not in done for move in moves),
        kinds[TicketAssigned],
        kinds[TicketQueueChanged],
        kinds[TicketPriorityChanged],
    )
    assert kinds[TicketCreated] == 600
