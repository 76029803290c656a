"""Is the process alive, and can it serve? For load balancers, containers and the demo."""

from collections.abc import Callable

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

_schema_is_current = False
"""Whether this process has seen all its migrations applied; they are never taken back under it."""


def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers at all; asks nothing of the database."""
    return HttpResponse("ok", content_type="text/plain", headers={"Cache-Control": "no-store"})


def readyz(request: HttpRequest) -> HttpResponse:
    """200 when a page could be served now, else 503; JSON with a word per part.

    A queue that is down delays scores but loses none, so pages are still served: it is reported
    as "down" without making the answer red.
    """
    parts = {"database": _database(), "schema": _schema(), "queue": _queue()}
    ready = parts["database"] == "ok" and parts["schema"] == "ok"
    return JsonResponse(
        {"ready": ready, **parts},
        status=200 if ready else 503,
        headers={"Cache-Control": "no-store"},
    )


def _database() -> str:
    def ask() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    return _said(ask, DatabaseError)


def _schema() -> str:
    """Whether every migration of this version has been applied; asked until it is so."""
    global _schema_is_current  # noqa: PLW0603 - reading it all again costs 30 ms per probe
    if _schema_is_current:
        return "ok"
    try:
        executor = MigrationExecutor(connection)
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "unknown"
    _schema_is_current = not behind
    return "ok" if _schema_is_current else "behind: run manage.py migrate"


def _queue() -> str:
    def ask() -> None:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1
        ) as client:
            client.ping()

    return _said(ask, redis.RedisError)


def _said(ask: Callable[[], None], failure: type[Exception]) -> str:
    try:
        ask()
    except failure:
        return "down"
    return "ok"
