"""Where vendors work and who works for them: sites with audits, subcontractors, findings mended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from accounts.permissions import Role
from scoring.demo.calendar import Story
from scoring.demo.cast import Part
from scoring.demo.records.scene import Ago, Scene
from vendors.intake import IpKind
from vendors.models import Finding, Site, Vendor
from vendors.services import findings, site_audits, sites, subcontracts, vendors


class Audit(Part):
    """Somebody has been there. `next_due`: weeks ago; negative: to come."""

    weeks: Ago
    auditor: str
    scope: str
    result: str
    next_due: Ago | None = None
    note: str = ""
    found: tuple[tuple[str, str], ...] = ()
    """Title and severity of each finding."""


class Place(Part):
    """A site. Where no engagement is named, all that there are use it."""

    vendor: str
    weeks: Ago
    name: str
    activity: str
    city: str
    country: str
    address: str = ""
    owned_by: str = ""
    note: str = ""
    deals: tuple[str, ...] = ()
    audits: tuple[Audit, ...] = ()
    closed: Ago | None = None


class Passed(Part):
    """Work passed on. A subcontractor that is no vendor of ours is registered by the way."""

    vendor: str
    to: str
    country: str
    city: str = ""
    weeks: Ago
    service: str
    deal: str = ""
    ip: tuple[IpKind, ...] = ()
    sites: tuple[str, ...] = ()
    """Names of sites of the subcontractor."""
    terms_passed_on: bool | None = None
    approved: Ago | None = None
    note: str = ""
    unit: str = ""
    """The unit that from then on deals with the subcontractor itself as well."""


class Mended(Part):
    """What is to be done about the findings of a vendor whose titles have these words."""

    vendor: str
    words: str
    weeks: Ago
    remedy: str
    until: Ago


class Places(Part):
    """All of it. A fourth party's own subcontracts stand after the one that names it."""

    sites: tuple[Place, ...]
    subcontracts: tuple[Passed, ...]
    mended: tuple[Mended, ...]


def stories(scene: Scene, told: Places) -> Iterator[Story]:
    """One story per site, per subcontract and per plan."""
    for passed in told.subcontracts:
        if scene.has(passed.vendor):
            scene.bring(passed.to)
            yield _passed(scene, passed)
    for place in told.sites:
        if scene.has(place.vendor, *place.deals):
            yield _site(scene, place)
    for mended in told.mended:
        if scene.has(mended.vendor):
            yield _mended(scene, mended)


def _site(scene: Scene, place: Place) -> Story:
    yield scene.early(place.weeks, 10)
    vendor = scene.vendor(place.vendor)
    unit = scene.unit(vendor)
    used = vendor.engagements.filter(unit=unit)
    if place.deals:
        used = used.filter(title__in=place.deals)
    site = sites.add(
        vendor=vendor,
        values={
            name: getattr(place, name)
            for name in ("name", "activity", "address", "city", "country", "owned_by", "note")
        },
        engagements=used.values_list("pk", flat=True),
        by=scene.buyer(unit),
    )
    for audit in place.audits:
        moment = scene.at(audit.weeks, place.name)
        yield moment
        site_audits.add(
            site=site,
            unit=unit,
            values={
                "audited_on": moment.date() - timedelta(days=2),
                "auditor": audit.auditor,
                "scope": audit.scope,
                "result": audit.result,
                "next_due": scene.day_or_none(audit.next_due),
                "note": audit.note,
            },
            found=audit.found,
            by=scene.buyer(unit),
        )
    if place.closed is not None:
        moment = scene.at(place.closed, place.name)
        yield moment
        site.refresh_from_db()
        sites.close(site=site, version=site.version, closed_on=moment.date(), by=scene.buyer(unit))


def _passed(scene: Scene, passed: Passed) -> Story:
    yield scene.early(passed.weeks, 20)
    vendor = scene.vendor(passed.vendor)
    deal = scene.deal(passed.deal) if passed.deal else None
    by = scene.buyer(deal.unit if deal else scene.unit(_above(vendor)))
    below = scene.known(passed.to) or subcontracts.register(
        name=scene.called(passed.to), country=passed.country, city=passed.city, under=vendor, by=by
    )
    subcontracts.add(
        vendor=vendor,
        subcontractor=below,
        service=passed.service,
        engagement=deal,
        ip_kinds=passed.ip,
        sites=Site.objects.filter(vendor=below, name__in=passed.sites),
        flowed_down=passed.terms_passed_on,
        approved_on=scene.day_or_none(passed.approved),
        note=passed.note,
        by=by,
    )
    if passed.unit:
        unit = scene.stage.units[passed.unit]
        vendors.link_unit(
            vendor=below,
            unit=unit,
            category="Fourth party",
            owner=scene.someone(Role.PROCUREMENT, unit),
            by=scene.buyer(unit),
        )


def _above(vendor: Vendor) -> Vendor:
    """A vendor that units work with: this one, or one that it works for."""
    while not vendor.unit_links.exists():
        vendor = vendor.works_for.select_related("vendor").order_by("pk")[0].vendor
    return vendor


def _mended(scene: Scene, mended: Mended) -> Story:
    yield scene.at(mended.weeks, mended.words)
    vendor = scene.vendor(mended.vendor)
    rows = Finding.objects.filter(vendor=vendor, title__icontains=mended.words)
    for finding in rows.exclude(status=Finding.Status.CLOSED).select_related("unit"):
        findings.plan(
            finding=finding,
            version=finding.version,
            remedy=mended.remedy,
            owner=scene.someone(Role.PROCUREMENT, finding.unit),
            due_on=scene.day(mended.until),
            by=scene.buyer(finding.unit),
        )
