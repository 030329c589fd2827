"""Tables and lines on stdout: as wide as the terminal, or wide enough for a file."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, Final

from rich.console import Console

from deskpulse.files import writing

if TYPE_CHECKING:
    from rich.console import RenderableType

PIPED_WIDTH: Final = 160


def print_all(*parts: RenderableType) -> None:
    """Print everything, colours only where a person looks on."""
    watched = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if watched else PIPED_WIDTH
    console = Console(width=width, force_terminal=watched, highlight=False)
    with console.capture() as captured:
        for part in parts:
            console.print(part, markup=False)
    with writing(None) as stream:
        stream.write(captured.get().encode())
