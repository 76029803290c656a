"""`python -m bench.search --vendors 1000 100000`: finding things, at two sizes.

For each way of looking: p50 and p95 of one client after the other, each as a ratio to the page of
one vendor, which is read by its key, in the same run. The two sizes stand side by side and are
asked in turn; `growth` is p95 at the larger over p95 at the smaller. The last line is one JSON
object. `--explain` prints the plans of the database for the larger size.
"""

import argparse
import json
import subprocess
import sys
from contextlib import ExitStack
from typing import Any

from bench import http, stack

#: What everything is a multiple of: a page that is read by its key.
FLOOR = "vendor"
#: ms that a search may take at the larger size, 19 times of 20, on a machine with nothing to do.
TARGET = 150


def main() -> None:
    """Load, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vendors", type=int, nargs=2, default=[1000, 100_000])
    parser.add_argument("--samples", type=int, default=60, help="requests per way and size")
    parser.add_argument("--explain", action="store_true", help="print plans of the larger size")
    options = parser.parse_args()
    sizes = sorted(options.vendors)
    with ExitStack() as open_things:
        urls = open_things.enter_context(stack.servers())
        sites = [http.new_site(size, urls, number) for number, size in enumerate(sizes)]
        for site in sites:
            site.routes = stack.loaded("bench.search_load", settings=site.settings)["routes"]
            open_things.enter_context(stack.processes(["web"], site.settings))
        if options.explain:
            explain(sites[-1])
        report(sites, options.samples)


def explain(site: http.Site) -> None:
    """Print how the database answers each search."""
    command = [sys.executable, "-m", "bench.search_load", "explain"]
    subprocess.run(command, env=site.settings, cwd=stack.REPOSITORY, check=True)


def report(sites: list[http.Site], samples: int) -> None:
    """Measure every way of looking at both sizes; print a table and the JSON object."""
    small, large = sites[0].vendors, sites[-1].vendors
    floor = http.latency(sites, FLOOR, samples)
    print(f"a page by its key: p50 {floor[large][0]:.1f} ms, p95 {floor[large][1]:.1f} ms")
    heads = " ".join(f"{f'p50 p95 at {size:,}':>22} {'x floor':>8}" for size in (small, large))
    print(f"{'search':26} {heads} {'growth':>7}")
    ways: dict[str, Any] = {}
    for way in sites[-1].routes:
        if way == FLOOR:
            continue
        times = http.latency(sites, way, samples)
        ways[way] = {
            "p50_ms": {size: round(p50, 2) for size, (p50, _) in times.items()},
            "p95_ms": {size: round(p95, 2) for size, (_, p95) in times.items()},
            "p95_over_floor": {
                size: round(p95 / floor[size][1], 2) for size, (_, p95) in times.items()
            },
            "growth": round(times[large][1] / times[small][1], 2),
        }
        cells = " ".join(
            f"{times[size][0]:10.1f} {times[size][1]:11.1f} {times[size][1] / floor[size][1]:8.2f}"
            for size in (small, large)
        )
        print(f"{way:26} {cells} {ways[way]['growth']:7.2f}", flush=True)
    worst = max(row["p95_ms"][large] for row in ways.values())
    result = {
        "vendors": [small, large],
        "floor_p95_ms": {size: round(p95, 2) for size, (_, p95) in floor.items()},
        "worst_p95_ms": worst,
        "within_target": worst <= TARGET,
        "ways": ways,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
