"""What is wrong with a configuration, in sentences.

    ConfigError     the file cannot be meant: stop at start, one line a problem
      made of Problem   where (a path of keys) and what, with what would be right
    Wrong           the same inside a validator; pydantic takes it for a ValueError

A problem is one sentence: what stands there, then what to write instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from difflib import get_close_matches
from typing import NamedTuple, TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""Keys and list positions (from 0) from the top of the file."""

_SHOWN = 60
_NAMED = 16


class Problem(NamedTuple):
    """One thing that is wrong, and where."""

    path: Path
    text: str


class Wrong(ValueError):
    """What a validator found; the paths are relative to the value it was given."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.text for problem in problems))
        self.problems = problems


class ConfigError(Exception):
    """A configuration that cannot be meant. Each problem is one line with file, line and path."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def dotted(path: Path) -> str:
    """`sla[0].match.queue[1]`: a path as people read it, on one line whatever the keys hold."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            word = step if re.fullmatch(r"[^\s.:'\"\[\]]+", step) else f"'{step}'"
            text += ("." if text else "") + one_line(word)
    return text


def shown(value: object) -> str:
    """A value as a sentence names it: `'20'`, `16`, `true`, `a list`. Short, and on one line."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | Decimal):
        return one_line(str(value))
    if isinstance(value, str):
        return f"'{one_line(value)}'"
    return "a list" if isinstance(value, list | tuple) else "a mapping"


def listed(words: Iterable[str]) -> str:
    """`a, b and c`; the rest of a long list as a number."""
    known = [one_line(word) for word in words]
    if len(known) > _NAMED:
        return f"{', '.join(known[:_NAMED])} and {len(known) - _NAMED} more"
    return " and ".join(filter(None, (", ".join(known[:-1]), known[-1]))) if known else "none"


def near(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, upper and lower case aside."""
    by_lower = {each.lower(): each for each in known}
    found = get_close_matches(word.lower(), by_lower, n=1)
    return by_lower[found[0]] if found else None


def suggestion(word: str, known: Iterable[str]) -> str:
    """What to write instead of an unknown word: the near one, else what there is."""
    words = list(known)
    meant = near(word, words)
    if meant is not None:
        return f"did you mean '{one_line(meant)}'?"
    return f"known here: {listed(words)}"


def one_line(text: str) -> str:
    """The text with control characters spelt out, cut to what a line can bear."""
    if len(text) > _SHOWN:
        text = text[:_SHOWN] + "..."
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
