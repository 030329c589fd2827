"""What the site promises, as the machines see it."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

import pytest

from streams.facts import TARGETS
from streams.machines.hours import Schedule
from streams.machines.terms import (
    NO_QUEUE,
    AtRisk,
    QueueTerms,
    SlaPolicy,
    Terms,
    channel_label,
    priority_label,
)
from streams.spans import HOUR, MINUTE

ALWAYS: Final = Schedule.always(ZoneInfo("UTC"))
OFFICE: Final = Schedule.weekly(ZoneInfo("UTC"), {0: ((540, 1020),)}, name="office")


def test_at_risk_is_a_share_a_least_and_a_most() -> None:
    default = AtRisk()
    for target, expected in [(15, 7.5), (30, 15), (60, 30), (120, 30), (240, 60), (1_440, 360)]:
        assert default.threshold(target * MINUTE) == expected * MINUTE
    assert AtRisk(share=0, least=0).threshold(HOUR) == 0
    assert AtRisk(share=1_000_000).threshold(HOUR) == HOUR


def test_a_threshold_is_a_whole_number_of_microseconds() -> None:
    assert AtRisk(share=333_333, least=0).threshold(10) == 3


@pytest.mark.parametrize(
    ("queue", "listed", "expected"),
    [
        (None, False, "unassigned"),
        (NO_QUEUE, False, "unassigned"),
        ("misc", False, "misc"),
        ("misc", True, "other"),
        ("billing", True, "billing"),
        (None, True, "unassigned"),
    ],
)
def test_a_queue_has_a_label(queue: str | None, listed: bool, expected: str) -> None:  # noqa: FBT001 - a case
    terms = Terms(QueueTerms(ALWAYS), {"billing": QueueTerms(OFFICE)}, listed=listed)
    assert terms.queue_label(queue) == expected


def test_a_queue_that_is_not_listed_has_the_default_terms() -> None:
    terms = Terms(QueueTerms(ALWAYS), {"billing": QueueTerms(OFFICE)}, listed=True)
    assert terms.queue_terms("billing").schedule is OFFICE
    for queue in ("misc", None, NO_QUEUE):
        assert terms.queue_terms(queue).schedule is ALWAYS


def test_missing_and_unknown_labels_fold() -> None:
    assert [priority_label(p) for p in ("high", None, "panic")] == ["high", "normal", "other"]
    assert [channel_label(c) for c in ("email", None, "fax")] == ["email", "other", "other"]


def policy(name: str, targets: dict[str, int], **match: str) -> SlaPolicy:
    return SlaPolicy(name, {key: frozenset({value}) for key, value in match.items()}, targets)


def test_the_first_policy_that_holds_decides_with_the_targets_it_has() -> None:
    terms = Terms(
        QueueTerms(ALWAYS),
        policies=(
            policy("high", {"resolution": HOUR}, priority="high"),
            policy("mail", {"first_response": HOUR, "next_response": HOUR}, channel="email"),
        ),
    )

    def names(priority: str | None, channel: str | None) -> list[str | None]:
        found = terms.promises("billing", priority, None, channel, None)
        return [None if promise is None else promise.policy for promise in found]

    assert len(TARGETS) == 3
    assert names("high", "email") == [None, None, "high"]
    assert names(None, "email") == ["mail", "mail", None]
    assert names("low", "web") == [None, None, None]


def test_a_promise_runs_on_the_calendar_of_its_policy_or_else_of_the_queue() -> None:
    own = SlaPolicy("own", {"priority": frozenset({"high"})}, {"resolution": HOUR}, ALWAYS)
    rest = SlaPolicy("rest", {}, {"resolution": HOUR})
    terms = Terms(QueueTerms(ALWAYS), {"billing": QueueTerms(OFFICE)}, policies=(own, rest))
    for queue, priority, schedule in [
        ("billing", "high", ALWAYS),
        ("billing", "low", OFFICE),
        ("misc", "low", ALWAYS),
    ]:
        promise = terms.promises(queue, priority, None, None, None)[2]
        assert promise is not None
        assert promise.schedule is schedule


def test_by_default_the_resolution_waits_for_the_customer_and_replies_for_nobody() -> None:
    terms = Terms(QueueTerms(ALWAYS), policies=(policy("all", dict.fromkeys(TARGETS, HOUR)),))
    found = terms.promises(None, None, None, None, None)
    assert [promise and promise.pauses for promise in found] == [
        frozenset(),
        frozenset(),
        frozenset({"pending"}),
    ]
