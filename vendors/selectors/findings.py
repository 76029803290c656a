"""Reading findings: those of the units that whoever asks may see."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import BusinessUnit, User
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import for_principal
from audit import clock
from audit.models import Event
from vendors.models import Contact, Engagement, Finding, FindingDue, Incident, Vendor
from vendors.selectors.master import vendors_visible_to

STATES: Final = ("open", "overdue", "disputed", "to_verify", "accepted", "closed", "all")
#: How long ago it was raised -> from and up to how many days; None: and longer.
AGES: Final[Mapping[str, tuple[int, int | None]]] = {
    "month": (0, 30),
    "quarter": (31, 90),
    "half": (91, 180),
    "year": (181, 365),
    "older": (366, None),
}
#: So much that waits is counted; whoever waits for more only learns that it is more.
MOST_BEHIND: Final = 1_000
#: Nothing is left to do about these, for now or for good.
RESTING: Final = (Finding.Status.CLOSED, Finding.Status.ACCEPTED)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a list of findings is narrowed down to; "" narrows nothing.

    `mine`: an owner. `age`: one of AGES.
    """

    state: str = "open"
    severity: str = ""
    age: str = ""
    kind: str = ""
    vendor: UUID | None = None
    q: str = ""
    mine: UUID | None = None
    owner: UUID | None = None
    engagement: UUID | None = None


def findings_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[Finding]:
    """Findings of the units in which `principal` holds `permission`."""
    rows = Finding.objects.select_related("vendor", "unit", "engagement", "owner", "verified_by")
    return for_principal(rows, principal, permission=permission)


def overdue(today: date) -> Q:
    """Neither closed nor accepted although its day has passed."""
    return Q(due_on__lt=today) & ~Q(status__in=RESTING)


def aged(age: str, today: date) -> Q:
    """Raised as long ago as one of AGES says."""
    youngest, oldest = AGES[age]
    found = Q(created_at__lt=_end_of(today - timedelta(days=youngest)))
    if oldest is not None:
        found &= Q(created_at__gte=_end_of(today - timedelta(days=oldest + 1)))
    return found


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=UTC)


def findings(
    principal: Principal, unit: BusinessUnit | None, filters: Filters
) -> QuerySet[Finding]:
    """The findings that the filters leave, of `unit` or of all that are visible."""
    rows = findings_visible_to(principal)
    if unit is not None:
        rows = rows.filter(unit=unit)
    rows = rows.filter(_state(filters.state))
    asked = {
        "severity": filters.severity,
        "kind": filters.kind,
        "vendor": filters.vendor,
        "engagement": filters.engagement,
        "owner": filters.owner or filters.mine,
    }
    rows = rows.filter(**{name: value for name, value in asked.items() if value})
    if filters.age:
        rows = rows.filter(aged(filters.age, clock.today()))
    if filters.q:
        rows = rows.filter(Q(title__icontains=filters.q) | Q(vendor__name__icontains=filters.q))
    return rows


def _state(state: str) -> Q:
    """The condition of one of STATES."""
    status = Finding.Status
    match state:
        case "open":
            return ~Q(status__in=RESTING)
        case "to_verify":
            return Q(status=status.REMEDIED)
        case "accepted":
            return Q(status=status.ACCEPTED)
        case "overdue":
            return overdue(clock.today())
        case "disputed":
            return ~Q(status=status.CLOSED) & Q(disputed_at__isnull=False)
        case "closed":
            return Q(status=status.CLOSED)
    return Q()


def open_findings_of(
    principal: Principal, vendor: Vendor, unit: BusinessUnit | None = None
) -> QuerySet[Finding]:
    """What is still to be put right with `vendor`, the newest first."""
    return findings(principal, unit, Filters(vendor=vendor.pk)).order_by("-pk")


def is_overdue(finding: Finding) -> bool:
    """Whether its day has passed without its being closed."""
    return finding.is_open and finding.due_on is not None and finding.due_on < clock.today()


def history_of(finding: Finding) -> QuerySet[Event]:
    """What has happened to a finding that is seen, the newest first."""
    rows = Event.objects.filter(aggregate_type="finding", aggregate_id=finding.pk)
    return rows.select_related("detail", "sealed").order_by("-position")


def findings_of_contact(contact: Contact, unit: BusinessUnit) -> QuerySet[Finding]:
    """What a vendor's people see: findings of `unit` about their vendor that were shared, the
    newest first. What is internal (kind, cause, owner, score) is for their pages to leave out."""
    rows = Finding.objects.filter(vendor=contact.vendor_id, unit=unit, shared=True)
    return rows.select_related("vendor", "unit", "responded_by_contact").order_by("-pk")


def by_cause(engagement: Engagement, kinds: Collection[str]) -> dict[str, Finding]:
    """Cause -> finding that is not closed, of some kinds, of an engagement that is seen."""
    rows = Finding.objects.filter(engagement=engagement, kind__in=kinds, cause_gone=False)
    return {row.cause: row for row in rows.exclude(status=Finding.Status.CLOSED)}


def behind(principal: Principal) -> int:
    """How much of what was just recorded is not compared with the findings of it yet, as far as
    `principal` sees what it is about. No further than one beyond MOST_BEHIND is counted."""
    soon = clock.now() + timedelta(seconds=5)
    subject, found = FindingDue.Subject, 0
    for kind, seen in (
        (subject.ENGAGEMENT, for_principal(Engagement.objects.all(), principal)),
        (subject.INCIDENT, for_principal(Incident.objects.all(), principal)),
        (subject.VENDOR, vendors_visible_to(principal)),
    ):
        rows = FindingDue.objects.filter(
            subject=kind,
            due_at__lte=soon,
            subject_id__in=seen.order_by().values_list("pk", flat=True),
        )
        found += rows[: MOST_BEHIND + 1 - found].count()
    return found


def owners_of(principal: Principal) -> QuerySet[User]:
    """The people who have findings that `principal` sees, by name, and `principal` themselves."""
    owned = findings_visible_to(principal).filter(owner__isnull=False).order_by()
    mine = Q(pk=principal.id) if principal.kind == "user" else Q()
    return User.objects.filter(Q(pk__in=owned.values("owner")) | mine, is_active=True).order_by(
        "name"
    )
