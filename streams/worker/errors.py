"""What can end a process, sorted by what to do next.

WorkerError
├── Refused       a start-up check failed: put it right, then start again (exit code 1)
└── Ended         the process must not go on; a supervisor starts it again
    ├── Undelivered   a write to Kafka failed, so nothing after it may be committed
    └── Expelled      the group has gone on without this worker: its rows are no longer its own
"""

from __future__ import annotations

from typing import Final

_NO_CONNECTION: Final = "Unable to bootstrap"
"""aiokafka's words before a list of everything that it tried."""


def in_words(error: BaseException) -> str:
    """What a library said of Kafka, as one line for people."""
    said = str(error).partition("\n")[0].removeprefix(f"{type(error).__name__}: ")
    return "no connection" if said.startswith(_NO_CONNECTION) else said or type(error).__name__


class WorkerError(Exception):
    """The message is one line: what, where, and what would be right."""


class Refused(WorkerError):
    """This process must not start like this."""


class Ended(WorkerError):
    """This process must not go on."""


class Undelivered(Ended):
    """A row, a dead letter or a derived event did not reach Kafka."""


class Expelled(Ended):
    """This worker is no longer a member of its group."""
