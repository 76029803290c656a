"""Five hosts; one with workers is cut off in the middle of a run, and joins again after its end.

`python -m tests.reliability.cut_off FOLDER VENDORS`, in a network of its own (`hosts.enter`): the
last line is a JSON object that says what was counted. `test_hosts.py` runs it and judges.
"""

import http.client
import json
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import django
import psycopg2
from celery import Celery

from config.children import stop_all, wait_until
from config.processes import command
from tests import migrated
from tests.reliability.hosts import Network
from tests.reliability.servers_of_hosts import servers

#: Assessments per piece, so that the run has as many pieces as that of a large portfolio.
PIECE = 100
#: Bound of each wait: several times what a slow machine needs.
PATIENCE = 300
#: First half of the lock that whoever works on a piece holds (`scoring.services.runs`).
_PIECE_LOCK = 7_308_627
_WORKERS = ("one", "two")
_TEMPLATES = 8
_KINDS = ("worker", "worker-bulk")


def main() -> None:
    """Build the hosts, cut, join, count."""
    folder, vendors = Path(sys.argv[1]), int(sys.argv[2])
    said: dict[str, Any] = {}
    with ExitStack() as open_things:
        network = Network(folder / "logs")
        open_things.callback(network.close)
        database, broker, web = (
            network.add(name, number) for name, number in (("db", 10), ("queue", 11), ("web", 12))
        )
        for number, name in enumerate(_WORKERS, 21):
            network.add(name, number)
        urls = open_things.enter_context(servers(folder / "servers", database, broker))
        os.environ.update(_environment(folder, *urls, web.address))
        # A copy of the database that tests have: all migrations take half a minute.
        os.environ["DATABASE_URL"] = urls[0].removesuffix("surety") + migrated.template(folder)
        django.setup()
        said["vendors"] = _filled(vendors)
        open_things.enter_context(_processes(network, folder))
        said |= _story(network, web.address, os.environ["DATABASE_URL"])
    sys.stdout.write(f"{json.dumps(said)}\n")


def _environment(folder: Path, database_url: str, redis_url: str, web: str) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": "of-these-hosts-" + "s" * 40,
        "AUDIT_KEY": "of-these-hosts-" + "a" * 40,
        "AUDIT_ANCHOR_FILE": str(folder / "anchor.jsonl"),
        "MEDIA_ROOT": str(folder / "media"),
        "STATIC_ROOT": str(folder / "static"),
        "RUN_FOLDER": str(folder),
        "ALLOWED_HOSTS": f"{web},localhost",
        "HTTPS": "false",
        "LOG_LEVEL": "WARNING",
        "WORKER_CONCURRENCY": "1",
        "WEB_PROCESSES": "1",
        "WEB_BIND": f"{web}:8000",
    }


def _filled(vendors: int) -> int:
    from bench import portfolio
    from vendors.models import Vendor

    # All of them are copies of a few.
    portfolio.TEMPLATES = _TEMPLATES
    portfolio.load(vendors)
    return Vendor.objects.count()


@contextmanager
def _processes(network: Network, folder: Path) -> Iterator[None]:
    """What each host runs, ready, and stopped at the end."""
    wanted = [("web", "web"), ("web", "beat")]
    wanted += [(host, kind) for host in _WORKERS for kind in _KINDS]
    running = []
    try:
        for host, kind in wanted:
            # What the tasks have done is read in the logs.
            environment = {**os.environ, "LOG_LEVEL": "INFO"}
            running.append(
                network.hosts[host].start(
                    command(kind, environment),
                    log=folder / "logs" / f"{host}-{kind}.log",
                    environment=environment,
                )
            )
        _until(lambda: _answering() == set(_WORKERS), "workers that answer")
        _until(lambda: _served(network.hosts["web"].address) == 200, "a page that is served")
        yield
    finally:
        # The hosts' own lines may be cut: they are told by the kernel, not by the network.
        stop_all(running, signal.SIGTERM, grace=20)


def _answering() -> set[str]:
    """The hosts whose workers all answer over the queue."""
    nodes = [f"{kind}@{host}" for host in _WORKERS for kind in _KINDS]
    with Celery(broker=os.environ["REDIS_URL"], set_as_current=False) as app:
        said = app.control.ping(destination=nodes, timeout=5, limit=len(nodes)) or []
    found = {node for answer in said for node in answer}
    return {host for host in _WORKERS if all(f"{kind}@{host}" in found for kind in _KINDS)}


def _served(address: str) -> int:
    line = http.client.HTTPConnection(address, 8000, timeout=30)
    try:
        line.request("GET", "/readyz")
        return line.getresponse().status
    except OSError:
        return 0
    finally:
        line.close()


def _until(true: Any, what: str) -> None:
    if not wait_until(true, seconds=PATIENCE, every=0.2):
        sys.exit(f"After {PATIENCE} s there is no sign of: {what}.")


