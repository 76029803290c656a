"""What may die under a task: the queue, the worker; and how to see a task in the middle."""

import os
import signal
from dataclasses import dataclass

import redis
from django.db import connection

from config import embedded
from tests.workers import Worker


@dataclass
class Queue:
    """A Valkey of the test's own, which may be emptied and killed."""

    servers: embedded.Servers

    def empty(self) -> None:
        """All that was queued is gone."""
        with redis.Redis.from_url(self.servers.redis_url) as client:
            client.flushall()

    def restart(self) -> None:
        """Killed and started again, with nothing in it."""
        self.servers.valkey.kill()
        self.servers.valkey.wait(timeout=10)
        self.servers.revive()
        self.empty()


def kill_whole(worker: Worker) -> None:
    """`kill -9` of the worker and of the processes that do its work."""
    os.killpg(worker.process.pid, signal.SIGKILL)
    worker.process.wait(timeout=10)


def waiting_for_a_lock() -> bool:
    """Whether a task stands before a lock that this test holds."""
    with connection.cursor() as cursor:
        # Within a transaction the list of connections would stay what it was at first.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_locks w JOIN pg_stat_activity a USING (pid) "
            "WHERE NOT w.granted AND w.locktype IN ('transactionid', 'tuple') "
            "AND a.datname = current_database()"
        )
        return bool(cursor.fetchone()[0])
