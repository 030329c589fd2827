"""The life of a ticket: state, milestones and SLA clocks as a fold over its events.

What may be missing, late or doubled, and what happens then: *any event may be the first one seen*.
Creation, status changes, snapshots, removals and restorings show a state; after any other first
event the ticket is `unknown`: no backlog, no clock. Without a known creation there is no
first-response and no resolution sample. A move that `USUAL` does not list is taken and counted.
Late and doubled events are the business of `timeline`. A ticket is forgotten some days after its
last event once it is closed or removed (8 d by default), solved (30 d) or unknown (8 d); an open
one never.

    unknown ──▶ new ⇄ open ⇄ pending ⇄ on_hold ──▶ solved ──▶ closed      (reopened: back)
                 └──────────── merged, spam, deleted ─── restored: back to the state before

Rules: `kpis.md` 2.1, 2.2, 2.4, 2.5, 2.14, 2.15 and `exactness.md` sections 2, 3 and 9.
"""

from streams.machines.ticket.reading import TICKET, clock_status
from streams.machines.ticket.state import TicketState

__all__ = ["TICKET", "TicketState", "clock_status"]
