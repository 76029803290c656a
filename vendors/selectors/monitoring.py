"""Reading monitoring plans, and the checks that were done."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import for_principal
from audit import clock
from vendors.models import MonitoringCheck, MonitoringItem, Vendor

STATES: Final = ("overdue", "soon", "suspicious", "active", "ended", "all")
#: Days ahead within which a check is due soon.
SOON: Final = 14
_WAITS: Final = Q(
    checks__finding=MonitoringCheck.Finding.SUSPICIOUS,
    checks__incident=None,
    checks__settled="",
)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a list of plans is narrowed down to; "" narrows nothing."""

    state: str = "active"
    watched: str = ""
    q: str = ""


def items_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[MonitoringItem]:
    """What is watched for engagements of the units in which `principal` holds `permission`."""
    rows = MonitoringItem.objects.select_related("engagement__vendor", "engagement__unit")
    return for_principal(rows, principal, unit="engagement__unit", permission=permission)


def checks_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[MonitoringCheck]:
    """Checks of what is watched for those units."""
    rows = MonitoringCheck.objects.select_related(
        "item__engagement__vendor", "item__engagement__unit", "done_by", "incident"
    )
    return for_principal(rows, principal, unit="item__engagement__unit", permission=permission)


def items(
    principal: Principal, unit: BusinessUnit | None, filters: Filters
) -> QuerySet[MonitoringItem]:
    """What the filters leave, of `unit` or of all that are visible."""
    rows = items_visible_to(principal)
    if unit is not None:
        rows = rows.filter(engagement__unit=unit)
    today = clock.today()
    match filters.state:
        case "overdue":
            rows = rows.filter(active=True, due_on__lt=today)
        case "soon":
            rows = rows.filter(active=True, due_on__range=(today, today + timedelta(SOON)))
        case "suspicious":
            rows = rows.filter(_WAITS).distinct()
        case "active":
            rows = rows.filter(active=True)
        case "ended":
            rows = rows.filter(active=False)
    if filters.watched:
        rows = rows.filter(watched=filters.watched)
    if filters.q:
        rows = rows.filter(
            Q(scope__icontains=filters.q)
            | Q(by_whom__icontains=filters.q)
            | Q(engagement__title__icontains=filters.q)
            | Q(engagement__vendor__name__icontains=filters.q)
        )
    return with_checks(rows)


def with_checks(rows: QuerySet[MonitoringItem]) -> QuerySet[MonitoringItem]:
    """Each with what the last check found (`last_finding`) and how many suspicions wait."""
    last = MonitoringCheck.objects.filter(item=OuterRef("pk")).order_by("-done_on", "-id")
    return rows.annotate(
        last_finding=Subquery(last.values("finding")[:1]),
        suspicions=Count("checks", filter=_WAITS, distinct=True),
    )


def of_vendor(vendor: Vendor, principal: Principal) -> QuerySet[MonitoringItem]:
    """What is watched for the vendor's engagements: active ones by day, then the others."""
    rows = items_visible_to(principal).filter(engagement__vendor=vendor)
    return with_checks(rows).order_by("engagement__title", "engagement", "-active", "due_on", "pk")


def checks_of(item: MonitoringItem, principal: Principal) -> QuerySet[MonitoringCheck]:
    """Who has looked and what they found."""
    return checks_visible_to(principal).filter(item=item)


def suspicions_of(vendor: Vendor, principal: Principal) -> QuerySet[MonitoringCheck]:
    """Suspicious findings about the vendor that nobody has followed up yet, oldest first."""
    rows = checks_visible_to(principal).filter(
        item__engagement__vendor=vendor,
        finding=MonitoringCheck.Finding.SUSPICIOUS,
        incident=None,
        settled="",
    )
    return rows.order_by("done_on", "pk")


def due(principal: Principal, unit: BusinessUnit | None) -> QuerySet[MonitoringItem]:
    """What is watched, to be looked at again by `due_on`."""
    rows = items_visible_to(principal).filter(active=True)
    return rows if unit is None else rows.filter(engagement__unit=unit)


def day_of(item: MonitoringItem) -> int:
    """Days until the next check is due; negative where it is overdue."""
    return (item.due_on - clock.today()).days


def title_of(item: MonitoringItem) -> str:
    """What is watched, and where, in one line."""
    return f"{item.get_watched_display()}: {item.scope}"
