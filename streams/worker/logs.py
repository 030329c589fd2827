"""structlog, configured once; everybody else's lines come out in the same form.

Faust, mode, aiokafka and aiohttp log by the standard library and configure it when they can. Here
the root logger gets one handler with structlog's formatter, and the worker is started with
`override_logging=False`, so that nobody clears it. Lines go to stderr: stdout belongs to commands.
"""

from __future__ import annotations

import logging
import logging.config
import sys
import threading
from typing import Any, Final

import structlog

from streams.worker import clock
from streams.worker.settings import LogFormat

SERVICES: Final = logging.getLogger("faust.services")
"""For our subclasses of Faust's services: mode would log their comings and goings as ours."""

QUIET: Final = {
    # These say much and mean little in a healthy worker; what matters of it has its own line or
    # metric here.
    "faust": "WARNING",
    "mode": "WARNING",
    "aiokafka": "WARNING",
    "aiohttp.access": "WARNING",
    "asyncio": "WARNING",
}

CHATTY: Final = "aiokafka"
"""While Kafka is away it says the same 150 times a second."""
AGAIN_AFTER_S: Final = 30.0


class Seldom(logging.Filter):
    """What aiokafka says again and again passes once in a while, with how often it was said.

    The same is what comes from the same line of its code: the values in it may differ.
    """

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, int], tuple[float, int]] = {}
        """By line of code: when it last passed, and how many were left out since."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether this one passes."""
        if not f"{record.name}.".startswith(f"{CHATTY}."):
            return True
        line, now = (record.pathname, record.lineno), clock.monotonic()
        passed_at, left_out = self._said.get(line, (None, 0))
        if passed_at is not None and now - passed_at < AGAIN_AFTER_S:
            self._said[line] = (passed_at, left_out + 1)
            return False
        self._said[line] = (now, 0)
        if left_out:
            record.msg = f"{record.getMessage()} (and {left_out} more since the last such line)"
            record.args = ()
        return True


def config(log_format: LogFormat, level: str = "INFO") -> dict[str, Any]:
    """The whole `logging.config` dictionary."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"seldom": {"()": Seldom}},
        "formatters": {"house": {"()": _formatter, "log_format": log_format}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "filters": ["seldom"],
                "formatter": "house",
                "stream": "ext://sys.stderr",
            }
        },
        "root": {"level": level, "handlers": ["stderr"]},
        "loggers": {name: {"level": least, "propagate": True} for name, least in QUIET.items()},
    }


def configure(log_format: LogFormat, level: str = "INFO") -> None:
    """Make structlog the one logger of this process."""
    logging.config.dictConfig(config(log_format, level))
    logging.captureWarnings(capture=True)
    threading.excepthook = _thread_failed
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _thread_failed(told: threading.ExceptHookArgs) -> None:
    """Python would write a traceback of its own form."""
    name = told.thread.name if told.thread is not None else None
    error = (told.exc_type, told.exc_value, told.exc_traceback)
    structlog.get_logger(__name__).error("thread.failed", thread=name, exc_info=error)


def _shared() -> list[structlog.typing.Processor]:
    return [
        structlog.stdlib.filter_by_level,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _formatter(log_format: LogFormat) -> logging.Formatter:
    last: list[structlog.typing.Processor]
    if log_format == "json":
        last = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    else:
        # Plain: a traceback that shows locals would show what customers wrote.
        plain = structlog.dev.plain_traceback
        colors = sys.stderr.isatty()
        last = [structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain)]
    foreign: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=foreign,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )
