"""Who asks: a town of customers, some of whom ask often. Only pseudonyms, as the contract wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

TOWN = 40_000
"""How many customers there are."""
_STRIDE = 0x9E37_79B9_7F4B
_MASK = (1 << 48) - 1

_TIERS = ("standard", "silver", "gold")
_TIER_WEIGHTS = (70, 20, 10)


class Customers:
    """Draws customers; the low numbers of the town come back more often."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng

    def someone(self) -> str:
        """The pseudonym of whoever asks now."""
        number = int(self._rng.random() ** 2 * TOWN) + 1
        return f"c_{number * _STRIDE & _MASK:012x}"

    def tier(self) -> str:
        """The contract class of whoever asks now."""
        return self._rng.choices(_TIERS, _TIER_WEIGHTS)[0]
