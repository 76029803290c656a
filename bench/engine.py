"""`python -m bench.engine`: the scoring engine alone, without a database, on an invented portfolio.

100,000 assessments of 100 questions: checked, resolved, packed, digested, scored with their
interval, and split into the ten largest contributions, in the sub-batches of a real run. The floor
is the plainest score there is over the same answers: one weighted mean per assessment. Then one
assessment alone, a tenth of the portfolio, and the same work shared by two processes: `speedup` is
by the clock and says something on an idle machine only, `work` is how much processor time two take
for what one does. Stages are processor time too. The last line is one JSON object.
"""

import argparse
import json
import multiprocessing as mp
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator, MutableSequence
from multiprocessing.synchronize import Barrier
from typing import TypeVar

import numpy as np

from bench.engine_load import batch_of, plan_of
from scoring.engine.batch import Batch, check, resolve
from scoring.engine.contributions import breakdown, largest
from scoring.engine.evaluate import rows_at_once, score
from scoring.engine.plan import Plan
from scoring.engine.provenance import digests, pack_inputs
from scoring.engine.tree import climb

#: Assessments that differ; a larger portfolio goes through them again.
DISTINCT = 20_000
MODEL = bytes(32)
T = TypeVar("T")


class Clock:
    """Seconds spent in each stage."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    def __call__(self, stage: str, work: Callable[[], T]) -> T:
        start = time.process_time()
        result = work()
        self.spent[stage] = self.spent.get(stage, 0.0) + time.process_time() - start
        return result

    @property
    def total(self) -> float:
        return sum(self.spent.values())


def parts(batch: Batch, count: int, step: int) -> Iterator[Batch]:
    """Cut a portfolio of `count` assessments into sub-batches."""
    while count > 0:
        for start in range(0, min(count, batch.size), step):
            yield batch.rows(slice(start, min(start + step, count)))
        count -= batch.size


def compute(plan: Plan, batch: Batch, count: int, step: int) -> Clock:
    clock = Clock()
    for part in parts(batch, count, step):
        one_part(plan, part, clock)
    return clock


def one_part(plan: Plan, part: Batch, clock: Clock) -> None:
    clock("check", lambda: check(plan, part))
    resolved = clock("resolve", lambda: resolve(plan, part))
    packed = clock("pack", lambda: pack_inputs(plan, resolved))
    clock("digest", lambda: digests(MODEL, packed))
    tree = clock("climb", lambda: climb(plan, resolved))
    result = clock("score", lambda: score(plan, resolved, tree))
    clock("ten largest", lambda: largest(plan, resolved, tree, result))


def floor(plan: Plan, batch: Batch, count: int, step: int) -> float:
    """Seconds for one weighted mean of the bare risks, with the same answers read."""
    weights = np.array([item.weight for item in plan.items])
    start = time.process_time()
    for part in parts(batch, count, step):
        counts = (part.state == 1) * weights
        counts *= part.evidence < 4
        counts *= part.valid_until < 60_000
        np.round((counts * part.risk).sum(axis=1) / np.maximum(counts.sum(axis=1), 1.0))
    return time.process_time() - start


def latencies(plan: Plan, batch: Batch, times: int = 300) -> list[float]:
    """Milliseconds of one assessment, scored and split into all its parts; each is another."""
    found = []
    for at in range(times):
        one = batch.row(at)
        start = time.perf_counter()
        breakdown(plan, one)
        found.append((time.perf_counter() - start) * 1000)
    return sorted(found)


def in_processes(many: int, size: int, count: int, step: int, times: int) -> tuple[float, float]:
    """Seconds until `many` processes have computed `count` assessments between them, at best, and
    the processor time that it took all of them together, at best."""
    context = mp.get_context("spawn")
    barrier = context.Barrier(many + 1)
    used = context.Array("d", many, lock=False)
    workers = [
        context.Process(target=_work, args=((size, count // many, step), times, barrier, used, at))
        for at in range(many)
    ]
    for worker in workers:
        worker.start()
    waited, worked = [], []
    for _ in range(times):
        barrier.wait()
        start = time.perf_counter()
        barrier.wait()
        waited.append(time.perf_counter() - start)
        worked.append(sum(used))
    for worker in workers:
        worker.join()
    return min(waited), min(worked)


def _work(
    load: tuple[int, int, int], times: int, barrier: Barrier, used: MutableSequence[float], at: int
) -> None:
    size, count, step = load
    plan = plan_of(size)
    batch = batch_of(plan, min(count, DISTINCT // 2))
    compute(plan, batch, step, step)
    for _ in range(times):
        barrier.wait()
        start = time.process_time()
        compute(plan, batch, count, step)
        used[at] = time.process_time() - start
        barrier.wait()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assessments", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--rows", type=int, help="assessments taken at once")
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    count, size = options.assessments, options.questions
    plan = plan_of(size)
    step = options.rows or rows_at_once(plan)
    batch = batch_of(plan, min(count, DISTINCT))
    one_part(plan, batch.rows(slice(0, step)), Clock())

    runs = [compute(plan, batch, count, step) for _ in range(options.repeat)]
    clock = min(runs, key=lambda run: run.total)
    tenth = min(compute(plan, batch, count // 10, step).total for _ in range(options.repeat))
    least = min(floor(plan, batch, count, step) for _ in range(options.repeat))
    alone = latencies(plan, batch)
    tracemalloc.start()
    one_part(plan, batch.rows(slice(0, step)), Clock())
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    packed = pack_inputs(plan, resolve(plan, batch.rows(slice(0, step))))
    (one, one_used), (two, two_used) = (
        in_processes(many, size, count, step, options.repeat) for many in (1, 2)
    )

    print(f"{count:,} assessments of {size} questions, {step:,} at once")
    for stage, spent in clock.spent.items():
        print(f"  {stage:12} {spent * 1000:8.0f} ms")
    print(f"  {'all':12} {clock.total * 1000:8.0f} ms, the floor {least * 1000:.0f} ms")
    print(f"one assessment, scored and split: {statistics.median(alone):.2f} ms")
    print(
        f"one process {one:.2f} s ({one_used:.2f} s of processor time), "
        f"two {two:.2f} s ({two_used:.2f} s)"
    )
    sys.stdout.flush()
    print(
        json.dumps(
            {
                "assessments": count,
                "questions": size,
                "rows_at_once": step,
                "seconds": round(clock.total, 3),
                "stages_ms": {key: round(value * 1000) for key, value in clock.spent.items()},
                "per_second": round(count / clock.total),
                "ratio_to_floor": round(clock.total / least, 2),
                "growth_10x": round(clock.total / tenth, 2),
                "one_ms_p50": round(statistics.median(alone), 3),
                "one_ms_p95": round(alone[len(alone) * 95 // 100], 3),
                "two_processes_speedup": round(one / two, 2),
                "two_processes_work": round(two_used / one_used, 2),
                "peak_mb": round(peak, 1),
                "packed_bytes": round(statistics.mean(map(len, packed)), 1),
            }
        )
    )


if __name__ == "__main__":
    main()
