"""What `/metrics` says, held to a list of names that was written down apart from the code."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Final

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.openmetrics.exposition import generate_latest as openmetrics

from streams.board import Board
from streams.counts import kpis
from streams.counts.kpis import BY_NAME, CATALOGUE, Kpi
from streams.gauges import Values
from streams.metrics import Shown, Snapshot, families
from streams.part.totals import Totals
from streams.spans import SECOND
from streams.stage import Stage
from tests.needs import needs
from tests.vocabulary import (
    abandoned,
    answered,
    at,
    callback,
    ended,
    escalated,
    flowed_out,
    head,
    held,
    moved,
    opened,
    queued,
    records,
    replied,
    site_of,
    solved,
    status,
    wrap_ended,
    wrap_started,
    wrote,
)

SITE: Final = site_of((Path(__file__).parent / "config" / "example.yml").read_text())
NOW: Final = at("12:00")

# name · kind · labels · how it is read
CONTRACT: Final = """
support_tickets_created_total counter queue,channel,priority sum
support_tickets_resolved_total counter queue,channel,priority,one_touch sum
support_tickets_reopened_total counter queue sum
support_tickets_escalated_total counter queue,level sum
support_tickets_transferred_total counter queue sum
support_first_response_seconds histogram queue,priority sum
support_first_response_business_seconds histogram queue,priority sum
support_next_response_seconds histogram queue,priority sum
support_resolution_seconds histogram queue,priority sum
support_open_tickets gauge queue,priority,state board
support_open_tickets_by_channel gauge queue,channel board
support_open_tickets_by_age gauge queue,age_band board
support_unassigned_tickets gauge queue board
support_oldest_open_ticket_age_seconds gauge queue,priority board
support_awaiting_first_response_tickets gauge queue,priority board
support_oldest_awaiting_first_response_age_seconds gauge queue,priority board
support_window_tickets gauge queue,window,flow board
support_window_tickets_by_channel gauge queue,window,channel board
support_window_duration_seconds gauge queue,window,measure board
support_window_duration_samples gauge queue,window,measure board
support_window_duration_quantile_seconds gauge queue,window,measure,q board
support_drain_time_seconds gauge queue board
support_sla_targets_total counter queue,priority,target,outcome sum
support_sla_open_targets gauge queue,priority,target,status board
support_sla_next_breach_timestamp_seconds gauge queue,priority,target min
support_sla_target_seconds gauge queue,priority,target board
support_window_sla_targets gauge queue,priority,target,window,outcome board
support_contacts_offered_total counter queue,channel sum
support_contacts_answered_total counter queue,in_threshold sum
support_contacts_abandoned_total counter queue,kind sum
support_contacts_flowed_out_total counter queue,reason sum
support_contacts_callback_requested_total counter queue sum
support_contact_wait_seconds histogram queue,outcome sum
support_contact_handle_seconds histogram queue sum
support_contact_handle_phase_seconds_total counter queue,phase sum
support_window_contacts gauge queue,window,outcome board
support_queue_waiting gauge queue,channel board
support_queue_waiting_over_threshold gauge queue board
support_queue_longest_wait_seconds gauge queue board
support_queue_open gauge queue board
support_service_level_target_ratio gauge queue board
support_queue_info info queue,display_name,team,timezone,service_level_seconds board
support_stream_events_total counter source,type,outcome sum
support_stream_revisions_total counter family sum
support_stream_event_lag_seconds histogram source sum
support_stream_processing_seconds histogram stage sum
support_stream_consumer_lag gauge topic,partition max
support_stream_consumer_lag_seconds gauge topic,partition max
support_stream_dead_letters_total counter topic,reason sum
support_stream_label_overflow_total counter label sum
support_stream_watermark_timestamp_seconds gauge source min
support_stream_last_event_timestamp_seconds gauge source max
support_stream_snapshot_timestamp_seconds gauge - min
support_stream_heartbeat_timestamp_seconds gauge partition max
support_stream_ready gauge - min
support_stream_part_age_seconds gauge partition min
support_stream_rebalances_total counter - sum
support_stream_assigned_partitions gauge topic sum
support_stream_recovering gauge table max
support_stream_recovery_remaining gauge table sum
support_stream_recovery_seconds histogram table sum
support_stream_table_entries gauge table sum
support_stream_loop_lag_seconds gauge - max
support_stream_config_info info version,hash count
support_stream_build_info info version,python count
"""
LINES: Final = [line.split() for line in CONTRACT.strip().splitlines()]
OURS: Final = {
    "support_contacts_lost_total",
    "support_contacts_hold_abandoned_total",
    "support_queue_longest_contact_age_seconds",
    "support_stream_quality_total",
}
"""Kept beside the contract's: counts of kpis.md that its table has no name for."""

