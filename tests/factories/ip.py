"""IP schedules, sites and disclosures for tests, made through the services."""

from typing import Any

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM, Principal
from audit import clock
from vendors.models import Disclosure, Engagement, IpAsset, IpImport, Site, SiteAudit, Vendor
from vendors.services import disclosures, ip_assets, site_audits, sites


def make_asset(
    engagement: Engagement,
    *territories: str,
    by: Principal = SYSTEM,
    registrations: list[dict[str, Any]] | None = None,
    **values: Any,
) -> IpAsset:
    """An invention on the schedule of `engagement`, registered for these territories."""
    values.setdefault("name", "Hinge with two stops")
    values.setdefault("kind", "inventions")
    entries = registrations or [
        {"territory": code, "status": "registered", "number": f"{code}1"} for code in territories
    ]
    return ip_assets.add(
        unit=engagement.unit,
        engagements=[engagement],
        values=values,
        registrations=entries,
        by=by,
    )


def make_ip_list(engagement: Engagement, *, file_name: str) -> IpImport:
    """An imported schedule of one asset."""
    counts = {"assets": 1, "new": 1, "changed": 0, "unchanged": 0}
    return IpImport.objects.create(
        engagement=engagement, file_name=file_name, status="done", report={"counts": counts}
    )


def make_disclosure(
    engagement: Engagement, *assets: IpAsset, by: Principal = SYSTEM, **values: Any
) -> Disclosure:
    """Drawings that went to the vendor by e-mail today and are still held."""
    values.setdefault("what", "Drawings of the hinge")
    values.setdefault("disclosed_on", clock.today())
    values.setdefault("to_kind", "company")
    values.setdefault("how", "email")
    values.setdefault("marked", True)
    return disclosures.add(
        engagement=engagement, values=values, assets=[one.pk for one in assets], by=by
    )


def make_site(
    vendor: Vendor,
    country: str = "VN",
    *engagements: Engagement,
    by: Principal = SYSTEM,
    **values: Any,
) -> Site:
    """A production site of `vendor`, used by these engagements."""
    values = {"name": f"Works {country}", "activity": "production", "country": country, **values}
    return sites.add(
        vendor=vendor, values=values, engagements=[one.pk for one in engagements], by=by
    )


def make_audit(
    site: Site, unit: BusinessUnit, *, by: Principal = SYSTEM, found: Any = (), **values: Any
) -> SiteAudit:
    """An audit of `site` that was passed today."""
    values.setdefault("audited_on", clock.today())
    values.setdefault("auditor", "Nordic Assurance")
    values.setdefault("scope", "ISO 27001, moulds under lock")
    values.setdefault("result", "passed")
    return site_audits.add(site=site, unit=unit, values=values, found=found, by=by)
