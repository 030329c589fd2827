"""Which tickets and calls are behind a number: asked of the workers that own them.

A board knows numbers, not subjects. It asks every owner by the URL in its part, one second each,
and says how many of how many answered. An owner looks in its own stages, in its own loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final

import aiohttp
import msgspec

from streams.facts import ContactWaiting, SlaRunning, Standing
from streams.site import Site
from streams.spans import Instant, rfc3339
from streams.stage import MACHINES, Stage
from streams.story import Story, story

STATES: Final = ("at_risk", "breached", "healthy", "paused", "waiting")
MOST: Final = 1_000
OWNER_WITHIN_S: Final = 1.0
_SUBJECTS_A_TURN: Final = 5_000


class Query(msgspec.Struct, frozen=True):
    """What is asked for."""

    queue: str = ""
    """Empty: of every queue."""
    states: frozenset[str] = frozenset({"at_risk", "breached", "waiting"})
    limit: int = 100


class Found(msgspec.Struct, frozen=True, omit_defaults=True):
    """One clock of a ticket, or one waiting contact."""

    subject: str
    state: str
    queue: str
    due: str | None = None
    """When it breaches."""
    since: str | None = None
    """Since when it waits."""
    priority: str | None = None
    target: str | None = None


class Answer(msgspec.Struct, frozen=True):
    """What was found, by due time, and who was asked."""

    subjects: list[Found]
    answered: int
    asked: int


def by_due(found: Iterable[Found]) -> list[Found]:
    """The earliest first: due times, then waiting ones by how long; breached ones have no due."""
    return sorted(found, key=lambda one: (one.due or one.since or "", one.subject))


async def look_up(stages: Mapping[int, Stage], site: Site, query: Query) -> list[Found]:
    """In the loop of the owner; lets others in every few thousand subjects."""
    found: list[Found] = []
    for stage in list(stages.values()):
        closed = {n for n, one in site.plan.calendars.items() if not one.is_open(stage.now)}
        for number, (key, standing) in enumerate(list(stage.standings())):
            found += _matching(key, standing, query, closed)
            if number % _SUBJECTS_A_TURN == _SUBJECTS_A_TURN - 1:
                await asyncio.sleep(0)
    return by_due(found)[: query.limit]


def _matching(
    key: bytes, standing: tuple[Standing, ...], query: Query, closed: set[str]
) -> Iterator[Found]:
    for one in standing:
        found: Found | None = None
        if isinstance(one, SlaRunning):
            resting = one.calendar in closed and one.status in ("healthy", "at_risk")
            found = Found(
                subject=key.decode(), state="paused" if resting else one.status, queue=one.queue,
                due=None if one.due is None else rfc3339(one.due),
                priority=one.priority, target=one.target,
            )  # fmt: skip
        elif isinstance(one, ContactWaiting):
            found = Found(key.decode(), "waiting", one.queue, since=rfc3339(one.since))
        asked = found is not None and query.queue in ("", found.queue)
        if found is not None and asked and found.state in query.states:
            yield found


async def tell(
    stages: Mapping[int, Stage], site: Site, subject: str, wall: Instant | None
) -> Story | None:
    """The ledger of one subject, `kind/id` or `tenant:kind/id`; None where it is not ours.

    In the loop of the owner; lets others in after every partition.
    """
    for stage in list(stages.values()):
        await asyncio.sleep(0)
        key = _key_of(stage, subject)
        if key is not None:
            record = stage.rows[key]
            now = max(stage.now, wall) if wall is not None else stage.now
            return story(MACHINES[record.kind], key.decode(), record, now, site.terms)
    return None


def _key_of(stage: Stage, subject: str) -> bytes | None:
    whole = subject.encode()
    if whole in stage.rows:
        return whole
    tail = b":" + whole
    return next((key for key in stage.rows if key.endswith(tail)), None)


async def ask_all(
    urls: Iterable[str],
    path: str,
    token: str,
    kind: Any,  # noqa: ANN401 - a type msgspec knows
) -> tuple[list[Any], int, int]:
    """Ask every owner at once: what those that know say, how many answered, how many were asked.

    An owner that answers "not mine" has answered; one that says what is not of `kind` has not.
    """
    asked = sorted(set(urls))
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    limit = aiohttp.ClientTimeout(total=OWNER_WITHIN_S)
    async with aiohttp.ClientSession(timeout=limit, headers=headers) as session:
        answers = await asyncio.gather(*(_ask(session, url + path, kind) for url in asked))
    known = [body for status, body in answers if status == HTTPStatus.OK]
    return known, sum(status is not None for status, _ in answers), len(asked)


async def _ask(session: aiohttp.ClientSession, url: str, kind: Any) -> tuple[int | None, Any]:  # noqa: ANN401
    try:
        async with session.get(url) as answer:
            if answer.status == HTTPStatus.OK:
                return answer.status, msgspec.json.decode(await answer.read(), type=kind)
            return (answer.status if answer.status == HTTPStatus.NOT_FOUND else None), None
    except (aiohttp.ClientError, TimeoutError, msgspec.MsgspecError):
        return None, None
