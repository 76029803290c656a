"""`python -m bench.size`: what a thousand vendors cost, in the database, in memory and in time.

Fills a database with so many vendors, each with an engagement, an assessment with all its answers,
its scores and events; looks at each table and index; has the portfolio scored again by two bulk
workers. Twice, with `--vendors` and a fifth of it, since what counts is the difference: a cost per
1,000 vendors without what an empty system needs. The last line is one JSON object.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from contextlib import closing
from typing import Any

import psycopg2

from bench import stack
from bench.load_memory import Watch

_PROCESSES = ["web", "worker", "worker-bulk", "worker-reports", "worker-outbound", "beat"]
_TABLES = """
SELECT c.relname, pg_table_size(c.oid), pg_indexes_size(c.oid), c.reltuples::bigint
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname = 'public'
ORDER BY pg_total_relation_size(c.oid) DESC
"""
_MEGABYTE = 1024 * 1024
#: So many of the largest tables are listed.
_SHOWN = 12


def main() -> None:
    """Two sizes, and what lies between them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vendors", type=int, default=5000)
    options = parser.parse_args()
    large = options.vendors
    small = max(50, large // 5)
    found = [_of(count) for count in (small, large)]
    per_thousand = _between(*found)
    _report(found, per_thousand)
    print(json.dumps({"sizes": found, "per_1000_vendors": per_thousand}))


def _of(vendors: int) -> dict[str, Any]:
    """What so many vendors take."""
    with stack.portfolio(vendors) as given:
        database_url = given["DATABASE_URL"]
        port = stack.free_port()
        settings = {**given, "WEB_BIND": f"127.0.0.1:{port}"}
        tables = _tables(database_url)
        with stack.processes(_PROCESSES, settings) as running:
            watch = Watch(running, every=1)
            seconds = _scored_again(settings)
            memory = watch.end()
        with closing(psycopg2.connect(database_url)) as line, line.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            after: int = cursor.fetchone()[0]
    return {
        "vendors": vendors,
        "table_mb": round(sum(one["table_mb"] for one in tables), 2),
        "index_mb": round(sum(one["index_mb"] for one in tables), 2),
        "database_mb_after_a_run": round(after / _MEGABYTE, 1),
        "tables": tables,
        "run_s": seconds,
        "most_mb": {name: one["most_mb"] for name, one in memory.items()},
    }


def _tables(database_url: str) -> list[dict[str, Any]]:
    with closing(psycopg2.connect(database_url)) as line, line.cursor() as cursor:
        cursor.execute(_TABLES)
        return [
            {
                "table": name,
                "table_mb": round(table / _MEGABYTE, 3),
                "index_mb": round(index / _MEGABYTE, 3),
                "rows": rows,
            }
            for name, table, index, rows in cursor.fetchall()
        ]


def _scored_again(settings: dict[str, str]) -> float:
    """Seconds until everything is computed again; the command and two bulk workers share it."""
    begun = time.monotonic()
    subprocess.run(
        [sys.executable, "manage.py", "rescore", "--all"],
        cwd=stack.REPOSITORY,
        env=settings,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return round(time.monotonic() - begun, 2)


def _between(small: dict[str, Any], large: dict[str, Any]) -> dict[str, Any]:
    """Per 1,000 vendors, between the two sizes."""
    thousands = (large["vendors"] - small["vendors"]) / 1000

    def each(name: str) -> float:
        return float(round((large[name] - small[name]) / thousands, 3))

    before = {one["table"]: one for one in small["tables"]}
    return {
        "table_mb": each("table_mb"),
        "index_mb": each("index_mb"),
        "run_s": each("run_s"),
        "tables": {
            one["table"]: {
                kind: round((one[kind] - before[one["table"]][kind]) / thousands, 3)
                for kind in ("table_mb", "index_mb", "rows")
            }
            for one in large["tables"][:_SHOWN]
        },
    }


def _report(found: list[dict[str, Any]], each: dict[str, Any]) -> None:
    for one in found:
        print(
            f"{one['vendors']:7,} vendors: tables {one['table_mb']:.0f} MB, indexes "
            f"{one['index_mb']:.0f} MB, all scored again in {one['run_s']:.1f} s"
        )
        memory = ", ".join(f"{name} {size:.0f}" for name, size in one["most_mb"].items())
        print(f"        memory at most, MB: {memory}")
    print(
        f"per 1,000 vendors: tables {each['table_mb']:.2f} MB, indexes {each['index_mb']:.2f} MB, "
        f"a run {each['run_s']:.2f} s"
    )
    print(f"{'':32} {'rows':>9} {'table MB':>9} {'index MB':>9}")
    for name, one in each["tables"].items():
        print(f"{name:32} {one['rows']:9.0f} {one['table_mb']:9.2f} {one['index_mb']:9.2f}")


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    main()
