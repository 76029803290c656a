"""What waits, and for how long, as monitoring reads it: in the database and in the queue.

Ages are seconds since something should have happened, 0 while everything keeps up.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from accounts.selectors import letters
from audit import clock, seal
from config import queues
from reports.models import Report
from scoring.models import Export
from scoring.selectors import jobs, runs
from scoring.services import outstanding
from webhooks.selectors import figures as webhook_figures

#: Where kombu notes which messages workers have in hand.
_IN_HAND: Final = "unacked_index"
_SERVER: Final = """
SELECT
    (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
    current_setting('max_connections')::int
        - current_setting('superuser_reserved_connections')::int,
    coalesce(
        (
            SELECT extract(epoch FROM clock_timestamp() - min(xact_start))
            FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
                AND backend_type = 'client backend'
        ),
        0
    ),
    pg_database_size(current_database())
"""

Figures = dict[str, tuple[str, float]]


class Database(Collector):
    """What waits in the database; left out, with `surety_database_up` 0, when it is not there."""

    def collect(self) -> Iterator[Metric]:
        try:
            found = {**_scores(), **_record(), **_webhooks(), **_letters(), **_jobs(), **_server()}
        except DatabaseError:
            found = {}
        up = bool(found)
        yield GaugeMetricFamily("surety_database_up", "1 when the database answers.", value=up)
        yield from _gauges(found)


class Broker(Collector):
    """What waits in the queues; left out, with `surety_broker_up` 0, when the broker is away."""

    def collect(self) -> Iterator[Metric]:
        try:
            yield from self._asked()
            up = True
        except redis.RedisError:
            up = False
        yield GaugeMetricFamily("surety_broker_up", "1 when the broker answers.", value=up)

    def _asked(self) -> Iterator[Metric]:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1
        ) as client:
            asked: Any = client.pipeline(transaction=False)
            for queue in queues.QUEUES:
                for name in queues.worked_with(queue):
                    asked.llen(name)
            asked.zcard(_IN_HAND)
            asked.info("memory")
            *lengths, in_hand, memory = asked.execute()
        waiting = GaugeMetricFamily(
            "surety_queue_messages", "Messages that wait for a worker.", labels=["queue"]
        )
        left = iter(lengths)
        for queue in queues.QUEUES:
            waiting.add_metric([queue], sum(next(left) for _ in queues.worked_with(queue)))
        yield waiting
        yield from _gauges(
            {
                "surety_queue_in_hand": ("Messages that workers have in hand.", in_hand),
                "surety_broker_memory_bytes": (
                    "Memory that the broker has taken.",
                    memory["used_memory"],
                ),
                "surety_broker_memory_limit_bytes": (
                    "Memory that the broker may take; 0: as much as there is.",
                    memory["maxmemory"],
                ),
            }
        )


def _gauges(found: Figures) -> Iterator[Metric]:
    for name, (words, number) in found.items():
        yield GaugeMetricFamily(name, words, value=number)


def _age(since: datetime | None) -> float:
    return max(0.0, (clock.now() - since).total_seconds()) if since else 0.0


def _scores() -> Figures:
    return {
        "surety_scores_outstanding": (
            "Changes that no score or standing includes yet.",
            outstanding.count(),
        ),
        "surety_score_lag_seconds": (
            "Since when the change that is due longest should have been scored.",
            _age(outstanding.oldest_due()),
        ),
        "surety_scores_stuck": (
            "Changes that the sweep has failed to score again and again.",
            outstanding.stuck(),
        ),
        "surety_run_untouched_seconds": (
            "Since when nobody has worked on an unfinished run over the portfolio.",
            _age(runs.untouched_since()),
        ),
    }


def _record() -> Figures:
    unsealed = seal.unsealed()
    return {
        "surety_events_unsealed": ("Events that no seal covers yet.", unsealed.count),
        "surety_event_unsealed_seconds": (
            "Age of the oldest event that no seal covers yet.",
            _age(unsealed.oldest),
        ),
    }


def _webhooks() -> Figures:
    found = webhook_figures()
    return {
        "surety_webhook_messages_waiting": ("Messages not yet taken.", found.waiting),
        "surety_webhook_late_seconds": (
            "Since when the message that is due longest should have been sent.",
            found.late,
        ),
        "surety_webhook_endpoints_failed": (
            "Endpoints switched off since nothing could be delivered.",
            found.failed,
        ),
    }


def _letters() -> Figures:
    count, first = letters.waiting_since()
    return {
        "surety_letters_waiting": ("Letters not yet sent.", count),
        "surety_letters_late_seconds": (
            "Since when the letter that is due longest should have been sent.",
            _age(first),
        ),
    }


def _jobs() -> Figures:
    kinds = (Report.objects.all(), Export.objects.all())
    asked = [one for one in map(jobs.asked_first, kinds) if one is not None]
    return {
        "surety_file_unfinished_seconds": (
            "Age of the oldest report or export that is not made yet.",
            _age(min(asked, default=None)),
        )
    }


def _server() -> Figures:
    with connection.cursor() as cursor:
        cursor.execute(_SERVER)
        connections, limit, oldest, size = cursor.fetchone()
    return {
        "surety_database_connections": ("Connections to the database server.", connections),
        "surety_database_connections_limit": ("Connections that it takes.", limit),
        "surety_database_oldest_transaction_seconds": (
            "Age of the oldest transaction; sealing waits for it.",
            float(oldest),
        ),
        "surety_database_size_bytes": ("Size of the database on disk.", size),
    }
