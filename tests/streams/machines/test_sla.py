"""A clock accrues under the terms in force, and is due when all is used."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.machines import sla
from streams.machines.hours import Schedule
from streams.machines.sla import CANCELLED, CLOSED, OPEN, Clock
from streams.machines.terms import Promise
from streams.spans import DAY, HOUR, MINUTE
from tests.vocabulary import at

UTC_ZONE: Final = ZoneInfo("UTC")
ALWAYS: Final = Schedule.always(UTC_ZONE)
OFFICE: Final = Schedule.weekly(UTC_ZONE, dict.fromkeys(range(5), ((9 * 60, 17 * 60),)), name="o")
NEVER: Final = Schedule.weekly(UTC_ZONE, {}, name="never")
PENDING: Final = frozenset({"pending"})
NINE: Final = at("09:00")


def promise(
    target: int, schedule: Schedule = ALWAYS, pauses: frozenset[str] = PENDING, risk: int = HOUR
) -> Promise:
    return Promise("p", target, schedule, pauses, risk)


def clock(promised: Promise | None, phase: str = "open", used: int = 0) -> Clock:
    return sla.begin(1, NINE, NINE, used, None, promised, phase)


def test_a_running_clock_knows_when_it_is_due_and_from_when_at_risk() -> None:
    running = clock(promise(4 * HOUR))
    assert (running.due, running.risk_at) == (at("13:00"), at("12:00"))
    assert clock(promise(4 * HOUR, OFFICE), used=3 * HOUR).due == at("10:00")
    # All of it at risk: from its beginning on.
    assert clock(promise(HOUR)).risk_at == NINE


@pytest.mark.parametrize(
    ("promised", "phase"),
    [(None, "open"), (promise(HOUR), "pending"), (promise(HOUR, NEVER), "open")],
    ids=["no promise", "paused", "never open"],
)
def test_a_clock_that_does_not_run_has_no_due_date(promised: Promise | None, phase: str) -> None:
    still = clock(promised, phase)
    assert (still.due, still.risk_at) == (None, None)
    assert sla.used_at(still, at("fri 09:00")) == 0


def test_used_up_already_it_is_due_where_it_stands_also_outside_hours() -> None:
    saturday = at("sat 12:00")
    for used in (HOUR, 2 * HOUR):
        past = sla.begin(1, NINE, saturday, used, None, promise(HOUR, OFFICE), "open")
        assert (past.due, past.risk_at) == (saturday, saturday)


def test_the_same_terms_change_nothing() -> None:
    running = clock(promise(4 * HOUR))
    assert sla.retarget(running, at("10:00"), promise(4 * HOUR), "open") is running
    assert sla.retarget(running, at("10:00"), promise(4 * HOUR), "on_hold") is running
    closed = sla.stop(running, at("10:00"), CLOSED)
    assert sla.retarget(closed, at("11:00"), promise(HOUR), "open") is closed


def test_a_breach_stays_over_everything() -> None:
    late = sla.breach(clock(promise(HOUR)))
    assert (late.breached, late.due) == (at("10:00"), None)
    assert not sla.verdict_due(late)
    more = sla.retarget(late, at("11:00"), promise(8 * HOUR), "open")
    assert (more.breached, more.due) == (at("10:00"), None)
    again = sla.resume(sla.stop(more, at("12:00"), CLOSED), at("13:00"), promise(8 * HOUR), "open")
    assert (again.breached, again.due, again.instance) == (at("10:00"), None, 2)


def test_stopped_and_resumed_it_goes_on_with_what_was_used() -> None:
    for stage in (CLOSED, CANCELLED):
        stopped = sla.stop(clock(promise(4 * HOUR)), at("10:00"), stage)
        assert (stopped.stage, stopped.used, stopped.due) == (stage, HOUR, None)
        assert sla.used_at(stopped, at("fri 09:00")) == HOUR
        again = sla.resume(stopped, at("14:00"), promise(4 * HOUR), "open")
        assert (again.stage, again.instance, again.due) == (OPEN, 2, at("17:00"))
        assert again.started == NINE


def test_only_an_open_promised_clock_that_has_not_breached_gets_a_verdict() -> None:
    running = clock(promise(HOUR))
    assert sla.verdict_due(running)
    assert not sla.verdict_due(clock(None))
    assert not sla.verdict_due(sla.stop(running, NINE, CANCELLED))
    assert not sla.verdict_due(sla.breach(running))


INSTANTS: Final = st.integers(0, 10 * 24 * 60).map(lambda n: NINE + n * MINUTE)
PROMISES: Final = st.one_of(
    st.none(),
    st.builds(
        promise,
        st.integers(1, 40).map(lambda h: h * HOUR),
        st.sampled_from([ALWAYS, OFFICE]),
    ),
)
CHANGES: Final = st.lists(
    st.tuples(INSTANTS, PROMISES, st.sampled_from(["open", "pending"])), max_size=6
)


@given(CHANGES, INSTANTS)
def test_what_is_used_is_used(changes: list[tuple[int, Promise | None, str]], end: int) -> None:
    """The sum over the stretches, each under the terms in force in it."""
    running, expected, since = clock(promise(40 * HOUR)), 0, NINE
    terms: tuple[Promise | None, str] = (promise(40 * HOUR), "open")
    for when, promised, phase in [*sorted(changes, key=lambda c: c[0]), (end + 10 * DAY, None, "")]:
        now, state = terms
        if now is not None and state not in now.pauses:
            expected += now.schedule.business_time(since, when)
        assert sla.used_at(running, when) == expected
        running = sla.retarget(running, when, promised, phase)
        assert sla.used_at(running, when) == expected
        if running.due is not None and running.promise is not None and running.due > when:
            assert sla.used_at(running, running.due) == running.promise.target
            assert sla.used_at(running, running.due - 1) < running.promise.target
        terms, since = (promised, phase), when
