"""`deskpulse check`: is the configuration what was meant? One line a problem, one a doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.config import ConfigError, estimates, load_source, read_file, warnings

if TYPE_CHECKING:
    from pathlib import Path

    from deskpulse.notices import Notices


def run(file: Path, notices: Notices) -> int:
    """Validate `file`; 1 when it cannot be meant. A doubt alone is no problem: 0."""
    try:
        source = read_file(file)
        config = load_source(source)
    except ConfigError as error:
        for problem in error.problems:
            notices.fail("config.invalid", problem, file=str(file))
        return 1
    for doubt in warnings(config, source):
        notices.warn("config.doubtful", doubt, file=str(file))
    for estimate in estimates(config):
        notices.tell("config.estimated", estimate, file=str(file))
    notices.tell("config.checked", f"{file}: in order", file=str(file))
    return 0