def _story(network: Network, web: str, database_url: str) -> dict[str, Any]:
    from scoring.models import Run

    with closing(psycopg2.connect(database_url)) as watch:
        watch.autocommit = True
        first = _begun(0.8)
        held = _cut_in_the_middle(network, watch)
        said: dict[str, Any] = {"held_when_cut": held, "served_when_cut": _served(web)}
        said["done_when_cut"] = Run.objects.get(pk=first.pk).status == Run.Status.DONE
        _until(lambda: _is_done(first), "the end of the run")
        said["locks_of_the_cut"] = _locks(watch, network.hosts["one"].address)
        said["first"] = _counted(first)
        network.join("one")
        _until(lambda: _answering() == set(_WORKERS), "the host that was cut off")
        said["first_again"] = _counted(first)
        before = _tasks_done(network, "one")
        second = _begun(0.7)
        _until(lambda: _is_done(second), "the end of the second run")
        said["second"] = _counted(second)
        said["done_by_the_joined"] = _tasks_done(network, "one") - before
    said["record"] = _verified()
    return said


def _begun(kappa: float) -> Any:
    """A run by a new method, in many small pieces, all of them queued."""
    from unittest.mock import patch

    from django.db import transaction

    from accounts.principal import SYSTEM
    from scoring.models import Run
    from scoring.services import runs
    from tests.factories.methods import make_draft, publish

    row = publish(make_draft(kappa=kappa, p=2))
    with patch.multiple(runs, PIECE=PIECE, BLOCK=PIECE):
        # In one transaction, or a worker would cut it into pieces of the usual size.
        with transaction.atomic(), patch.object(runs, "_queue"):
            run = runs.start(
                kind=Run.Kind.PUBLICATION, methodology=row, content_hash=row.content_hash, by=SYSTEM
            )
            runs.cut(run.pk)
        runs._queue(list(run.pieces.values_list("pk", flat=True)))
    run.refresh_from_db()
    return run


def _locks(watch: Any, address: str) -> int:
    """How many pieces the workers of a host have in hand."""
    with watch.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) "
            "WHERE locktype = 'advisory' AND classid = %s AND client_addr = %s",
            [_PIECE_LOCK, address],
        )
        found: int = cursor.fetchone()[0]
        return found


def _cut_in_the_middle(network: Network, watch: Any) -> int:
    """Cut the host off while it works on pieces; how many it had in hand."""
    address = network.hosts["one"].address
    for _try in range(50):
        _until(lambda: _locks(watch, address) > 0, "a worker at a piece")
        network.cut_off("one")
        # What it had sent before arrives; from now on its locks change no more.
        wait_until(lambda: False, seconds=1)
        if held := _locks(watch, address):
            return held
        network.join("one")
    sys.exit("The host was never cut off in the middle of a piece.")


def _is_done(run: Any) -> bool:
    run.refresh_from_db()
    return bool(run.status == "done")


def _counted(run: Any) -> dict[str, Any]:
    """What the run has written, counted from the rows themselves."""
    from django.db.models import Count, Sum

    from assessments.models import Assessment
    from audit.models import Event
    from scoring.models import CurrentScore, Score
    from tests.factories.scoring import recount, rolled_up

    asked = Assessment.objects.exclude(status=Assessment.Status.CLOSED)
    current = CurrentScore.objects.filter(model__methodology=run.methodology_id)
    kept = Score.objects.filter(
        model__methodology=run.methodology_id, cause="methodology.published"
    )
    told = Event.objects.filter(type="scores.written", aggregate_id=run.pk)
    pieces = run.pieces.aggregate(done=Sum("done"), failed=Sum("failed"))
    twice = kept.values("assessment").annotate(times=Count("pk")).filter(times__gt=1)
    ended = Event.objects.filter(type="run.completed", aggregate_id=run.pk)
    return {
        "assessments": asked.count(),
        "total": run.total,
        "done": pieces["done"],
        "failed": pieces["failed"],
        "pieces": run.pieces.count(),
        "unfinished": run.pieces.filter(finished=False).count(),
        "scored": current.count(),
        "kept": kept.count(),
        "kept_twice": twice.count(),
        "kept_in_force": current.filter(score__in=kept).count(),
        "told": sum(one.data["scores"] for one in told),
        "ended": ended.count(),
        "sums_are_a_recount": rolled_up() == recount(),
    }


def _tasks_done(network: Network, host: str) -> int:
    log = network.logs / f"{host}-worker-bulk.log"
    lines = log.read_text(errors="replace").splitlines()
    return sum("Task scoring.run_piece[" in one and "succeeded" in one for one in lines)


def _verified() -> bool:
    """Whether all that happened is sealed, and the chain says so."""
    import io

    from django.core.management import call_command

    from audit import seal

    _until(lambda: seal.waiting() == 0, "the sealing of the record")
    call_command("verify_audit", stdout=io.StringIO())
    return True


if __name__ == "__main__":
    assert socket.gethostname()
    main()
