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


def verdict(seen: Observed, limits: Limits) -> str | None:
    """Why the process must end, as one line; None: it works."""
    if seen.stopping is not None:
        return _over(seen.stopping, limits.stop, "the stop has not come to an end for {:.0f} s")
    return (
        seen.coordination
        or seen.front
        or _over(
            seen.loop_silent, limits.loop_silence, "the event loop has not turned for {:.0f} s"
        )
        or (_moving(seen, limits) if _partitions_move(seen) else _standing(seen, limits))
    )


def _partitions_move(seen: Observed) -> bool:
    return any(at is not None for at in (seen.restoring, seen.rebalancing, seen.recovering))


def _moving(seen: Observed, limits: Limits) -> str | None:
    """While partitions move: a restore may take long as long as it reads."""
    if seen.restoring is not None:
        silence = "the restore has read nothing for {:.0f} s"
        return _over(seen.restoring, limits.restore_silence, silence)
    rebalance = "a rebalance has not come to an end for {:.0f} s"
    recovery = "Faust's recovery has not come to an end for {:.0f} s"
    return _over(seen.rebalancing, limits.rebalance, rebalance) or _over(
        seen.recovering, limits.rebalance, recovery
    )


def _standing(seen: Observed, limits: Limits) -> str | None:
    """While partitions stay: what comes in must be taken, committed and told."""
    untaken = f"{seen.unread} records wait and none was taken for {{:.0f}} s"
    uncommitted = "nothing was committed for {:.0f} s although batches wait for it"
    untold = "Kafka has acknowledged no part for {:.0f} s"
    return (
        _over(seen.no_batch if seen.unread else None, limits.stall, untaken)
        or _over(seen.no_commit if seen.acks_waiting else None, limits.stall, uncommitted)
        or _over(seen.parts_overdue, limits.parts, untold)
    )


def _over(lasts: float | None, limit: float, sentence: str) -> str | None:
    return sentence.format(lasts) if lasts is not None and lasts > limit else None


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
