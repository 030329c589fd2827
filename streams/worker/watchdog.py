"""Ends a process that no longer works but would not end by itself.

Faust can stop without exiting: a recovery step that times out ends recovery for good, errors of the
group coordinator are never read, a hung loop answers nothing. A worker that ended is started again
by its supervisor and restores in seconds; one that hangs shows old numbers for ever.

`verdict` is a pure function of what was observed; the thread around it looks once a second. It is a
thread, because a watchdog in the loop it watches hangs with it.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog

log = structlog.get_logger(__name__)

LOOK_EVERY_S: Final = 1.0
EXIT_CODE: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long something may last, in seconds."""

    rebalance: float
    restore_silence: float
    loop_silence: float
    stall: float
    parts: float
    stop: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What the watchdog sees; every time is "for so many seconds", None: not at all."""

    coordination: str | None = None
    """Why the group membership has ended."""
    rebalancing: float | None = None
    recovering: float | None = None
    """Faust's recovery of tables."""
    restoring: float | None = None
    """Since the last changelog record of our own restore."""
    loop_silent: float = 0.0
    unread: int = 0
    """Source records that wait."""
    no_batch: float = 0.0
    acks_waiting: int = 0
    no_commit: float = 0.0
    parts_overdue: float | None = None
    """Since the last part Kafka acknowledged, while there is a partition to send for."""
    front: str | None = None
    """Why the site or the reader of parts has ended."""
    stopping: float | None = None


def verdict(seen: Observed, limits: Limits) -> str | None:  # noqa: C901, PLR0911 - one line a case
    """Why the process must end, as one line; None: it works."""
    if seen.stopping is not None:
        if seen.stopping > limits.stop:
            return f"the stop has not come to an end for {seen.stopping:.0f} s"
        return None
    if seen.coordination is not None:
        return seen.coordination
    if seen.front is not None:
        return seen.front
    if seen.loop_silent > limits.loop_silence:
        return f"the event loop has not turned for {seen.loop_silent:.0f} s"
    if seen.restoring is not None:
        if seen.restoring > limits.restore_silence:
            return f"the restore has read nothing for {seen.restoring:.0f} s"
        return None
    if seen.rebalancing is not None and seen.rebalancing > limits.rebalance:
        return f"a rebalance has not come to an end for {seen.rebalancing:.0f} s"
    if seen.recovering is not None and seen.recovering > limits.rebalance:
        return f"Faust's recovery has not come to an end for {seen.recovering:.0f} s"
    if seen.rebalancing is not None or seen.recovering is not None:
        return None
    if seen.unread and seen.no_batch > limits.stall:
        return f"{seen.unread} records wait and none was taken for {seen.no_batch:.0f} s"
    if seen.acks_waiting and seen.no_commit > limits.stall:
        return f"nothing was committed for {seen.no_commit:.0f} s although batches wait for it"
    if seen.parts_overdue is not None and seen.parts_overdue > limits.parts:
        return f"Kafka has acknowledged no part for {seen.parts_overdue:.0f} s"
    return None


class Watchdog(threading.Thread):
    """Looks once a second; on a verdict it says so and ends the process."""

    def __init__(
        self,
        observe: Callable[[], Observed],
        limits: Limits,
        end: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__(name="watchdog", daemon=True)
        self._observe = observe
        self._limits = limits
        self._end = end or end_process
        self._over = threading.Event()

    def run(self) -> None:
        """The loop of the thread."""
        failures = 0
        while not self._over.wait(LOOK_EVERY_S):
            try:
                reason = verdict(self._observe(), self._limits)
                failures = 0
            except Exception as error:  # noqa: BLE001 - half-built or half-closed objects, or a bug
                failures += 1
                reason = None
                if failures > self._limits.stall / LOOK_EVERY_S:
                    reason = f"the watchdog can no longer look: {error!r}"
            if reason is not None:
                self._end(reason)
                return

    def stop(self) -> None:
        """The process is about to end in order."""
        self._over.set()


def end_process(reason: str) -> None:
    """Say why, and end. No clean-up: whatever hangs would hang that, too."""
    log.critical("worker.ended", reason=reason)
    sys.stderr.flush()
    os._exit(EXIT_CODE)
