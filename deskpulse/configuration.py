"""Which configuration a command goes by: the one named, else `deskpulse.yml`, else the defaults."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from streams.config import load, load_file

if TYPE_CHECKING:
    from streams.config import Config

DEFAULT: Final = Path("deskpulse.yml")


def configuration(file: Path | None) -> Config:
    """The configuration of a site. ConfigError when the file cannot be meant."""
    if file is None and not DEFAULT.exists():
        return load("")
    return load_file(file or DEFAULT)
