"""How far jobs have come that are being made."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import structlog
from django.core.cache import cache
from django.db.models import Min, QuerySet
from redis.exceptions import RedisError

from scoring.models.job import Job

J = TypeVar("J", bound=Job)

log = structlog.get_logger(__name__)


def latest_page(
    rows: QuerySet[J], *, after: UUID | None, limit: int
) -> tuple[list[J], UUID | None]:
    """A page of jobs, the latest first, and the key to go on from."""
    if after is not None:
        rows = rows.filter(pk__lt=after)
    listed = list(rows.order_by("-pk")[: limit + 1])
    return listed[:limit], listed[limit - 1].pk if len(listed) > limit else None


def asked_first(rows: QuerySet[J]) -> datetime | None:
    """When the oldest of these jobs was asked for that is not done; None: all are."""
    waiting = rows.filter(status__in=Job.UNFINISHED)
    found: datetime | None = waiting.aggregate(first=Min("created_at"))["first"]
    return found


def progress_key(name: str, job_id: UUID) -> str:
    """Where it stands in the cache how far a job of this kind has come."""
    return f"{name}-progress:{job_id}"


def stop_key(name: str, job_id: UUID) -> str:
    """Where it stands in the cache that nobody wants a job any more."""
    return f"{name}-stop:{job_id}"


def progress_of(name: str, job_ids: Collection[UUID]) -> dict[UUID, Any]:
    """How far each has come, as its worker said it; those of which nothing is known are left out.

    No more than one request to the cache.
    """
    keys = {progress_key(name, pk): pk for pk in job_ids}
    try:
        found = cache.get_many(keys) if keys else {}
    except RedisError as error:
        log.warning("job.progress_not_read", job=name, reason=type(error).__name__)
        return {}
    return {keys[key]: far for key, far in found.items()}
