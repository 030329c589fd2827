"""`python -m deskpulse`: the command without its script."""

from __future__ import annotations

from deskpulse.cli import main

main()
