"""A story tells what is counted: neither more nor less, and every clock as it stands."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from streams.events.envelope import Event
from streams.machines.timeline import Record
from streams.spans import DAY, HOUR, Instant, rfc3339
from streams.stage import MACHINES, Stage
from streams.story import Story, story
from streams.story.words import concluded
from tests.strategies import REMEMBERS, lives
from tests.vocabulary import at, opened, replied, run, site_of, solved, status

SITE = site_of(REMEMBERS)
OFFICE = site_of("""
clock: events
calendars:
  office: {timezone: UTC, hours: {mon-fri: ["09:00-12:00", "13:00-17:00"]}}
  never: {timezone: UTC, hours: {}}
calendar: office
queues: {billing: {}, attic: {calendar: never}}
sla:
  - {name: urgent, match: {priority: [urgent]}, targets: {first_response: 5m}}
  - {name: everyone, targets: {first_response: 1h, resolution: 4h}}
""")


def told(stage: Stage, now: Instant) -> list[tuple[Record[object], Story]]:
    """Every record of a stage, with its story."""
    return [
        (record, story(MACHINES[record.kind], key.decode(), record, now, stage.site.terms))
        for key, record in stage.rows.items()
    ]


@given(lives(), st.integers(0, 12 * 24).map(lambda hours: hours * HOUR))
def test_what_a_story_counts_less_what_it_takes_back_is_what_is_counted(
    events: list[Event], later: int
) -> None:
    last = max(at(event.time) for event in events)
    now = last + later
    for record, one in told(run(events, now, SITE), now):
        machine = MACHINES[record.kind]
        balance: Counter[str] = Counter()
        for line in one.lines:
            for effect in line.effects:
                kind, _, fact = effect.partition(": ")
                balance[fact] += {"counted": 1, "taken back": -1}.get(kind, 0)
        facts = machine.happened(record.state, now, SITE.terms)
        assert +balance == Counter(map(concluded, facts))
        assert not -balance


@given(lives())
def test_a_story_is_told_in_the_order_of_time(events: list[Event]) -> None:
    now = max(at(event.time) for event in events) + 3 * DAY
    for _, one in told(run(events, now, SITE), now):
        times = [at(line.at) for line in one.lines]
        assert times == sorted(times)
        assert one.at == rfc3339(now)


def of_ticket(events: list[Event], now: str) -> Story:
    ((_, one),) = told(run(events, now, OFFICE), at(now))
    return one


def test_a_clock_outside_its_hours_says_until_when() -> None:
    one = of_ticket([opened("T1", "11:50")], "12:30")
    first, resolution = one.clocks
    assert (first.status, first.used_s, first.due_at) == (
        "paused",
        600,
        "2026-01-05T13:50:00Z",
    )
    assert first.note == "outside the hours of office until 2026-01-05T13:00:00Z"
    assert resolution.target_s == 4 * 3_600


def test_a_clock_that_is_stopped_by_status_says_by_which_and_by_whom() -> None:
    one = of_ticket(
        [opened("T1", "09:00"), replied("T1", "09:10"), status("T1", "09:30", "pending")], "11:00"
    )
    first, resolution = one.clocks
    assert (first.status, first.used_s) == ("fulfilled", 600)
    assert (resolution.status, resolution.used_s) == ("paused", 1_800)
    assert resolution.note == "pending stops it (everyone)"


def test_a_calendar_that_never_opens_says_that_nothing_is_ever_due() -> None:
    one = of_ticket([opened("T1", "09:00", queue="attic")], "11:00")
    assert one.clocks[0].status == "paused"
    assert one.clocks[0].note == "calendar never never opens: nothing is ever due"


def test_a_target_that_the_policy_lacks_stands() -> None:
    one = of_ticket([opened("T1", "09:00", priority="urgent")], "09:01")
    first, resolution = one.clocks
    assert (first.policy, first.status) == ("urgent", "healthy")
    assert (resolution.status, resolution.note) == ("standing", "no policy promises this now")


def test_the_time_went_where_it_was_spent() -> None:
    one = of_ticket(
        [opened("T1", "09:00"), status("T1", "09:20", "pending"), solved("T1", "10:00")], "11:00"
    )
    assert [(spell.state, spell.queue, spell.seconds) for spell in one.spells] == [
        ("new", "billing", 1_200),
        ("pending", "billing", 2_400),
    ]


def test_a_late_reply_says_how_late_and_a_solve_without_one_says_so() -> None:
    late = run([opened("T1", "11:00"), replied("T1", "13:30")], "14:00", OFFICE)
    [(_, one)] = told(late, at("14:00"))
    assert "first response clock ends 30 min of clock time overdue" in one.lines[-1].effects
    unanswered = run([opened("T1", "10:00"), solved("T1", "10:30")], "14:00", OFFICE)
    [(_, other)] = told(unanswered, at("14:00"))
    closed = "first response clock is closed unanswered by the solve, with 30 min used"
    assert closed in other.lines[-1].effects
