"""Reading sites, and in which countries the work of an engagement is done."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet

from accounts.permissions import Permission
from accounts.principal import Principal
from vendors.models import Engagement, Site, SiteAudit, Subcontract, Vendor
from vendors.selectors.master import engagements_visible_to, vendors_visible_to


@dataclass(frozen=True, slots=True)
class Place:
    """Why a country counts: said of the engagement, a site of it, or one of a subcontract.

    `name`: of the site; "" where the engagement itself names the country.
    """

    country: str
    source: Literal["engagement", "site", "subcontract"]
    name: str = ""
    site_id: UUID | None = None


def places_of(engagements: Iterable[Engagement]) -> Mapping[UUID, Sequence[Place]]:
    """Where the work of each engagement is done, and how that is known; in two queries.

    What the engagement says, the open sites that it uses, and the open sites of the active
    subcontracts that take part in it. An engagement of which nothing is known has no place.
    """
    wanted = list(engagements)
    ids = {one.pk for one in wanted}
    found: dict[UUID, list[Place]] = {
        one.pk: [Place(code, "engagement") for code in one.made_in] for one in wanted
    }
    used = (
        Site.engagements.through.objects.filter(engagement__in=ids, site__closed_on__isnull=True)
        .select_related("site")
        .order_by("site__name", "site_id")
    )
    for link in used:
        found[link.engagement_id].append(_place(link.site, "site"))
    by_vendor: dict[UUID, list[UUID]] = defaultdict(list)
    for one in wanted:
        by_vendor[one.vendor_id].append(one.pk)
    below = (
        Subcontract.sites.through.objects.filter(
            subcontract__vendor__in=by_vendor,
            subcontract__status=Subcontract.Status.ACTIVE,
            site__closed_on__isnull=True,
        )
        .select_related("site", "subcontract")
        .order_by("site__name", "site_id")
    )
    for part in below:
        only = part.subcontract.engagement_id
        for pk in by_vendor[part.subcontract.vendor_id] if only is None else [only]:
            if pk in found:
                found[pk].append(_place(part.site, "subcontract"))
    return found


def countries_of(engagements: Iterable[Engagement]) -> Mapping[UUID, tuple[str, ...]]:
    """Engagement -> codes of the countries in which its work is done, in alphabetical order."""
    return {pk: countries_in(places) for pk, places in places_of(engagements).items()}


def countries_in(places: Iterable[Place]) -> tuple[str, ...]:
    """The countries of these places, each once, in alphabetical order."""
    return tuple(sorted({place.country for place in places}))


def audits_of_engagements(
    engagements: Iterable[Engagement],
) -> Mapping[UUID, Mapping[UUID, SiteAudit | None]]:
    """Engagement -> each open site that it uses -> the latest audit of that site; two queries."""
    found: dict[UUID, dict[UUID, SiteAudit | None]] = {one.pk: {} for one in engagements}
    links = list(
        Site.engagements.through.objects.filter(
            engagement__in=found, site__closed_on__isnull=True
        ).values_list("engagement_id", "site_id")
    )
    latest = {
        audit.site_id: audit
        for audit in SiteAudit.objects.filter(site__in={site for _one, site in links}).order_by(
            "audited_on", "pk"
        )
    }
    for engagement_id, site_id in sorted(links):
        found[engagement_id][site_id] = latest.get(site_id)
    return found


def _place(site: Site, source: Literal["site", "subcontract"]) -> Place:
    return Place(site.country.code, source, site.name, site.pk)


def sites_of(vendor: Vendor, principal: Principal) -> QuerySet[Site]:
    """The sites of a vendor, open ones first, with their audits and visible engagements."""
    return (
        Site.objects.filter(vendor=vendor)
        .prefetch_related(
            Prefetch(
                "engagements",
                engagements_visible_to(principal).order_by("title", "pk"),
                to_attr="visible_engagements",
            ),
            Prefetch(
                "audits",
                SiteAudit.objects.order_by("-audited_on", "-pk"),
                to_attr="all_audits",
            ),
        )
        .order_by(F("closed_on").asc(nulls_first=True), "name", "pk")
    )


def sites_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[Site]:
    """The sites of the vendors in whose units `principal` holds `permission`."""
    vendors = vendors_visible_to(principal, permission).filter(pk=OuterRef("vendor"))
    return Site.objects.select_related("vendor").filter(Exists(vendors))


def audits_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[SiteAudit]:
    """The audits of these sites, whichever unit had them made."""
    sites = sites_visible_to(principal, permission).filter(pk=OuterRef("site"))
    return SiteAudit.objects.select_related("site", "site__vendor", "unit").filter(Exists(sites))


def taken_site_ids(ids: Iterable[UUID]) -> set[UUID]:
    """Which of these ids belong to a site of any vendor. Says nothing else about it."""
    return set(Site.objects.filter(pk__in=list(ids)).values_list("pk", flat=True))
