"""`python -m bench.feed`: nothing is lost, nothing is told twice, and catching up costs the same.

8 writers commit out of order for 60 s (short and long transactions, some of them rolled back, in
several business units) while the real clock and worker seal, and 3 readers follow
`GET /api/v1/changes?after=` through gunicorn with pages of different length; a fourth sees one unit
only. Then 110,000 more changes are written, and a reader that was away reads them page by page.
What each saw is compared with the database. The last line is one JSON object; the floor is one
answer of the same request with nothing to tell.
"""

import argparse
import http.client
import itertools
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import psycopg2

from bench import stack
from scoring.changes import OF_SCORES, OF_VENDORS

LIMITS = (7, 100, 500)
_TOLD = [*OF_SCORES, *OF_VENDORS]
#: How often a reader that has everything asks again, in seconds.
_PAUSE = 0.2


@dataclass
class Reader:
    """Whoever follows the feed: what it saw, in order, and when."""

    key: str
    limit: int
    token: str
    seen: list[str] = field(default_factory=list)
    units: set[str | None] = field(default_factory=set)
    at: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)

    def follow(self, port: int, ended: threading.Event) -> None:
        """Read until there is nothing more after `ended`."""
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as line:
            while True:
                last = ended.is_set()
                more = self.read(line)
                if last and not more:
                    return
                if not more:
                    time.sleep(_PAUSE)

    def read(self, line: http.client.HTTPConnection) -> bool:
        """One page; whether there is more."""
        began = time.perf_counter()
        page = asked(line, self.key, after=self.token, limit=self.limit)
        self.pages.append(time.perf_counter() - began)
        now = time.time()
        for item in page["items"]:
            self.seen.append(item["id"])
            self.units.add(item["business_unit_id"])
            self.at.append(now)
        self.token = page["next"]
        more: bool = page["more"]
        return more


def asked(line: http.client.HTTPConnection, key: str, **query: Any) -> dict[str, Any]:
    """An answer of the feed."""
    address, headers = f"/api/v1/changes?{urlencode(query)}", {"Authorization": f"Bearer {key}"}
    try:
        line.request("GET", address, headers=headers)
        response = line.getresponse()
    except http.client.RemoteDisconnected:
        # Kept open for too long without a word, or by a process that was replaced.
        line.request("GET", address, headers=headers)
        response = line.getresponse()
    said = response.read()
    if response.status != 200:
        sys.exit(f"The feed answers {response.status}: {said.decode()[:200]}")
    page: dict[str, Any] = json.loads(said)
    return page


