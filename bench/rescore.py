"""`python -m bench.rescore --assessments 100000 --questions 100`: the whole portfolio scored again.

Everything changes: a method with another kappa is put in force, and a run computes and writes new
scores, current scores, ratings, roll-ups and events. `ratio_to_floor` is that of the run as it is
deployed, with two bulk workers; the same with one worker, and in processor time (which other load
on the machine does not touch), stands beside it. Measured in the same run:

- the floor: COPY out the same input bytes, COPY in the same output rows into empty tables with the
  same indexes; nothing is computed, nothing that was there before is touched
- the plain way on a sample, scaled: ORM objects, a Python loop, `bulk_create`
- a tenth of the portfolio (`growth_10x`), two workers against one, the memory of a worker, one
  assessment, sensitivity, and saves of people while a run is going on

The last line is one JSON object.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Mapping
from typing import Any

from bench import stack


def main() -> None:
    """Load, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assessments", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3, help="of each kind")
    options = parser.parse_args()
    with stack.servers() as urls:
        said = {
            size: _measured(size, options.questions, options.rounds, urls, whole=whole)
            for size, whole in (
                (max(options.assessments // 10, 1_000), False),
                (options.assessments, True),
            )
        }
    small, large = said.values()
    _report(small, large, options.assessments)


def _measured(
    size: int, questions: int, rounds: int, urls: Mapping[str, str], *, whole: bool
) -> dict[str, Any]:
    database = stack.new_database(urls["DATABASE_URL"], f"rescore_{size}")
    settings = stack.environment(database, urls["REDIS_URL"], port=stack.free_port())
    settings = {**settings, "OPENBLAS_NUM_THREADS": "1"}
    print(f"{size:,} assessments: loading …", file=sys.stderr, flush=True)
    _part(settings, "load", size, questions)
    said: dict[str, Any] = {"runs": [], "floors": []}
    for _round in range(rounds):
        # In turn, so that what else the machine is doing falls on both.
        said["runs"].append(_part(settings, "run", 1))
        said["floors"].append(_part(settings, "floor"))
        if whole:
            said.setdefault("pairs", []).append(_part(settings, "run", 2))
    said["computing"] = [_part(settings, "compute", workers) for workers in (1, 2)] if whole else []
    if whole:
        said["plain"] = _part(settings, "plain", 300)
        said["one"] = _part(settings, "one")
        said["saves"] = _part(settings, "saves")
    return said


def _part(settings: Mapping[str, str], name: str, *arguments: int) -> dict[str, Any]:
    """One measurement in a process of its own: a fresh one has nothing in memory."""
    began = time.monotonic()
    said = stack.loaded("bench.rescore_parts", name, *arguments, settings=settings)
    print(f"  {name} {arguments} {time.monotonic() - began:.1f} s: {said}", file=sys.stderr)
    return said


def _median(rows: list[dict[str, Any]], name: str) -> float:
    return float(statistics.median(row[name] for row in rows))


def _ratio(runs: list[dict[str, Any]], floors: list[dict[str, Any]], name: str) -> float:
    """The median of what each run cost beside the floor measured right after it."""
    pairs = zip(runs, floors, strict=True)
    return round(float(statistics.median(run[name] / floor[name] for run, floor in pairs)), 2)


def _report(small: dict[str, Any], large: dict[str, Any], assessments: int) -> None:
    one, two, floors = large["runs"], large["pairs"], large["floors"]
    deployed = _median(two, "seconds")
    plain = large["plain"]["seconds_each"] * assessments
    alone, shared = large["computing"]
    figures = {
        "assessments": assessments,
        "seconds": round(deployed, 2),
        "assessments_per_second": round(assessments / deployed),
        "seconds_one_worker": round(_median(one, "seconds"), 2),
        "floor_seconds": round(_median(floors, "seconds"), 2),
        "ratio_to_floor": _ratio(two, floors, "seconds"),
        "ratio_to_floor_one_worker": _ratio(one, floors, "seconds"),
        "ratio_to_floor_processor_time": _ratio(one, floors, "cpu"),
        "score_row_bytes": one[0]["row_bytes"],
        "times_faster_than_orm": round(plain / deployed, 1),
        "times_faster_than_orm_one_worker": round(plain / _median(one, "seconds"), 1),
        "orm_ms_each": round(large["plain"]["seconds_each"] * 1000, 2),
        "growth_10x": round(_median(one, "seconds") / _median(small["runs"], "seconds"), 2),
        "peak_mb": max(row["peak_mb"] for row in one),
        "two_workers_speedup": round(
            statistics.median(
                single["seconds"] / pair["seconds"] for single, pair in zip(one, two, strict=True)
            ),
            2,
        ),
        "two_workers_computing_speedup": round(alone["seconds"] / shared["seconds"], 2),
        **large["one"],
        **large["saves"],
    }
    for name, value in figures.items():
        print(f"{name:36} {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
