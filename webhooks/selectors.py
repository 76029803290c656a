"""Reading endpoints, their deliveries and attempts: only those of clients one may manage."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Min, OuterRef, QuerySet, Subquery

from accounts.models import ApiClient
from accounts.permissions import SCOPE_PERMISSIONS, Permission
from accounts.principal import Principal
from accounts.selectors import api_clients_visible_to
from audit import clock
from audit.paging import Page, page
from webhooks.models import TEST, Attempt, Delivery, Endpoint, Secret
from webhooks.source import source

State = Delivery.State
#: What lists are ordered by, the newest first.
NEWEST: Final = ("created_at", "id")


def clients_for_endpoints(principal: Principal) -> QuerySet[ApiClient]:
    """The API clients whose endpoints `principal` may see and change.

    Somebody of the house: those that reach no unit in which they do not manage webhooks. A client:
    itself.
    """
    if principal.kind == "client":
        clients = ApiClient.objects.filter(public_id=principal.id)
        return clients if principal.can(Permission.MANAGE_WEBHOOKS) else clients.none()
    return api_clients_visible_to(principal, Permission.MANAGE_WEBHOOKS)


def endpoints_visible_to(
    principal: Principal, *, client: ApiClient | None = None
) -> QuerySet[Endpoint]:
    """The endpoints of those clients (or of one of them), with their client."""
    rows = Endpoint.objects.select_related("client").filter(
        client__in=clients_for_endpoints(principal).values("pk")
    )
    return rows if client is None else rows.filter(client=client)


def endpoints_page(
    principal: Principal,
    *,
    client: ApiClient | None = None,
    after: str | None = None,
    before: str | None = None,
    size: int = 50,
) -> Page[Endpoint]:
    """A page of endpoints, newest first."""
    rows = endpoints_visible_to(principal, client=client)
    return page(rows, keys=NEWEST, descending=True, after=after, before=before, size=size)


def deliveries_visible_to(principal: Principal) -> QuerySet[Delivery]:
    """The messages to endpoints that `principal` may see, with endpoint and client."""
    return Delivery.objects.select_related("endpoint__client").filter(
        endpoint__in=endpoints_visible_to(principal).order_by().values("pk")
    )


def deliveries_page(
    endpoint: Endpoint,
    *,
    state: str = "",
    event_type: str = "",
    after: str | None = None,
    before: str | None = None,
    size: int = 50,
) -> Page[Delivery]:
    """A page of an endpoint's messages, newest first, each with `last_attempt_at`,
    `last_status_code`, `last_latency_ms` and `last_trouble` (None before the first attempt)."""
    latest = Attempt.objects.filter(delivery=OuterRef("pk")).order_by("-number")
    rows = endpoint.deliveries.annotate(
        last_attempt_at=Subquery(latest.values("at")[:1]),
        last_status_code=Subquery(latest.values("status_code")[:1]),
        last_latency_ms=Subquery(latest.values("latency_ms")[:1]),
        last_trouble=Subquery(latest.values("trouble")[:1]),
    )
    if state:
        rows = rows.filter(state=state)
    if event_type:
        rows = rows.filter(type=event_type)
    return page(rows, keys=NEWEST, descending=True, after=after, before=before, size=size)


def attempts_of(delivery: Delivery) -> QuerySet[Attempt]:
    """What became of each attempt, newest first."""
    return delivery.attempts.order_by("-number")


def counts_of(endpoints: Collection[Endpoint]) -> Mapping[str, Mapping[str, int]]:
    """Endpoint id as text -> state -> number of its messages, in one query."""
    counts = {str(one.pk): dict.fromkeys((state.value for state in State), 0) for one in endpoints}
    rows = Delivery.objects.filter(endpoint__in=endpoints).order_by()
    for endpoint, state, number in rows.values_list("endpoint", "state").annotate(Count("pk")):
        counts[str(endpoint)][state] = number
    return counts


def live_secrets_of(endpoint: Endpoint) -> QuerySet[Secret]:
    """The secrets that sign now, the newest first; their text stays sealed."""
    now = clock.now()
    rows = endpoint.secrets.filter(expires_at__isnull=True) | endpoint.secrets.filter(
        expires_at__gt=now
    )
    return rows.order_by("-created_at", "-id")


def event_types() -> Mapping[str, Permission]:
    """Every type there is to choose, by its public name, with what it takes to hear of it."""
    return source().event_types()


def event_types_for(client: ApiClient) -> list[str]:
    """The types of which this client may hear by its scopes, in order."""
    held = {one for scope in client.scopes for one in SCOPE_PERMISSIONS.get(scope, ())}
    return sorted(name for name, needed in event_types().items() if needed in held)


def told_types(endpoint: Endpoint) -> list[str]:
    """The types that are told at an endpoint: those chosen, as far as its client may hear them."""
    heard = event_types_for(endpoint.client)
    chosen = set(endpoint.event_types)
    return [name for name in heard if name in chosen] if chosen else heard


def last_end(endpoint: Endpoint) -> datetime:
    """Until when secrets that were replaced go on signing; now where none does."""
    return max(
        (one.expires_at for one in live_secrets_of(endpoint) if one.expires_at), default=clock.now()
    )


@dataclass(frozen=True)
class Figures:
    """What monitoring asks for."""

    #: Messages that wait for endpoints in use.
    waiting: int
    #: Seconds since the one that is due longest should have been sent; 0 while all keep up.
    late: float
    #: Endpoints that were switched off because nothing could be delivered.
    failed: int


def figures() -> Figures:
    """How sending stands."""
    waiting = Delivery.objects.filter(
        state=State.WAITING, endpoint__disabled_reason="", endpoint__client__is_active=True
    )
    said = waiting.aggregate(count=Count("pk"), first=Min("next_attempt_at"))
    late = (clock.now() - said["first"]).total_seconds() if said["first"] else 0.0
    by_itself = (Endpoint.Disabled.FAILING, Endpoint.Disabled.GONE)
    failed = Endpoint.objects.filter(disabled_reason__in=by_itself).count()
    return Figures(said["count"], max(0.0, late), failed)


def dead_since(endpoint: Endpoint, since: datetime) -> QuerySet[Delivery]:
    """The messages of an endpoint that were given up since a moment."""
    return endpoint.deliveries.filter(state=State.DEAD, ended_at__gte=since).exclude(type=TEST)
