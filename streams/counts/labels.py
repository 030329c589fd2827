"""Closed sets of label values: what a metric can say before anything has happened."""

from __future__ import annotations

from typing import Final

from streams.counts.feeds import MEASURES
from streams.counts.kpis import Kpi
from streams.facts import AGE_BANDS, CHANNELS, DOUBTS, OTHER, PRIORITIES

_VALUES: Final[dict[str, tuple[str, ...]]] = {
    "priority": PRIORITIES,
    "channel": (*CHANNELS, OTHER),
    "state": ("new", "open", "pending", "on_hold"),
    "age_band": AGE_BANDS,
    "status": ("healthy", "at_risk", "breached", "paused"),
    "flow": ("created", "resolved", "reopened", "escalated"),
    "measure": MEASURES,
    "one_touch": ("true", "false"),
    "in_threshold": ("true", "false"),
    "phase": ("talk", "hold", "wrap"),
    "reason": ("timeout", "no_agents", "key", "overflow", "voicemail", OTHER),
}
_OWN: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("support_sla_targets_total", "outcome"): ("met", "breached", "cancelled"),
    ("support_contact_wait_seconds", "outcome"): ("answered", "abandoned"),
    ("support_window_contacts", "outcome"): (
        "answered_in_threshold",
        "answered_late",
        "abandoned_short",
        "abandoned_in_threshold",
        "abandoned_late",
        "flowed_out",
        "callback",
    ),
    ("support_contacts_abandoned_total", "kind"): ("short", "in_threshold", "late"),
    ("support_stream_quality_total", "kind"): DOUBTS,
}


def closed_values(kpi: Kpi, label: str) -> tuple[str, ...]:
    """All values that a label of this metric can have; none where only the data can tell."""
    return _OWN.get((kpi.name, label)) or _VALUES.get(label, ())
