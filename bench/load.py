"""`python -m bench.load`: 200 people fill in, 20 look at dashboards, 10 programs ask, at once.

Real gunicorn, workers of all kinds and the clock; locust in a process of its own on the same
machine. First each kind of user alone on the idle system: its p95 is the floor. Then all of them,
with the pauses that people make. `--soak` does the same for 30 minutes and looks at memory. What
failed is listed. The last line is one JSON object.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any, Final

import psycopg2

from bench import stack
from bench.load_memory import Watch

_PROCESSES: Final = ["web", "worker", "worker-bulk", "worker-reports", "worker-outbound", "beat"]
_RESULT: Final = stack.FOLDER / "load-result.json"
_PLAN: Final = stack.FOLDER / "load-plan.json"
#: Of the usual pauses, while one user alone is on the system: to get figures in a short time.
_HASTE: Final = 0.02


def main() -> None:
    """Load, measure alone, measure together, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vendors", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--readers", type=int, default=20, help="people on dashboards")
    parser.add_argument("--programs", type=int, default=10)
    parser.add_argument("--alone", type=int, default=20, help="seconds for each kind by itself")
    parser.add_argument("--soak", action="store_true", help="30 minutes; memory must stay flat")
    options = parser.parse_args()
    minutes = 30.0 if options.soak else options.minutes
    users = {
        "LOAD_PEOPLE": options.people,
        "LOAD_READERS": options.readers,
        "LOAD_PROGRAMS": options.programs,
    }
    with stack.servers() as urls:
        port = stack.free_port()
        settings = stack.environment(urls["DATABASE_URL"], urls["REDIS_URL"], port=port)
        stack.loaded(
            # One desk more: what is answered alone has other versions for whoever comes after.
            "bench.load_data",
            options.vendors,
            options.people + 1,
            str(_PLAN),
            settings=settings,
        )
        with stack.processes(_PROCESSES, settings) as running:
            alone: dict[str, Any] = {}
            for name in users:
                alone |= _locust({name: 1}, port, options.alone, pause=_HASTE, desk=options.people)[
                    "kinds"
                ]
            watch = Watch(running, every=min(60.0, minutes * 60 / 10))
            together = _locust(users, port, round(minutes * 60))
            memory = watch.end()
            late = _settled(urls["DATABASE_URL"])
    _report(
        vendors=options.vendors,
        users=users,
        minutes=minutes,
        alone=alone,
        together=together,
        memory=memory,
        late=late,
    )


def _locust(
    users: Mapping[str, int], port: int, seconds: int, *, pause: float = 1.0, desk: int = 0
) -> dict[str, Any]:
    """What locust has to say after so many seconds with these users."""
    _RESULT.unlink(missing_ok=True)
    count = sum(users.values())
    names = ("LOAD_PEOPLE", "LOAD_READERS", "LOAD_PROGRAMS")
    environment = {
        **os.environ,
        **{name: str(users.get(name, 0)) for name in names},
        "LOAD_PLAN": str(_PLAN),
        "LOAD_RESULT": str(_RESULT),
        "LOAD_PAUSE": str(pause),
        "LOAD_DESK": str(desk),
    }
    kinds = dict(zip(names, ("Person", "Reader", "Program"), strict=True))
    command = [sys.executable, "-W", "ignore", "-m", "locust", "-f", "bench/load_users.py"]
    command += ["--headless", "--host", f"http://localhost:{port}", "--users", str(count)]
    # People come one after the other, within a tenth of the time.
    command += ["--spawn-rate", str(max(1.0, count / max(1.0, seconds / 10)))]
    command += ["--run-time", f"{seconds}s", "--stop-timeout", "60", "--loglevel", "WARNING"]
    command += ["--only-summary", *(kinds[name] for name in users if users[name])]
    log = stack.FOLDER / "logs" / "locust.log"
    with log.open("ab") as output:
        ended = subprocess.run(
            command,
            cwd=stack.REPOSITORY,
            env=environment,
            stdout=output,
            stderr=output,
            check=False,  # 1 where a request has failed, which the figures say better
        )
    if not _RESULT.exists():
        sys.exit(f"locust ended with {ended.returncode} and no figures: see {log}.")
    said: dict[str, Any] = json.loads(_RESULT.read_text())
    return said


def _settled(database_url: str) -> float:
    """Seconds until every change of the load is scored; stops after a minute with what is left."""
    begun = time.monotonic()
    with psycopg2.connect(database_url) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        while time.monotonic() - begun < 60:
            cursor.execute("SELECT count(*) FROM scoring_outstanding")
            if not cursor.fetchone()[0]:
                return round(time.monotonic() - begun, 1)
            time.sleep(0.2)
    return 60.0


def _report(
    *,
    vendors: int,
    users: Mapping[str, int],
    minutes: float,
    alone: Mapping[str, Any],
    together: Mapping[str, Any],
    memory: Mapping[str, Mapping[str, float]],
    late: float,
) -> None:
    rows = {}
    print(
        f"{'':16} {'requests':>8} {'failed':>6} {'p50 s':>7} {'p95 s':>7} {'alone':>7} {'ratio':>6}"
    )
    for name, row in sorted(together["kinds"].items()):
        floor = alone.get(name, {}).get("p95_s")
        ratio = round(row["p95_s"] / floor, 2) if floor else None
        rows[name] = {**row, "alone_p95_s": floor, "p95_over_alone": ratio}
        print(
            f"{name:16} {row['requests']:8} {row['failures']:6} {row['p50_s']:7.3f} "
            f"{row['p95_s']:7.3f} {floor or 0:7.3f} {ratio or 0:6.1f}"
        )
    for one in together["wrong"]:
        print(f"wrong: {one['kind']}: {one['error']} ({one['times']} times)")
    print(f"\n{'':16} {'first MB':>8} {'last':>7} {'most':>7} {'a minute':>9}")
    for name, row in memory.items():
        print(
            f"{name:16} {row['first_mb']:8.0f} {row['last_mb']:7.0f} {row['most_mb']:7.0f} "
            f"{row['mb_per_minute']:9.2f}"
        )
    requests = sum(row["requests"] for row in together["kinds"].values())
    print(
        json.dumps(
            {
                "vendors": vendors,
                "minutes": minutes,
                "users": sum(users.values()),
                "requests": requests,
                "requests_per_s": round(requests / (minutes * 60), 1),
                "failures": sum(row["failures"] for row in together["kinds"].values()),
                "worst_p95_over_alone": max(
                    (row["p95_over_alone"] or 0 for row in rows.values()), default=0
                ),
                "all_scored_after_s": late,
                "kinds": rows,
                "wrong": together["wrong"],
                "memory": memory,
            }
        )
    )


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    stack.FOLDER.mkdir(parents=True, exist_ok=True)
    main()
