"""What can end a process, sorted by what to do next.

WorkerError
├── Refused       a start-up check failed: put it right, then start again (exit code 1)
└── Ended         the process must not go on; a supervisor starts it again
    ├── Undelivered   a write to Kafka failed, so nothing after it may be committed
    └── Expelled      the group has gone on without this worker: its rows are no longer its own
"""

from __future__ import annotations


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
