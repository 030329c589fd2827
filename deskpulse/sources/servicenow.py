"""ServiceNow incidents: the audit log, one row an update, as ticket events.

The rows of one incident, ordered by (`sys_updated_at`, `sys_mod_count`, place in the file), are one
ticket; what changed from one row to the next are its events. `opened_at` is the creation. There
are no messages in the log, so no first response. Times are UTC, to the minute. `?` means none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from deskpulse.sources.order import in_order, short_name
from deskpulse.sources.table import BadRow, Imported, Row, Unreadable, rows, slug
from streams.events.ticket import (
    Created,
    Moved,
    Relabelled,
    StatusCategory,
    StatusChanged,
    TicketAssigned,
    TicketCreated,
    TicketPriorityChanged,
    TicketQueueChanged,
    TicketStatusChanged,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from deskpulse.pseudonyms import Pseudonyms
    from streams.events import Data, Event

SOURCE: Final = "/servicenow/import"
COLUMNS: Final = (
    "number",
    "incident_state",
    "sys_mod_count",
    "caller_id",
    "opened_at",
    "sys_updated_at",
    "contact_type",
    "category",
    "priority",
    "assignment_group",
    "assigned_to",
)

CHANNELS: Final = {"phone": "voice", "ivr": "voice", "email": "email", "self service": "web"}
OTHER_CHANNEL: Final = "api"
STATES: Final[dict[str, StatusCategory]] = {
    "new": "new",
    "active": "open",
    "awaiting user info": "pending",
    "awaiting problem": "on_hold",
    "awaiting vendor": "on_hold",
    "awaiting evidence": "on_hold",
    "resolved": "solved",
    "closed": "closed",
}
OTHER_STATE: Final[StatusCategory] = "open"
PRIORITIES: Final = {"1": "urgent", "2": "high", "3": "normal", "4": "low"}
UNKNOWN_PRIORITY: Final = "normal"

_NONE: Final = frozenset({"", "?"})
_FORM: Final = "%d-%m-%Y %H:%M"
_READABLE: Final = "dd-mm-yyyy hh:mm"


class Update(NamedTuple):
    """One row, understood. Sorts as the rows of an incident do."""

    at: datetime
    revision: int
    place: int
    number: str
    opened: datetime
    status: StatusCategory
    state: str
    channel: str
    queue: str | None
    priority: str | None
    category: str | None
    caller: str | None
    assignee: str | None


def read(lines: Iterable[str], pseudonyms: Pseudonyms) -> Imported:
    """The events of an incident log, sorted by (time, subject, sequence, type)."""
    incidents: dict[str, list[Update]] = {}
    unreadable: list[Unreadable] = []
    for place, row in enumerate(rows(lines, COLUMNS)):
        if isinstance(row, Unreadable):
            unreadable.append(row)
            continue
        try:
            update = _update(row, place, pseudonyms)
        except BadRow as problem:
            unreadable.append(Unreadable(row.line, str(problem)))
        else:
            incidents.setdefault(update.number, []).append(update)
    events = [event for updates in incidents.values() for event in ticket(sorted(updates))]
    return Imported(in_order(events), unreadable)


def ticket(updates: list[Update]) -> Iterator[Event]:
    """The events of one incident from its updates in order."""
    first = updates[0]
    creation = Created(
        created_by="customer",
        channel=first.channel,
        queue=first.queue,
        priority=first.priority,
        category=first.category,
        customer_id=first.caller,
    )
    yield _event(TicketCreated, creation, first, 1, first.opened)
    before = first._replace(status="new", assignee=None)
    for position, update in enumerate(updates, start=1):
        for kind, data in _changes(before, update):
            yield _event(kind, data, update, position, update.at)
        before = update


def _changes(before: Update, now: Update) -> Iterator[tuple[type[Event], Data]]:
    if now.status != before.status:
        yield (
            TicketStatusChanged,
            StatusChanged(to=now.status, from_=before.status, status=now.state),
        )
    if now.queue != before.queue:
        yield TicketQueueChanged, Moved(to=now.queue, from_=before.queue)
    if now.assignee != before.assignee:
        yield TicketAssigned, Moved(to=now.assignee, from_=before.assignee)
    if now.priority != before.priority:
        yield (
            TicketPriorityChanged,
            Relabelled(to=now.priority or UNKNOWN_PRIORITY, from_=before.priority),
        )


def _event(kind: type[Event], data: Data, update: Update, position: int, at: datetime) -> Event:
    return kind(
        id=f"{update.number}-{position}-{short_name(kind)}",
        source=SOURCE,
        time=at,
        subject=f"ticket/{update.number}",
        sequence=str(position),
        data=data,
    )


def _update(row: Row, place: int, pseudonyms: Pseudonyms) -> Update:
    state = row.text("incident_state")
    group = _given(row, "assignment_group")
    caller = _given(row, "caller_id")
    return Update(
        at=row.time("sys_updated_at", _FORM, _READABLE),
        revision=row.number("sys_mod_count"),
        place=place,
        number=row.needed("number"),
        opened=row.time("opened_at", _FORM, _READABLE),
        status=STATES.get(state.lower(), OTHER_STATE),
        state=state,
        channel=CHANNELS.get(row.text("contact_type").lower(), OTHER_CHANNEL),
        queue=slug(group) if group else None,
        priority=PRIORITIES.get(row.text("priority").partition(" ")[0]),
        category=_given(row, "category"),
        caller=pseudonyms.customer(caller) if caller else None,
        assignee=_given(row, "assigned_to"),
    )


def _given(row: Row, column: str) -> str | None:
    text = row.text(column)
    return None if text in _NONE else text
