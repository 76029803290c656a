"""`python -m bench.migrations --vendors 100000`: how long a migration keeps others waiting.

A portfolio of so many vendors is loaded. Then the last migrations of each app are taken back and
applied again, one by one, while readers and writers ask for each large table every 20 ms, with the
lock that a SELECT and an INSERT or UPDATE take. The longest of these waits is what people would
have felt. A migration that cannot be taken back, and those before it, are left out and named.

The last line is one JSON object.
"""

import argparse
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg2

from bench import stack

#: Tables that grow with the portfolio and with time.
LARGE: Final = (
    "assessments_answer",
    "assessments_assessment",
    "assessments_sheet",
    "audit_event",
    "audit_sealedevent",
    "scoring_currentscore",
    "scoring_score",
    "scoring_standing",
    "vendors_engagement",
    "vendors_vendor",
)
#: What a reader and a writer ask for.
_LOCKS: Final = {"read": "ACCESS SHARE", "write": "ROW EXCLUSIVE"}
_EVERY: Final = 0.02


@dataclass
class Waits:
    """The longest wait in seconds, by what was asked for and of which table."""

    longest: dict[tuple[str, str], float] = field(default_factory=dict)

    def worst(self, kind: str) -> tuple[float, str]:
        """The longest of readers or writers, and the table."""
        found = [(wait, table) for (of, table), wait in self.longest.items() if of == kind]
        return max(found, default=(0.0, ""))


def main() -> None:
    """Load, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vendors", type=int, default=100_000)
    parser.add_argument("--last", type=int, default=3, help="migrations of each app")
    parser.add_argument("--apps", nargs="*", default=[], help="these only")
    options = parser.parse_args()
    with stack.portfolio(options.vendors) as settings:
        rows = _rows(settings)
        chosen = options.apps or _apps(settings)
        measured = [one for app in chosen for one in _of_app(settings, app, last=options.last)]
    _report(measured, rows, options.vendors)


def _apps(settings: Mapping[str, str]) -> dict[str, list[str]]:
    """Each app of ours with its migrations, in order."""
    said = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _LIST],
        cwd=stack.REPOSITORY,
        env=dict(settings),
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, list[str]] = json.loads(said.stdout)
    return found


_LIST: Final = """
import django, json, pathlib
django.setup()
from django.apps import apps
from django.db.migrations.loader import MigrationLoader
here = pathlib.Path.cwd()
ours = {a.label for a in apps.get_app_configs() if pathlib.Path(a.path).parent == here}
found = {}
for app, name in sorted(MigrationLoader(None).disk_migrations):
    if app in ours:
        found.setdefault(app, []).append(name)
print(json.dumps(found))
"""


def _of_app(settings: Mapping[str, str], app: str, *, last: int) -> Iterator[dict[str, Any]]:
    names = _apps(settings)[app]
    back = 0
    for steps in range(1, min(last, len(names) - 1) + 1):
        code, said = _migrate(settings, app, names[-steps - 1])
        if code:
            reason = said.strip().splitlines()[-1]
            print(f"{app}.{names[-steps]} cannot be taken back: {reason}", file=sys.stderr)
            break
        back = steps
    for name in names[len(names) - back :]:
        yield _measured(settings, app, name)
    code, said = _migrate(settings)
    if code:
        sys.exit(said)


def _measured(settings: Mapping[str, str], app: str, name: str) -> dict[str, Any]:
    with _others(settings["DATABASE_URL"]) as waits:
        began = time.perf_counter()
        code, said = _migrate(settings, app, name)
        seconds = time.perf_counter() - began
    if code:
        sys.exit(said)
    read, write = waits.worst("read"), waits.worst("write")
    print(f"{app}.{name}: {seconds:.1f} s, wait {max(read, write)[0]:.3f} s", file=sys.stderr)
    return {
        "migration": f"{app}.{name}",
        "seconds": round(seconds, 2),
        "read_wait_ms": round(read[0] * 1000),
        "write_wait_ms": round(write[0] * 1000),
        "table": max(read, write)[1],
    }


def _migrate(settings: Mapping[str, str], *what: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", "migrate", *what, "--verbosity=0"],
        cwd=stack.REPOSITORY,
        env=dict(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@contextmanager
def _others(url: str) -> Iterator[Waits]:
    """Readers and writers at work until the end of the block."""
    waits, end = Waits(), threading.Event()
    threads = [
        threading.Thread(target=_ask, args=(url, kind, table, waits, end), daemon=True)
        for kind in _LOCKS
        for table in LARGE
    ]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    waits.longest.clear()
    yield waits
    time.sleep(0.2)
    end.set()
    for thread in threads:
        thread.join(timeout=30)


def _ask(url: str, kind: str, table: str, waits: Waits, end: threading.Event) -> None:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        while not end.wait(_EVERY):
            began = time.perf_counter()
            cursor.execute(f"LOCK TABLE {table} IN {_LOCKS[kind]} MODE")
            connection.rollback()
            wait = time.perf_counter() - began
            waits.longest[kind, table] = max(wait, waits.longest.get((kind, table), 0.0))


def _rows(settings: Mapping[str, str]) -> dict[str, int]:
    with closing(psycopg2.connect(settings["DATABASE_URL"])) as connection:
        cursor = connection.cursor()
        counts = {}
        for table in LARGE:
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts[table] = cursor.fetchone()[0]
    return counts


def _report(measured: list[dict[str, Any]], rows: Mapping[str, int], vendors: int) -> None:
    print("| migration | takes | readers wait at most | writers wait at most | at |")
    print("|---|---|---|---|---|")
    for one in measured:
        print(
            f"| {one['migration']} | {one['seconds']} s | {one['read_wait_ms']} ms "
            f"| {one['write_wait_ms']} ms | {one['table']} |"
        )
    print(json.dumps({"vendors": vendors, "rows": dict(rows), "migrations": measured}))


if __name__ == "__main__":
    main()
