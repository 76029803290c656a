"""What comes due of IP schedules, sites and findings."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessUnit
from accounts.principal import Principal
from accounts.scoping import for_principal
from vendors.models import Disclosure, Engagement, Finding, IpRegistration, SiteAudit
from vendors.selectors.due_source import Due, Source
from vendors.selectors.findings import RESTING, findings_visible_to
from vendors.selectors.ip import disclosures_visible_to
from vendors.territories import REGIONS


def _registrations(principal: Principal, unit: BusinessUnit | None) -> QuerySet[Any]:
    """Rights in force with a last day, entrusted in an engagement that has not ended."""
    used = Engagement.objects.filter(ip_assets=OuterRef("asset")).exclude(
        status=Engagement.Status.ENDED
    )
    latest = used.order_by("-pk")
    rows = for_principal(IpRegistration.objects.all(), principal, unit="asset__unit")
    rows = rows.filter(
        Exists(used),
        status=IpRegistration.Status.REGISTERED,
        expires_on__isnull=False,
    )
    if unit is not None:
        rows = rows.filter(asset__unit=unit)
    return rows.select_related("asset").annotate(
        used_in=Subquery(latest.values("pk")[:1]),
        used_by=Subquery(latest.values("vendor")[:1]),
        used_by_name=Subquery(latest.values("vendor__name")[:1]),
    )


def _registration(row: Any) -> Due:
    place = REGIONS.get(row.territory, "").split(" (")[0] or row.territory
    return Due(
        "ip_expiry",
        row.pk,
        row.expires_on,
        _("Registration expires"),
        " ".join(part for part in (f"{row.asset.name}, {place}", row.number) if part),
        row.used_by,
        row.used_by_name,
        row.asset.unit_id,
        "vendors:ip_schedule",
        row.used_in,
    )


def _returns(principal: Principal, unit: BusinessUnit | None) -> QuerySet[Disclosure]:
    rows = disclosures_visible_to(principal).filter(
        outcome=Disclosure.Outcome.HELD, return_by__isnull=False
    )
    return rows if unit is None else rows.filter(engagement__unit=unit)


def _return(row: Disclosure) -> Due:
    engagement = row.engagement
    return Due(
        "ip_return",
        row.pk,
        row.return_by or date.max,
        _("To be returned or destroyed"),
        row.what,
        engagement.vendor_id,
        engagement.vendor.name,
        engagement.unit_id,
        "vendors:ip_schedule",
        engagement.pk,
    )


def _audits(principal: Principal, unit: BusinessUnit | None) -> QuerySet[SiteAudit]:
    """The next audit of each open site, due to the unit that had the latest one made."""
    later = SiteAudit.objects.filter(site=OuterRef("site"), audited_on__gt=OuterRef("audited_on"))
    rows = for_principal(
        SiteAudit.objects.select_related("site", "site__vendor"), principal
    ).filter(~Exists(later), next_due__isnull=False, site__closed_on__isnull=True)
    return rows if unit is None else rows.filter(unit=unit)


def _audit(row: SiteAudit) -> Due:
    return Due(
        "site_audit",
        row.pk,
        row.next_due or date.max,
        _("Audit of a site"),
        f"{row.site.name}, {row.scope}",
        row.site.vendor_id,
        row.site.vendor.name,
        row.unit_id,
        "vendors:site",
        row.site_id,
    )


def _findings(principal: Principal, unit: BusinessUnit | None) -> QuerySet[Finding]:
    rows = findings_visible_to(principal).filter(due_on__isnull=False)
    rows = rows.exclude(status__in=RESTING)
    return rows if unit is None else rows.filter(unit=unit)


def _finding(row: Finding) -> Due:
    return Due(
        "finding",
        row.pk,
        row.due_on or date.max,
        _("Finding to be put right"),
        row.title,
        row.vendor_id,
        row.vendor.name,
        row.unit_id,
        "vendors:finding",
        row.pk,
    )


def _acceptances(principal: Principal, unit: BusinessUnit | None) -> QuerySet[Finding]:
    rows = findings_visible_to(principal).filter(status=Finding.Status.ACCEPTED)
    return rows if unit is None else rows.filter(unit=unit)


def _acceptance(row: Finding) -> Due:
    return Due(
        "acceptance",
        row.pk,
        row.accepted_until or date.max,
        _("Acceptance of a risk ends"),
        row.title,
        row.vendor_id,
        row.vendor.name,
        row.unit_id,
        "vendors:finding",
        row.pk,
    )


#: Key -> source, as `vendors.selectors.due` takes them.
SOURCES: Final[Mapping[str, Source]] = {
    "ip_expiry": Source(
        _("Registration expires"), _registrations, "expires_on", _registration, "used_by"
    ),
    "ip_return": Source(_("To be returned or destroyed"), _returns, "return_by", _return),
    "site_audit": Source(_("Audit of a site"), _audits, "next_due", _audit, "site__vendor"),
    "finding": Source(_("Finding to be put right"), _findings, "due_on", _finding, "vendor"),
    "acceptance": Source(
        _("Acceptance of a risk ends"), _acceptances, "accepted_until", _acceptance, "vendor"
    ),
}
