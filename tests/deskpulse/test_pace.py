"""Event time against the wall clock."""

from __future__ import annotations

import asyncio

from deskpulse.pace import Pace
from streams.spans import MINUTE, SECOND


def test_without_a_speed_nobody_waits() -> None:
    assert Pace(None).wait_s(10**15) == 0


def test_at_speed_sixty_a_minute_takes_a_second() -> None:
    now = 100.0
    pace = Pace(60.0, lambda: now)
    assert pace.wait_s(5 * MINUTE) == 0  # the first sets the start
    assert pace.wait_s(6 * MINUTE) == 1
    now = 100.5
    assert pace.wait_s(6 * MINUTE) == 0.5
    now = 103.0
    assert pace.wait_s(6 * MINUTE) == -2  # late: nobody waits, and nothing is skipped


def test_meanwhile_is_called_while_waiting() -> None:
    calls = 0

    async def meanwhile() -> None:
        nonlocal calls
        calls += 1

    async def wait() -> None:
        pace = Pace(1.0)
        await pace.until_due(0, meanwhile)
        await pace.until_due(SECOND // 5, meanwhile)

    asyncio.run(wait())
    assert calls >= 2
