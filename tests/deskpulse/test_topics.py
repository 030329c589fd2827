"""Topics as they must be: counts and cleanup decide, the rest is the operator's."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace

import pytest

from deskpulse.errors import Refused
from deskpulse.topics import Found, Topic, _found, problems, wanted

PARTS = Topic(
    "support.parts",
    1,
    3,
    {"cleanup.policy": "compact", "max.message.bytes": "8388608", "segment.ms": "300000"},
)
GOOD = Found(
    1, {"cleanup.policy": "compact", "max.message.bytes": "8388608", "segment.ms": "300000"}
)


def test_a_topic_as_it_must_be_has_no_problem() -> None:
    assert problems(PARTS, GOOD) == []


def test_more_room_and_other_segments_are_no_problem() -> None:
    roomy = GOOD.config | {"max.message.bytes": "9999999", "segment.ms": "1"}
    assert problems(PARTS, Found(1, roomy)) == []


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (None, "support.parts: is missing; `deskpulse topics create` makes it"),
        (
            Found(4, GOOD.config),
            (
                "support.parts: has 4 partitions; must have 1: "
                "set kafka.partitions in the configuration, or make the topics anew"
            ),
        ),
        (
            Found(1, GOOD.config | {"cleanup.policy": "compact,delete"}),
            "support.parts: cleanup.policy is compact,delete; must be compact",
        ),
        (
            Found(1, GOOD.config | {"max.message.bytes": "1048588"}),
            "support.parts: max.message.bytes is 1048588; must be at least 8388608",
        ),
    ],
)
def test_what_is_wrong_is_one_line_with_what_would_be_right(found: Found | None, line: str) -> None:
    assert problems(PARTS, found) == [line]


def test_settings_that_may_not_be_read_are_not_taken_for_right() -> None:
    class Admin:
        async def describe_topics(self) -> list[dict[str, object]]:
            return [{"topic": "support.parts", "partitions": [0]}]

        async def describe_configs(self, _: object) -> list[SimpleNamespace]:
            return [SimpleNamespace(resources=[(29, "", 2, "support.parts", [])])]

    with pytest.raises(Refused, match=r"cannot be read \(TopicAuthorizationFailedError\)"):
        asyncio.run(_found(Admin(), [PARTS]))


def test_the_partitions_of_the_configuration_go_before_those_of_the_list(tmp_path: Path) -> None:
    config = tmp_path / "desk.yml"
    config.write_text("kafka: {partitions: 5}\n")
    counts = {topic.name: topic.partitions for topic in wanted(config)}
    assert counts["support.tickets"] == counts["support.surveys"] == 5
    assert counts["support.parts"] == counts["support.dlq"] == 1


def test_the_environment_renames_the_application_and_all_topics(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DESKPULSE_APPLICATION", "desk-v2")
    monkeypatch.setenv("DESKPULSE_TOPIC_PREFIX", "test.")
    names = {topic.name for topic in wanted(None)}
    assert "test.desk-v2-records-changelog" in names
    assert "test.support.tickets" in names
    assert not [name for name in names if "v1" in name]
