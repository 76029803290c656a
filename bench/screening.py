"""How long screening takes: one name against long lists, and all vendors against a new version.

    python -m bench.screening [--listed 20000] [--names 1000] [--vendors 100000] [--delta 500]

- *one name*: the index in memory over so many listed names with their aliases, asked for invented
  names, half of them a listed name with a mistake in it. The floor is plain rapidfuzz over every
  name (`cdist`, sorted words, one core), which knows no legal forms, aliases or countries.
- *a new version*: a list in the database gets a version with so many new entries, and the run of it
  compares all vendors, with everything that is read and written on the way. The floor is plain
  rapidfuzz over every pair of names on two cores; nothing is read or written there.

Names are invented, always the same ones. The last line is one JSON object.
"""

import argparse
import json
import os
import random
import statistics
import sys
import time
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process

from bench import stack
from bench.screening_names import listed_parties, mistaken, names_of
from vendors.matching.index import Index
from vendors.matching.sides import ours


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listed", type=int, default=20_000)
    parser.add_argument("--names", type=int, default=1_000)
    parser.add_argument("--vendors", type=int, default=100_000)
    parser.add_argument("--delta", type=int, default=500)
    asked = parser.parse_args()
    one = one_name(asked.listed, asked.names)
    print(
        f"one name against {one['listed']:,} listed with {one['listed_names']:,} names: "
        f"p50 {one['p50_ms']} ms, p95 {one['p95_ms']} ms; plain rapidfuzz p50 "
        f"{one['floor_p50_ms']} ms",
        flush=True,
    )
    with stack.servers() as urls:
        database = stack.new_database(urls["DATABASE_URL"], "screening")
        settings = stack.environment(database, urls["REDIS_URL"], port=stack.free_port())
        settings = {**settings, "OPENBLAS_NUM_THREADS": "1"}
        print(f"{asked.vendors:,} vendors: loading …", file=sys.stderr, flush=True)
        run = stack.loaded(
            "bench.screening_load", asked.vendors, asked.delta, asked.listed, settings=settings
        )
    floor = everything(asked.vendors, asked.delta)
    print(
        f"{asked.vendors:,} vendors against {asked.delta:,} new entries: {run['seconds']} s, "
        f"{run['found']:,} found; plain rapidfuzz over all pairs {floor} s"
    )
    print(
        json.dumps(
            {
                **{f"one_{key}": value for key, value in one.items()},
                "one_ratio_to_floor": round(one["p50_ms"] / one["floor_p50_ms"], 3),
                "vendors": asked.vendors,
                "delta": asked.delta,
                "delta_seconds": run["seconds"],
                "delta_found": run["found"],
                "delta_vendors_per_second": round(asked.vendors / run["seconds"]),
                "delta_floor_seconds": floor,
                "delta_ratio_to_floor": round(run["seconds"] / floor, 3),
                "cores": os.cpu_count(),
            }
        )
    )


def one_name(count: int, asked: int) -> dict[str, Any]:
    """One name at a time against an index of so many listed parties."""
    chance = random.Random(3)
    parties = list(listed_parties(count))
    started = time.perf_counter()
    index = Index(enumerate(parties))
    built = time.perf_counter() - started
    raw = [name.raw for party in parties for name in party.names]
    queries = [
        mistaken(chance.choice(raw), chance) if number % 2 else name
        for number, name in enumerate(names_of(asked, seed=5))
    ]
    for query in queries[:20]:
        index.search(ours(names=[query], is_person=None))
    times: list[float] = []
    found = 0
    for query in queries:
        started = time.perf_counter()
        found += bool(index.search(ours(names=[query], is_person=None, country="DE")))
        times.append((time.perf_counter() - started) * 1000)
    floor: list[float] = []
    for query in queries[: max(20, asked // 20)]:
        started = time.perf_counter()
        process.cdist([query], raw, scorer=fuzz.token_sort_ratio, workers=1)
        floor.append((time.perf_counter() - started) * 1000)
    return {
        "listed": count,
        "listed_names": len(raw),
        "build_seconds": round(built, 2),
        "p50_ms": round(statistics.median(times), 2),
        "p95_ms": round(float(np.percentile(times, 95)), 2),
        "with_candidates": round(found / asked, 3),
        "floor_p50_ms": round(statistics.median(floor), 2),
    }


def everything(vendors: int, delta: int) -> float:
    """Seconds for plain rapidfuzz over every pair of names, on two cores."""
    ours_all = list(names_of(vendors, seed=1))
    theirs = [name.raw for party in listed_parties(delta, seed=9) for name in party.names]
    started = time.perf_counter()
    for start in range(0, vendors, 5_000):
        process.cdist(
            ours_all[start : start + 5_000],
            theirs,
            scorer=fuzz.token_sort_ratio,
            score_cutoff=70,
            workers=2,
            dtype=np.uint8,
        )
    return round(time.perf_counter() - started, 2)


if __name__ == "__main__":
    main()
