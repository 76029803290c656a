"""Findings that follow from IP schedules and sites: raised and closed by Surety itself."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import BusinessUnit
from audit import clock
from audit.models import Event
from vendors.country_names import country_name
from vendors.finding_kinds import AUDIT_OVERDUE, MISSING_REGISTRATION, NOT_RETURNED
from vendors.models import (
    Disclosure,
    Engagement,
    Finding,
    IpAsset,
    Site,
    SiteAudit,
    Subcontract,
    Vendor,
)
from vendors.registrations import Found, Standing, Why, stands
from vendors.selectors.ip import (
    assets_of,
    disclosures_of,
    is_needed,
    is_outstanding,
    registrations_of,
)
from vendors.selectors.sites import countries_of
from vendors.services import finding_checks, findings
from vendors.services.findings import Raised

_SEVERITY: Final = {
    Standing.MISSING: Finding.Severity.HIGH,
    Standing.UNKNOWN: Finding.Severity.MODERATE,
    Standing.PENDING: Finding.Severity.LOW,
}


@transaction.atomic
def check_vendor(*, vendor_id: UUID) -> None:
    """Bring the findings of all engagements of a vendor, and of its sites, up to date."""
    finding_checks.take(finding_checks.Subject.VENDOR, vendor_id)
    engagements = Engagement.objects.filter(vendor=vendor_id).select_related("vendor", "unit")
    check(engagements=engagements)
    check_audits(vendor_id=vendor_id)


def check_all_that_use(*, site: Site) -> None:
    """Bring up to date what follows from a site: its vendor, and those who subcontract to it."""
    above = Subcontract.objects.filter(sites=site).values_list("vendor", flat=True)
    for vendor_id in sorted({site.vendor_id, *above}):
        check_vendor(vendor_id=vendor_id)


def check_after(*, event_id: UUID) -> None:
    """Bring the findings of the vendor that an event is about up to date."""
    event = Event.objects.get(id=event_id)
    vendor_id = event.data.get("facts_of") or event.data.get("vendor_id")
    if vendor_id:
        check_vendor(vendor_id=UUID(str(vendor_id)))


def check_dates() -> None:
    """Bring up to date whatever the date alone may have changed: registrations, returns, audits."""
    today = clock.today()
    late = Q(disclosures__outcome=Disclosure.Outcome.HELD, disclosures__return_by__lt=today)
    expired = Q(ip_assets__registrations__expires_on__lt=today)
    with_dates = Engagement.objects.filter(late | expired).values("vendor")
    due = SiteAudit.objects.filter(next_due__lt=today, site__closed_on__isnull=True)
    # What is open may have been settled by the date: a right granted as of today.
    kinds = (MISSING_REGISTRATION, NOT_RETURNED, AUDIT_OVERDUE)
    still = Finding.objects.filter(kind__in=kinds).exclude(status=Finding.Status.CLOSED)
    vendors = Vendor.objects.filter(
        Q(pk__in=with_dates)
        | Q(pk__in=due.values("site__vendor"))
        | Q(pk__in=still.values("vendor"))
    )
    for pk in vendors.order_by("pk").values_list("pk", flat=True):
        check_vendor(vendor_id=pk)


def check(*, engagements: Iterable[Engagement]) -> None:
    """Bring the findings of these engagements up to date. They come with vendor and unit."""
    with transaction.atomic():
        wanted = list(engagements)
        today = clock.today()
        countries, assets, disclosed = (
            countries_of(wanted),
            assets_of(wanted),
            disclosures_of(wanted),
        )
        for one in wanted:
            ended = one.status == Engagement.Status.ENDED
            missing = {} if ended else _missing(one, assets[one.pk], countries[one.pk], today)
            findings.keep(
                vendor=one.vendor,
                unit=one.unit,
                engagement=one,
                kind=MISSING_REGISTRATION,
                causes=missing,
                gone=_("It is registered there now, or need not be any more."),
            )
            findings.keep(
                vendor=one.vendor,
                unit=one.unit,
                engagement=one,
                kind=NOT_RETURNED,
                causes={
                    str(row.pk): _held(row)
                    for row in disclosed[one.pk]
                    if is_outstanding(row, one, today)
                },
                gone=_("It was returned or destroyed, or need not come back yet."),
            )


def check_audits(*, vendor_id: UUID) -> None:
    """Bring the findings about overdue audits of a vendor's sites up to date.

    The latest audit of a site counts, and the unit that had it made has the finding.
    """
    today = clock.today()
    latest: dict[UUID, SiteAudit] = {}
    units: dict[UUID, BusinessUnit] = {}
    rows = SiteAudit.objects.filter(site__vendor=vendor_id)
    for row in rows.select_related("site", "unit", "site__vendor").order_by("audited_on", "pk"):
        latest[row.site_id] = row
        units[row.unit_id] = row.unit
    causes: dict[UUID, dict[str, Raised]] = defaultdict(dict)
    for row in latest.values():
        if row.site.closed_on is None and row.next_due is not None and row.next_due < today:
            causes[row.unit_id][str(row.site_id)] = Raised(
                title=_("Audit of %(site)s overdue") % {"site": row.site.name},
                severity=Finding.Severity.MODERATE,
                detail=_("The next audit of %(site)s was due on %(day)s (%(scope)s).")
                % {
                    "site": row.site.name,
                    "day": date_format(row.next_due, "DATE_FORMAT"),
                    "scope": row.scope,
                },
            )
    for unit_id, unit in units.items():
        findings.keep(
            vendor=next(iter(latest.values())).site.vendor,
            unit=unit,
            kind=AUDIT_OVERDUE,
            causes=causes[unit_id],
            gone=_("The site was audited again, or closed."),
        )


def _missing(
    engagement: Engagement, assets: Iterable[IpAsset], countries: Iterable[str], today: date
) -> dict[str, Raised]:
    causes = {}
    for asset in assets:
        if not is_needed(asset):
            continue
        entries = registrations_of(asset)
        for country in countries:
            found = stands(entries, country, today)
            if found.standing is not Standing.REGISTERED:
                causes[f"{engagement.pk}:{asset.pk}:{country}"] = _raised(asset, country, found)
    return causes


def _raised(asset: IpAsset, country: str, found: Found) -> Raised:
    said = {
        "name": asset.name if len(asset.name) < 100 else f"{asset.name[:99]}…",
        "country": country_name(country),
    }
    match found.standing:
        case Standing.PENDING:
            title = _("%(name)s: applied for in %(country)s, not registered yet")
        case Standing.UNKNOWN:
            title = _("%(name)s: not known whether registered in %(country)s")
        case _:
            title = _("%(name)s is not registered in %(country)s")
    reasons = {
        Why.EXPIRED: _("The registration has expired."),
        Why.LAPSED: _("The registration has lapsed or was given up."),
        Why.REFUSED: _("The registration was refused."),
    }
    why = reasons.get(found.why, "") if found.why else ""
    place = _("The work is done there; without a right in force nothing can be enforced.")
    return Raised(
        title=title % said, severity=_SEVERITY[found.standing], detail=f"{why} {place}".strip()
    )


def _held(row: Disclosure) -> Raised:
    what = row.what if len(row.what) < 150 else f"{row.what[:149]}…"
    if row.return_by is not None:
        detail = _("It was to be returned or destroyed by %(day)s.") % {
            "day": date_format(row.return_by, "DATE_FORMAT")
        }
    else:
        detail = _("The engagement has ended, and it was neither returned nor destroyed.")
    return Raised(
        title=_("Not returned: %(what)s") % {"what": what},
        severity=Finding.Severity.HIGH,
        detail=detail,
    )
