"""Which of two versions of a row stands, and what a dead letter keeps."""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.worker.codec import (
    DEAD_LETTER_CUT,
    DEAD_LETTER_WHOLE,
    META_KEY,
    Applied,
    Meta,
    Version,
    dead_letter,
    decode_meta,
    digest,
    encode_meta,
    tombstone_generation,
    tombstone_headers,
)
from streams.worker.store import Rows
from tests.broker.counting import Count, CountingJob

versions = st.builds(Version, st.integers(1, 3), st.none() | st.integers(0, 5))


@given(versions, versions)
def test_the_higher_generation_stands_wherever_it_is_in_the_log(a: Version, b: Version) -> None:
    if a.generation != b.generation:
        assert a.gives_way_to(b) == (b.generation > a.generation)
        assert b.gives_way_to(a) == (a.generation > b.generation)


@pytest.mark.parametrize(
    ("earlier", "later", "gives_way"),
    [
        (Version(2, 10), Version(2, 11), True),
        (Version(2, 10), Version(2, 10), True),
        (Version(2, 11), Version(2, 10), False),
        (Version(2, None), Version(2, 3), True),
        (Version(2, 10), Version(2, None), True),
        (Version(3, 5), Version(2, None), False),
        (Version(2, None), Version(3, 5), True),
    ],
)
def test_within_a_generation_the_one_that_has_come_further_stands(
    earlier: Version,
    later: Version,
    gives_way: bool,  # noqa: FBT001
) -> None:
    assert earlier.gives_way_to(later) is gives_way


JOB = CountingJob()


def row(total: int, applied: int, generation: int) -> bytes:
    return JOB.encode_row(Count(total, total, (applied, -1)), generation)


def rows() -> Rows:
    return Rows(JOB)


def decoded(one: Rows) -> dict[bytes, Count]:
    """What was read, with a small turn of the loop between."""
    while one.decode(1):
        pass
    return one.rows


def test_a_row_that_won_against_a_later_one_is_written_again() -> None:
    one = rows()
    one.take(b"T1", row(9, 90, 6), ())
    one.take(b"T1", row(4, 40, 5), ())
    assert decoded(one)[b"T1"].total == 9
    assert one.take_rewrites() == {b"T1": one.rows[b"T1"]}
    assert one.take_rewrites() == {}


def test_a_row_that_was_beaten_after_all_is_not() -> None:
    one = rows()
    one.take(b"T1", row(9, 90, 6), ())
    one.take(b"T1", row(4, 40, 5), ())
    one.take(b"T1", row(10, 99, 7), ())
    assert one.take_rewrites() == {}


def test_a_forgotten_row_stays_forgotten_when_a_sleeper_writes_it() -> None:
    one = rows()
    one.take(b"T1", row(9, 90, 5), ())
    one.take(b"T1", None, tombstone_headers(6))
    one.take(b"T1", row(10, 99, 5), ())
    assert decoded(one) == {}
    assert one.take_rewrites() == {b"T1": None}


def test_what_is_owned_is_not_touched_and_others_writes_are_overwritten() -> None:
    one = rows()
    one.take(b"T1", row(9, 90, 5), ())
    decoded(one)
    one.own(6)
    one.take(b"T1", row(12, 120, 5), ())
    one.take(b"T2", row(1, 3, 5), ())
    one.take(b"T1", row(9, 90, 6), ())
    assert {key: count.total for key, count in one.rows.items()} == {b"T1": 9}
    assert one.take_rewrites() == {b"T1": one.rows[b"T1"], b"T2": None}


def test_the_meta_row_is_no_row() -> None:
    meta = Meta(4, 1_000, {"support.tickets": Applied(7, 5, b"12345678")})
    one = rows()
    one.take(META_KEY, encode_meta(meta), ())
    one.take(META_KEY, encode_meta(Meta(3, 2_000, {})), ())
    assert decoded(one) == {}
    assert one.meta == meta
    assert decode_meta(encode_meta(meta)) == meta


def test_a_tombstone_without_a_generation_is_the_oldest() -> None:
    assert tombstone_generation(tombstone_headers(12)) == 12
    assert tombstone_generation(()) == 0
    assert tombstone_generation([("generation", b"twelve")]) == 0


def test_key_and_value_do_not_run_into_each_other() -> None:
    assert digest(b"ab", b"c") != digest(b"a", b"bc")
    assert digest(None, b"c") == digest(b"", b"c")


class Raw(NamedTuple):
    offset: int
    key: bytes | None
    value: bytes | None


@pytest.mark.parametrize("more", [0, 1])
def test_a_dead_letter_keeps_its_payload_up_to_the_limit(more: int) -> None:
    value = bytes(DEAD_LETTER_WHOLE + more)
    letter = dead_letter(
        "dlq", Raw(3, b"k", value), source="s", partition=1, reason="r", detail="d",
        rejected_at=0, version="1",
    )  # fmt: skip
    headers = dict(letter.headers)
    assert letter.value == (value[:DEAD_LETTER_CUT] if more else value)
    assert headers.get("sha256") == (sha256(value).hexdigest().encode() if more else None)
    assert headers["rejected_at"] == b"1970-01-01T00:00:00Z"


@pytest.mark.parametrize("more", [0, 1])
def test_a_dead_letter_fits_into_its_topic_whatever_the_key(more: int) -> None:
    """A letter that Kafka refuses would end the worker, again and again on the same record."""
    key = bytes(DEAD_LETTER_CUT + more)
    letter = dead_letter(
        "dlq", Raw(3, key, b"v"), source="s", partition=1, reason="r", detail="d",
        rejected_at=0, version="1",
    )  # fmt: skip
    assert letter.key == key[:DEAD_LETTER_CUT]
    assert dict(letter.headers).get("key_size") == (str(len(key)).encode() if more else None)
