"""The processes that make up a running Surety: one definition for the demo and for containers.

`python -m config.processes NAME` becomes that process; `python -m config.processes health NAME`
ends with 0 when it is well. What varies from one installation to another comes from the
environment:

- WEB_BIND (127.0.0.1:8000), WEB_PROCESSES (2), WEB_THREADS (4)
- WORKER_CONCURRENCY (2), BULK_CONCURRENCY (2), REPORT_CONCURRENCY (1), WEBHOOK_CONCURRENCY (32
  threads)
- WORKER_MEMORY_MEGABYTES (500), BULK_MEMORY_MEGABYTES (1000), REPORT_MEMORY_MEGABYTES (1000): what
  a child of a worker may have taken; after the task in hand another one takes its place
- RUN_FOLDER (the system's folder for temporary files): where the clock keeps its notes
"""

import http.client
import os
import socket
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from celery import Celery

from config import queues

_REPOSITORY = Path(__file__).resolve().parent.parent
_CELERY = ["-m", "celery", "--app=config"]


@dataclass(frozen=True)
class Definition:
    """One kind of process."""

    purpose: str
    """One line for people."""
    arguments: Callable[[Mapping[str, str]], list[str]]
    """What follows `python` on the command line, from the environment."""
    healthy: Callable[[Mapping[str, str]], bool] | None = None
    """Whether the process on this machine is well; None for one that ends by itself."""
    gives_way: bool = False
    """Whether the others come first where processors are short."""


@dataclass(frozen=True)
class Limits:
    """What bounds one task, and the child that does it. Threads have no such bounds."""

    soft: int
    """Seconds after which the task is told to stop; it is noted as failed, and the sweep finds
    what it left."""
    hard: int
    """Seconds after which its child is killed."""
    variable: str
    """What sets the megabytes of memory at which a child is replaced once its task is done."""
    megabytes: int


@dataclass(frozen=True)
class Pool:
    """How many tasks a worker does at the same time."""

    variable: str
    default: int
    limits: Limits | None = None
    """None: threads, whose tasks bound themselves, since they mostly wait for others."""


def command(name: str, environment: Mapping[str, str]) -> list[str]:
    """The whole command line of the process `name`. KeyError for a name we do not have."""
    definition = PROCESSES[present(name)]
    first = ["nice", "-n", "10"] if definition.gives_way else []
    return [*first, sys.executable, *definition.arguments(environment)]


def _web(environment: Mapping[str, str]) -> list[str]:
    return [
        # By its script: what SIGUSR2 starts again would else find its modules instead of Python's.
        str(Path(sysconfig.get_path("scripts")) / "gunicorn"),
        "config.wsgi",
        f"--pythonpath={_REPOSITORY}",
        f"--bind={environment.get('WEB_BIND', '127.0.0.1:8000')}",
        f"--workers={environment.get('WEB_PROCESSES', '2')}",
        f"--threads={environment.get('WEB_THREADS', '4')}",
        "--worker-class=config.web_worker.Worker",
        "--preload",
        "--timeout=60",
        "--graceful-timeout=20",
        # Memory is handed back now and then; not by all at once.
        "--max-requests=5000",
        "--max-requests-jitter=500",
        "--no-control-socket",
        # A what-if keeps all of its changes in the address.
        "--limit-request-line=8190",
        "--worker-tmp-dir=" + ("/dev/shm" if Path("/dev/shm").is_dir() else tempfile.gettempdir()),  # noqa: S108
    ]


def present(name: str) -> str:
    """The name that a process has now, for one of an earlier version."""
    return FORMER_NAMES.get(name, name)


def _worker(name: str, queue: str, pool: Pool) -> Callable[[Mapping[str, str]], list[str]]:
    def arguments(environment: Mapping[str, str]) -> list[str]:
        return [
            *_CELERY,
            "worker",
            f"--queues={','.join(queues.worked_with(queue))}",
            f"--hostname={name}@%h",
            f"--concurrency={environment.get(pool.variable, pool.default)}",
            *_bounds(pool.limits, environment),
            # One task in hand each: a long one must not sit on short ones behind it.
            "--prefetch-multiplier=1",
            "--without-gossip",
            "--without-mingle",
            f"--loglevel={environment.get('LOG_LEVEL', 'INFO')}",
        ]

    return arguments


def _bounds(limits: Limits | None, environment: Mapping[str, str]) -> list[str]:
    if limits is None:
        return ["--pool=threads"]
    megabytes = int(environment.get(limits.variable, limits.megabytes))
    return [
        "--pool=prefork",
        f"--soft-time-limit={limits.soft}",
        f"--time-limit={limits.hard}",
        f"--max-memory-per-child={megabytes * 1024}",
    ]


