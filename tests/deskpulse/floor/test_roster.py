"""Shifts follow the load; somebody is there whenever it is open."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from deskpulse.floor.roster import HALF_HOUR, enough_for_calls, enough_for_tickets, plan
from deskpulse.floor.shape import ordinary, weekday
from streams.spans import DAY, HOUR, Instant


@given(peak=st.floats(0, 60), opens=st.integers(0, 20), hours=st.integers(1, 24))
def test_at_every_half_hour_enough_people_are_there_and_nobody_after_closing(
    peak: float, opens: int, hours: int
) -> None:
    day = (opens * HALF_HOUR, opens * HALF_HOUR + hours * HALF_HOUR)

    def load(at: Instant) -> float:
        return peak * ordinary(at)

    shifts = plan(load, 0, enough_for_calls, day)
    for start in range(*day, HALF_HOUR):
        there = sum(shift.start <= start < shift.end for shift in shifts)
        assert there >= max(1, enough_for_calls(load(start + HALF_HOUR // 2)))
    assert max(shift.end for shift in shifts) <= day[1]
    assert list(shifts) == sorted(shifts, key=lambda shift: shift.start)


@given(st.floats(0, 500), st.floats(0, 500))
def test_more_work_never_needs_fewer_people(one: float, other: float) -> None:
    less, more = sorted((one, other))
    assert enough_for_calls(less) <= enough_for_calls(more)
    assert enough_for_tickets(less) <= enough_for_tickets(more)


def test_the_day_is_busiest_in_the_late_morning_and_the_week_on_monday() -> None:
    monday = 4 * DAY  # 1970-01-05
    assert weekday(monday) == 0
    hours = [ordinary(monday + hour * HOUR) for hour in range(24)]
    assert max(range(24), key=hours.__getitem__) == 10
    days = [ordinary(monday + day * DAY + 10 * HOUR) for day in range(7)]
    assert max(range(7), key=days.__getitem__) == 0
    assert max(days[5:]) < min(days[:5]) / 2
