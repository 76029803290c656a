"""Reading findings: those of the units that whoever asks may see."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import for_principal
from audit import clock
from audit.models import Event
from vendors.models import Finding, Vendor

STATES: Final = ("open", "overdue", "disputed", "closed", "all")


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a list of findings is narrowed down to; "" narrows nothing. `mine`: an owner."""

    state: str = "open"
    severity: str = ""
    kind: str = ""
    vendor: UUID | None = None
    q: str = ""
    mine: UUID | None = None


def findings_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[Finding]:
    """Findings of the units in which `principal` holds `permission`."""
    rows = Finding.objects.select_related("vendor", "unit", "engagement", "owner", "verified_by")
    return for_principal(rows, principal, permission=permission)


def overdue(today: date) -> Q:
    """Not closed although its day has passed."""
    return Q(due_on__lt=today) & ~Q(status=Finding.Status.CLOSED)


def findings(
    principal: Principal, unit: BusinessUnit | None, filters: Filters
) -> QuerySet[Finding]:
    """The findings that the filters leave, of `unit` or of all that are visible."""
    rows = findings_visible_to(principal)
    if unit is not None:
        rows = rows.filter(unit=unit)
    closed = Q(status=Finding.Status.CLOSED)
    match filters.state:
        case "open":
            rows = rows.filter(~closed)
        case "overdue":
            rows = rows.filter(overdue(clock.today()))
        case "disputed":
            rows = rows.filter(~closed, disputed_at__isnull=False)
        case "closed":
            rows = rows.filter(closed)
    if filters.severity:
        rows = rows.filter(severity=filters.severity)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.vendor:
        rows = rows.filter(vendor=filters.vendor)
    if filters.mine:
        rows = rows.filter(owner=filters.mine)
    if filters.q:
        rows = rows.filter(Q(title__icontains=filters.q) | Q(vendor__name__icontains=filters.q))
    return rows


def open_findings_of(
    principal: Principal, vendor: Vendor, unit: BusinessUnit | None = None
) -> QuerySet[Finding]:
    """What is still to be put right with `vendor`, the newest first."""
    return findings(principal, unit, Filters(vendor=vendor.pk)).order_by("-pk")


def is_overdue(finding: Finding) -> bool:
    """Whether its day has passed without its being closed."""
    return not finding.is_closed and finding.due_on is not None and finding.due_on < clock.today()


def history_of(finding: Finding) -> QuerySet[Event]:
    """What has happened to a finding that is seen, the newest first."""
    rows = Event.objects.filter(aggregate_type="finding", aggregate_id=finding.pk)
    return rows.select_related("detail", "sealed").order_by("-position")
