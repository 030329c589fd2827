"""What a command says when it cannot go on: one line, and an exit code.

    Exception
    └── Refused    1: it found a problem (a file, the broker, a number that cannot be right)
        └── Misused  2: it was called wrongly

`cli.main` turns these into the line and the code; nothing else ends the process.
"""

from __future__ import annotations


class Refused(Exception):
    """The command found a problem. The message says what, where, and what would be right."""

    code = 1


class Misused(Refused):
    """The command was called wrongly; `--help` would have told."""

    code = 2
