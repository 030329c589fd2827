"""The site: numbers for machines and people, on one port, up before the first restore.

    /metrics            text, or OpenMetrics where the Accept header asks for it
    /healthz /readyz    the process is alive · it shows everything it should
    /                   a plain page of the board
    /api/board          everything the board shows
    /api/subjects       which tickets and calls are behind a number, asked of their owners
    /api/subjects/{kind}/{id}   the ledger of one
    /api/owned/…        the same of what this worker owns; what boards ask

`/api` takes a bearer token when one is configured, and must have one beyond loopback. It runs in
the front thread: a scrape reads a snapshot and keeps no batch waiting.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import quote, urlencode

import msgspec
from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from streams.gauges import gauges
from streams.metrics import Shown
from streams.spans import rfc3339
from streams.worker import clock, subjects
from streams.worker.page import page
from streams.worker.show import Show
from streams.worker.subjects import MOST, STATES, Answer, Found, Query

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Owner = Callable[[Callable[[], Awaitable[Any]]], Awaitable[Any]]
"""Runs something in the loop that owns the stages."""

_JSON: Final = "application/json"
_NUMBER: Final = re.compile(r"[0-9]{1,4}")


class Pages:
    """The handlers. `stages` and `run_there` are None where there is no worker."""

    def __init__(
        self,
        show: Show,
        token: str,
        stages: Callable[[], dict[int, Any]] | None = None,
        run_there: Owner | None = None,
    ) -> None:
        self.show = show
        self._token = token
        self._stages = stages
        self._run_there = run_there
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(Shown(show.site.plan, show.snapshot, show.now))

    def application(self) -> web.Application:
        """The aiohttp application."""
        app = web.Application(middlewares=[self._guard])
        app.add_routes(
            [
                web.get("/", self.front),
                web.get("/metrics", self.metrics),
                web.get("/healthz", self.healthz),
                web.get("/readyz", self.readyz),
                web.get("/api/board", self.board),
                web.get("/api/subjects", self.all_subjects),
                web.get("/api/subjects/{kind}/{ident:.+}", self.one_subject),
                web.get("/api/owned/subjects", self.own_subjects),
                web.get("/api/owned/subjects/{kind}/{ident:.+}", self.own_subject),
            ]
        )
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if self._token and request.path.startswith("/api"):
            given = request.headers.get("Authorization", "")
            # aiohttp hands on bytes that are no text as surrogates.
            known = hmac.compare_digest(
                given.encode(errors="surrogateescape"), f"Bearer {self._token}".encode()
            )
            if not known:
                answer = _json({"error": "a bearer token is needed"}, status=401)
                answer.headers["WWW-Authenticate"] = "Bearer"
                return answer
        return await handler(request)

    async def metrics(self, request: web.Request) -> web.Response:
        """Everything, as Prometheus asks for it."""
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return web.Response(body=encode(self._registry), headers={"Content-Type": content_type})

    async def healthz(self, request: web.Request) -> web.Response:
        """The process is alive."""
        return web.Response(text="ok\n")

    async def readyz(self, request: web.Request) -> web.Response:
        """Ready, or why not."""
        why = self.show.waiting_for
        return web.Response(
            text=f"not ready: {why}\n" if why else "ready\n", status=503 if why else 200
        )

    async def front(self, request: web.Request) -> web.Response:
        """The board, for people."""
        shown = self.show
        text = page(shown.site, shown.reading, shown.now(), shown.not_shown, shown.stale())
        return web.Response(text=text, content_type="text/html")

    async def board(self, request: web.Request) -> web.Response:
        """Everything the board shows, by queue."""
        shown, now = self.show, self.show.now()
        queues: dict[str, dict[str, list[dict[str, Any]]]] = {}
        if shown.reading is not None:
            for kpi, values in gauges(shown.reading, shown.site.plan, now):
                for labels, value in values.items():
                    named = dict(zip(kpi.labels, labels, strict=True))
                    queue = queues.setdefault(named.pop("queue"), {})
                    queue.setdefault(kpi.name, []).append({**named, "value": value})
        return _json(
            {
                "site": shown.site.name,
                "at": rfc3339(now),
                "not_shown": shown.not_shown or None,
                "part_age_s": {str(p): round(age, 3) for p, age in shown.ages().items()},
                "stale": shown.stale(),
                "queues": queues,
            }
        )

    # --- subjects ------------------------------------------------------------------------------

    async def all_subjects(self, request: web.Request) -> web.Response:
        """Of the whole site: every owner is asked."""
        query = _query(request)
        path = f"/api/owned/subjects?{_asking(query)}"
        known, answered, asked = await subjects.ask_all(
            self._owners(), path, self._token, list[Found]
        )
        found = subjects.by_due(one for owned in known for one in owned)
        return _json(Answer(found[: query.limit], answered, asked))

    async def one_subject(self, request: web.Request) -> web.Response:
        """The ledger of one subject, from whoever owns it."""
        kind, ident = (quote(request.match_info[part], safe="") for part in ("kind", "ident"))
        path = f"/api/owned/subjects/{kind}/{ident}"
        known, answered, asked = await subjects.ask_all(self._owners(), path, self._token, Any)
        if known:
            return _json(known[0])
        what = f"no owner knows it; {answered} of {asked} answered"
        return _json({"error": what}, status=404 if answered == asked else 503)

    async def own_subjects(self, request: web.Request) -> web.Response:
        """Of this worker alone."""
        query, site = _query(request), self.show.site
        return _json(await self._there(lambda: subjects.look_up(self._own(), site, query)))

    async def own_subject(self, request: web.Request) -> web.Response:
        """The ledger of a subject that this worker owns."""
        site = self.show.site
        subject = f"{request.match_info['kind']}/{request.match_info['ident']}"
        wall = clock.now() if site.wall_clock else None
        told = await self._there(lambda: subjects.tell(self._own(), site, subject, wall))
        return _json({"error": "not mine"}, status=404) if told is None else _json(told)

    def _owners(self) -> list[str]:
        reader = self.show.reader
        heads = reader.heads.values() if reader is not None else ()
        return [head.url for head in heads if head.url]

    def _own(self) -> dict[int, Any]:
        """The stages; to be asked for in the loop that owns them, where partitions come and go."""
        return self._stages() if self._stages is not None else {}

    async def _there(self, what: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401
        return await (what() if self._run_there is None else self._run_there(what))


def _query(request: web.Request) -> Query:
    states = [one for one in request.query.get("state", "").split(",") if one]
    wrong = [one for one in states if one not in STATES]
    if wrong:
        raise _refused(f"state: {', '.join(wrong)} is none of {', '.join(STATES)}")
    given = request.query.get("limit", "100")
    # What is longer than the largest is not even made a number of: Python refuses 5 000 digits.
    number = int(given) if _NUMBER.fullmatch(given) else 0
    if not 1 <= number <= MOST:
        raise _refused(f"limit: a number from 1 to {MOST}")
    wanted = frozenset(states) or Query().states
    return Query(request.query.get("queue", ""), wanted, number)


def _asking(query: Query) -> str:
    """A question as owners are asked it."""
    states = ",".join(sorted(query.states))
    return urlencode({"queue": query.queue, "state": states, "limit": query.limit})


def _refused(why: str) -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text=msgspec.json.encode({"error": why}).decode(), content_type=_JSON)


def _json(what: Any, status: int = 200) -> web.Response:  # noqa: ANN401 - whatever msgspec encodes
    return web.Response(body=msgspec.json.encode(what), status=status, content_type=_JSON)


async def serve(application: web.Application, host: str, port: int) -> tuple[web.AppRunner, int]:
    """Listen; the runner to clean up with, and the port in use. Raises OSError."""
    runner = web.AppRunner(application, access_log=None, handle_signals=False)
    await runner.setup()
    server = web.TCPSite(runner, host, port)
    await server.start()
    sockets = getattr(server._server, "sockets", None) or ()
    return runner, next((one.getsockname()[1] for one in sockets), port)
