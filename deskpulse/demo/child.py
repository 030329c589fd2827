"""The demo's worker process: a worker like any other, that ends when the demo does.

Standard input is a pipe whose other end only the demo holds. However the demo ends, the pipe
closes; then this process ends in good order, or at once when that takes too long.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from typing import Final

ORDERLY_WITHIN_S: Final = 8.0


def _watch() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(ORDERLY_WITHIN_S)
    os._exit(1)


def main() -> None:
    """Run the worker with the arguments of this process."""
    threading.Thread(target=_watch, name="watch-the-demo", daemon=True).start()
    from deskpulse.cli import run

    sys.exit(run(["worker", *sys.argv[1:]]))


if __name__ == "__main__":
    main()
