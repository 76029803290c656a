"""`python -m bench.export --vendors 100000`: an export against a bare COPY of the same rows.

The floor is `COPY (SELECT …) TO STDOUT` of the same columns from the same statement, into nothing.
What is measured is a whole export: the statement, its formatting, gzip, hashes and the file in the
storage. Both in turn, the best of each counts. Memory is the highest that a process of its own
needs for it, at a tenth of the rows and at all of them. The last line is one JSON object.
"""

import argparse
import json
import os
from typing import Any

from bench import stack

FORMATS = ("ndjson", "csv", "xlsx")


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
    times = stack.loaded("bench.export_parts", "times", rounds, settings=settings)
    memory = {
        name: [
            stack.loaded("bench.export_parts", "memory", name, rows, settings=settings)["mb"]
            for rows in (vendors // 10, vendors)
        ]
        for name in FORMATS
    }
    floor = times["floor"]
    print(f"bare COPY of {vendors:,} rows: {floor:.2f} s")
    print(
        f"{'format':8} {'seconds':>8} {'x COPY':>7} {'rows/s':>9} {'MB at a tenth':>14} {'MB':>6}"
    )
    for name in FORMATS:
        took, (tenth, whole) = times[name], memory[name]
        print(
            f"{name:8} {took:8.2f} {took / floor:7.2f} {vendors / took:9,.0f} "
            f"{tenth:14.0f} {whole:6.0f}"
        )
    return {
        "vendors": vendors,
        "copy_seconds": round(floor, 3),
        "export_over_copy": {name: round(times[name] / floor, 2) for name in FORMATS},
        "rows_per_second": {name: round(vendors / times[name]) for name in FORMATS},
        "memory_mb": {name: memory[name] for name in FORMATS},
    }


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    main()
