"""`deskpulse explain`: the time ledger of one ticket, call or chat, from a file or a running site.

Every entry, what it did to which clock, what was counted and when time alone counted it: as
`streams.story` tells it, by the fold that is counted.
"""

from __future__ import annotations

import os
import re
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from rich.table import Table

from deskpulse import batch
from deskpulse.arguments import an_instant
from deskpulse.configuration import configuration
from deskpulse.errors import Misused, Refused
from deskpulse.files import must_be_readable
from deskpulse.screen import print_all
from deskpulse.tables import lasting
from streams.stage import MACHINES
from streams.story import Story, story

if TYPE_CHECKING:
    from rich.console import RenderableType

    from deskpulse.notices import Notices

TOKEN: Final = "DESKPULSE_HTTP_TOKEN"  # noqa: S105 - the name of the variable
_SUBJECT: Final = re.compile(r"([^/]+:)?(?P<kind>[^/:]+)/.+", re.DOTALL)
"""`kind/id`, with a tenant and a colon in front where there is one."""
_PATIENCE_S: Final = 5.0
_NOT_FOUND: Final = 404


def run(where: str, subject: str, at: str | None, config: Path | None, notices: Notices) -> int:
    """Tell the story of `subject`; 1 when it is not known there."""
    named = _SUBJECT.fullmatch(subject)
    if named is None or named["kind"] not in MACHINES:
        raise Misused(f"subject: {subject!r} is none; write ticket/<id>, call/<id> or chat/<id>")
    if where.startswith(("http://", "https://")):
        if at is not None:
            raise Misused("--at: a running site tells the present; give a file of events")
        told = _ask(where, subject)
    else:
        told = _read(Path(where), subject, at, config, notices)
    print_all(*shown(told))
    return 0


def shown(told: Story) -> list[RenderableType]:
    """A story as tables."""
    fields = ", ".join(f"{name} {value}" for name, value in told.fields.items())
    parts: list[RenderableType] = [f"{told.subject} at {told.at}: {told.state}; {fields}"]
    lines = _table("What happened", "time", "what", "what it did")
    for line in told.lines:
        lines.add_row(line.at, line.what, "\n".join(line.effects))
    parts += ["", lines]
    if told.clocks:
        clocks = _table("Clocks", "clock", "status", "used", "of", "due", "by", "why")
        for clock in told.clocks:
            name = clock.target.replace("_", " ")
            clocks.add_row(
                f"{name} ({clock.instance})" if clock.instance > 1 else name,
                clock.status.replace("_", " "),
                lasting(clock.used_s),
                lasting(clock.target_s),
                clock.due_at or "-",
                f"{clock.policy}, {clock.calendar}" if clock.policy else "-",
                clock.note,
            )
        parts += ["", clocks]
    if told.spells:
        spells = _table("Where the time went", "state", "queue", "calendar time")
        for spell in sorted(told.spells, key=lambda spell: -spell.seconds):
            spells.add_row(spell.state.replace("_", " "), spell.queue, lasting(spell.seconds))
        parts += ["", spells]
    return parts


def _read(file: Path, subject: str, at: str | None, config: Path | None, notices: Notices) -> Story:
    must_be_readable(file)
    until = an_instant(at, "--at") if at else None
    site = batch.site_of(configuration(config))
    log = batch.read([file], notices)
    end = batch.last_instant(log) if until is None else until
    found = batch.about(log, subject)
    if len(found) > 1:
        raise Refused(f"{subject}: several tenants have it; name one of {', '.join(sorted(found))}")
    for key, lines in found.items():
        if end is not None:
            stage = batch.apply(batch.Log(lines, 0), end, site, notices).stage
            record = stage.rows.get(key.encode())
            if record is not None:
                return story(MACHINES[record.kind], key, record, end, site.terms)
    raise Refused(f"{subject}: {file} holds no event of it up to that time")


def _ask(site: str, subject: str) -> Story:
    """Ask a running worker or board; it asks the owner."""
    kind, ident = (urllib.parse.quote(part, safe="") for part in subject.split("/", 1))
    url = f"{site.rstrip('/')}/api/subjects/{kind}/{ident}"
    headers = {}
    if token := os.environ.get(TOKEN):
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - http(s), checked above
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE_S) as answer:  # noqa: S310
            return msgspec.json.decode(answer.read(), type=Story)
    except urllib.error.HTTPError as error:
        if error.code == _NOT_FOUND:
            raise Refused(f"{subject}: {site} does not know it") from None
        raise Refused(f"{url}: answered {error.code} {error.reason}") from None
    except (urllib.error.URLError, TimeoutError, OSError) as error:
        reason = getattr(error, "reason", None) or error
        raise Refused(f"{site}: no answer ({reason}); is a worker or board there?") from None
    except msgspec.MsgspecError as error:
        raise Refused(f"{url}: the answer is no story ({error}); another version?") from None


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column)
    return table
