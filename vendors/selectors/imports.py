"""How far a file has come that a worker looks through or writes."""

from typing import Final

from django.core.cache import cache
from redis.exceptions import RedisError

from vendors.models.file_job import FileJob

_NOTHING: Final = (0, None)


def progress_key(made: FileJob) -> str:
    """Where it stands in the cache how far the present step has come."""
    return f"file-job:{made.pk}:{made.status}"


def progress_of(made: FileJob) -> tuple[int, int | None]:
    """(rows done, of how many); the second is None while nobody knows."""
    try:
        done, total = cache.get(progress_key(made)) or _NOTHING
    except RedisError:
        return _NOTHING
    return done, total
