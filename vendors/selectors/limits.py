"""Engagements that are limited to named people, and for whom they do not exist."""

from collections.abc import Collection
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import ApiClient, Membership, User
from accounts.permissions import ROLE_PERMISSIONS, Permission
from accounts.principal import Principal
from accounts.selectors import people_who
from vendors.models import Engagement, EngagementPerson, Evidence

#: One who asks is asked about many tables in one request; what is kept is the question.
_KEPT: Final = 512

#: The same in SQL, of a subcontract `s`; `who`: the id of whoever asks, or "" for nobody to ask.
OPEN_SUBCONTRACT: Final = """(%(who)s = '' OR s.engagement_id IS NULL OR NOT EXISTS (
          SELECT 1 FROM vendors_engagement e
          WHERE e.id = s.engagement_id AND e.limited AND NOT EXISTS (
              SELECT 1 FROM vendors_engagementperson p
              LEFT JOIN accounts_apiclient c ON c.id = p.client_id
              WHERE p.engagement_id = e.id
                AND %(who)s IN (p.user_id::text, c.public_id::text)
          )
      ))"""


def closed_to(principal: Principal) -> QuerySet[Any, Any] | None:
    """The ids of the engagements that do not exist for `principal` although their unit is theirs.

    None: there cannot be any, as for the system, and for a vendor's people, whom an invitation lets
    in.
    """
    return _closed_to(principal.kind, principal.id) if who(principal) else None


def who(principal: Principal | None) -> str:
    """The id of somebody for whom engagements may be closed; "" for all others."""
    return principal.id if principal is not None and principal.kind in {"user", "client"} else ""


@lru_cache(maxsize=_KEPT)
def _closed_to(kind: str, pk: str) -> QuerySet[Any, Any]:
    who = {"user": UUID(pk)} if kind == "user" else {"client__public_id": UUID(pk)}
    named = EngagementPerson.objects.filter(engagement=OuterRef("pk"), **who)
    return Engagement.objects.filter(~Exists(named), limited=True).values("pk")


def closed_among(principal: Principal, engagement_ids: Collection[UUID]) -> set[UUID]:
    """Those of the engagements that do not exist for `principal`; one query, none without ids."""
    closed = closed_to(principal) if engagement_ids else None
    if closed is None:
        return set()
    return set(closed.filter(pk__in=engagement_ids).values_list("pk", flat=True))


def named_in(engagement: Engagement) -> list[EngagementPerson]:
    """Who is named in a limited engagement: people by name, then programs."""
    rows = EngagementPerson.objects.filter(engagement=engagement).select_related("user", "client")
    return list(rows.order_by("user__name", "client__name", "pk"))


def people_to_name(engagement: Engagement) -> list[User]:
    """The active people who could see it: those who see its unit, by name."""
    return list(people_who(Permission.VIEW, engagement.unit_id))


def clients_to_name(engagement: Engagement) -> list[ApiClient]:
    """The active programs that reach its unit, by name."""
    reach = Q(all_units=True) | Q(units=engagement.unit_id)
    return list(ApiClient.objects.filter(reach, is_active=True).distinct().order_by("name", "pk"))


def limited_engagements(principal: Principal) -> QuerySet[Engagement]:
    """Every limited engagement, for who administers all units: with `named`, how many people can
    open it (active, and still in its unit)."""
    if principal.units(Permission.MANAGE_MEMBERS) is not None:
        return Engagement.objects.none()
    rows = Engagement.objects.filter(limited=True).select_related("vendor", "unit")
    roles = [role for role, held in ROLE_PERMISSIONS.items() if Permission.VIEW in held]
    there = Membership.objects.filter(
        Q(unit=None) | Q(unit=OuterRef("engagement__unit")), user=OuterRef("user"), role__in=roles
    )
    able = (
        EngagementPerson.objects.filter(Exists(there), engagement=OuterRef("pk"))
        .filter(user__is_active=True)
        .order_by()
        .values("engagement")
        .annotate(count=Count("pk"))
    )
    named = Coalesce(Subquery(able.values("count")), Value(0))
    return rows.annotate(named=named).order_by("unit__name", "vendor__name", "pk")


def only_of(engagement: Engagement) -> QuerySet[Evidence]:
    """The documents of its vendor and unit that are used in it and nowhere else."""
    rows = Evidence.objects.filter(vendor=engagement.vendor_id, unit=engagement.unit_id)
    ways = ("answers__assessment", "findings", "offboarding_lines__offboarding")
    here, elsewhere = Q(), Q()
    for way in ways:
        here |= Q(**{f"{way}__engagement": engagement})
        used = Q(**{f"{way}__isnull": False})
        elsewhere |= used & (
            Q(**{f"{way}__engagement__isnull": True}) | ~Q(**{f"{way}__engagement": engagement})
        )
    return rows.filter(pk__in=rows.filter(here).values("pk")).exclude(
        pk__in=rows.filter(elsewhere).values("pk")
    )


def some_hidden(principal: Principal, vendor_id: UUID, unit_id: UUID | None = None) -> bool:
    """Whether the vendor has an engagement, not ended, that is limited to others.

    Counted within the units that `principal` sees, or within one of them.
    """
    rows = hidden_of(principal, unit_id)
    return rows is not None and rows.filter(vendor=vendor_id).exists()


def hidden_of(principal: Principal, unit_id: UUID | None = None) -> QuerySet[Any, Any] | None:
    """The same engagements, of any vendor; None where there cannot be any."""
    closed = closed_to(principal)
    if closed is None:
        return None
    rows = closed.exclude(status=Engagement.Status.ENDED)
    units = principal.units()
    if unit_id is not None:
        return rows.filter(unit=unit_id)
    return rows if units is None else rows.filter(unit__in=units)
