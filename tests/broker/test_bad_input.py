"""What cannot be counted is put aside with its reason, and nothing else is lost."""

from __future__ import annotations

import hashlib
import json

from tests.broker.stand import Sent, Stand, counted, eventually

MEBIBYTE = 1024 * 1024


def test_poison_is_put_aside_whole_with_where_it_came_from(stand: Stand) -> None:
    worker = stand.worker()
    watcher = stand.watch()
    stand.produce(
        [counted("T1", partition=2), Sent(b"T1", b"{not json", 2), counted("T1", partition=2)]
    )
    watcher.shows(2)
    eventually(stand.all_committed, "all is committed")
    (letter,) = stand.read(stand.dlq)
    headers = {name: value.decode() for name, value in letter.headers}
    assert letter.value == b"{not json"
    assert letter.key == b"T1"
    assert headers.pop("rejected_at").endswith("Z")
    assert headers.pop("code_version")
    assert headers.pop("detail")
    assert headers == {
        "reason": "not_json",
        "source_topic": stand.events,
        "source_partition": "2",
        "source_offset": "1",
    }
    assert worker.stop() == 0


def test_a_record_of_two_mebibytes_is_put_aside_cut_with_its_size_and_hash(stand: Stand) -> None:
    worker = stand.worker()
    watcher = stand.watch()
    large = b"{" + b"x" * (2 * MEBIBYTE)
    stand.produce([counted("T1"), Sent(b"T1", large), Sent(b"T1", None), counted("T1")])
    watcher.shows(2)
    eventually(stand.all_committed, "all is committed")
    letters = {dict(letter.headers)["reason"]: letter for letter in stand.read(stand.dlq)}
    headers = {name: value.decode() for name, value in letters[b"not_json"].headers}
    assert letters[b"not_json"].value == large[: 64 * 1024]
    assert headers["size"] == str(len(large))
    assert headers["sha256"] == hashlib.sha256(large).hexdigest()
    assert headers["truncated"] == "true"
    assert letters[b"empty"].value == b""
    assert worker.stop() == 0


def test_a_dead_letter_is_in_kafka_before_its_offset_is_committed(stand: Stand) -> None:
    """Where it cannot be written nothing is committed, and the process ends saying so."""
    stand.alter(stand.dlq, {"max.message.bytes": "300"})
    worker = stand.worker()
    stand.produce([counted("T1", partition=0), Sent(b"T1", b"{" * 2_000, 0)])
    assert worker.wait() == 1
    (ended,) = worker.said("worker.ended")
    assert ended["reason"].startswith("a write to Kafka failed, nothing is committed")
    assert stand.committed().get(0, 0) <= 1
    assert stand.read(stand.dlq) == []

    stand.alter(stand.dlq, {"max.message.bytes": "4194304"})
    again = stand.worker("b")
    eventually(lambda: stand.committed().get(0) == 2, "all is committed")
    assert [letter.value for letter in stand.read(stand.dlq)] == [b"{" * 2_000]
    assert again.stop() == 0


def test_no_word_of_an_event_is_logged(stand: Stand) -> None:
    worker = stand.worker()
    stand.produce([Sent(b"T1", json.dumps({"id": "x", "at": "secret-words"}).encode(), 0)])
    eventually(lambda: stand.committed().get(0) == 1, "it is committed")
    assert worker.stop() == 0
    assert "secret-words" not in worker.log_path.read_text()
