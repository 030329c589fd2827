"""Closed sets of label values: what a metric can say before anything has happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from streams.counts import kpis
from streams.counts.feeds import MEASURES
from streams.counts.kpis import Kpi
from streams.facts import (
    AGE_BANDS,
    CHANNELS,
    DOUBTS,
    FLOW_REASONS,
    OPEN_STATES,
    OTHER,
    PRIORITIES,
)

_VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "priority": PRIORITIES,
    "channel": (*CHANNELS, OTHER),
    "state": OPEN_STATES,
    "age_band": AGE_BANDS,
    "status": ("healthy", "at_risk", "breached", "paused"),
    "flow": ("created", "resolved", "reopened", "escalated"),
    "measure": MEASURES,
    "one_touch": ("true", "false"),
    "in_threshold": ("true", "false"),
    "phase": ("talk", "hold", "wrap"),
    "reason": (*FLOW_REASONS, OTHER),
}
_OWN: Final[Mapping[tuple[Kpi, str], tuple[str, ...]]] = {
    (kpis.SLA_TARGETS, "outcome"): ("met", "breached", "cancelled"),
    (kpis.CONTACT_WAIT, "outcome"): ("answered", "abandoned"),
    (kpis.WINDOW_CONTACTS, "outcome"): (
        "answered_in_threshold",
        "answered_late",
        "abandoned_short",
        "abandoned_in_threshold",
        "abandoned_late",
        "flowed_out",
        "callback",
    ),
    (kpis.CONTACTS_ABANDONED, "kind"): ("short", "in_threshold", "late"),
    (kpis.QUALITY, "kind"): DOUBTS,
    (kpis.LABEL_OVERFLOW, "label"): ("queue", "priority", "channel", "source"),
}
"""Where a label of that name means something else in another metric."""


def closed_values(kpi: Kpi, label: str) -> tuple[str, ...]:
    """All values that a label of this metric can have; none where only the data can tell."""
    return _OWN.get((kpi, label)) or _VALUES.get(label, ())
