"""`python -m bench.api --vendors 100000`: what an ERP gets out of the API, with 8 clients.

- A vendor's score, with the ETag that is known already and without one: how many times the cost of
  `/healthz` in the same run (requests a second of 8 clients, and p50 of one client alone).
- Pages of 500 of `/vendors` and `/scores`: the first, and at the middle and the end.
- Scores a second, read by 8 clients page by page, and by an export: from the request to the last
  byte of its content.
- An export against a bare COPY of the same rows (`bench.export`).

The last line is one JSON object.
"""

import argparse
import http.client
import json
import os
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from bench import export, stack
from bench.http import CLIENTS, UNCHANGED, Site, latency, new_site, rate

LISTS = ("vendors", "scores")
PAGE = 500
#: Seconds for which the clients read pages.
SECONDS = 6.0
_SCORE = "api: vendor score"


def main() -> None:
    """Load, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vendors", type=int, default=100_000)
    parser.add_argument("--samples", type=int, default=200, help="requests per route")
    parser.add_argument("--rounds", type=int, default=5, help="exports per format")
    options = parser.parse_args()
    with ExitStack() as open_things:
        urls = open_things.enter_context(stack.servers())
        site = new_site(options.vendors, urls, 0)
        settings = {**site.settings, "WEB_PROCESSES": "2", "BULK_CONCURRENCY": "2"}
        open_things.enter_context(stack.processes(["web", "worker-reports"], settings))
        print(json.dumps(report(site, settings, options.samples, options.rounds)))


def report(site: Site, settings: dict[str, str], samples: int, rounds: int) -> dict[str, Any]:
    """Measure one site; print what was found and return it."""
    found = {
        "vendors": site.vendors,
        **_score_reads(site, samples),
        "pages": {name: _depth(site, name) for name in LISTS},
        "scores_per_second_by_pages": round(_by_pages(site)),
        "scores_per_second_by_export": round(max(_by_export(site) for _ in range(3))),
        "export": export.report(settings, site.vendors, rounds),
    }
    for name, value in found.items():
        print(f"{name}: {value}")
    return found


def _score_reads(site: Site, samples: int) -> dict[str, Any]:
    """The cost of a score as multiples of `/healthz`, without and with its ETag."""
    unchanged = _SCORE + UNCHANGED
    site.routes[unchanged] = site.routes[_SCORE]
    with _line(site) as line:
        for path in site.routes[_SCORE]:
            response = _get(line, site, path)
            site.tags[path] = response.headers["ETag"]
    routes = {"healthz": "healthz", "miss": _SCORE, "hit": unchanged}
    alone = {
        name: latency([site], route, samples)[site.vendors][0] for name, route in routes.items()
    }
    # Taken in turn, the best of each: what else the machine does passes over all of them.
    together = {name: max(rate(site, route) for _ in range(3)) for name, route in routes.items()}
    return {
        "healthz_ms": round(alone["healthz"], 2),
        "healthz_per_second": round(together["healthz"]),
        **{
            f"score_{name}_over_healthz": {
                "with_8_clients": round(together["healthz"] / together[name], 2),
                "alone": round(alone[name] / alone["healthz"], 2),
            }
            for name in ("hit", "miss")
        },
    }


def _depth(site: Site, name: str) -> dict[str, Any]:
    """p50 of a page at the beginning, the middle and the end of a list, asked for in turn."""
    first = f"/api/v1/{name}?limit={PAGE}"
    addresses = [first]
    with _line(site) as line:
        while following := json.loads(_get(line, site, addresses[-1]).text)["next"]:
            addresses.append(f"{first}&cursor={following}")
        # The last page is rarely a full one.
        chosen = {"first": first, "middle": addresses[len(addresses) // 2], "end": addresses[-2]}
        times: dict[str, list[float]] = {where: [] for where in chosen}
        for _turn in range(25):
            for where, address in chosen.items():
                times[where].append(_get(line, site, address).seconds)
    site.routes[name] = addresses
    p50 = {where: statistics.median(took) for where, took in times.items()}
    return {
        "pages": len(addresses),
        "first_ms": round(p50["first"] * 1000, 1),
        "middle_over_first": round(p50["middle"] / p50["first"], 2),
        "end_over_first": round(p50["end"] / p50["first"], 2),
    }


def _by_pages(site: Site) -> float:
    """Scores a second of 8 clients that read pages of `/scores`, each from a place of its own."""
    done = [0] * CLIENTS
    addresses = site.routes["scores"][:-1]
    end = time.perf_counter() + SECONDS

    def client(number: int) -> None:
        with _line(site) as line:
            at = number * len(addresses) // CLIENTS
            while time.perf_counter() < end:
                _get(line, site, addresses[at % len(addresses)])
                at += 1
                done[number] += PAGE

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - began)


def _by_export(site: Site) -> float:
    """Scores a second by an export: asked for, made, fetched to the last byte, in gzip."""
    with _line(site) as line:
        began = time.perf_counter()
        body = json.dumps({"what": "scores"})
        said = json.loads(_get(line, site, "/api/v1/exports", method="POST", body=body).text)
        address = f"/api/v1/exports/{said['id']}"
        while said["status"] in {"queued", "running"}:
            time.sleep(0.05)
            said = json.loads(_get(line, site, address).text)
        if said["status"] != "ready":
            sys.exit(f"The export has {said['status']}: {said['reason']}")
        _get(line, site, f"{address}/content", gzip=True)
        took = time.perf_counter() - began
        _get(line, site, address, method="DELETE")
    rows: int = said["rows"]
    return rows / took


class _Answer:
    """What came back, and after how many seconds."""

    def __init__(self, response: http.client.HTTPResponse, began: float) -> None:
        self.text = response.read()
        self.seconds = time.perf_counter() - began
        self.headers = response.headers


def _get(
    line: http.client.HTTPConnection,
    site: Site,
    path: str,
    *,
    method: str = "GET",
    body: str | None = None,
    gzip: bool = False,
) -> _Answer:
    headers = {**site.headers("api:"), "Content-Type": "application/json"}
    if gzip:
        headers["Accept-Encoding"] = "gzip"
    began = time.perf_counter()
    line.request(method, path, body=body, headers=headers)
    response = line.getresponse()
    answer = _Answer(response, began)
    if response.status >= 400:
        sys.exit(f"{path} answers {response.status}: {answer.text[:300]!r}")
    return answer


@contextmanager
def _line(site: Site) -> Iterator[http.client.HTTPConnection]:
    line = http.client.HTTPConnection("127.0.0.1", site.port)
    try:
        yield line
    finally:
        line.close()


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    main()
