"""How often somebody may try, counted in the cache. A cache that is down turns nobody away."""

from typing import Final

import structlog
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

HOUR: Final = 3600
log = structlog.get_logger(__name__)


def allowed(what: str, whom: str) -> bool:
    """Count one try of `whom`, and say whether it is within the setting PORTAL_RATES."""
    key = f"portal:{what}:{whom}"
    try:
        cache.add(key, 0, timeout=HOUR)
        return bool(cache.incr(key) <= settings.PORTAL_RATES[what])
    except ValueError:  # it ran out between the two calls
        return True
    except RedisError:
        log.warning("portal.limits_unavailable", what=what)
        return True


def spent(what: str, whom: str) -> bool:
    """Whether `whom` has used up their tries; counts nothing."""
    try:
        return bool(cache.get(f"portal:{what}:{whom}", 0) >= settings.PORTAL_RATES[what])
    except RedisError:
        return False


def address(request: HttpRequest) -> str:
    """Where a request comes from, behind the proxies that the settings trust."""
    return str(get_adapter().get_client_ip(request) or "")
