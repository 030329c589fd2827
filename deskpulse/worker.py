"""`deskpulse worker` and `deskpulse board`: settings and configuration read, a process started."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskpulse.configuration import configuration
from deskpulse.errors import Refused
from streams.worker.errors import WorkerError
from streams.worker.run import run_board, run_worker
from streams.worker.settings import Settings, complaint

if TYPE_CHECKING:
    from pathlib import Path

    from deskpulse.notices import LogFormat


def work(config: Path | None, log_format: LogFormat, *, board: bool) -> int:
    """Run a worker until it is told to stop; `board`: it shows the site as well."""
    settings = _settings(config, log_format)
    try:
        return run_worker(settings, configuration(config), board=board)
    except WorkerError as problem:
        raise Refused(str(problem)) from None


def show(config: Path | None, log_format: LogFormat) -> int:
    """Run a board alone until it is told to stop."""
    settings = _settings(config, log_format)
    try:
        return run_board(settings, configuration(config))
    except WorkerError as problem:
        raise Refused(str(problem)) from None


def _settings(config: Path | None, log_format: LogFormat) -> Settings:
    """The environment, with what the command line says in front of it."""
    from pydantic import ValidationError

    try:
        return Settings(log=log_format.value, config=config)
    except ValidationError as error:
        raise Refused(complaint(error)) from None
