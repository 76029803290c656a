"""The pages of IP schedules: all about one vendor, and one engagement in full."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.permissions import Permission
from audit import clock, csv_file, paging
from vendors import selectors
from vendors.intake import IP_KINDS
from vendors.models import Disclosure, Engagement, IpAsset, Site
from vendors.selectors.findings import open_findings_of
from vendors.selectors.ip import assets_of, disclosures_of, others_of_unit
from vendors.selectors.sites import places_of, sites_of
from vendors.views.findings import line
from vendors.views.ip_tables import Schedule, schedule
from vendors.views.places import crumbs, held_vendor

EDIT = Permission.EDIT_FACTS
#: How much of each schedule the page about a vendor shows; all of it is on its own page.
FEW: Final = 10
ENGAGEMENTS: Final = 10


def schedule_url(engagement_id: UUID) -> str:
    """The page of one engagement's schedule."""
    return reverse("vendors:ip_schedule", args=[engagement_id])


def found(request: Request, pk: UUID, permission: Permission = Permission.VIEW) -> Engagement:
    """The engagement, if it is in a unit in which the person holds `permission`; else 404."""
    rows = selectors.engagements_visible_to(request.principal, permission)
    return get_object_or_404(rows, pk=pk)


def trail(engagement: Engagement, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page about the schedule of an engagement."""
    vendor = engagement.vendor
    return crumbs(
        vendor,
        (_("IP and sites"), reverse("vendors:ip", args=[vendor.pk])),
        (engagement.title, schedule_url(engagement.pk) if rest else ""),
        *rest,
    )


def _schedules(engagements: list[Engagement]) -> Iterator[Schedule]:
    places, assets, disclosures = (
        places_of(engagements),
        assets_of(engagements),
        disclosures_of(engagements),
    )
    today = clock.today()
    for one in engagements:
        yield schedule(
            one,
            places=places[one.pk],
            assets=assets[one.pk],
            disclosures=disclosures[one.pk],
            today=today,
        )


@require_safe
@page(Permission.VIEW)
def vendor(request: Request, pk: UUID) -> HttpResponse:
    """What is entrusted to a vendor, where it is registered, the sites, and what is open."""
    one = held_vendor(request, pk, Permission.VIEW)
    principal = request.principal
    shown = paging.page(
        selectors.engagements_visible_to(principal).filter(vendor=one),
        keys=("id",),
        descending=True,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
        size=ENGAGEMENTS,
    )
    findings = list(open_findings_of(principal, one).order_by("due_on", "-pk")[: FEW + 1])
    return render(
        request,
        "vendors/ip/vendor.html",
        {
            "vendor": one,
            "schedules": [
                {
                    "schedule": made,
                    "rows": made.rows[:FEW],
                    "more": max(len(made.rows) - FEW, 0),
                    "may_edit": principal.can(EDIT, made.engagement.unit_id),
                }
                for made in _schedules(shown.rows)
            ],
            "page": shown,
            "sites": [site_line(site) for site in sites_of(one, principal)],
            "findings": [line(row) for row in findings[:FEW]],
            "more_findings": len(findings) > FEW,
            "findings_url": f"{reverse('vendors:findings')}?vendor={one.pk}",
            "may_edit": selectors.links_of(one, principal, EDIT).exists(),
            "crumbs": crumbs(one, (_("IP and sites"), "")),
        },
    )


def site_line(site: Site) -> dict[str, Any]:
    """A site as lists show it, with its latest audit."""
    audits = site.all_audits  # type: ignore[attr-defined]
    latest = audits[0] if audits else None
    pills = {"passed": "done", "conditions": "waiting", "failed": "attention"}
    overdue = bool(latest and latest.next_due and latest.next_due < clock.today())
    return {
        "site": site,
        "engagements": site.visible_engagements,  # type: ignore[attr-defined]
        "audit": latest,
        "pill": pills[latest.result] if latest else "todo",
        "overdue": overdue and site.closed_on is None,
    }


@require_safe
@page(Permission.VIEW)
def engagement(request: Request, pk: UUID) -> HttpResponse:
    """The whole schedule of one engagement, and its log of disclosures."""
    one = found(request, pk)
    made = next(_schedules([one]))
    return render(
        request,
        "vendors/ip/engagement.html",
        {
            "vendor": one.vendor,
            "engagement": one,
            "schedule": made,
            "rows": made.rows,
            "may_edit": request.principal.can(EDIT, one.unit_id),
            "may_change": request.principal.can(Permission.EDIT_ENGAGEMENTS, one.unit_id),
            "may_attach": others_of_unit(one).exists(),
            "crumbs": trail(one),
        },
    )


HEAD: Final = (
    "reference",
    "name",
    "kind",
    "owner",
    "right",
    "country",
    "status",
    "number",
    "filed",
    "registered",
    "expires",
    "not registered because",
    "note",
)


@require_safe
@page(Permission.VIEW)
def csv(request: Request, pk: UUID) -> HttpResponseBase:
    """The schedule as a file, in the columns that the import reads."""
    one = found(request, pk)
    assets = assets_of([one])[one.pk]
    return csv_file.stream("ip-schedule.csv", HEAD, _asset_cells(assets))


def _asset_cells(assets: Iterable[IpAsset]) -> Iterator[list[Any]]:
    for asset in assets:
        fixed: list[Any] = [
            asset.reference,
            asset.name,
            asset.kind,
            asset.owner_entity,
            asset.right,
        ]
        rest = [asset.unregistered_because, asset.note]
        entries = asset.in_order  # type: ignore[attr-defined]
        for entry in entries:
            days = (entry.filed_on, entry.granted_on, entry.expires_on)
            yield [
                *fixed,
                entry.territory,
                entry.status,
                entry.number,
                *(day.isoformat() if day else "" for day in days),
                *rest,
            ]
        if not entries:
            yield [*fixed, *[""] * 6, *rest]


@require_safe
@page(Permission.VIEW)
def disclosures_csv(request: Request, pk: UUID) -> HttpResponseBase:
    """The log of disclosures as a file."""
    one = found(request, pk)
    head = (
        _("What"),
        _("When"),
        _("To"),
        _("Name"),
        _("Site"),
        _("Subcontractor"),
        _("How"),
        _("Marked as confidential"),
        _("To be returned by"),
        _("What became of it"),
        _("On"),
        _("Certificate"),
        _("Note"),
    )
    return csv_file.stream("disclosures.csv", head, _disclosed(disclosures_of([one])[one.pk]))


def _disclosed(rows: Iterable[Disclosure]) -> Iterator[list[Any]]:
    marked: Mapping[bool | None, str] = {True: _("yes"), False: _("no"), None: ""}
    for row in rows:
        yield [
            row.what,
            row.disclosed_on.isoformat(),
            row.get_to_kind_display(),
            row.to_name,
            row.site.name if row.site else "",
            row.subcontract.subcontractor.name if row.subcontract else "",
            row.get_how_display(),
            marked[row.marked],
            row.return_by.isoformat() if row.return_by else "",
            row.get_outcome_display(),
            row.settled_on.isoformat() if row.settled_on else "",
            row.certificate,
            row.note,
        ]


def kind_words(kind: str) -> str:
    """A kind of intellectual property in the reader's language."""
    return _(IP_KINDS[kind])
