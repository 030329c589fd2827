"""Partitions are chosen as Kafka's own clients choose them."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskpulse.errors import Refused
from deskpulse.outlet import Outlet, partition_of
from tests.deskpulse.mock import kafka, landed


@pytest.mark.parametrize(
    ("key", "murmur2"),
    [
        # From the tests of Apache Kafka's own client.
        (b"21", -973932308),
        (b"foobar", -790332482),
        (b"a-little-bit-long-string", -985981536),
        (b"a-little-bit-longer-string", -1486304829),
        (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        (b"abc", 479470107),
    ],
)
def test_the_partition_is_murmur2_over_the_count(key: bytes, murmur2: int) -> None:
    for count in (1, 4, 16):
        assert partition_of(key, count) == (murmur2 & 0x7FFFFFFF) % count


@given(st.binary(max_size=60), st.integers(1, 64))
def test_every_key_has_one_partition(key: bytes, count: int) -> None:
    assert 0 <= partition_of(key, count) < count


def test_what_was_put_has_landed_in_order_when_it_is_left() -> None:
    async def put(address: str) -> None:
        async with Outlet(address) as outlet:
            for number in range(5_000):
                await outlet.put("support.tickets", b"ticket/1", b"%d" % number)
                if number % 700 == 0:
                    await outlet.push()
            await outlet.put_everywhere("support.tickets", b"source/desk", b"beat")

    with kafka() as address:
        asyncio.run(put(address))
        records = landed(address, "support.tickets")
    lane = [record.value for record in records if record.key == b"ticket/1"]
    assert lane == [b"%d" % number for number in range(5_000)]
    assert [record.partition for record in records if record.value == b"beat"] == [0, 1, 2, 3]


def test_a_broker_that_goes_away_is_said_and_not_waited_for_without_end() -> None:
    async def put() -> None:
        async with Outlet("127.0.0.1:1"):
            pass

    with pytest.raises(Refused, match=r"no Kafka broker answers at 127\.0\.0\.1:1"):
        asyncio.run(put())
