"""A call list becomes call events and survey answers, to the letter of the data's README."""

from __future__ import annotations

from typing import Final

import duckdb
import msgspec
import pytest

from deskpulse.pseudonyms import Pseudonyms
from deskpulse.sources import calls_csv
from deskpulse.sources.table import Imported
from streams.events import encode, parse
from streams.events.contact import CallAbandoned, CallAnswered, CallEnded, CallQueued
from streams.events.survey import SurveyResponded
from tests.deskpulse.command import SHARED
from tests.needs import lent

CALLS: Final = SHARED / "call_centre_2021q1.csv"
ANY: Final = Pseudonyms("a key of this test")
HEADER: Final = (
    "Call Id,Agent,Date,Time,Topic,Answered (Y/N),Resolved,Speed of answer in seconds,"
    "AvgTalkDuration,Satisfaction rating"
)
ANSWERED: Final = "ID1,Diane,31-01-2021,23:59:30,Contract related,Y,Y,45,00:02:23,4"
LEFT: Final = "ID2,Diane,31-01-2021,10:00:29,Technical Support,N,N,,,"


def imported(*rows: str) -> Imported:
    return calls_csv.read([f"{line}\n" for line in (HEADER, *rows)], ANY)


def test_an_answered_call_is_queued_answered_ended_and_rated() -> None:
    #  23:59:30 queued  + 45 s  00:00:15 answered  + 2 min 23 s  00:02:38 ended, rated
    queued, answered, ended, rated = imported(ANSWERED).events
    assert isinstance(queued, CallQueued)
    assert isinstance(answered, CallAnswered)
    assert isinstance(ended, CallEnded)
    assert isinstance(rated, SurveyResponded)
    times = [event.time.strftime("%d %H:%M:%S") for event in (queued, answered, ended, rated)]
    assert times == ["31 23:59:30", "01 00:00:15", "01 00:02:38", "01 00:02:38"]
    assert [event.sequence for event in (queued, answered, ended, rated)] == ["1", "2", "3", "4"]
    assert {event.subject for event in (queued, answered, ended, rated)} == {"call/ID1"}
    assert queued.data.queue == answered.data.queue == "contract-related"
    assert answered.data.agent_id == ANY.agent("Diane") != "Diane"
    assert (rated.data.kind, rated.data.score) == ("csat", 4)
    assert (rated.data.scale_min, rated.data.scale_max) == (1, 5)


def test_the_wait_of_an_unanswered_call_is_not_known() -> None:
    queued, left = imported(LEFT).events
    assert isinstance(left, CallAbandoned)
    assert left.time == queued.time
    assert left.data.wait_s is None
    assert msgspec.json.decode(encode(left))["data"]["wait_s"] is None


def test_a_call_without_a_rating_has_no_survey() -> None:
    assert len(imported(ANSWERED.removesuffix("4")).events) == 3


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        (
            ANSWERED.replace("31-01", "31-02"),
            "Date '31-02-2021 23:59:30' is no time; must be dd-mm-yyyy hh:mm:ss",
        ),
        (ANSWERED.replace(",Y,Y,", ",?,Y,"), "Answered (Y/N) '?' is neither Y nor N"),
        (
            ANSWERED.replace(",45,", ",45000000000,"),
            "Speed of answer in seconds '45000000000' is too large; must be below 1000000000",
        ),
        (
            ANSWERED.replace("00:02:23", "99999999999:02:23"),
            "AvgTalkDuration '99999999999:02:23' is no length; must be hh:mm:ss",
        ),
        (
            ANSWERED.replace("31-01-2021", "31-12-9999"),
            "its times lie beyond the year 9999",
        ),
        (ANSWERED.replace(",45,", ",-45,"), "Speed of answer in seconds '-45' is no whole number"),
        (
            ANSWERED.replace("00:02:23", "2:23"),
            "AvgTalkDuration '2:23' is no length; must be hh:mm:ss",
        ),
        (ANSWERED.removesuffix("4") + "6", "Satisfaction rating 6 is outside 1 to 5"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_and_gives_no_half_a_call(
    broken: str, problem: str
) -> None:
    told = imported(broken, LEFT)
    assert {event.subject for event in told.events} == {"call/ID2"}
    assert told.unreadable == [(2, problem)]


def test_the_real_list_has_the_totals_that_a_query_counts() -> None:
    lent(CALLS)
    with CALLS.open() as lines:
        told = calls_csv.read(lines, ANY)
    assert told.unreadable == []
    assert all(parse(encode(event)) == event for event in told.events)
    at = {event.id: event.time for event in told.events}
    waits, talks = [], []
    for event in told.events:
        call = event.id.partition("-")[0]
        if isinstance(event, CallAnswered):
            waits.append((event.time - at[f"{call}-1-call.queued"]).total_seconds())
        elif isinstance(event, CallEnded):
            talks.append((event.time - at[f"{call}-2-call.answered"]).total_seconds())
    scores = [event.data.score for event in told.events if isinstance(event, SurveyResponded)]
    ours = (
        sum(isinstance(event, CallQueued) for event in told.events),
        len(waits),
        sum(isinstance(event, CallAbandoned) for event in told.events),
        round(sum(waits) / len(waits), 4),
        round(sum(talks) / len(talks), 4),
        len(scores),
        round(sum(scores) / len(scores), 4),
        round(100 * sum(score >= 4 for score in scores) / len(scores), 2),
    )
    theirs = (
        duckdb.connect()
        .execute(
            """
        select count(*),
            count(*) filter (answered = 'Y'),
            count(*) filter (answered = 'N'),
            round(avg(speed::int) filter (answered = 'Y'), 4),
            round(avg(epoch(talk::time)) filter (answered = 'Y'), 4),
            count(rating),
            round(avg(rating::int), 4),
            round(100.0 * count(*) filter (rating::int >= 4) / count(rating), 2)
        from (
            select "Answered (Y/N)" as answered, "Speed of answer in seconds" as speed,
                "AvgTalkDuration" as talk, "Satisfaction rating" as rating
            from read_csv(?, all_varchar=true)
        )
        """,
            [str(CALLS)],
        )
        .fetchone()
    )
    assert ours == theirs == (5_000, 4_054, 946, 67.5207, 224.9228, 4_054, 3.4036, 49.90)
