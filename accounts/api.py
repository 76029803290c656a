"""Who may use the API, for what, and how often."""

import time
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import TYPE_CHECKING, Any, Final

import structlog
from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from oauth2_provider.models import get_access_token_model
from redis.exceptions import RedisError
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled, ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.doors import as_request
from accounts.models import ApiClient, ApiKey
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.rate_limit import RateLimit, rate_of
from accounts.selectors import principal_for_client
from accounts.services.api_clients import KEY_PREFIX, hash_of, shown_part
from accounts.statements import Statement
from audit import clock

if TYPE_CHECKING:
    # The framework imports this module while it is loading its own views.
    from rest_framework.views import APIView

log = structlog.get_logger(__name__)
NOBODY: Final = Principal("client", "", "Nobody")
#: `last_used_at` is a hint for people, so a busy client does not write it each time.
_USE_NOTED_EVERY: Final = timedelta(minutes=1)


def principal_of(request: Request | HttpRequest) -> Principal:
    """The API client that asks, as selectors and services want it."""
    inner = request._request if isinstance(request, Request) else request  # noqa: SLF001 - DRF has no public name for it
    return as_request(inner).principal


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer …` with an API key or an OAuth2 access token, or `X-Api-Key`.

    Sets `request.principal`. A browser session counts for nothing here, so no other site can make
    a signed-in browser call the API.
    """

    def authenticate(self, request: Request) -> tuple[ApiClient, Any] | None:
        """(client, key or token); None without credentials; raises for bad ones.

        Counts the request, so that refusals count too: by client, whichever of its keys or
        tokens is used, and by address where no client is known.
        """
        inner = request._request  # noqa: SLF001 - DRF has no public name for it
        asked = as_request(inner)
        asked.principal = NOBODY
        try:
            known = _client_of(request)
        except AuthenticationFailed:
            count(inner)
            raise
        if known is None:
            count(inner)
            return None
        client, found, asked.principal = known
        count(inner, client)
        _refuse_nul(inner)
        return client, found

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for (RFC 6750)."""
        return 'Bearer realm="Surety API"'


def _refuse_nul(request: HttpRequest) -> None:
    """No text of the database holds this character, so nothing is found by it either."""
    if "\x00" in request.path:
        raise Http404
    found = [name for name, values in request.GET.lists() if "\x00" in "".join(values)]
    if found:
        raise ValidationError({name: ["This has a character that no text has."] for name in found})


def _client_of(request: Request) -> tuple[ApiClient, Any, Principal] | None:
    credential = _credential(request)
    if credential is None:
        return None
    return _by_key(credential) if credential.startswith(KEY_PREFIX) else _by_token(credential)


def _credential(request: Request) -> str | None:
    scheme, _space, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and value.strip():
        return value.strip()
    if scheme:
        raise AuthenticationFailed("Send the key as: Authorization: Bearer srt_…")
    return request.headers.get("X-Api-Key", "").strip() or None


def _key_like(prefix: str) -> QuerySet[ApiKey]:
    """The key with its client, and all that a principal is made of."""
    units = ArrayAgg(
        "client__units", filter=Q(client__units__isnull=False), default=[], distinct=True
    )
    rows = ApiKey.objects.select_related("client").annotate(unit_ids=units)
    wanted = ("public_id", "name", "all_units", "scopes", "is_active", "requests_per_minute")
    return rows.only(
        "client_id", "hash", "expires_at", "revoked_at", "last_used_at",
        *(f"client__{one}" for one in wanted),
    ).filter(prefix=prefix)  # fmt: skip


_KEY: Final = Statement(_key_like)


def _by_key(secret: str) -> tuple[ApiClient, ApiKey, Principal]:
    key: Any = _KEY.first(shown_part(secret))
    # The hash is made either way, and compared in constant time.
    if not compare_digest(hash_of(secret), bytes(key.hash) if key else bytes(32)) or key is None:
        raise AuthenticationFailed("This API key is not known.")
    now = clock.now()
    if key.revoked_at is not None or not key.client.is_active:
        raise AuthenticationFailed("This API key was revoked.")
    if key.expires_at is not None and key.expires_at <= now:
        raise AuthenticationFailed("This API key has expired.")
    if key.last_used_at is None or key.last_used_at < now - _USE_NOTED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return (
        key.client,
        key,
        principal_for_client(key.client, key.client.scopes, key.unit_ids),
    )


def _by_token(raw: str) -> tuple[ApiClient, Any, Principal]:
    token = (
        get_access_token_model()
        .objects.select_related("application")
        .filter(token_checksum=sha256(raw.encode()).hexdigest())
        .first()
    )
    if token is None or token.is_expired() or token.application is None:
        raise AuthenticationFailed("This access token is not known or has expired.")
    client: ApiClient = token.application
    if not client.is_active:
        raise AuthenticationFailed("This client was switched off.")
    return client, token, principal_for_client(client, token.scope.split())


class HasScope(BasePermission):
    """The client holds `view.required_permission` in at least one business unit.

    A view names one permission, several of which one is enough, or either of these per HTTP
    method; a view that names none is closed.
    """

    message = "The scopes of this client do not cover this."

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Whether to go on; without credentials the answer becomes 401."""
        if request.successful_authenticator is None:
            return False
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method == "OPTIONS" or not hasattr(view, method.lower()):
            # Which methods there are is no secret; the view answers 405 to others.
            return True
        required = getattr(view, "required_permission", None)
        if isinstance(required, Mapping):
            required = required.get(method)
        enough = {required} if isinstance(required, Permission) else required or ()
        return any(principal_of(request).can(one) for one in enough)


def _counted(key: str, window: int) -> int:
    """Count one more under `key`, which is forgotten after the window."""
    try:
        return cache.incr(key)
    except ValueError:
        # The first one in this window.
        cache.add(key, 0, timeout=window + 1)
        return cache.incr(key)


def count(request: HttpRequest, client: ApiClient | None = None) -> None:
    """Count a request in the cache; Throttled when its client, or address, has used up its window.

    What is left goes on the response by `accounts.middleware.PrincipalMiddleware`.
    """
    who = str(client.public_id) if client else BaseThrottle().get_ident(Request(request))
    quota, window = rate_of(client.requests_per_minute if client else None)
    number, into = divmod(int(time.time()), window)
    left = window - into
    key = f"api-rate:{who}:{number}"
    try:
        used = _counted(key, window)
    except (RedisError, ValueError) as error:
        # A cache that is down or was just flushed must not stop an ERP at work.
        log.warning("api.rate_not_counted", reason=type(error).__name__)
        return
    as_request(request).rate_limit = RateLimit(quota, window, max(quota - used, 0), left)
    if used > quota:
        raise Throttled(wait=left)


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Tells the schema how callers authenticate."""

    target_class = "accounts.api.ApiKeyAuthentication"
    name = ["apiKey", "apiKeyHeader", "oauth2"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        """A key as bearer, a key in its own header, or OAuth2 client credentials."""
        return [
            {
                "type": "http",
                "scheme": "bearer",
                "description": "An API key (srt_…), made on the page API clients.",
            },
            {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
            {
                "type": "oauth2",
                "flows": {
                    "clientCredentials": {
                        "tokenUrl": "/oauth/token",
                        "scopes": {
                            scope: str(words)
                            for scope, words in settings.OAUTH2_PROVIDER["SCOPES"].items()
                        },
                    }
                },
            },
        ]
