"""Exact after a crash, and on the way: the board is never half and never steps back."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.broker.stand import Stand, counted, eventually

SUBJECTS = 400
RATE = 2_500


class Load:
    """A steady stream of events, and what they add up to."""

    def __init__(self, stand: Stand) -> None:
        self.stand = stand
        self.sent = 0
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.is_set():
            burst = [counted(f"T{(self.sent + i) % SUBJECTS}") for i in range(RATE // 5)]
            self.stand.produce(burst)
            self.sent += len(burst)
            self._over.wait(0.2)


@contextmanager
def load(stand: Stand) -> Iterator[Load]:
    """Events come while the block runs."""
    running = Load(stand)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        running._over.set()
        thread.join()


def test_a_worker_killed_in_the_middle_and_started_again_counts_every_event_once(
    stand: Stand,
) -> None:
    first, second = stand.worker("a"), stand.worker("b")
    watcher = stand.watch()
    with load(stand) as events:
        eventually(lambda: (watcher.total or 0) > 2_000, "both count")
        first.kill()
        time.sleep(1.0)
        third = stand.worker("c")
        eventually(lambda: third.said("partitions.restored"), "the third has its share")
        time.sleep(2.0)
        second.kill()
        shown = watcher.total or 0
        eventually(lambda: (watcher.total or 0) > shown + 2_000, "the third counts all")
    watcher.shows(events.sent)
    eventually(stand.all_committed, "all is committed")
    assert watcher.stepped_back() == []
    assert watcher.board.backwards == []
    assert third.stop() == 0


def test_a_worker_that_slept_past_its_session_ends_itself_and_its_writes_do_no_harm(
    stand: Stand,
) -> None:
    sleeper = stand.worker("a")
    eventually(lambda: sleeper.said("partitions.restored"), "the first has all")
    other = stand.worker("b")
    eventually(lambda: other.said("partitions.restored"), "the second has its share")
    watcher = stand.watch()
    with load(stand) as events:
        eventually(lambda: (watcher.total or 0) > 2_000, "both count")
        before = len(other.said("partitions.restored"))
        sleeper.send(signal.SIGSTOP)
        eventually(lambda: len(other.said("partitions.restored")) > before, "the other takes over")
        time.sleep(1.5)
        sleeper.send(signal.SIGCONT)
        # Who learns of it first, the flush or the heartbeat: it ends, or drops all and joins again.
        eventually(
            lambda: not sleeper.alive or sleeper.said("worker.expelled"), "it knows what it missed"
        )
        again = stand.worker("c") if not sleeper.alive else sleeper
        eventually(lambda: again.said("partitions.restored"), "it has its share again")
        time.sleep(1.0)
    watcher.shows(events.sent)
    assert watcher.stepped_back() == []
    assert other.stop() == 0
    assert again.stop() == 0

    # Whoever restores from the changelog alone finds the same.
    last = stand.worker("d")
    eventually(lambda: last.said("partitions.restored"), "the rows are restored")
    stand.produce([counted("T0", n=5)])
    watcher.shows(events.sent + 5)
    assert last.stop() == 0
    assert watcher.stepped_back() == []