def _beat(environment: Mapping[str, str]) -> list[str]:
    return [
        *_CELERY,
        "beat",
        f"--schedule={_notes(environment)}",
        "--pidfile=",
        f"--loglevel={environment.get('LOG_LEVEL', 'INFO')}",
    ]


def _notes(environment: Mapping[str, str]) -> Path:
    return Path(environment.get("RUN_FOLDER", tempfile.gettempdir())) / "beat-schedule"


def _web_is_well(environment: Mapping[str, str]) -> bool:
    """/readyz says 200. Asked as a visitor of the first allowed host, as settings demand."""
    port = int(environment.get("WEB_BIND", "127.0.0.1:8000").rpartition(":")[2])
    host = environment.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request(
            "GET",
            "/readyz",
            headers={"Host": host if host != "*" else "localhost", "X-Forwarded-Proto": "https"},
        )
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def _worker_is_well(name: str) -> Callable[[Mapping[str, str]], bool]:
    def ask(environment: Mapping[str, str]) -> bool:
        return name in workers_that_answer(environment["REDIS_URL"], name, seconds=3)

    return ask


def workers_that_answer(redis_url: str, *names: str, seconds: float) -> set[str]:
    """Which of this machine's workers of these names answer within so many seconds."""
    nodes = {f"{present(name)}@{socket.gethostname()}": name for name in names}
    with Celery(broker=redis_url, set_as_current=False) as app:
        answers = app.control.ping(destination=list(nodes), timeout=seconds, limit=len(nodes))
    return {nodes[node] for answer in answers or [] for node in answer if node in nodes}


def _beat_is_well(environment: Mapping[str, str]) -> bool:
    """The clock writes down what it has sent every three minutes."""
    try:
        return time.time() - _newest(_notes(environment)) < 600
    except FileNotFoundError:
        return False


def _newest(notes: Path) -> float:
    # The file may carry an ending of the system's choice (.db, .dat).
    times = [path.stat().st_mtime for path in notes.parent.glob(f"{notes.name}*")]
    if not times:
        raise FileNotFoundError(notes)
    return max(times)


PROCESSES: dict[str, Definition] = {
    "migrate": Definition(
        "brings the database's schema and the delivered facts up to date, then ends",
        lambda environment: ["manage.py", "bring_up_to_date"],
    ),
    "web": Definition("serves pages and the API", _web, _web_is_well),
    "worker": Definition(
        "does what somebody waits for: scores after an answer",
        _worker(
            "worker",
            queues.INTERACTIVE,
            Pool("WORKER_CONCURRENCY", 2, Limits(300, 330, "WORKER_MEMORY_MEGABYTES", 500)),
        ),
        _worker_is_well("worker"),
    ),
    "worker-bulk": Definition(
        "does what takes long: the whole portfolio",
        _worker(
            "worker-bulk",
            queues.BULK,
            Pool("BULK_CONCURRENCY", 2, Limits(3600, 3660, "BULK_MEMORY_MEGABYTES", 1000)),
        ),
        _worker_is_well("worker-bulk"),
    ),
    "worker-reports": Definition(
        "makes files: reports and exports",
        _worker(
            "worker-reports",
            queues.REPORTS,
            Pool("REPORT_CONCURRENCY", 1, Limits(1800, 1860, "REPORT_MEMORY_MEGABYTES", 1000)),
        ),
        _worker_is_well("worker-reports"),
    ),
    "worker-outbound": Definition(
        "tells other systems and people what happened: waits for them in threads",
        _worker("worker-outbound", queues.OUTBOUND, Pool("WEBHOOK_CONCURRENCY", 32)),
        _worker_is_well("worker-outbound"),
        gives_way=True,
    ),
    "beat": Definition("the clock: sends what is due", _beat, _beat_is_well),
}


#: What processes were called in earlier versions; supervisors may go on naming them so.
FORMER_NAMES: Mapping[str, str] = {"worker-webhooks": "worker-outbound"}


def main() -> None:
    """Become the named process, or look after its health."""
    match sys.argv[1:]:
        case [name] if present(name) in PROCESSES:
            os.chdir(_REPOSITORY)
            line = command(name, os.environ)
            os.execvp(line[0], line)  # noqa: S606 - our own command, no shell
        case ["health", name] if present(name) in PROCESSES:
            healthy = PROCESSES[present(name)].healthy
            sys.exit(0 if healthy is None or healthy(os.environ) else f"{name} is not well.")
        case _:
            lines = [f"  {name:12} {one.purpose}" for name, one in PROCESSES.items()]
            sys.exit("Say which: python -m config.processes [health] NAME\n" + "\n".join(lines))


if __name__ == "__main__":
    main()
