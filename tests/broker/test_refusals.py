"""A worker that would count wrongly does not start, and says in one line what to do."""

from __future__ import annotations

from tests.broker.stand import Stand, counted, eventually


def refusal(stand: Stand, **env: str) -> str:
    """Why a worker ends; it must end with 1 and one line."""
    worker = stand.worker("refused", **env)
    assert worker.wait() == 1
    (line,) = worker.said("worker.refused") or worker.said("worker.ended")
    assert "Traceback" not in worker.log_path.read_text()
    reason: str = line["reason"]
    assert "\n" not in reason
    return reason


def test_another_partition_count_is_refused(stand: Stand) -> None:
    reason = refusal(stand, COUNTING_PARTITIONS="3")
    assert f"topic {stand.events} has 4 partitions and must have 3" in reason
    assert "kafka.partitions" in reason


def test_a_missing_topic_is_refused(stand: Stand) -> None:
    reason = refusal(stand, COUNTING_TOPICS="counting.events,counting.none")
    missing = f"{stand.prefix}counting.none"
    assert f"topic {missing} is not there: make it with `deskpulse topics create`" in reason


def test_a_changelog_that_forgets_is_refused(stand: Stand) -> None:
    stand.alter(stand.changelog, {"cleanup.policy": "compact,delete"})
    reason = refusal(stand)
    assert f"topic {stand.changelog} has cleanup.policy=compact,delete" in reason
    assert "must have compact alone" in reason


def test_a_broker_that_is_not_there_is_named(stand: Stand) -> None:
    reason = refusal(stand, DESKPULSE_KAFKA="127.0.0.1:1", DESKPULSE_CONNECT_TIMEOUT="1")
    assert reason.startswith("no Kafka broker answers at 127.0.0.1:1 (no connection); ")
    assert "DESKPULSE_KAFKA" in reason


def test_a_topic_that_was_made_anew_is_refused(stand: Stand) -> None:
    """Its offsets start over: everything in it would count as seen."""
    worker = stand.worker()
    stand.produce([counted("T1", partition=0) for _ in range(20)])
    eventually(stand.all_committed, "all is committed")
    assert worker.stop() == 0
    stand.make_anew(stand.events)
    stand.produce([counted("T2", n=5, partition=0)])
    reason = refusal(stand)
    assert (
        f"topic {stand.events} was made anew (partition 0: it ends at 1, and 19 was read)" in reason
    )
    assert "DESKPULSE_APPLICATION" in reason

    stand.produce([counted("T2", n=5, partition=0) for _ in range(30)])
    assert "another record stands at 19" in refusal(stand)
