"""How far jobs have come that are being made."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import structlog
from django.core.cache import cache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


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
