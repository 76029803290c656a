"""How far a list of vendors has come that a worker looks through or writes."""

from typing import Final

from django.core.cache import cache
from redis.exceptions import RedisError

from vendors.models import VendorImport

_NOTHING: Final = (0, None)


def progress_key(made: VendorImport) -> str:
    """Where it stands in the cache how far the present step has come."""
    return f"vendor-import:{made.pk}:{made.status}"


def progress_of(made: VendorImport) -> tuple[int, int | None]:
    """(rows done, of how many); the second is None while nobody knows."""
    try:
        done, total = cache.get(progress_key(made)) or _NOTHING
    except RedisError:
        return _NOTHING
    return done, total
