"""The vectors of `tests/vectors.json` on service level and abandonment, through the public path."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from streams.events import Event
from tests.boards import Floor, every_way, exits
from tests.vocabulary import (
    When,
    abandoned,
    answered,
    callback,
    flowed_out,
    moment_of,
    queued,
)

VECTORS: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors.json").read_text()
)
NINE: Final = moment_of("09:00")


def after(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


LEVEL: Final[dict[str, Any]] = VECTORS["service_level"]


def contacts(given: dict[str, int], threshold: int) -> list[Event]:
    """Calls that leave a queue as the components say; waits at the edges of each class."""
    life: list[Event] = []
    left: dict[str, tuple[Callable[[str, When], Event], int]] = {
        "answered_in_t": (answered, threshold),
        "answered_late": (answered, threshold + 1),
        "abandoned_short": (abandoned, 9),
        "abandoned_in_t": (abandoned, 10),
        "abandoned_late": (abandoned, threshold + 1),
        "flowed_out": (flowed_out, 90),
        "callback_requested": (callback, 15),
    }
    for component, n in given.items():
        leave, wait = left[component]
        for number in range(n):
            call = f"call/{component}-{number}"
            life += [queued(call, NINE), leave(call, after(wait))]
    return life


SHOWN_AS: Final = {
    "answered_in_t": "answered_in_threshold",
    "answered_late": "answered_late",
    "abandoned_short": "abandoned_short",
    "abandoned_in_t": "abandoned_in_threshold",
    "abandoned_late": "abandoned_late",
    "flowed_out": "flowed_out",
    "callback_requested": "callback",
}


@pytest.fixture(scope="module")
def floor_of_the_vector() -> Floor:
    assert LEVEL["threshold_s"] == 20
    return every_way(contacts(LEVEL["in"], LEVEL["threshold_s"]), "09:10")


def components(floor: Floor) -> dict[str, float]:
    """What left the queue, by the names of the vectors."""
    shown = exits(floor, window="15m")
    return {name: shown.get(label, 0) for name, label in SHOWN_AS.items()}


def test_the_components_are_disjoint_and_add_up(floor_of_the_vector: Floor) -> None:
    assert components(floor_of_the_vector) == LEVEL["in"]
    assert sum(components(floor_of_the_vector).values()) == 100


@pytest.mark.parametrize("variant", LEVEL["variants"], ids=lambda v: v["id"])
def test_every_variant_of_the_service_level_is_made_of_the_components(
    variant: dict[str, Any], floor_of_the_vector: Floor
) -> None:
    c = components(floor_of_the_vector)
    answered_ = c["answered_in_t"] + c["answered_late"]
    abandons = c["abandoned_short"] + c["abandoned_in_t"] + c["abandoned_late"]
    offered = answered_ + abandons + c["flowed_out"]
    within = c["answered_in_t"]
    terms = {
        "ignore_abandoned": (within, offered - c["abandoned_short"] - c["abandoned_in_t"]),
        "abandons_count_against": (within, offered),
        "abandons_count_for": (within + c["abandoned_short"] + c["abandoned_in_t"], offered),
        "handled_only": (within, answered_),
        "short_abandons_excluded": (within, offered - c["abandoned_short"]),
    }
    numerator, denominator = terms[variant["id"]]
    assert (numerator, denominator) == (variant["numerator"], variant["denominator"])
    tolerance = LEVEL["tolerance_pct"]
    assert 100 * numerator / denominator == pytest.approx(variant["out"], abs=tolerance)


def test_flow_outs_and_callbacks_are_components_of_their_own() -> None:
    given = {"answered_in_t": 3, "flowed_out": 5, "callback_requested": 2}
    found = components(every_way(contacts(given, 20), "09:10"))
    assert {name: n for name, n in found.items() if n} == given


@pytest.mark.parametrize("vector", VECTORS["abandonment"], ids=lambda v: v["id"])
def test_abandonment(vector: dict[str, Any]) -> None:
    given = vector["in"]
    in_threshold = given["abandoned_long"] // 2
    life = contacts(
        {
            "answered_in_t": given["answered"] - 15,
            "answered_late": 15,
            "abandoned_short": given["abandoned_short"],
            "abandoned_in_t": in_threshold,
            "abandoned_late": given["abandoned_long"] - in_threshold,
            "flowed_out": given["flowed_out"],
            "callback_requested": 4,  # in neither term
        },
        20,
    )
    c = components(every_way(life, "09:10"))
    numerator = c["abandoned_in_t"] + c["abandoned_late"]
    denominator = numerator + c["answered_in_t"] + c["answered_late"] + c["flowed_out"]
    if vector["count_short"]:
        numerator += c["abandoned_short"]
        denominator += c["abandoned_short"]
    assert (numerator, denominator) == (vector["numerator"], vector["denominator"])
    assert 100 * numerator / denominator == pytest.approx(vector["out"], abs=1e-9)
