"""Views of the dashboard under a name: one's own, and those shared with one's units."""

from django.db.models import Q, QuerySet

from accounts.permissions import Permission
from accounts.principal import Principal
from scoring.models import PortfolioView


def views_of(principal: Principal) -> QuerySet[PortfolioView]:
    """Those that `principal` may open, by name."""
    units = principal.units()
    shared = Q(shared=True)
    if units is not None:
        shared &= Q(unit__in=units)
    rows = PortfolioView.objects.select_related("owner", "unit")
    return rows.filter(_theirs(principal) | shared).order_by("name", "pk")


def own_views(principal: Principal) -> QuerySet[PortfolioView]:
    """Those that `principal` keeps, and may change."""
    return views_of(principal).filter(_theirs(principal))


def removable_views(principal: Principal) -> QuerySet[PortfolioView]:
    """Those that `principal` may remove: their own, and shared ones where they manage members."""
    units = principal.units(Permission.MANAGE_MEMBERS)
    managed = Q(shared=True) if units is None else Q(shared=True, unit__in=units)
    return views_of(principal).filter(_theirs(principal) | managed)


def _theirs(principal: Principal) -> Q:
    return Q(owner=principal.id) if principal.kind == "user" else Q(pk__in=())
