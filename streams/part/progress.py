"""How far a partition has read, and so what time it is there."""

from __future__ import annotations

from streams.spans import Instant


class Progress:
    """The largest event time read, by source topic; heartbeats count, rejected events do not.

    `clock: wall`: the wall clock while the partition is caught up, otherwise the largest time read,
    and never above the wall clock: a lagging worker breaches nobody whose reply it has not read.
    `clock: events`: the smallest over the topics that have had an event or a heartbeat.
    Never back (`exactness.md` section 4).
    """

    __slots__ = ("_read", "_wall_clock", "now")

    def __init__(self, *, wall_clock: bool, floor: Instant) -> None:
        self._wall_clock = wall_clock
        self._read: dict[int, Instant] = {}
        self.now = floor
        """Partition time when last asked for."""

    def read(self, topic: int, at: Instant) -> None:
        """An event or heartbeat of this time was read."""
        if at > self._read.get(topic, at - 1):
            self._read[topic] = at

    def time(self, wall: Instant | None, *, caught_up: bool) -> Instant:
        """Partition time now; under `clock: wall` it stands still while `wall` is None."""
        if not self._wall_clock:
            at = min(self._read.values(), default=self.now)
        elif wall is None:
            at = self.now
        elif caught_up:
            at = wall
        else:
            at = min(max(self._read.values(), default=self.now), wall)
        self.now = max(self.now, at)
        return self.now
