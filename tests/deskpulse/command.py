"""The command as a person runs it: arguments in; exit code, stdout and stderr out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final, NamedTuple

REPO: Final = Path(__file__).parents[2]
SHARED: Final = REPO.parent / "shared" / "data"
"""Real input that the project does not own; absent on most machines."""


class Ran(NamedTuple):
    """What a command left behind."""

    code: int
    out: bytes
    err: str

    @property
    def lines(self) -> list[str]:
        """The lines on stderr."""
        return self.err.splitlines()


def deskpulse(
    *arguments: str | Path, environment: dict[str, str] | None = None, cwd: Path | None = None
) -> Ran:
    """Run `deskpulse` with a clean environment of its own."""
    kept = {name: value for name, value in os.environ.items() if "DESKPULSE" not in name}
    done = subprocess.run(
        [sys.executable, "-m", "deskpulse", *map(str, arguments)],
        env=kept | {"PYTHONPATH": str(REPO)} | (environment or {}),
        cwd=cwd or REPO,
        capture_output=True,
        check=False,
        timeout=60,
    )
    return Ran(done.returncode, done.stdout, done.stderr.decode())
