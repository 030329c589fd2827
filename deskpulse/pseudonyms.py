"""Who a customer or an agent is, nobody learns: a keyed hash stands for the name.

The key comes from `DESKPULSE_HASH_KEY`. Without one, imports use a fixed, public key, so that the
same file gives the same bytes everywhere; that hides names from a glance, not from whoever can
guess them. Set a key of your own for data that is yours.
"""

from __future__ import annotations

import hmac
import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY_VARIABLE: Final = "DESKPULSE_HASH_KEY"
PUBLIC_KEY: Final = "deskpulse-import"
_DIGITS: Final = 12


class Pseudonyms:
    """Turns names into pseudonyms; the same key, the same pseudonym."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    @classmethod
    def of_environment(cls, environment: Mapping[str, str] = os.environ) -> Pseudonyms:
        """With the key of the environment, else the public one."""
        return cls(environment.get(KEY_VARIABLE) or PUBLIC_KEY)

    def customer(self, name: str) -> str:
        """`c_` and twelve hex digits."""
        return f"c_{self._digits('customer', name)}"

    def agent(self, name: str) -> str:
        """`a_` and twelve hex digits."""
        return f"a_{self._digits('agent', name)}"

    def _digits(self, role: str, name: str) -> str:
        return hmac.new(self._key, f"{role}:{name}".encode(), "sha256").hexdigest()[:_DIGITS]