LIFE: Final = [
    *(opened(f"T{n}", "07:30", priority="high", tier="gold", category="invoice") for n in range(3)),
    replied("T1", "07:40"),
    wrote("T1", "07:50"),
    replied("T1", "08:00"),
    escalated("T1", "08:00"),
    solved("T1", "08:10"),
    status("T1", "08:20", "open"),
    solved("T1", "08:30"),
    moved("T2", "08:30", "returns"),
    opened("old", "2026-01-04T08:00:00Z"),
    solved("old", "11:00"),
    opened("older", "2026-01-04T08:00:00Z"),
    solved("older", "11:00"),
    *(queued(f"call/{n}", "11:00", "billing") for n in range(6)),
    answered("call/0", "11:00:05", "billing"),
    held("call/0", "11:01"),
    ended("call/0", "11:02", by="customer"),
    wrap_started("call/0", "11:02"),
    wrap_ended("call/0", "11:03"),
    abandoned("call/1", "11:00:30", "billing"),
    flowed_out("call/2", "11:01", queue="billing"),
    callback("call/3", "11:01", "billing"),
    ended("call/4", "11:01"),
]


def pipeline() -> dict[Kpi, Values]:
    """A value of everything that a worker measures of itself."""
    return {
        kpi: {tuple("x" for _ in kpi.labels): 1.0}
        for kpi in CATALOGUE
        if kpi.group == "Pipeline" and kpi.kind in ("gauge", "info")
    }


def snapshot() -> Snapshot:
    stage = Stage(SITE)
    assert not stage.apply(0, records(LIFE), NOW)
    stage.advance_to(NOW)
    for name in (kpis.PROCESSING, kpis.RECOVERY_SECONDS):
        stage.totals.observe(name, ("x",), SECOND)
    for counter in (kpis.DEAD_LETTERS, kpis.REBALANCES):
        stage.totals.count(counter, tuple("x" for _ in counter.labels))
    board = Board(SITE.plan)
    board.take(stage.part(head()), 0)
    return Snapshot(board.read(), (stage.totals,), pipeline())


WHOLE: Final = snapshot()


def shown(snap: Snapshot = WHOLE, *, with_pipeline: bool = True) -> dict[str, Metric]:
    """Families by the name of the catalogue."""
    found = {}
    for metric in families(SITE.plan, snap, NOW, pipeline=with_pipeline):
        suffix = {"counter": "_total", "info": "_info"}.get(metric.type, "")
        found[metric.name + suffix] = metric
    return found


def text(snap: Snapshot = WHOLE) -> str:
    registry = CollectorRegistry()
    registry.register(Shown(SITE.plan, lambda: snap, lambda: NOW))
    return generate_latest(registry).decode()


@pytest.mark.parametrize(("name", "kind", "labels", "read"), LINES, ids=[line[0] for line in LINES])
def test_every_metric_of_the_contract_is_in_the_catalogue_and_on_the_page(
    name: str, kind: str, labels: str, read: str
) -> None:
    kpi = BY_NAME[name]
    expected = () if labels == "-" else tuple(labels.split(","))
    assert (kpi.kind, kpi.labels, kpi.agg) == (kind, expected, read)
    metric = shown()[name]
    assert metric.type == kind
    assert metric.samples
    for sample in metric.samples:
        assert {*sample.labels} - {"le"} == {*expected}


def test_the_catalogue_holds_nothing_else() -> None:
    assert {kpi.name for kpi in CATALOGUE} == {line[0] for line in LINES} | OURS
    assert {*shown()} == {kpi.name for kpi in CATALOGUE}


