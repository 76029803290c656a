"""`python -m bench.http --vendors 1000 100000`: every page and endpoint at two sizes.

For each route: SQL queries, p50 and p95 of one client after the other, requests per second with 8
clients, and each of these as a ratio to `/healthz` in the same run. The two sizes stand side by
side and are asked in turn, so that `growth` (p95 at the larger over p95 at the smaller) does not
measure what else the machine was doing. The last line is one JSON object.
"""

import argparse
import http.client
import json
import os
import statistics
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from bench import stack

CLIENTS = 8
SECONDS = 1.5
#: What the name of a route ends with that is asked for with its ETag.
UNCHANGED = ", unchanged"


@dataclass
class Site:
    """One running Surety with a portfolio of a size."""

    vendors: int
    port: int
    settings: Mapping[str, str]
    api_key: str = ""
    cookie: str = ""
    routes: dict[str, list[str]] = field(default_factory=dict)
    queries: dict[str, int] = field(default_factory=dict)
    #: Addresses that are asked for with the ETag that is known already.
    tags: dict[str, str] = field(default_factory=dict)

    def headers(self, route: str, path: str = "") -> dict[str, str]:
        """What whoever asks for this route sends along."""
        if not route.startswith("api:"):
            return {"Cookie": self.cookie}
        key = {"Authorization": f"Bearer {self.api_key}"}
        return key | {"If-None-Match": self.tags[path]} if route.endswith(UNCHANGED) else key


def main() -> None:
    """Load, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vendors", type=int, nargs=2, default=[1000, 100_000])
    parser.add_argument("--samples", type=int, default=120, help="requests per route and size")
    parser.add_argument("--routes", nargs="+", metavar="ROUTE", help="only these")
    options = parser.parse_args()
    sizes = sorted(options.vendors)
    with ExitStack() as open_things:
        urls = open_things.enter_context(stack.servers())
        sites = [new_site(size, urls, number) for number, size in enumerate(sizes)]
        for site in sites:
            open_things.enter_context(stack.processes(["web"], site.settings))
        if options.routes:
            for site in sites:
                site.routes = {name: site.routes[name] for name in ("healthz", *options.routes)}
        report(sites, options.samples)


def new_site(size: int, urls: Mapping[str, str], number: int) -> Site:
    """A database with `size` vendors, loaded and counted by a process of its own."""
    database = stack.new_database(urls["DATABASE_URL"], f"bench_{size}")
    redis_url = urls["REDIS_URL"].rpartition("/")[0] + f"/{number + 1}"
    port = stack.free_port()
    settings = {
        **stack.environment(database, redis_url, port=port),
        "WEB_PROCESSES": "1",
        "WEB_THREADS": "4",
        "AUDIT_ANCHOR_FILE": str(stack.FOLDER / f"anchor-{size}.jsonl"),
    }
    return Site(size, port, settings, **stack.loaded("bench.http_load", size, settings=settings))


def report(sites: list[Site], samples: int) -> None:
    """Measure every route of all sites; print a table and the JSON object."""
    small, large = sites[0], sites[-1]
    floor = {site.vendors: latency(sites, "healthz", samples)[site.vendors] for site in sites}
    floor_rate = {site.vendors: rate(site, "healthz") for site in sites}
    print(f"/healthz p50 {floor[large.vendors][0]:.2f} ms, {floor_rate[large.vendors]:.0f}/s")
    print(
        f"{'route':34} {'queries':>7} "
        + " ".join(
            f"{f'p50 p95 at {site.vendors:,}':>22} {'x floor':>8} {'req/s':>7} {'of floor':>8}"
            for site in sites
        )
        + f" {'growth':>7}"
    )
    result: dict[str, Any] = {
        "vendors": [site.vendors for site in sites],
        "floor_ms": floor[large.vendors][0],
    }
    routes: dict[str, Any] = {}
    for route in large.routes:
        if route == "healthz":
            continue
        times = latency(sites, route, samples)
        rates = {site.vendors: rate(site, route) for site in sites}
        growth = times[large.vendors][1] / times[small.vendors][1]
        routes[route] = {
            "queries": {site.vendors: site.queries[route] for site in sites},
            "p50_ms": {size: round(p50, 2) for size, (p50, _) in times.items()},
            "p95_ms": {size: round(p95, 2) for size, (_, p95) in times.items()},
            "p50_over_floor": {
                size: round(p50 / floor[size][0], 2) for size, (p50, _) in times.items()
            },
            "requests_per_second": {size: round(rate, 1) for size, rate in rates.items()},
            "rate_of_floor": {
                size: round(rate / floor_rate[size], 3) for size, rate in rates.items()
            },
            "growth": round(growth, 2),
        }
        cells = " ".join(
            f"{times[s.vendors][0]:10.1f} {times[s.vendors][1]:11.1f} "
            f"{times[s.vendors][0] / floor[s.vendors][0]:8.1f} {rates[s.vendors]:7.1f} "
            f"{rates[s.vendors] / floor_rate[s.vendors]:8.3f}"
            for s in sites
        )
        print(f"{route:34} {large.queries[route]:>7} {cells} {growth:7.2f}", flush=True)
    result["growth"] = {route: row["growth"] for route, row in routes.items()}
    result["queries"] = {route: row["queries"][large.vendors] for route, row in routes.items()}
    result["same_queries"] = all(len(set(row["queries"].values())) == 1 for row in routes.values())
    result["routes"] = routes
    print(json.dumps(result))


def latency(sites: list[Site], route: str, samples: int) -> dict[int, tuple[float, float]]:
    """p50 and p95 in ms per size, the sizes asked in turn on kept-alive connections."""
    lines = {site.vendors: http.client.HTTPConnection("127.0.0.1", site.port) for site in sites}
    times: dict[int, list[float]] = {site.vendors: [] for site in sites}
    for turn in range(samples + 5):
        for site in sites:
            took = ask(lines[site.vendors], site, route, turn)
            if turn >= 5:
                times[site.vendors].append(took * 1000)
    for line in lines.values():
        line.close()
    return {size: _quantiles(values) for size, values in times.items()}


def _quantiles(values: list[float]) -> tuple[float, float]:
    cuts = statistics.quantiles(values, n=20)
    return cuts[9], cuts[18]


def ask(line: http.client.HTTPConnection, site: Site, route: str, turn: int) -> float:
    paths = site.routes[route]
    path = paths[turn % len(paths)]
    began = time.perf_counter()
    try:
        response = _answer(line, site, route, path)
    except http.client.RemoteDisconnected:
        # A process of the server that had its number of requests makes way for a fresh one. As in
        # a browser: asked once more on a new line, and the time of both counts.
        response = _answer(line, site, route, path)
    took = time.perf_counter() - began
    if response.status != (304 if route.endswith(UNCHANGED) else 200):
        sys.exit(f"{path} answers {response.status}.")
    return took


def _answer(
    line: http.client.HTTPConnection, site: Site, route: str, path: str
) -> http.client.HTTPResponse:
    line.request("GET", path, headers=site.headers(route, path))
    response = line.getresponse()
    response.read()
    return response


def rate(site: Site, route: str) -> float:
    """Requests per second with CLIENTS clients for SECONDS."""
    done = [0] * CLIENTS
    end = time.perf_counter() + SECONDS

    def client(number: int) -> None:
        line = http.client.HTTPConnection("127.0.0.1", site.port)
        turn = number * 31
        while time.perf_counter() < end:
            ask(line, site, route, turn)
            turn += 1
            done[number] += 1
        line.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - began)


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    main()
