"""Work waits in order of urgency and arrival; what is gone is nobody's work."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from deskpulse.floor.bench import Bench
from deskpulse.floor.clockwork import NEVER, Clockwork, Life, Process


@dataclass
class Job:
    name: str
    level: int = 0
    gone: bool = False

    def urgency(self) -> int:
        return self.level


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=30))
def test_work_is_taken_by_urgency_then_by_arrival_and_what_is_gone_is_passed_over(
    jobs: list[tuple[int, bool]],
) -> None:
    bench = Bench[Job](Clockwork(0))
    work = [Job(str(number), level, gone) for number, (level, gone) in enumerate(jobs)]
    for job in work:
        bench.offer(job)
    taken = list(iter(bench.take, None))
    assert taken == sorted((job for job in work if not job.gone), key=Job.urgency)
    assert len(bench) == 0


def test_work_that_comes_back_is_the_next() -> None:
    bench = Bench[Job](Clockwork(0))
    for name in "abc":
        bench.offer(Job(name))
    first = bench.take()
    assert first is not None
    bench.give_back(first)
    assert bench.take() is first


def test_whoever_rests_longest_is_woken_first_and_only_one_for_each_piece_of_work() -> None:
    clock = Clockwork(0)
    bench = Bench[Job](clock)
    woken: list[str] = []

    def worker(name: str) -> Life:
        bench.rest(processes[name])
        yield NEVER
        woken.append(name)

    processes: dict[str, Process] = {}
    for name in ("first", "second"):
        processes[name] = clock.start(worker(name))
    clock.step()
    clock.step()
    bench.offer(Job("a"))
    while clock.next_instant() < NEVER:
        clock.step()
    assert woken == ["first"]
