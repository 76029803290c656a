"""Whether so many tries were wrong that an account is locked for a while.

The library counts them in the cache. An address of the network that guesses at many accounts is
locked, too, but that is nobody's account.
"""

from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpRequest


def is_locked(request: HttpRequest, key: str) -> bool:
    """Whether no other try would be taken for `key`, as the library names whose tries it counts."""
    rates = settings.ACCOUNT_RATE_LIMITS["login_failed"].split(",")
    own = ",".join(rate for rate in rates if rate.endswith("/key"))
    left = ratelimit.consume(
        request,
        app="allauth.account",
        action="login_failed",
        config={"login_failed": own},
        key=key,
        dry_run=True,
    )
    return left is None


def key_of_codes(user_pk: object) -> str:
    """How the library names whose codes and keys it counts."""
    return f"mfa-auth-user-{user_pk}"
