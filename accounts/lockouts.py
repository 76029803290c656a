"""Whether so many tries were wrong that an account is locked for a while.

The library counts them in the cache. An address of the network that guesses at many accounts is
locked, too, but that is nobody's account.
"""

import hashlib

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest


def is_news(request: HttpRequest, key: str) -> bool:
    """Whether `key` is locked and this was not said yet: once for as long as a lock can last.

    However many tries follow, what only ever grows is not filled with them.
    """
    if not is_locked(request, key):
        return False
    lasts = max(rate.duration for rate in ratelimit.parse_rates(_own_rates()))
    return bool(cache.add(_mark(key), True, timeout=lasts))


def forget(key: str) -> None:
    """A lock has been ended: the next one is news again."""
    cache.delete(_mark(key))


def is_locked(request: HttpRequest, key: str) -> bool:
    """Whether no other try would be taken for `key`, as the library names whose tries it counts."""
    left = ratelimit.consume(
        request,
        app="allauth.account",
        action="login_failed",
        config={"login_failed": _own_rates()},
        key=key,
        dry_run=True,
    )
    return left is None


def key_of_codes(user_pk: object) -> str:
    """How the library names whose codes and keys it counts."""
    return f"mfa-auth-user-{user_pk}"


def _own_rates() -> str:
    """Those by account, without those by address of the network."""
    rates = settings.ACCOUNT_RATE_LIMITS["login_failed"].split(",")
    return ",".join(rate for rate in rates if rate.endswith("/key"))


def _mark(key: str) -> str:
    return f"lock-noted:{hashlib.sha256(key.encode()).hexdigest()}"
