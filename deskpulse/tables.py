"""Figures as tables for people: what is now, what was in each window, what was promised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.table import Table
from rich.text import Text

from streams.counts import kpis

if TYPE_CHECKING:
    from deskpulse.figures import Figures

NOTHING: Final = "-"
_MINUTE_S: Final = 60
_HOUR_S: Final = 3_600
_DAY_S: Final = 86_400

STATES: Final = ("new", "open", "pending", "on_hold")
FLOWS: Final = ("created", "resolved", "reopened", "escalated")
TICKET_MEASURES: Final = ("first_response", "next_response", "resolution")
CONTACT_MEASURES: Final = ("contact_wait", "contact_handle")


def lasting(length_s: float | None) -> str:
    """A length as people say it: `45 s`, `12:30 min`, `3:05 h`, `4.2 d`."""
    if length_s is None:
        return NOTHING
    whole = round(length_s)
    if whole < _MINUTE_S:
        return f"{whole} s"
    if whole < _HOUR_S:
        return f"{whole // _MINUTE_S}:{whole % _MINUTE_S:02d} min"
    if whole < _DAY_S:
        return f"{whole // _HOUR_S}:{whole % _HOUR_S // _MINUTE_S:02d} h"
    return f"{length_s / _DAY_S:.1f} d"


def share(ratio: float | None) -> str:
    """A share in percent, to one decimal."""
    return NOTHING if ratio is None else f"{100 * ratio:.1f} %"


def number(count: int, *, alarming: str = "") -> Text:
    """A count; nothing stands out less than a zero, and what alarms stands out more."""
    if not count:
        return Text(NOTHING, style="dim")
    return Text(str(count), style=alarming)


def queues_of(figures: Figures) -> list[str]:
    """Every queue that anything is known of."""
    known: set[str] = set()
    for kpi in (kpis.OPEN_TICKETS, kpis.QUEUE_WAITING, kpis.WINDOW_TICKETS, kpis.WINDOW_CONTACTS):
        known.update(figures.values(kpi, "queue"))
    return sorted(known)


def now_table(figures: Figures) -> Table:
    """What stands now: tickets by state, what is at risk, who waits and how long."""
    table = _table("Now", "queue")
    for column in (*STATES, "unassigned", "oldest", "at risk", "breached", "waiting", "longest"):
        table.add_column(column.replace("_", " "), justify="right")
    for queue in queues_of(figures):
        states = [figures.count(kpis.OPEN_TICKETS, queue=queue, state=state) for state in STATES]
        oldest = figures.largest(kpis.OLDEST_OPEN, queue=queue)
        longest = figures.largest(kpis.LONGEST_WAIT, queue=queue)
        waiting = figures.count(kpis.QUEUE_WAITING, queue=queue)
        row = [*(number(count) for count in states)]
        row.append(number(figures.count(kpis.UNASSIGNED_TICKETS, queue=queue)))
        row.append(Text(lasting(oldest or None)))
        row += _alarming(figures, queue)
        row += [number(waiting, alarming="bold"), Text(lasting(longest or None))]
        if any(cell.plain != NOTHING for cell in row):
            table.add_row(queue, *row)
    return table


def wall_table(figures: Figures) -> Table:
    """One glance: who waits, what will breach, how well it goes."""
    table = _table("", "queue")
    for column in (
        "backlog",
        "no reply yet",
        "at risk",
        "breached",
        "kept 4h",
        "waiting",
        "longest wait",
        "service level 30m",
        "abandoned 30m",
    ):
        table.add_column(column, justify="right")
    for queue in queues_of(figures):
        served = figures.served("30m", queue=queue)
        table.add_row(
            queue,
            number(figures.count(kpis.OPEN_TICKETS, queue=queue)),
            number(figures.count(kpis.AWAITING_FIRST, queue=queue)),
            *_alarming(figures, queue),
            share(figures.compliance("4h", queue=queue)),
            number(figures.count(kpis.QUEUE_WAITING, queue=queue), alarming="bold"),
            lasting(figures.largest(kpis.LONGEST_WAIT, queue=queue) or None),
            share(served.service_level),
            share(served.abandonment),
        )
    return table


def tickets_table(figures: Figures) -> Table:
    """Tickets in each window."""
    table = _table("Tickets", "queue", "window")
    for column in (*FLOWS, "first response", "next response", "resolution"):
        table.add_column(column, justify="right")
    for queue in queues_of(figures):
        for window in _windows(figures, kpis.WINDOW_TICKETS):
            flows = [
                figures.count(kpis.WINDOW_TICKETS, queue=queue, window=window, flow=flow)
                for flow in FLOWS
            ]
            means = [figures.mean(measure, window, queue=queue) for measure in TICKET_MEASURES]
            if any(flows) or any(mean is not None for mean in means):
                table.add_row(queue, window, *map(number, flows), *map(lasting, means))
    return table


def contacts_table(figures: Figures) -> Table:
    """Calls and chats in each window, by where they left the queue."""
    table = _table("Calls and chats", "queue", "window")
    for column in (
        "answered",
        "abandoned",
        "short",
        "flowed out",
        "callback",
        "service level",
        "abandonment",
        "speed of answer",
        "handle time",
    ):
        table.add_column(column, justify="right")
    for queue in queues_of(figures):
        for window in _windows(figures, kpis.WINDOW_CONTACTS):
            served = figures.served(window, queue=queue)
            counts = served[:5]
            if not any(counts):
                continue
            table.add_row(
                queue,
                window,
                *map(number, counts),
                share(served.service_level),
                share(served.abandonment),
                *(
                    lasting(figures.mean(measure, window, queue=queue))
                    for measure in CONTACT_MEASURES
                ),
            )
    return table


def sla_table(figures: Figures) -> Table:
    """Promises: clocks that run now, verdicts in each window."""
    table = _table("Promises", "queue", "target")
    for status in ("healthy", "at risk", "breached", "paused"):
        table.add_column(status, justify="right")
    windows = _windows(figures, kpis.WINDOW_SLA)
    for window in windows:
        table.add_column(f"kept {window}", justify="right")
    for queue in figures.values(kpis.SLA_OPEN, "queue"):
        for target in figures.values(kpis.SLA_OPEN, "target"):
            labels = {"queue": queue, "target": target}
            running = [
                figures.count(kpis.SLA_OPEN, status=status, **labels)
                for status in ("healthy", "at_risk", "breached", "paused")
            ]
            kept = [figures.compliance(window, **labels) for window in windows]
            if any(running) or any(one is not None for one in kept):
                table.add_row(
                    queue, target.replace("_", " "), *map(number, running), *map(share, kept)
                )
    return table


def _alarming(figures: Figures, queue: str) -> list[Text]:
    """How many promises of a queue are at risk, and how many are broken."""
    return [
        number(figures.count(kpis.SLA_OPEN, queue=queue, status=status), alarming=colour)
        for status, colour in (("at_risk", "yellow"), ("breached", "red"))
    ]


def _windows(figures: Figures, kpi: kpis.Kpi) -> list[str]:
    """The windows of a metric, shortest first as far as their names tell."""
    units = {"m": _MINUTE_S, "h": _HOUR_S, "d": _DAY_S}
    names = figures.values(kpi, "window")
    return sorted(
        names,
        key=lambda name: int(name[:-1]) * units[name[-1]] if name[:-1].isdigit() else _DAY_S - 1,
    )


def _table(title: str, *first: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in first:
        table.add_column(column, no_wrap=True)
    return table
