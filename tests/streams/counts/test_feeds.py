"""Every fact is fed to something, under labels that the catalogue knows."""

from __future__ import annotations

from itertools import product
from typing import Any, Final, get_args

import msgspec
import pytest

from streams import facts as f
from streams.counts.feeds import (
    CONTACTS,
    EARLIESTS,
    FAMILIES,
    GROUPS,
    PRESENTS,
    ROLLINGS,
    SLA,
    TICKETS,
    TOTALS,
    group_of,
)
from streams.counts.labels import closed_values

_VALUES: Final[dict[str, tuple[Any, ...]]] = {
    "queue": ("billing",),
    "priority": f.PRIORITIES,
    "channel": f.CHANNELS,
    "target": f.TARGETS,
    "state": ("new", "open", "pending", "on_hold"),
    "age_band": f.AGE_BANDS,
    "level": ("2",),
    "reason": ("timeout", "other"),
    "status": ("healthy", "at_risk", "breached", "paused"),
    "calendar": ("office",),
}
_OWN: Final[dict[tuple[type, str], tuple[Any, ...]]] = {
    (f.SlaConcluded, "outcome"): ("met", "breached", "cancelled"),
    (f.ContactAbandoned, "kind"): ("short", "in_threshold", "late"),
    (f.Doubtful, "kind"): f.DOUBTS,
}


def every(kind: type[msgspec.Struct]) -> list[Any]:
    """A fact of this class for every combination of its closed labels."""
    names, values = [], []
    for field in msgspec.structs.fields(kind):
        found = _OWN.get((kind, field.name)) or _VALUES.get(field.name)
        if field.type is bool:
            found = (True, False)
        names.append(field.name)
        values.append(found or (90_000_000,))
    return [kind(**dict(zip(names, row, strict=True))) for row in product(*values)]


HAPPENINGS: Final = get_args(f.Happening)
STANDINGS: Final = get_args(f.Standing)


@pytest.mark.parametrize("kind", HAPPENINGS)
def test_every_happening_is_counted_in_a_total(kind: type[msgspec.Struct]) -> None:
    for fact in every(kind):
        for total in TOTALS[kind]:
            labels = total.labels(fact)
            assert len(labels) == len(total.kpi.labels), total.kpi.name
            assert (total.value is None) == (total.kpi.unit == ""), total.kpi.name
            for name, value in zip(total.kpi.labels, labels, strict=True):
                closed = closed_values(total.kpi, name)
                assert not closed or value in closed, (total.kpi.name, name, value)


@pytest.mark.parametrize("kind", STANDINGS)
def test_every_standing_is_shown(kind: type[msgspec.Struct]) -> None:
    assert PRESENTS[kind]
    assert EARLIESTS[kind]


def test_the_queue_is_the_first_label_of_every_cell() -> None:
    for kind in (*HAPPENINGS, *STANDINGS):
        for fact in every(kind):
            for feed in ROLLINGS.get(kind, ()):
                assert feed.labels(fact)[0] == "billing"
            for present in PRESENTS.get(kind, ()):
                labels = present.labels(fact)
                assert labels is None or labels[0] == "billing"
            for earliest in EARLIESTS.get(kind, ()):
                assert earliest.labels(fact)[0] == "billing"


def test_the_group_of_a_cell_follows_from_its_family_and_labels() -> None:
    for kind, feeding in ROLLINGS.items():
        for fact in every(kind):
            for feed in feeding:
                assert group_of(feed.family, feed.labels(fact)[1:]) == feed.group
    assert {*GROUPS} == {TICKETS, CONTACTS, SLA}


def test_a_cancelled_verdict_is_in_no_window_and_a_social_one_only_on_that_channel() -> None:
    [sla] = ROLLINGS[f.SlaConcluded]
    assert sla.value is not None
    given = {fact.outcome: sla.value(fact) for fact in every(f.SlaConcluded)}
    assert given == {"met": 0, "breached": 0, "cancelled": None}
    social = [
        feed
        for feed in ROLLINGS[f.NextReplied]
        if feed.labels(every(f.NextReplied)[0])[1] == "social_response"
    ]
    assert [bool(social[0].value and social[0].value(x)) for x in every(f.NextReplied)] == [
        fact.channel == "social" for fact in every(f.NextReplied)
    ]


def test_a_part_says_of_every_family_whether_it_carries_it() -> None:
    used = {
        feed.family
        for table in (ROLLINGS, PRESENTS, EARLIESTS)
        for feeding in table.values()
        for feed in feeding
    }
    assert used == {*FAMILIES}
