"""Shares: exact numbers from 0 to 1, as `0.80`. Never a float: people set them, and compare."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Final, TypeAlias

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from streams.config.errors import shown

MILLION: Final = 1_000_000
_PERCENT: Final = 100
_SURELY_PERCENT: Final = 2


def parse_share(value: object) -> Decimal:
    """A number from 0 to 1, at most six decimals. Raises ValueError with what would be right."""
    share = Decimal(value) if isinstance(value, int | Decimal) else None
    if share is None or value is True or value is False:
        raise ValueError(_remedy(value))
    if not 0 <= share <= 1:
        hint = (
            f"write {_plain(share / _PERCENT)}"
            if _SURELY_PERCENT <= share <= _PERCENT
            else "write 0.80, say"
        )
        raise ValueError(f"{shown(value)} is not between 0 and 1; {hint}")
    if share * MILLION % 1:
        raise ValueError(f"{shown(value)} has more than six decimals; write {share:.6f}")
    return share


def parse_positive_share(value: object) -> Decimal:
    """The same, without 0."""
    share = parse_share(value)
    if share == 0:
        raise ValueError(f"a target of {shown(value)} asks for nothing; write more than 0")
    return share


def millionths(share: Decimal) -> int:
    """The share in whole parts of a million, exact."""
    return int(share * MILLION)


def _remedy(value: object) -> str:
    """What to write instead of something that is no number."""
    text = value.strip() if isinstance(value, str) else ""
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})? ?%?", text):
        return f"{shown(value)} is no share; write a number such as 0.80"
    share = Decimal(text.rstrip("% ")) / (_PERCENT if text.endswith("%") else 1)
    return f"{shown(value)} is text; write the number without quotes: {_plain(share)}"


def _plain(share: Decimal) -> str:
    return f"{share.normalize():f}"


_SERIALIZER: Final = PlainSerializer(float, return_type=float, when_used="json")

Share: TypeAlias = Annotated[
    Decimal,
    PlainValidator(parse_share),
    _SERIALIZER,
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1}),
]
"""From 0 to 1, both allowed."""

PositiveShare: TypeAlias = Annotated[
    Decimal,
    PlainValidator(parse_positive_share),
    _SERIALIZER,
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "maximum": 1}),
]
"""More than 0, up to 1."""
