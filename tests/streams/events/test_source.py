from __future__ import annotations

import pytest

from streams.events.source import Beat
from tests.documents import changed, document, raw, read, refusal


@pytest.mark.parametrize("seconds", [0.5, 10, 60])
def test_a_heartbeat_says_how_often_it_comes(seconds: float) -> None:
    assert read(
        changed(document("source.heartbeat"), "data", {"interval_s": seconds})
    ).data == Beat(interval_s=seconds)


def test_a_heartbeat_names_its_source() -> None:
    assert refusal(raw(changed(document("source.heartbeat"), "subject", "source/"))) == (
        "subject",
        "subject: has no id after source/; must be source/<id>",
    )