@pytest.mark.promtool
def test_promtool_has_nothing_to_say() -> None:
    for page in (text(), text(Snapshot(None, (Totals(SITE.plan.bounds),)))):
        check = subprocess.run(
            [needs("promtool"), "check", "metrics"],
            input=page,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (check.returncode, check.stdout, check.stderr) == (0, "", "")


def test_the_page_can_be_had_as_openmetrics() -> None:
    registry = CollectorRegistry()
    registry.register(Shown(SITE.plan, lambda: WHOLE, lambda: NOW))
    page = openmetrics(registry).decode()  # type: ignore[no-untyped-call] # the client's
    assert page.endswith("# EOF\n")
    series = {re.split("[{ ]", line)[0] for line in page.splitlines() if not line.startswith("#")}
    assert [name for name in series if name.endswith("_created")] == []


def test_every_help_says_how_to_read_it() -> None:
    for kpi in CATALOGUE:
        assert re.search(r"[Rr]ead (max|sum|min|count) by \(labels\)", kpi.help), kpi.name


def test_units_are_in_the_names() -> None:
    for kpi in CATALOGUE:
        bare = kpi.name.removesuffix("_total")
        assert (kpi.unit == "s") == bare.endswith("_seconds"), kpi.name
        assert (kpi.kind == "counter") == kpi.name.endswith("_total"), kpi.name
        assert (kpi.kind == "info") == kpi.name.endswith("_info"), kpi.name


def test_no_label_names_a_person_or_a_subject() -> None:
    forbidden = {"ticket", "call", "chat", "customer", "agent", "tier", "service", "env", "site"}
    for kpi in CATALOGUE:
        for label in kpi.labels:
            assert not {label, label.removesuffix("_id")} & forbidden, kpi.name
    assert not re.search(r"T1|call/|a-1", text())


def test_counters_and_histograms_stand_at_zero_for_every_configured_label_set() -> None:
    found = shown(Snapshot(None, (Totals(SITE.plan.bounds),)))
    created = {
        tuple(s.labels.values()): s.value for s in found["support_tickets_created_total"].samples
    }
    assert len(created) == 1 * 9 * 4
    assert {*created.values()} == {0}
    verdicts = found["support_sla_targets_total"].samples
    assert {s.labels["outcome"] for s in verdicts} == {"met", "breached", "cancelled"}
    assert {s.labels["target"] for s in verdicts} == {"first_response", "resolution"}
    waits = [s for s in found["support_contact_wait_seconds"].samples if s.name.endswith("_count")]
    assert {s.labels["outcome"] for s in waits} == {"answered", "abandoned"}
    families_ = {s.labels["family"] for s in found["support_stream_revisions_total"].samples}
    assert "support_sla_targets_total" in families_
    assert "support_open_tickets" not in families_


def test_without_a_board_there_are_no_gauges_of_kpis() -> None:
    found = shown(Snapshot(None, WHOLE.totals, WHOLE.pipeline))
    for kpi in CATALOGUE:
        counts = kpi.kind in ("counter", "histogram") or kpi.group == "Pipeline"
        assert (kpi.name in found) == counts, kpi.name


def test_a_report_leaves_the_pipeline_out() -> None:
    found = shown(with_pipeline=False)
    assert not any(name.startswith("support_stream_") for name in found)
    assert len(found) == sum(kpi.group != "Pipeline" for kpi in CATALOGUE)


def test_a_histogram_is_cumulative_in_seconds() -> None:
    samples = [
        s
        for s in shown()["support_first_response_seconds"].samples
        if (s.labels["queue"], s.labels["priority"]) == ("billing", "high")
    ]
    buckets = {s.labels["le"]: s.value for s in samples if s.name.endswith("_bucket")}
    # T1 was answered after 600 s.
    assert buckets["300.0"] == 0
    assert buckets["900.0"] == 1
    assert buckets["+Inf"] == 1
    assert [*buckets.values()] == sorted(buckets.values())
    named = {s.name.rpartition("_")[2]: s.value for s in samples if "le" not in s.labels}
    assert named == {"count": 1, "sum": 600}


def test_counters_of_seconds_are_in_seconds() -> None:
    phases = {
        s.labels["phase"]: s.value
        for s in shown()["support_contact_handle_phase_seconds_total"].samples
        if s.labels["queue"] == "billing"
    }
    assert phases == {"talk": 55, "hold": 60, "wrap": 60}


def test_the_stages_of_a_process_add_up_past_ones_too() -> None:
    one, two = Totals(SITE.plan.bounds), Totals(SITE.plan.bounds)
    for totals in (one, two, two):
        totals.count(kpis.TICKETS_REOPENED, ("billing",))
        totals.observe(kpis.RESOLUTION, ("billing", "high"), 300 * SECOND)
        totals.revise(kpis.RESOLUTION.name)
    found = shown(Snapshot(None, (one, two)))

    def value(metric: str, name: str, **labels: str) -> float:
        [only] = [
            s.value
            for s in found[metric].samples
            if s.name == name and s.labels.items() >= labels.items()
        ]
        return only

    reopened = "support_tickets_reopened_total"
    assert value(reopened, reopened, queue="billing") == 3
    resolution = "support_resolution_seconds"
    billing = {"queue": "billing", "priority": "high"}
    assert value(resolution, f"{resolution}_count", **billing) == 3
    assert value(resolution, f"{resolution}_sum", **billing) == 900
    assert value(resolution, f"{resolution}_bucket", le="300.0", **billing) == 3
    revisions = "support_stream_revisions_total"
    assert value(revisions, revisions, family=resolution) == 3
