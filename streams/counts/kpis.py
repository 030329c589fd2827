"""THE CATALOGUE: every metric once, with its labels, its unit and how to read it.

Names stand nowhere else: the collector, the rules, the dashboards and the documents take the `Kpi`.
Gauges come from the board and are exact; counters and histograms come from the worker that
concluded the fact, from zero at its start, and never fall (`exactness.md` section 7).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["counter", "histogram", "gauge", "info"]
Agg = Literal["board", "sum", "min", "max", "count"]

_HOW: Final[dict[str, str]] = {
    "board": "Every board says the same: read max by (labels).",
    "sum": "Each worker holds its share: read sum by (labels) of rate or increase.",
    "min": "Read min by (labels).",
    "max": "Read max by (labels).",
    "count": "Read count by (labels).",
}
_GAUGE_SUM: Final = "Each worker holds its share: read sum by (labels)."


@dataclass(frozen=True, slots=True)
class Kpi:
    """One metric."""

    name: str
    kind: Kind
    labels: tuple[str, ...]
    agg: Agg
    about: str
    """One sentence: what it says."""
    group: str
    unit: str = ""
    """s, or nothing for counts."""

    @property
    def help(self) -> str:
        """The HELP text: what it says, and the right aggregation."""
        gauge_sum = self.kind == "gauge" and self.agg == "sum"
        return f"{self.about} {_GAUGE_SUM if gauge_sum else _HOW[self.agg]}"


_all: list[Kpi] = []


def _kpi(
    name: str, kind: Kind, labels: str, agg: Agg, about: str, *, group: str, unit: str = ""
) -> Kpi:
    kpi = Kpi(name, kind, tuple(labels.split()), agg, about, group, unit)
    _all.append(kpi)
    return kpi


# --- tickets ------------------------------------------------------------------------------------

_T = "Tickets"
TICKETS_CREATED = _kpi("support_tickets_created_total", "counter", "queue channel priority", "sum", "Tickets created.", group=_T)  # fmt: skip
TICKETS_RESOLVED = _kpi("support_tickets_resolved_total", "counter", "queue channel priority one_touch", "sum", "Tickets resolved; one_touch is true where exactly one agent reply came before.", group=_T)  # fmt: skip
TICKETS_REOPENED = _kpi("support_tickets_reopened_total", "counter", "queue", "sum", "Resolved tickets opened again.", group=_T)  # fmt: skip
TICKETS_ESCALATED = _kpi("support_tickets_escalated_total", "counter", "queue level", "sum", "Tickets handed to a higher level for the first time.", group=_T)  # fmt: skip
TICKETS_TRANSFERRED = _kpi("support_tickets_transferred_total", "counter", "queue", "sum", "Tickets that left the queue for another or for none.", group=_T)  # fmt: skip
FIRST_RESPONSE = _kpi("support_first_response_seconds", "histogram", "queue priority", "sum", "Clock start to the first public human agent reply, calendar time.", group=_T, unit="s")  # fmt: skip
FIRST_RESPONSE_BUSINESS = _kpi("support_first_response_business_seconds", "histogram", "queue priority", "sum", "Clock start to the first public human agent reply, business time.", group=_T, unit="s")  # fmt: skip
NEXT_RESPONSE = _kpi("support_next_response_seconds", "histogram", "queue priority", "sum", "Oldest unanswered customer message to the next agent reply.", group=_T, unit="s")  # fmt: skip
RESOLUTION = _kpi("support_resolution_seconds", "histogram", "queue priority", "sum", "Creation to the last resolution, less solved intervals.", group=_T, unit="s")  # fmt: skip
OPEN_TICKETS = _kpi("support_open_tickets", "gauge", "queue priority state", "board", "Unsolved tickets now, by state: new, open, pending, on_hold.", group=_T)  # fmt: skip
OPEN_BY_CHANNEL = _kpi("support_open_tickets_by_channel", "gauge", "queue channel", "board", "Unsolved tickets now, by channel.", group=_T)  # fmt: skip
OPEN_BY_AGE = _kpi("support_open_tickets_by_age", "gauge", "queue age_band", "board", "Unsolved tickets now, by age since creation.", group=_T)  # fmt: skip
UNASSIGNED_TICKETS = _kpi("support_unassigned_tickets", "gauge", "queue", "board", "Unsolved tickets without an assignee.", group=_T)  # fmt: skip
OLDEST_OPEN = _kpi("support_oldest_open_ticket_age_seconds", "gauge", "queue priority", "board", "Age of the oldest unsolved ticket; 0 if none.", group=_T, unit="s")  # fmt: skip
AWAITING_FIRST = _kpi("support_awaiting_first_response_tickets", "gauge", "queue priority", "board", "Tickets whose first-response clock runs.", group=_T)  # fmt: skip
OLDEST_AWAITING = _kpi("support_oldest_awaiting_first_response_age_seconds", "gauge", "queue priority", "board", "Longest present wait for a first response; 0 if none.", group=_T, unit="s")  # fmt: skip
WINDOW_TICKETS = _kpi("support_window_tickets", "gauge", "queue window flow", "board", "Tickets created, resolved, reopened or escalated in the window, event time.", group=_T)  # fmt: skip
WINDOW_TICKETS_BY_CHANNEL = _kpi("support_window_tickets_by_channel", "gauge", "queue window channel", "board", "Tickets created in the window, by channel.", group=_T)  # fmt: skip
WINDOW_DURATION = _kpi("support_window_duration_seconds", "gauge", "queue window measure", "board", "Sum of the durations that completed in the window, event time.", group=_T, unit="s")  # fmt: skip
WINDOW_SAMPLES = _kpi("support_window_duration_samples", "gauge", "queue window measure", "board", "How many durations completed in the window: the mean is seconds / samples.", group=_T)  # fmt: skip
WINDOW_QUANTILE = _kpi("support_window_duration_quantile_seconds", "gauge", "queue window measure q", "board", "Quantile of the durations in the window, relative error at most 2 %; never aggregate it over queues.", group=_T, unit="s")  # fmt: skip
DRAIN_TIME = _kpi("support_drain_time_seconds", "gauge", "queue", "board", "Actionable tickets / (solve rate - inflow rate), both over 4 h; absent where that has no end.", group=_T, unit="s")  # fmt: skip

# --- SLA ----------------------------------------------------------------------------------------

_S = "SLA"
SLA_TARGETS = _kpi("support_sla_targets_total", "counter", "queue priority target outcome", "sum", "Targets that reached an outcome: met, breached, cancelled.", group=_S)  # fmt: skip
SLA_OPEN = _kpi("support_sla_open_targets", "gauge", "queue priority target status", "board", "Running targets: healthy, at_risk, breached, paused.", group=_S)  # fmt: skip
SLA_NEXT_BREACH = _kpi("support_sla_next_breach_timestamp_seconds", "gauge", "queue priority target", "min", "Wall-clock time of the next breach of a running target; absent if none.", group=_S, unit="s")  # fmt: skip
SLA_TARGET = _kpi("support_sla_target_seconds", "gauge", "queue priority target", "board", "The agreed target, from the configuration.", group=_S, unit="s")  # fmt: skip
WINDOW_SLA = _kpi("support_window_sla_targets", "gauge", "queue priority target window outcome", "board", "Targets met (at the fulfilment) or breached (at the due instant) in the window.", group=_S)  # fmt: skip

# --- calls and chats ----------------------------------------------------------------------------

_C = "Calls and chats"
CONTACTS_OFFERED = _kpi("support_contacts_offered_total", "counter", "queue channel", "sum", "Contacts that entered the queue; rates divide by the sum of exits, never by this.", group=_C)  # fmt: skip
CONTACTS_ANSWERED = _kpi("support_contacts_answered_total", "counter", "queue in_threshold", "sum", "Contacts answered; in_threshold is true within the service-level threshold.", group=_C)  # fmt: skip
CONTACTS_ABANDONED = _kpi("support_contacts_abandoned_total", "counter", "queue kind", "sum", "Customers who left while queued: short, in_threshold, late.", group=_C)  # fmt: skip
CONTACTS_FLOWED_OUT = _kpi("support_contacts_flowed_out_total", "counter", "queue reason", "sum", "Contacts that left the queue unanswered, by reason.", group=_C)  # fmt: skip
CALLBACKS = _kpi("support_contacts_callback_requested_total", "counter", "queue", "sum", "Callbacks chosen; neither answered nor abandoned.", group=_C)  # fmt: skip
CONTACTS_LOST = _kpi("support_contacts_lost_total", "counter", "queue", "sum", "Contacts whose exit from the queue never came; in no rate.", group=_C)  # fmt: skip
HOLD_ABANDONED = _kpi("support_contacts_hold_abandoned_total", "counter", "queue", "sum", "Customers who hung up on hold, after the answer.", group=_C)  # fmt: skip
CONTACT_WAIT = _kpi("support_contact_wait_seconds", "histogram", "queue outcome", "sum", "Time in queue until answered or abandoned; the mean of answered is the speed of answer.", group=_C, unit="s")  # fmt: skip
CONTACT_HANDLE = _kpi("support_contact_handle_seconds", "histogram", "queue", "sum", "Talk, hold and wrap-up of one agent leg.", group=_C, unit="s")  # fmt: skip
HANDLE_PHASES = _kpi("support_contact_handle_phase_seconds_total", "counter", "queue phase", "sum", "Handle time by phase: talk, hold, wrap.", group=_C, unit="s")  # fmt: skip
WINDOW_CONTACTS = _kpi("support_window_contacts", "gauge", "queue window outcome", "board", "Contacts that left the queue in the window, by outcome.", group=_C)  # fmt: skip
QUEUE_WAITING = _kpi("support_queue_waiting", "gauge", "queue channel", "board", "Contacts waiting now.", group=_C)  # fmt: skip
WAITING_OVER = _kpi("support_queue_waiting_over_threshold", "gauge", "queue", "board", "Contacts waiting now that are past the service-level threshold.", group=_C)  # fmt: skip
LONGEST_WAIT = _kpi("support_queue_longest_wait_seconds", "gauge", "queue", "board", "Longest wait now, since entering this queue; 0 if nobody waits.", group=_C, unit="s")  # fmt: skip
LONGEST_CONTACT = _kpi("support_queue_longest_contact_age_seconds", "gauge", "queue", "board", "Longest time now since a waiting contact entered its first queue; 0 if nobody waits.", group=_C, unit="s")  # fmt: skip
QUEUE_OPEN = _kpi("support_queue_open", "gauge", "queue", "board", "1 while the calendar of the queue is open, else 0.", group=_C)  # fmt: skip
SERVICE_LEVEL_TARGET = _kpi("support_service_level_target_ratio", "gauge", "queue", "board", "The share of contacts to be answered within the threshold, from the configuration.", group=_C)  # fmt: skip
QUEUE_INFO = _kpi("support_queue_info", "info", "queue display_name team timezone service_level_seconds", "board", "Static facts of a queue, for joins.", group=_C)  # fmt: skip

# --- pipeline -----------------------------------------------------------------------------------

PIPELINE: Final = "Pipeline"
"""The group of what the pipeline says of itself."""
EVENTS = _kpi("support_stream_events_total", "counter", "source type outcome", "sum", "Events read, by outcome: processed, duplicate, late_applied, late_dropped, invalid, ignored.", group=PIPELINE)  # fmt: skip
REVISIONS = _kpi("support_stream_revisions_total", "counter", "family", "sum", "Facts taken back after they were counted, by the metric they were counted in.", group=PIPELINE)  # fmt: skip
QUALITY = _kpi("support_stream_quality_total", "counter", "kind", "sum", "Doubtful input that was taken as well as possible, by kind.", group=PIPELINE)  # fmt: skip
EVENT_LAG = _kpi("support_stream_event_lag_seconds", "histogram", "source", "sum", "Event time to processing.", group=PIPELINE, unit="s")  # fmt: skip
PROCESSING = _kpi("support_stream_processing_seconds", "histogram", "stage", "sum", "Time spent on one event, averaged over its batch.", group=PIPELINE, unit="s")  # fmt: skip
CONSUMER_LAG = _kpi("support_stream_consumer_lag", "gauge", "topic partition", "max", "Messages not yet read.", group=PIPELINE)  # fmt: skip
CONSUMER_LAG_SECONDS = _kpi("support_stream_consumer_lag_seconds", "gauge", "topic partition", "max", "Age of the next message to read; 0 when all is read.", group=PIPELINE, unit="s")  # fmt: skip
DEAD_LETTERS = _kpi("support_stream_dead_letters_total", "counter", "topic reason", "sum", "Events put on the dead-letter topic.", group=PIPELINE)  # fmt: skip
LABEL_OVERFLOW = _kpi("support_stream_label_overflow_total", "counter", "label", "sum", "Values folded into other, or beyond what a label should hold.", group=PIPELINE)  # fmt: skip
WATERMARK = _kpi("support_stream_watermark_timestamp_seconds", "gauge", "source", "min", "Event time up to which the source has been read.", group=PIPELINE, unit="s")  # fmt: skip
LAST_EVENT = _kpi("support_stream_last_event_timestamp_seconds", "gauge", "source", "max", "Arrival of the last event.", group=PIPELINE, unit="s")  # fmt: skip
SNAPSHOT = _kpi("support_stream_snapshot_timestamp_seconds", "gauge", "", "min", "When the exported snapshot was built.", group=PIPELINE, unit="s")  # fmt: skip
HEARTBEAT = _kpi("support_stream_heartbeat_timestamp_seconds", "gauge", "partition", "max", "Time of the last heartbeat event that came through Kafka: tells quiet from stuck.", group=PIPELINE, unit="s")  # fmt: skip
READY = _kpi("support_stream_ready", "gauge", "", "min", "1 when recovered and exporting KPIs.", group=PIPELINE)  # fmt: skip
PART_AGE = _kpi("support_stream_part_age_seconds", "gauge", "partition", "min", "Age of the newest part of the partition on this board; owners send at least every 5 s.", group=PIPELINE, unit="s")  # fmt: skip
REBALANCES = _kpi("support_stream_rebalances_total", "counter", "", "sum", "Rebalances seen by this worker.", group=PIPELINE)  # fmt: skip
ASSIGNED = _kpi("support_stream_assigned_partitions", "gauge", "topic", "sum", "Active partitions of this worker.", group=PIPELINE)  # fmt: skip
RECOVERING = _kpi("support_stream_recovering", "gauge", "table", "max", "1 while the table is being restored.", group=PIPELINE)  # fmt: skip
RECOVERY_REMAINING = _kpi("support_stream_recovery_remaining", "gauge", "table", "sum", "Changelog messages still to read.", group=PIPELINE)  # fmt: skip
RECOVERY_SECONDS = _kpi("support_stream_recovery_seconds", "histogram", "table", "sum", "How long restores took.", group=PIPELINE, unit="s")  # fmt: skip
TABLE_ENTRIES = _kpi("support_stream_table_entries", "gauge", "table", "sum", "Records held.", group=PIPELINE)  # fmt: skip
LOOP_LAG = _kpi("support_stream_loop_lag_seconds", "gauge", "", "max", "How late the event loop runs its timers.", group=PIPELINE, unit="s")  # fmt: skip
CONFIG_INFO = _kpi("support_stream_config_info", "info", "version hash", "count", "Configuration in force; more than one hash means mixed workers.", group=PIPELINE)  # fmt: skip
BUILD_INFO = _kpi("support_stream_build_info", "info", "version python", "count", "The build.", group=PIPELINE)  # fmt: skip

CATALOGUE: Final[tuple[Kpi, ...]] = tuple(_all)
BY_NAME: Final[dict[str, Kpi]] = {kpi.name: kpi for kpi in CATALOGUE}
