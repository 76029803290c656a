"""Reading the keys of API clients: which work, which end soon, when they were last used."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Max, Q, QuerySet
from oauth2_provider.models import get_access_token_model

from accounts.models import ApiClient, ApiKey
from accounts.principal import Principal
from accounts.selectors.people import api_clients_visible_to

#: What ends within this time is told and shown.
SOON: Final = timedelta(days=30)


def keys_of(client: ApiClient) -> QuerySet[ApiKey]:
    """The keys of a client, the newest first, each with the one that replaced it."""
    keys = ApiKey.objects.filter(client=client).select_related("replaced_by", "replaces")
    return keys.order_by("-created_at", "-pk")


def ending_soon(now: datetime) -> QuerySet[ApiKey]:
    """The working keys that end soon and that somebody would miss, the first to end first.

    A key that was replaced is missed while its system still asks with it; one of a client that is
    switched off is not missed.
    """
    return (
        ApiKey.objects.filter(
            Q(replaced_by=None) | Q(last_used_at__gt=F("replaced_by__created_at")),
            client__is_active=True,
            revoked_at=None,
            expires_at__gt=now,
            expires_at__lte=now + SOON,
        )
        .select_related("client", "replaced_by")
        .order_by("expires_at", "pk")
    )


def ending_soon_visible_to(principal: Principal, now: datetime) -> QuerySet[ApiKey]:
    """Those of the clients that `principal` manages."""
    managed = api_clients_visible_to(principal).order_by()
    return ending_soon(now).filter(client__in=managed.values("pk"))


def last_tokens(clients: Iterable[ApiClient]) -> dict[int, datetime]:
    """By the number of each client, when it last fetched an OAuth2 access token (one query)."""
    tokens = get_access_token_model().objects.filter(application__in=list(clients))
    found = tokens.values("application").annotate(last=Max("created"))
    return dict(found.values_list("application", "last"))
