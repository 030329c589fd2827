"""The vectors of `tests/vectors.json` on business time, through the public path.

A ticket with a promise under that calendar says when it is due; a reply, how long it took. The
arithmetic alone is in tests/streams/machines/test_hours.py.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from streams.spans import SECOND
from tests.boards import clocks, every_way, next_breach, samples, verdicts
from tests.vocabulary import EMPTY, at, opened, replied, site_of

VECTORS: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors.json").read_text()
)


def calendar(vector: dict[str, Any]) -> str:
    """A site whose only calendar is that of the vector."""
    hours = {
        day: [f"{opening}-{closing}" for opening, closing in stretches]
        for day, stretches in vector["week"].items()
    }
    text = {"timezone": vector["timezone"], "hours": hours}
    if vector["holidays"]:
        text["holidays"] = {"closed": vector["holidays"]}
    return EMPTY + f"calendars: {{theirs: {json.dumps(text)}}}\n" + "calendar: theirs\n"


@pytest.mark.parametrize("vector", VECTORS["business_due"], ids=lambda v: v["id"])
def test_a_promise_is_due_when_the_vector_says(vector: dict[str, Any]) -> None:
    length = vector["duration_s"]
    site = site_of(
        calendar(vector) + f"sla: [{{name: everyone, targets: {{resolution: {length}s}}}}]\n"
    )
    life = [opened("T1", vector["start"])]
    floor = every_way(life, vector["start"], site)
    if vector["due"] is None:
        assert next_breach(floor, "resolution") is None
        assert clocks(floor, "resolution") == {"paused": 1}
        return
    due = at(vector["due"])
    assert next_breach(floor, "resolution") == due / SECOND
    assert verdicts(every_way(life, due, site), "resolution") == {}
    assert verdicts(every_way(life, due + 1, site), "resolution") == {"breached": 1}


@pytest.mark.parametrize(
    "vector", [v for v in VECTORS["business_due"] if "warn_at" in v], ids=lambda v: v["id"]
)
def test_a_warning_comes_in_business_time(vector: dict[str, Any]) -> None:
    length, ahead = vector["duration_s"], vector["warn_before_s"]
    site = site_of(
        calendar(vector)
        + f"sla: [{{name: everyone, targets: {{resolution: {length}s}}}}]\n"
        + f"at_risk: {{share: {ahead / length}}}\n"
    )
    life = [opened("T1", vector["start"])]
    warn = at(vector["warn_at"])
    assert clocks(every_way(life, warn - 1, site), "resolution") == {"healthy": 1}
    assert clocks(every_way(life, warn, site), "resolution") == {"at_risk": 1}


@pytest.mark.parametrize("vector", VECTORS["business_elapsed"], ids=lambda v: v["id"])
def test_a_reply_took_the_business_time_that_the_vector_says(vector: dict[str, Any]) -> None:
    site = site_of(calendar(vector))
    life = [opened("T1", vector["start"]), replied("T1", vector["end"])]
    floor = every_way(life, vector["end"], site)
    assert samples(floor, "first_response_business") == (1, vector["business_s"])
    elapsed = (at(vector["end"]) - at(vector["start"])) / SECOND
    assert samples(floor, "first_response") == (1, elapsed)
