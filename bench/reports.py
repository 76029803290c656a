"""`python -m bench.reports --vendors 100000`: both reports against floors of the same run.

A report is read, put on paper and put into a workbook. The floors: the paper of a document that
says nothing, from the same template; and the readings of the dashboard, or of the page of the
vendor, through their selectors. All of it in turn, each round in a new process that puts each on
paper once; the median of the rounds counts. Memory is the highest that a process of its own needs
that makes one of them, beside one that makes the empty paper. The last line is one JSON object.
"""

import argparse
import json
import os
from statistics import median
from typing import Any

from bench import stack

KINDS = ("vendor", "portfolio")
#: The stages of making one.
STAGES = ("read", "paper", "workbook")


def main() -> None:
    """Load, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vendors", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with stack.portfolio(options.vendors) as settings:
        print(json.dumps(report(settings, options.vendors, options.rounds)))


def report(settings: dict[str, str], vendors: int, rounds: int) -> dict[str, Any]:
    """Measure in a loaded database; print a table and return the figures."""
    known = [
        stack.loaded("bench.reports_parts", "times", settings=settings) for _round in range(rounds)
    ]
    times = {name: median(one["seconds"][name] for one in known) for name in known[0]["seconds"]}
    memory = {
        what: stack.loaded("bench.reports_parts", "memory", what, settings=settings)["mb"]
        for what in ("empty", *KINDS)
    }
    empty = times["empty paper"]
    print(f"{vendors:,} vendors; an empty paper: {empty:.3f} s, {memory['empty']:.0f} MB")
    print(
        f"{'report':10} {'floor':>8} {'read':>8} {'x floor':>8} {'paper':>8} {'x empty':>8} "
        f"{'workbook':>8} {'whole':>8} {'x both':>7} {'pages':>6} {'MB':>6}"
    )
    result: dict[str, Any] = {"vendors": vendors, "empty_paper_seconds": round(empty, 4)}
    for kind in KINDS:
        floor = times[f"{kind} floor"]
        read, paper, workbook = (times[f"{kind} {stage}"] for stage in STAGES)
        whole = read + paper + workbook
        pages = known[0]["pages"][kind]
        print(
            f"{kind:10} {floor:8.3f} {read:8.3f} {read / floor:8.2f} {paper:8.3f} "
            f"{paper / empty:8.2f} {workbook:8.3f} {whole:8.3f} {whole / (floor + empty):7.2f} "
            f"{pages:6} {memory[kind]:6.0f}"
        )
        result[kind] = {
            "floor_seconds": round(floor, 4),
            "read_over_floor": round(read / floor, 2),
            "paper_over_empty": round(paper / empty, 2),
            "workbook_seconds": round(workbook, 4),
            "whole_seconds": round(whole, 4),
            "whole_over_floors": round(whole / (floor + empty), 2),
            "pages": pages,
        }
    result["memory_mb"] = memory
    return result


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    main()
