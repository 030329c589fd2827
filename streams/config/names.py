"""Names of queues, teams, calendars and policies: what people and events call things."""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

from pydantic import AfterValidator

from streams.config.errors import shown

LONGEST: Final = 128


def check_name(text: str) -> str:
    """The name itself. Raises ValueError where it cannot be a label or be told from another."""
    if not text or text != text.strip():
        raise ValueError(f"{shown(text)} is no name; write one without spaces at its ends")
    if not text.isprintable():
        raise ValueError(f"{shown(text)} holds control characters; write a plain name")
    if len(text) > LONGEST:
        raise ValueError(f"{shown(text)} is longer than {LONGEST} characters; write a shorter name")
    return text


Name: TypeAlias = Annotated[str, AfterValidator(check_name)]
"""1 to 128 printable characters."""
