"""`python -m bench.webhooks`: does a slow receiver of webhooks delay scoring?

People save answers once a second, as in `bench.pipe`. For one stretch out of three, the middle one,
1,000 messages a minute are written for a receiver that takes 2 to 5 s for each answer; they are
sent by the real worker, signed, over HTTP. The figure is the time from sending an answer to its
visible score during that stretch, over the same without messages. The last line is one JSON object.
"""

import argparse
import json
import os
import random
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import psycopg2

from bench import stack
from bench.pipe import Desk, cut, run

_PROCESSES: Final = ["web", "worker", "worker-bulk", "worker-outbound", "beat"]
_WRITE: Final = """
INSERT INTO webhooks_delivery (id, endpoint_id, message_id, type, body, state, tries, created_at,
                               next_attempt_at, give_up_at)
SELECT gen_random_uuid(), %s, gen_random_uuid(), 'run.completed', %s, 'waiting', 0, now(), now(),
       now() + interval '1 day'
FROM generate_series(1, %s)
"""
_BODY: Final = json.dumps({"type": "run.completed", "data": {"padding": "x" * 1_000}})


@dataclass
class Slow:
    """The receiver: how many it has in hand, and when it answered."""

    port: int = 0
    in_hand: int = 0
    busiest: int = 0
    answered: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, request: BaseHTTPRequestHandler) -> None:
        """Answer after 2 to 5 s."""
        request.rfile.read(int(request.headers["Content-Length"]))
        with self.lock:
            self.in_hand += 1
            self.busiest = max(self.busiest, self.in_hand)
        time.sleep(random.uniform(2, 5))
        request.send_response(204)
        request.end_headers()
        with self.lock:
            self.in_hand -= 1
            self.answered.append(time.monotonic())


def main() -> None:
    """Load, run three stretches, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=10)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--vendors", type=int, default=1000)
    parser.add_argument("--rate", type=int, default=1000, help="messages a minute")
    options = parser.parse_args()
    stretches: list[list[Desk]] = []
    with stack.servers() as urls, receiver() as slow:
        port, database = stack.free_port(), urls["DATABASE_URL"]
        settings = {
            **stack.environment(database, urls["REDIS_URL"], port=port),
            "WEBHOOK_ALLOWED_NETWORKS": "127.0.0.1/32",
            "WEBHOOK_CONCURRENCY": "96",
            "WEBHOOK_PER_ENDPOINT": "80",
        }
        loaded = stack.loaded(
            "bench.webhooks_load",
            options.vendors,
            options.clients,
            f"http://127.0.0.1:{slow.port}/",
            settings=settings,
        )
        desks = [Desk(**row) for row in loaded["desks"]]
        with stack.processes(_PROCESSES, settings):
            for loud in (False, True, False):
                desks = [replace(one, sent={}, saved=[], seen=[], refused=0) for one in desks]
                over = threading.Event()
                writer = threading.Thread(
                    target=_write, args=(database, loaded["endpoint"], options.rate, over)
                )
                if loud:
                    writer.start()
                run(desks, loaded["cookie"], port, database, options.seconds)
                over.set()
                if loud:
                    writer.join()
                stretches.append(desks)
                _let_it_end(database)
        report(stretches, slow, _states(database), options)


@contextmanager
def receiver() -> Iterator[Slow]:
    """The slow receiver, listening on the loopback address."""
    slow = Slow()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            slow.take(self)

        def log_message(self, *arguments: object) -> None:
            """Says nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 256

    server = Server(("127.0.0.1", 0), Handler)
    slow.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield slow
    server.shutdown()


def _write(database_url: str, endpoint: str, rate: int, over: threading.Event) -> None:
    """Write so many messages a minute, five times a second."""
    begun, written = time.monotonic(), 0
    with closing(psycopg2.connect(database_url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        while not over.wait(0.2):
            due = int((time.monotonic() - begun) * rate / 60) - written
            cursor.execute(_WRITE, [endpoint, _BODY, due])
            written += due


def _states(database_url: str) -> dict[str, int]:
    with closing(psycopg2.connect(database_url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT state, count(*) FROM webhooks_delivery GROUP BY state")
        return dict(cursor.fetchall())


def _let_it_end(database_url: str) -> None:
    """Wait until everything was sent, so that the next stretch is quiet."""
    end = time.monotonic() + 60
    while _states(database_url).get("waiting") and time.monotonic() < end:
        time.sleep(0.5)


def report(
    stretches: list[list[Desk]], slow: Slow, states: dict[str, int], options: argparse.Namespace
) -> None:
    """Print the figures of each stretch, and the ratio."""
    before, during, after = ([v for desk in desks for v in desk.seen] for desks in stretches)
    quiet = before + after
    if not (quiet and during and slow.answered):
        sys.exit("Nothing was measured.")
    span = max(slow.answered) - min(slow.answered)
    result: dict[str, Any] = {
        "clients": options.clients,
        "seconds": options.seconds,
        "refused": sum(desk.refused for desks in stretches for desk in desks),
        "quiet_p50_s": cut(quiet, 10),
        "quiet_p95_s": cut(quiet, 19),
        "loud_p50_s": cut(during, 10),
        "loud_p95_s": cut(during, 19),
        "messages": sum(states.values()),
        "delivered": states.get("delivered", 0),
        "delivered_a_minute": round(len(slow.answered) / span * 60),
        "at_once": slow.busiest,
    }
    result["p50_ratio"] = round(result["loud_p50_s"] / result["quiet_p50_s"], 2)
    result["p95_ratio"] = round(result["loud_p95_s"] / result["quiet_p95_s"], 2)
    print(f"{len(quiet)} answers scored without messages, {len(during)} with")
    print(f"without  p50 {result['quiet_p50_s']:.3f} s  p95 {result['quiet_p95_s']:.3f} s")
    print(f"with     p50 {result['loud_p50_s']:.3f} s  p95 {result['loud_p95_s']:.3f} s")
    print(json.dumps(result))


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    main()