def main() -> None:
    """Load, write and read at once, catch up, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--backlog", type=int, default=110_000)
    options = parser.parse_args()
    with stack.servers() as urls:
        port = stack.free_port()
        settings = stack.environment(urls["DATABASE_URL"], urls["REDIS_URL"], port=port)
        access = stack.loaded("bench.feed_load", "portfolio", 24, settings=settings)
        with stack.processes(["web", "worker", "beat"], settings):
            at_once = _at_once(options.writers, options.seconds, access, port, settings)
            away = _away(options.backlog, access["key"], port, settings)
    print(json.dumps({**at_once, **away}))


def _at_once(
    writers: int, seconds: int, access: Mapping[str, str], port: int, settings: Mapping[str, str]
) -> dict[str, Any]:
    """Writers and readers together."""
    with closing(psycopg2.connect(settings["DATABASE_URL"])) as database:
        _wait_until_sealed(database)
        with closing(http.client.HTTPConnection("127.0.0.1", port)) as line:
            start = asked(line, access["key"], after="now")["next"]
        begun = _last(database)
        readers = [Reader(access["key"], limit, start) for limit in LIMITS]
        of_unit = Reader(access["unit_key"], 100, start)
        ended = threading.Event()
        with ThreadPoolExecutor(len(readers) + 1) as at_once:
            followed = [
                at_once.submit(reader.follow, port, ended) for reader in (*readers, of_unit)
            ]
            try:
                wrote = stack.loaded(
                    "bench.feed_load", "write", writers, seconds, settings=settings
                )
                _wait_until_sealed(database)
            finally:
                ended.set()
            for one in followed:
                one.result()
        sealed = _sealed(database, begun)
    return _compared(readers, of_unit, access["unit"], wrote, sealed)


def _compared(
    readers: list[Reader],
    of_unit: Reader,
    unit: str,
    wrote: dict[str, Any],
    sealed: list[tuple[str, str | None, int]],
) -> dict[str, Any]:
    """Stop with a sentence unless every reader saw what was committed, once, in sealed order."""
    order = [pk for pk, _unit, _position in sealed]
    committed: dict[str, float] = wrote["committed"]
    if missing := committed.keys() - set(order):
        sys.exit(f"{len(missing)} committed changes are not sealed.")
    for reader in readers:
        if reader.seen != order:
            sys.exit(
                f"A reader of pages of {reader.limit} saw {len(reader.seen):,} changes,"
                f" {len(set(reader.seen)):,} of them different; {len(order):,} were sealed."
            )
    in_unit = [pk for pk, of, _position in sealed if of == unit]
    if not of_unit.units <= {unit, None} or [pk for pk in of_unit.seen if pk in set(in_unit)] != (
        in_unit
    ):
        sys.exit("The reader of one unit saw something else than the changes of that unit.")
    positions = [position for _pk, _unit, position in sealed]
    overtaken = sum(here > there for here, there in itertools.pairwise(positions))
    waited = [
        now - committed[pk]
        for reader in readers
        for pk, now in zip(reader.seen, reader.at, strict=True)
        if pk in committed
    ]
    cuts = statistics.quantiles(waited, n=20)
    print(
        f"{len(order):,} changes, {wrote['rolled_back']:,} rolled back beside them,"
        f" {overtaken:,} overtaken; {len(readers)} readers saw each once, in the sealed order"
    )
    print(f"from commit to reader: p50 {cuts[9]:.2f} s, p95 {cuts[18]:.2f} s")
    return {
        "changes": len(order),
        "rolled_back": wrote["rolled_back"],
        "overtaken": overtaken,
        "longest_transaction_s": wrote["longest_s"],
        "told_p50_s": round(cuts[9], 2),
        "told_p95_s": round(cuts[18], 2),
    }


def _away(backlog: int, key: str, port: int, settings: Mapping[str, str]) -> dict[str, Any]:
    """A reader that comes back to a long backlog, and what its pages cost."""
    with (
        closing(psycopg2.connect(settings["DATABASE_URL"])) as database,
        closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as line,
    ):
        reader = Reader(key, 500, asked(line, key, after="now")["next"])
        begun = _last(database)
        floor = []
        for _ in range(20):
            began = time.perf_counter()
            asked(line, key, after=reader.token)
            floor.append(time.perf_counter() - began)
        stack.loaded("bench.feed_load", "backlog", backlog, settings=settings)
        _wait_until_sealed(database)
        began = time.perf_counter()
        while reader.read(line):
            pass
        took = time.perf_counter() - began
        if reader.seen != [pk for pk, _unit, _position in _sealed(database, begun)]:
            sys.exit("The reader that was away saw something else than was sealed.")
    # Whole pages: the last one is shorter, and costs less.
    whole = reader.pages[:-1]
    some = max(len(whole) // 10, 1)
    first, last = statistics.median(whole[:some]), statistics.median(whole[-some:])
    print(
        f"{len(reader.seen):,} changes caught up in {len(reader.pages)} pages, {took:.1f} s:"
        f" {first * 1000:.0f} ms a page at first, {last * 1000:.0f} ms at last"
    )
    return {
        "backlog": len(reader.seen),
        "pages": len(reader.pages),
        "changes_per_second": round(len(reader.seen) / took),
        "floor_ms": round(statistics.median(floor) * 1000, 2),
        "first_pages_ms": round(first * 1000, 2),
        "last_pages_ms": round(last * 1000, 2),
        "last_over_first": round(last / first, 2),
    }


def _rows(database: Any, query: str, *values: Any) -> list[Any]:
    with database, database.cursor() as cursor:
        cursor.execute(query, values)
        rows: list[Any] = cursor.fetchall()
        return rows


def _last(database: Any) -> int:
    number: int = _rows(database, "SELECT coalesce(max(sequence), 0) FROM audit_sealedevent")[0][0]
    return number


def _sealed(database: Any, after: int) -> list[tuple[str, str | None, int]]:
    """What a reader of everything has to see: ids in sealed order, with unit and position."""
    return _rows(
        database,
        "SELECT e.id::text, e.unit_id::text, e.position FROM audit_sealedevent s "
        "JOIN audit_event e ON e.position = s.event_id "
        "WHERE s.sequence > %s AND e.type = ANY(%s) ORDER BY s.sequence",
        after,
        _TOLD,
    )


def _wait_until_sealed(database: Any) -> None:
    """Until every event has its place; the clock and the worker do it."""
    open_ones = (
        "SELECT count(*) FROM audit_event e WHERE NOT EXISTS "
        "(SELECT FROM audit_sealedevent s WHERE s.event_id = e.position)"
    )
    end = time.monotonic() + 120
    while _rows(database, open_ones)[0][0]:
        if time.monotonic() > end:
            sys.exit("The record was not sealed within two minutes.")
        time.sleep(0.2)


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"{' '.join(map(str, error.cmd))} failed.")
