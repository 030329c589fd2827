"""The vectors of `tests/vectors.json` on tickets, SLA, calls: events in, metric out.

Those on business time are in test_vectors_business_time.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from streams.events import Event
from streams.events.envelope import Role
from streams.spans import SECOND
from tests.boards import (
    Floor,
    backlog,
    by,
    clocks,
    every_way,
    exits,
    flows,
    samples,
    verdicts_in,
)
from tests.vocabulary import (
    EMPTY,
    When,
    abandoned,
    answered,
    at,
    callback,
    closed,
    ended,
    flowed_out,
    handed_off,
    message,
    moment_of,
    opened,
    queued,
    replied,
    site_of,
    solved,
    status,
    wrap_ended,
    wrap_started,
    wrote,
)

VECTORS: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors.json").read_text()
)
SEEDS: Final = {vector["id"]: vector for vector in VECTORS["seed_examples"]}
DERIVED: Final = {vector["id"]: vector for vector in VECTORS["derived"]}
NINE: Final = moment_of("09:00")


def spread(total: int, parts: int) -> Iterator[int]:
    """`parts` whole numbers around their mean, as uneven as it gets by halves, adding up to it."""
    mean = total // parts
    for n in range(parts - 1):
        yield mean + (mean // 2 if n % 2 else -(mean // 2))
    yield total - sum(mean + (mean // 2 if n % 2 else -(mean // 2)) for n in range(parts - 1))


def after(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


# --- the seed examples --------------------------------------------------------------------------


def test_seed_03_first_response() -> None:
    vector = SEEDS["seed-03"]
    total, n = vector["in"]["sum_s"], vector["in"]["tickets"]
    life: list[Event] = []
    for number, wait in enumerate(spread(total, n)):
        life += [opened(f"T{number}", NINE), replied(f"T{number}", after(wait))]
    life += [opened(f"W{number}", NINE) for number in range(7)]  # wait, and are in no term
    floor = every_way(life, "12:00")
    assert samples(floor, "first_response") == (n, total)
    assert total / n == vector["out"]


def test_seed_08_volume_by_channel() -> None:
    vector = SEEDS["seed-08"]
    channels = {"voice" if name == "phone" else name: n for name, n in vector["in"].items()}
    life = [
        opened(f"{channel}{n}", NINE, channel=channel)
        for channel, many in channels.items()
        for n in range(many)
    ]
    floor = every_way(life, "09:10")
    shown = by(floor, "support_window_tickets_by_channel", "channel", window="15m")
    assert shown == channels
    assert max(shown, key=shown.__getitem__) == "voice"
    assert vector["out"]["top"] == "phone"
    assert sum(shown.values()) == vector["out"]["total"]
    assert flows(floor, window="15m") == {"created": vector["out"]["total"]}


def test_seed_09_backlog() -> None:
    vector = SEEDS["seed-09"]
    life: list[Event] = [opened(f"T{n}", NINE) for n in range(vector["in"]["opened"])]
    life += [closed(f"T{n}", "10:00") for n in range(vector["in"]["closed"])]
    assert backlog(every_way(life, "10:00")) == {"new": vector["out"]}


def test_seed_10_resolution() -> None:
    vector = SEEDS["seed-10"]
    total, n = vector["in"]["sum_s"], vector["in"]["resolved"]
    life: list[Event] = []
    for number, length in enumerate(spread(total, n)):
        life += [opened(f"T{number}", NINE), solved(f"T{number}", after(length))]
    floor = every_way(life, "tue 09:00")
    assert samples(floor, "resolution") == (n, total)
    assert total / n == vector["out"]


def test_seed_11_average_handle_time() -> None:
    vector = SEEDS["seed-11"]
    given = vector["in"]
    n = given["handled"]
    life: list[Event] = []
    for number, (talk, hold, wrap) in enumerate(
        zip(
            spread(given["talk_s"], n),
            spread(given["hold_s"], n),
            spread(given["acw_s"], n),
            strict=True,
        )
    ):
        call = f"call/{number}"
        life += [
            queued(call, after(-5)),
            answered(call, NINE),
            ended(call, after(talk + hold), talk_s=talk, hold_s=hold),
            wrap_started(call, after(talk + hold)),
            wrap_ended(call, after(talk + hold + wrap)),
        ]
    floor = every_way(life, "10:00")
    phases = by(floor, "support_contact_handle_phase_seconds_total", "phase")
    assert phases == {"talk": given["talk_s"], "hold": given["hold_s"], "wrap": given["acw_s"]}
    count, total = samples(floor, "contact_handle", "voice", "4h")
    assert count == n
    assert total / count == vector["out"]


def test_seed_17_sla_compliance() -> None:
    vector = SEEDS["seed-17"]
    met, total = vector["in"]["met"], vector["in"]["total"]
    life: list[Event] = [opened(f"T{n}", NINE) for n in range(total + 13)]
    life += [replied(f"T{n}", after(3_600)) for n in range(met)]  # at due
    life += [status(f"T{n}", "09:30", "spam") for n in range(total, total + 5)]  # cancelled
    life += [handed_off(f"T{n}", "09:30") for n in range(total + 5, total + 13)]  # still running
    site = site_of(EMPTY + "sla: [{name: everyone, targets: {first_response: 1h}}]\n")
    floor = every_way(life, "10:10", site)
    terms = verdicts_in(floor, "first_response", "4h")
    assert terms == {"met": met, "breached": total - met}
    assert 100 * terms["met"] / sum(terms.values()) == vector["out"]


def test_seed_19_social_response() -> None:
    vector = SEEDS["seed-19"]
    total, n = vector["in"]["sum_s"], vector["in"]["responses"]
    life: list[Event] = []
    waits = list(spread(total, n))
    for number in range(n // 2):
        # Half are first replies and half are later ones: the denominator is responses.
        first, second = waits[2 * number : 2 * number + 2]
        name, again = f"T{number}", after(first + 60)
        life += [
            opened(name, NINE, channel="social"),
            replied(name, after(first)),
            wrote(name, again),
            wrote(name, again + timedelta(seconds=10)),
            replied(name, again + timedelta(seconds=second)),
        ]
    life += [opened("mail", NINE), replied("mail", "10:00")]
    floor = every_way(life, "12:00")
    assert samples(floor, "social_response") == (n, total)
    assert total / n == vector["out"]


# --- service level and abandonment --------------------------------------------------------------

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


# --- timelines ----------------------------------------------------------------------------------


def told(line: dict[str, Any]) -> Event:
    """An event of a timeline, its required fields filled in."""
    when = line["time"]
    match line["type"]:
        case "ticket.created":
            return opened("T1", when, by=line["created_by"])
        case "ticket.status_changed":
            return status("T1", when, line["to"], line.get("from"))
        case _:
            role: Role = line["author_role"]
            public, automated = line["visibility"] == "public", line["automated"]
            return message("T1", when, role, public=public, automated=automated)


@pytest.mark.parametrize("vector", VECTORS["frt_timeline"], ids=lambda v: v["id"])
def test_first_response_over_a_timeline(vector: dict[str, Any]) -> None:
    life = [told(line) for line in vector["events"]]
    expected = vector["frt_samples_s"]
    floor = every_way(life, vector["events"][-1]["time"])
    assert samples(floor, "first_response") == (len(expected), sum(expected))
    # The first cycle was closed unanswered: neither a sample nor somebody who still waits.
    between = every_way(life, "tue 09:00")
    assert vector["first_cycle_outcome"] == "closed_unanswered"
    assert samples(between, "first_response") == (0, 0)
    assert by(between, "support_awaiting_first_response_tickets", "queue") == {}


def test_resolution_with_a_reopening() -> None:
    vector = DERIVED["resolution-with-reopen"]
    given, out = vector["in"], vector["out"]
    life = [
        opened("T1", given["created"]),
        solved("T1", given["solved"]),
        status("T1", given["reopened"], "open"),
        solved("T1", given["solved_again"]),
    ]
    assert samples(every_way(life, given["reopened"]), "resolution") == (
        1,
        out["first_resolution_s"],
    )
    assert samples(every_way(life, given["solved_again"]), "resolution") == (
        1,
        out["resolution_s"],
    )


def test_next_reply_after_a_burst() -> None:
    vector = DERIVED["next-reply-burst"]
    given, expected = vector["in"], vector["out"]["samples_s"]
    life = [
        opened("T1", NINE),
        replied("T1", "09:30"),
        *(wrote("T1", when) for when in given["customer_messages"]),
        replied("T1", given["agent_reply"]),
    ]
    floor = every_way(life, given["agent_reply"])
    assert samples(floor, "next_response") == (len(expected), sum(expected))


@pytest.mark.parametrize("row", DERIVED["at-risk-threshold"]["rows"], ids=lambda r: r["target_s"])
def test_a_clock_is_at_risk_when_no_more_than_this_remains(row: dict[str, int]) -> None:
    target, remaining = row["target_s"], row["at_risk_when_remaining_le_s"]
    site = site_of(EMPTY + f"sla: [{{name: everyone, targets: {{resolution: {target}s}}}}]\n")
    life = [opened("T1", NINE)]
    edge = at(NINE) + (target - remaining) * SECOND
    assert clocks(every_way(life, edge - 1, site), "resolution") == {"healthy": 1}
    assert clocks(every_way(life, edge, site), "resolution") == {"at_risk": 1}
    assert clocks(every_way(life, edge + 1, site), "resolution") == {"at_risk": 1}


# --- nothing there ------------------------------------------------------------------------------

TERMS: Final = {
    "frt_mean_s": ("support_window_duration_samples", "first_response"),
    "aht_s": ("support_window_duration_samples", "contact_handle"),
    "sla_compliance_pct": ("support_window_sla_targets", ""),
    "service_level_pct": ("support_window_contacts", ""),
    "abandonment_pct": ("support_window_contacts", ""),
}


@pytest.mark.parametrize(
    "row",
    [row for row in DERIVED["zero-denominators"]["rows"] if row["kpi"] in TERMS],
    ids=lambda r: r["kpi"],
)
def test_without_a_sample_there_is_no_quotient_to_show(row: dict[str, Any]) -> None:
    """The terms stand at zero, and no mean, ratio or quantile is exported at all."""
    assert DERIVED["zero-denominators"]["out"] is None
    assert not any(row["in"].values())
    site = site_of(
        EMPTY + "queues: {billing: {}}\nsla: [{name: everyone, targets: {first_response: 1h}}]\n"
    )
    floor = every_way([], "09:00", site)
    name, measure = TERMS[row["kpi"]]
    where = {"measure": measure} if measure else {}
    assert by(floor, name, "window", **where) == {}
    quantiles = "support_window_duration_quantile_seconds"
    assert [series for series in floor if series[0] == quantiles] == []
    assert not any(unit in series[0] for series in floor for unit in ("ratio", "pct", "percent"))


def test_the_vectors_are_those_that_are_tested() -> None:
    """A vector that is added to the file must find a test, here or elsewhere."""
    assert {*VECTORS} == {
        *("format", "about", "conventions"),
        *("seed_examples", "service_level", "abandonment", "frt_timeline", "derived"),
        *("business_due", "business_elapsed"),
        "erlang_c",  # agents and capacity: another issue
    }
    tested = {"seed-03", "seed-08", "seed-09", "seed-10", "seed-11", "seed-17", "seed-19"}
    others = {f"seed-{n:02}" for n in (1, 2, 4, 5, 6, 7, 12, 13, 14, 15, 16, 18, 20)}
    assert {*SEEDS} == tested | others
    assert {*DERIVED} == {
        *("at-risk-threshold", "resolution-with-reopen", "next-reply-burst", "zero-denominators"),
        "kb-efficiency",  # the knowledge base: another issue
    }
