"""Legal holds: what they hold, and who may read why."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import for_principal, open_to
from vendors.models import LegalHold, Vendor


def standing() -> QuerySet[LegalHold]:
    """The holds that were not lifted."""
    return LegalHold.objects.filter(lifted_at=None)


def holds_of(vendor: Vendor, principal: Principal) -> list[LegalHold]:
    """The holds on a vendor that is seen, and on its engagements as far as they are: the latest
    first, lifted ones behind. Whoever placed it in which unit, it holds for all."""
    rows = open_to(LegalHold.objects.filter(vendor=vendor), principal)
    units = principal.units()
    if units is not None:
        rows = rows.filter(Q(engagement=None) | Q(engagement__unit__in=units))
    rows = rows.select_related("engagement", "unit", "placed_by", "lifted_by")
    return sorted(rows.order_by("-placed_at", "-pk"), key=lambda row: row.lifted_at is not None)


def holds_visible_to(principal: Principal, permission: Permission) -> QuerySet[LegalHold]:
    """The holds of the units in which `principal` holds `permission`."""
    rows = LegalHold.objects.select_related("vendor", "engagement", "unit")
    return for_principal(rows, principal, permission=permission)


def hold_on(vendor_id: UUID, engagement_id: UUID | None = None) -> LegalHold | None:
    """The hold that keeps a vendor, or one engagement of it; None where nothing does.

    Without an engagement: one on the vendor, or on any of its engagements.
    """
    rows = standing().filter(vendor=vendor_id)
    if engagement_id is not None:
        rows = rows.filter(Q(engagement=None) | Q(engagement=engagement_id))
    return rows.order_by("placed_at").first()


def is_held(vendor_id: UUID) -> bool:
    """Whether a hold keeps the vendor as a whole."""
    return standing().filter(vendor=vendor_id, engagement=None).exists()


def held(vendor: str, engagement: str = "") -> Q:
    """That a row is held, by the ways from it to its vendor and to its engagement ("": none)."""
    rows: QuerySet[Any, Any] = standing()
    condition = Q(**{f"{vendor}__in": rows.filter(engagement=None).values("vendor")})
    if engagement:
        engagements = rows.filter(engagement__isnull=False).values("engagement")
        return condition | Q(**{f"{engagement}__in": engagements})
    return condition | Q(**{f"{vendor}__in": rows.values("vendor")})


def held_among(vendor_ids: Collection[UUID]) -> set[UUID]:
    """Those of the vendors of which anything is held."""
    return set(standing().filter(vendor__in=vendor_ids).values_list("vendor", flat=True))
