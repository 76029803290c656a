"""How long a score takes to be tried under 1,000 other weightings.

    python -m bench.sensitivity [--questions 100] [--draws 1000] [--rounds 200]

One assessment, the engine alone, in one process. The last line is one JSON object; times are
milliseconds, and `ratio_to_one_score` says how many plain scores of the same assessment cost as
much.
"""

import argparse
import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from assessments.sheet import State
from scoring.engine.batch import UNKNOWN, Batch, resolve
from scoring.engine.evaluate import score
from scoring.engine.methodology import DIMENSIONS, shipped_methodology
from scoring.engine.plan import ItemSpec, KnockOut, Plan, SectionSpec
from scoring.engine.sensitivity import sensitivity
from scoring.engine.whatif import improvements_of


def made_up(questions: int) -> Plan:
    """Two sections a dimension, a gate in every fifth question, some knock-outs."""
    sections = [SectionSpec(f"s{at}", DIMENSIONS[at % 7], 1 + at % 3) for at in range(14)]
    items = [
        ItemSpec(
            key=f"q{at:05}",
            section=f"s{at % 14}",
            weight=1 + at % 4,
            parent=f"q{at - 14:05}" if at % 5 == 4 and at >= 14 else None,
            valid_days=365,
            knock_out=KnockOut(9_000, 60_000) if at % 40 == 7 else None,
        )
        for at in range(questions)
    ]
    return Plan.compile(items, sections, shipped_methodology(), [])


def answers(plan: Plan) -> Batch:
    """Nine in ten answered."""
    chance = np.random.default_rng(7)
    shape = (1, plan.size)
    answered = chance.random(shape) < 0.9
    return Batch(
        risk=chance.integers(0, 6_000, shape).astype(np.uint16),
        state=np.where(answered, State.ANSWERED, State.BLANK).astype(np.uint8),
        evidence=chance.integers(0, 4, shape).astype(np.uint8),
        valid_until=np.zeros(shape, dtype=np.uint16),
        intake=np.full((1, 0), UNKNOWN, dtype=np.uint16),
        signed_off=np.array([True]),
        as_of=9_500,
    )


def timed(work: Callable[[], Any], rounds: int) -> dict[str, float]:
    """Median and 95th percentile of so many runs, after some that do not count."""
    for _ in range(max(3, rounds // 20)):
        work()
    found = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        found.append((time.perf_counter() - start) * 1000)
    found.sort()
    return {
        "median_ms": round(found[rounds // 2], 3),
        "p95_ms": round(found[int(rounds * 0.95)], 3),
    }


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--draws", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=200)
    asked = parser.parse_args()
    plan = made_up(asked.questions)
    resolved = resolve(plan, answers(plan))
    one = timed(lambda: score(plan, resolved), asked.rounds)
    tried = timed(lambda: sensitivity(plan, resolved, bytes(16), asked.draws), asked.rounds)
    lower = timed(lambda: improvements_of(plan, resolved), asked.rounds)
    print(f"{asked.questions} questions, {asked.draws} weightings")
    print(f"  one score            {one['median_ms']:8.3f} ms  (95 %: {one['p95_ms']:.3f})")
    print(f"  sensitivity          {tried['median_ms']:8.3f} ms  (95 %: {tried['p95_ms']:.3f})")
    print(f"  what would lower it  {lower['median_ms']:8.3f} ms  (95 %: {lower['p95_ms']:.3f})")
    print(
        json.dumps(
            {
                "questions": asked.questions,
                "draws": asked.draws,
                "score_ms": one["median_ms"],
                "sensitivity_ms": tried["median_ms"],
                "sensitivity_p95_ms": tried["p95_ms"],
                "improvements_ms": lower["median_ms"],
                "ratio_to_one_score": round(tried["median_ms"] / one["median_ms"], 2),
            }
        )
    )


if __name__ == "__main__":
    main()
