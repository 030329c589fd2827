"""A support floor that never ends: tickets, calls, chats, agents, surveys, in one seeded play.

`clockwork` runs the lives; `shape` says how busy it is, `roster` and `people` who is there, `bench`
where work waits; `tickets` and `contacts` are what happens to one; `pen` writes it down and
`delivery` loses nothing but order and patience. `site` holds the shop's own numbers, `floor` puts
it together. Everything is pure: a seed and a start in, events in the order of sending out.
"""

from __future__ import annotations

from deskpulse.floor.floor import DEFAULT_RATE, Floor, Sent

__all__ = ["DEFAULT_RATE", "Floor", "Sent"]
