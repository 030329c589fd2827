"""Shares are exact."""

from __future__ import annotations

from decimal import Decimal

import pytest

from streams.config.shares import millionths, parse_positive_share, parse_share


@pytest.mark.parametrize("value", [0, 1, Decimal("0.80"), Decimal("0.000001"), Decimal("1.0")])
def test_a_share_is_a_number_from_0_to_1(value: object) -> None:
    assert parse_share(value) == value


def test_a_share_is_a_whole_number_of_millionths() -> None:
    assert millionths(parse_share(Decimal("0.25"))) == 250_000
    assert millionths(parse_share(Decimal("0.333333"))) == 333_333
    assert millionths(parse_share(1)) == 1_000_000


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("0.80", "'0.80' is text; write the number without quotes: 0.8"),
        ("80 %", "'80 %' is text; write the number without quotes: 0.8"),
        ("most", "'most' is no share; write a number such as 0.80"),
        (True, "true is no share; write a number such as 0.80"),
        (None, "nothing is no share; write a number such as 0.80"),
        (80, "80 is not between 0 and 1; write 0.8"),
        (Decimal("1.01"), "1.01 is not between 0 and 1; write 0.80, say"),
        (Decimal("-0.1"), "-0.1 is not between 0 and 1; write 0.80, say"),
        (Decimal("0.1234567"), "0.1234567 has more than six decimals; write 0.123457"),
    ],
)
def test_anything_else_is_answered_with_what_would_be_right(value: object, sentence: str) -> None:
    with pytest.raises(ValueError, match="; ") as raised:
        parse_share(value)
    assert str(raised.value) == sentence


def test_a_target_asks_for_something() -> None:
    assert parse_positive_share(1) == 1
    with pytest.raises(ValueError, match=r"^a target of 0 asks for nothing; write more than 0$"):
        parse_positive_share(0)
