"""The ServiceNow log counted by other means: SQL over the CSV, and a plain loop for the promises.

Nothing of the product is used here. What it must say at an instant: tickets created, resolved and
reopened so far, open ones by queue, priority and state, resolution times, and for one promise in
office hours (`PROMISE`) the verdicts and the clocks that still run. Times are whole minutes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

import duckdb

PROMISE: Final = """
clock: events
calendars: {office: {timezone: UTC, hours: {mon-fri: ["08:00-12:00", "13:00-17:00"]}}}
calendar: office
sla: [{name: everyone, targets: {resolution: 16h}}]
windows: {tickets: [4h, 7d], sla: [7d]}
"""
TARGET: Final = 16 * 60
"""Minutes of office time to the solve; `pending` stops the clock."""
AT_RISK: Final = 4 * 60
"""A quarter of the target is left."""

ACTIVE: Final = ("new", "open", "pending", "on_hold")
_EPOCH: Final = datetime(2016, 1, 1)  # noqa: DTZ001 - all of the log is UTC
_MINUTE: Final = timedelta(minutes=1)
_DAYS: Final = 400


class Expected(NamedTuple):
    """What must be shown at an instant."""

    created: int
    resolved: int
    reopened: int
    open: Counter[tuple[str, str, str]]
    """By queue, priority and state."""
    resolutions: int
    resolution_s: int
    verdicts: Counter[str]
    """met, breached."""
    running: Counter[str]
    """Clocks by status: healthy, at_risk, breached, paused."""


class Incidents:
    """The log, loaded once."""

    def __init__(self, csv: Path) -> None:
        self._sql = duckdb.connect()
        self._sql.execute(
            """
            create table rows as
            with entries as (
                select *, row_number() over () as place,
                    strptime(sys_updated_at, '%d-%m-%Y %H:%M') as updated,
                    strptime(opened_at, '%d-%m-%Y %H:%M') as opened
                from read_csv(?, all_varchar=true)
            )
            select number, updated,
                first_value(opened) over life as opened,
                row_number() over life as position,
                case incident_state
                    when 'New' then 'new' when 'Active' then 'open'
                    when 'Awaiting User Info' then 'pending'
                    when 'Awaiting Problem' then 'on_hold' when 'Awaiting Vendor' then 'on_hold'
                    when 'Awaiting Evidence' then 'on_hold'
                    when 'Resolved' then 'solved' when 'Closed' then 'closed'
                    else 'open' end as state,
                case assignment_group when '?' then 'unassigned'
                    else replace(lower(assignment_group), ' ', '-') end as queue,
                case left(priority, 1) when '1' then 'urgent' when '2' then 'high'
                    when '4' then 'low' else 'normal' end as priority
            from entries
            window life as (
                partition by number order by updated, sys_mod_count::int, place
                rows between unbounded preceding and unbounded following
            )
            """,
            [str(csv)],
        )
        self._sql.execute(
            """
            create table moves as
            select *, coalesce(lag(state) over (partition by number order by position), 'new')
                as before
            from rows
            """
        )
        self._office = _office_minutes()

    def instants(self, count: int) -> list[datetime]:
        """So many instants spread over the changes of the log, and its last one."""
        times = [row[0] for row in self._fetch("select distinct updated from rows order by 1")]
        return [times[len(times) * place // count] for place in range(1, count)] + [times[-1]]

    def at(self, now: datetime) -> Expected:
        """What must be shown at `now`."""
        created = self._one("select count(distinct number) from rows where opened <= $now", now)
        resolved, reopened = self._fetch(
            """
            select
                count(*) filter (state <> before and (
                    state = 'solved' or state = 'closed' and before <> 'solved'
                ) and not (state = 'solved' and before = 'closed')),
                count(*) filter (
                    before in ('solved', 'closed') and state not in ('solved', 'closed')
                )
            from moves where updated <= $now
            """,
            now,
        )[0]
        standing = self._fetch(
            """
            select queue, priority, state, count(*) from (
                select number, arg_max(queue, position) as queue,
                    arg_max(priority, position) as priority, arg_max(state, position) as state
                from (
                    select * from rows where updated <= $now and opened <= $now
                    union all
                    select * replace (0 as position, 'new' as state) from rows
                    where position = 1 and opened <= $now
                ) group by number
            ) where state not in ('solved', 'closed') group by all
            """,
            now,
        )
        lives = [life for life in self._lives(now) if life]
        samples = [sample for life in lives if (sample := _resolution(life)) is not None]
        verdicts: Counter[str] = Counter()
        running: Counter[str] = Counter()
        for life in lives:
            self._promise(life, now, verdicts, running)
        return Expected(
            created,
            resolved,
            reopened,
            Counter({(queue, priority, state): n for queue, priority, state, n in standing}),
            len(samples),
            sum(samples),
            verdicts,
            running,
        )

    def _lives(self, now: datetime) -> list[list[tuple[datetime, str]]]:
        """For every ticket created by `now`: (since, state), from its creation on."""
        lives: dict[str, list[tuple[datetime, str]]] = {}
        for number, opened, updated, state in self._fetch(
            """
            select number, opened, updated, state from rows where opened <= $now
            order by number, position
            """,
            now,
        ):
            life = lives.setdefault(number, [(opened, "new")])
            if updated <= now:
                if updated < opened:  # told of before the creation: its state at the creation
                    life[0] = (opened, state)
                elif state != life[-1][1]:
                    life.append((updated, state))
        return list(lives.values())

    def _promise(
        self,
        life: list[tuple[datetime, str]],
        now: datetime,
        verdicts: Counter[str],
        running: Counter[str],
    ) -> None:
        """Follow one clock: it runs in office time, stands while pending, ends with a solve."""
        used = 0
        breached = False
        due: int | None = None
        spans = [*pairwise(life), (life[-1], (now, ""))]
        for (since, state), (until, following) in spans:
            if state not in ACTIVE:
                continue
            due = None
            if state != "pending" and not breached:
                due = self._due(_minute(since), TARGET - used)
                if due < _minute(until):
                    breached = True
                    verdicts["breached"] += 1
                used += self._office_time(_minute(since), _minute(until))
            if following in {"solved", "closed"} and not breached:
                verdicts["met"] += 1
        if life[-1][1] in ACTIVE:
            if breached:
                running["breached"] += 1
            elif life[-1][1] == "pending" or not self._is_open(_minute(now)):
                running["paused"] += 1
            else:
                running["at_risk" if TARGET - used <= AT_RISK else "healthy"] += 1

    def _office_time(self, start: int, end: int) -> int:
        return bisect_left(self._office, end) - bisect_left(self._office, start)

    def _due(self, start: int, minutes: int) -> int:
        """The end of the minute in which the time is used up; at once when none is left."""
        if minutes <= 0:
            return start
        return self._office[bisect_left(self._office, start) + minutes - 1] + 1

    def _is_open(self, minute: int) -> bool:
        place = bisect_left(self._office, minute)
        return place < len(self._office) and self._office[place] == minute

    def _fetch(self, query: str, now: datetime | None = None) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self._sql.execute(
            query, None if now is None else {"now": now}
        ).fetchall()
        return rows

    def _one(self, query: str, now: datetime) -> int:
        value: int = self._fetch(query, now)[0][0]
        return value


def _resolution(life: list[tuple[datetime, str]]) -> int | None:
    """Seconds from the creation to the last solve, less the time it was solved in between."""
    done = {"solved", "closed"}
    elapsed = solved = timedelta()
    sample: timedelta | None = None
    for (since, state), (until, following) in pairwise(life):
        length = until - since
        elapsed += length
        if state in done:
            solved += length
        elif following in done:
            sample = elapsed - solved
    return None if sample is None else int(sample.total_seconds())


def _minute(at: datetime) -> int:
    return (at - _EPOCH) // _MINUTE


def _office_minutes() -> list[int]:
    """Every minute of the office, in order."""
    minutes: list[int] = []
    for day in range(_DAYS):
        if (_EPOCH + timedelta(days=day)).weekday() < 5:  # Monday to Friday
            for opens, closes in ((8, 12), (13, 17)):
                start = day * 24 * 60
                minutes += range(start + opens * 60, start + closes * 60)
    return minutes
