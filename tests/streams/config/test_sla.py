"""Which policies can match."""

from __future__ import annotations

import pytest

from streams.config import ConfigError, load

NAMES = "abcdefgh"


def policies(*matches: str) -> str:
    lines = [
        f"  - {{name: {name}, match: {match}, targets: {{resolution: 8h}}}}"
        for name, match in zip(NAMES, matches, strict=False)
    ]
    return "sla:\n" + "\n".join(lines)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("{}", "{}"),
        ("{}", "{tier: [gold]}"),
        ("{tier: [gold]}", "{tier: [gold]}"),
        ("{tier: [silver, gold]}", "{tier: [gold]}"),
        ("{tier: [gold]}", "{tier: [gold], priority: [urgent]}"),
    ],
)
def test_a_policy_behind_one_that_takes_all_of_its_tickets_is_refused(
    earlier: str, later: str
) -> None:
    with pytest.raises(ConfigError) as raised:
        load(policies("{tier: [bronze]}", earlier, later))
    assert raised.value.problems == (
        (
            "deskpulse.yml:4: sla[2]: 'c' can never match, 'b' above takes all of its tickets; "
            "move it "
            "up or leave it out"
        ),
    )


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("{tier: [gold]}", "{}"),
        ("{tier: [gold]}", "{tier: [gold, silver]}"),
        ("{tier: [gold], priority: [urgent]}", "{tier: [gold]}"),
        ("{tier: [gold]}", "{priority: [urgent]}"),
        ("{queue: [billing]}", "{queue: [other]}"),
    ],
)
def test_a_policy_that_still_has_tickets_is_kept(earlier: str, later: str) -> None:
    assert len(load(policies(earlier, later)).sla) == 2


def test_any_queue_may_be_named_where_none_is_listed() -> None:
    assert load(policies("{queue: [biling]}")).sla[0].match.queue == ("biling",)


def test_folded_queues_may_be_named_where_others_are_listed() -> None:
    listed = "queues: {billing: {}}\n" + policies("{queue: [other, unassigned, billing]}")
    assert len(load(listed).sla) == 1


def test_a_policy_may_exempt_what_it_matches() -> None:
    assert load("sla: [{name: none, targets: {}}]").sla[0].targets.given() == {}


def test_no_pause_is_written_as_an_empty_list() -> None:
    pause = load("sla: [{name: a, targets: {}, pause: {resolution: []}}]").sla[0].pause
    assert pause.by_target()["resolution"] == frozenset()
