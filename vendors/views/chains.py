"""The page of a vendor's fourth parties: drawn, and as a table."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.permissions import Permission
from accounts.selectors import units_visible_to
from accounts.units import working_unit
from audit import csv_file
from vendors import network
from vendors.country_names import country_name
from vendors.intake import IP_KINDS
from vendors.models import Engagement, Subcontract, Vendor
from vendors.selectors import chain_page, subcontracts
from vendors.selectors.chain_page import Chain, Step
from vendors.selectors.flags import Flags
from vendors.views.places import vendor_list, vendor_page
from vendors.views.vendors import take_up_token

VIEW = Permission.VIEW
#: Characters of a name that fit into a box of the drawing.
_FITS: Final = 23


@dataclass(frozen=True, slots=True)
class Company:
    """A company as a page names it; `url` "" where there is nothing for the reader to open."""

    id: UUID
    name: str
    country: str
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """One subcontract in words, with what may be done about it."""

    row: Subcontract
    depth: int
    upper: Company
    lower: Company
    tier: str
    ip: str
    beyond: str
    terms: tuple[str, str]
    approved: str
    sites: str
    relied_on: int
    flags: Sequence[tuple[str, str]]
    edit_url: str
    end_url: str
    below_url: str


def known_vendor(request: Request, pk: UUID) -> Vendor:
    """A vendor that the reader sees, or that works for one they see; else 404."""
    if not subcontracts.known_to(request.principal, pk):
        raise Http404
    return get_object_or_404(subcontracts.companies(), pk=pk)


def ip_words(kinds: Sequence[str]) -> str:
    """Kinds of IP in words."""
    return "; ".join(_(IP_KINDS.get(kind, kind)) for kind in kinds)


def terms_words(flowed_down: bool | None) -> tuple[str, str]:
    """(kind of the pill, words) for whether our terms are passed on."""
    if flowed_down is None:
        return "waiting", _("Not known")
    return ("done", _("Passed on")) if flowed_down else ("attention", _("Not passed on"))


def flag_words(flags: Flags | None) -> list[tuple[str, str]]:
    """(kind of the pill, words) of each mark of a company."""
    if flags is None:
        return []
    said = []
    if flags.listed:
        said.append(("stopped", _("On a watch-list")))
    if flags.open_incidents:
        words = ngettext(
            "%(count)d open incident", "%(count)d open incidents", flags.open_incidents
        )
        said.append(("attention", words % {"count": flags.open_incidents}))
    if flags.waiting:
        words = ngettext(
            "%(count)d match to be decided", "%(count)d matches to be decided", flags.waiting
        )
        said.append(("waiting", words % {"count": flags.waiting}))
    if flags.closed_incidents:
        words = ngettext(
            "%(count)d closed incident", "%(count)d closed incidents", flags.closed_incidents
        )
        said.append(("done", words % {"count": flags.closed_incidents}))
    return said


def chain_url(pk: UUID) -> str:
    """The page of a company's chain."""
    return reverse("vendors:fourth_parties", args=[pk])


def _company(vendor: Vendor) -> Company:
    return Company(
        vendor.pk, vendor.name, country_name(vendor.country.code or ""), chain_url(vendor.pk)
    )


@page(VIEW)
@require_safe
def chain(request: Request, pk: UUID) -> HttpResponse:
    """Everyone below and above one vendor: drawn, and as a table."""
    vendor = known_vendor(request, pk)
    found = chain_page.chain_of(vendor, request.principal)
    may_add = bool(subcontracts.recorded_by(request.principal, [vendor.pk]))
    lines = _lines(found, request)
    opened = vendor.pk in found.open
    return render(
        request,
        "vendors/fourth_parties/chain.html",
        {
            "vendor": vendor,
            "country": country_name(vendor.country.code or ""),
            "opened": opened,
            "lines": lines,
            "ended": [_ended(row, request, may_add=may_add) for row in found.ended],
            "above": list(_above(found)),
            "below_count": len(found.below),
            "above_count": found.relied_on[vendor.pk],
            "countries": len({line.lower.country for line in lines if line.lower.country}),
            "without_terms": sum(
                line.row.flowed_down is not True or line.row.approved_on is None for line in lines
            ),
            "flagged": [
                (_company(found.vendors[pk]), flag_words(flags))
                for pk, flags in found.flags.items()
                if pk != vendor.pk and (flags.grave or flags.waiting)
            ],
            "beyond_count": sum(bool(line.beyond) for line in lines),
            "drawing": _drawing(found),
            "add_url": reverse("vendors:subcontract_add", args=[pk]) if may_add else "",
            "edit_url": "" if opened else _edit_url(vendor, request),
            "csv_url": reverse("vendors:fourth_parties_csv", args=[pk]),
            "take_up": _take_up(vendor, request),
            "crumbs": _crumbs(vendor, opened),
        },
    )


def _crumbs(vendor: Vendor, opened: bool) -> list[tuple[str, str]]:
    """By way of the vendor where the reader may open it, else of the list of fourth parties."""
    if opened:
        way = [(_("Vendors"), vendor_list()), (vendor.name, vendor_page(vendor.pk))]
        return [*way, (_("Fourth parties"), "")]
    return [(_("Fourth parties"), reverse("vendors:concentration")), (vendor.name, "")]


def _edit_url(vendor: Vendor, request: Request) -> str:
    """Where the details of a company that no unit works with are put right."""
    held = subcontracts.fourth_party(request.principal, vendor.pk, Permission.EDIT_VENDORS)
    return reverse("vendors:edit", args=[vendor.pk]) if held else ""


def _take_up(vendor: Vendor, request: Request) -> list[tuple[str, str]]:
    """(unit, token to link the company to it), where no unit works with it directly."""
    if vendor.unit_links.exists():
        return []
    units = units_visible_to(request.principal, Permission.EDIT_VENDORS)
    chosen = working_unit(request)
    return [
        (unit.name, take_up_token(vendor.pk, unit))
        for unit in units
        if chosen is None or unit == chosen
    ]


def _lines(found: Chain, request: Request) -> list[Line]:
    may = subcontracts.recorded_by(request.principal, found.vendors)
    return [_line(step, found, request, may) for step in found.steps]


def _line(step: Step, found: Chain, request: Request, may: Collection[UUID]) -> Line:
    row = step.row
    editable = (
        request.principal.can(Permission.EDIT_FACTS, row.engagement.unit_id)
        if row.engagement
        else row.vendor_id in may
    )
    adding = reverse("vendors:subcontract_add", args=[row.subcontractor_id])
    return Line(
        row=row,
        depth=step.depth,
        upper=_company(row.vendor),
        lower=_company(row.subcontractor),
        tier=str(Engagement.Tier(step.tier).label) if step.tier else "",
        ip=ip_words(row.ip_kinds),
        beyond=ip_words(step.beyond),
        terms=terms_words(row.flowed_down),
        approved=date_format(row.approved_on, "DATE_FORMAT") if row.approved_on else "",
        sites=", ".join(
            f"{site.name} ({country_name(site.country.code or '')})" for site in row.sites.all()
        ),
        relied_on=found.relied_on.get(row.subcontractor_id, 0),
        flags=flag_words(found.flags.get(row.subcontractor_id)),
        edit_url=reverse("vendors:subcontract_edit", args=[row.pk]) if editable else "",
        end_url=reverse("vendors:subcontract_end", args=[row.pk]) if editable else "",
        below_url=adding if row.subcontractor_id in may else "",
    )


def _ended(row: Subcontract, request: Request, *, may_add: bool) -> dict[str, Any]:
    editable = (
        request.principal.can(Permission.EDIT_FACTS, row.engagement.unit_id)
        if row.engagement
        else may_add
    )
    resume = reverse("vendors:subcontract_resume", args=[row.pk]) if editable else ""
    return {"row": row, "lower": _company(row.subcontractor), "resume_url": resume}


def _above(found: Chain) -> Iterator[dict[str, Any]]:
    """Whom the vendor works for, nearest first, with the way and what is passed on first."""
    kinds: dict[tuple[UUID, UUID], set[str]] = {}
    for row in found.above_rows:
        pair = (row.vendor_id, row.subcontractor_id)
        kinds.setdefault(pair, set()).update(row.ip_kinds)
    for one in found.above:
        names = [found.vendors[pk].name for pk in reversed(one.path)]
        passed = kinds.get((one.path[-1], one.path[-2]), set())
        yield {
            "company": _company(found.vendors[one.vendor_id]),
            "depth": one.depth,
            "way": " → ".join(names),
            "ip": ip_words([kind for kind in IP_KINDS if kind in passed]),
        }


def _drawing(found: Chain) -> dict[str, Any] | None:
    columns = {found.vendor.pk: 0}
    columns |= {one.vendor_id: one.depth for one in found.below}
    columns |= {one.vendor_id: -one.depth for one in found.above}
    if len(columns) == 1:
        return None
    rows = [*(step.row for step in found.steps), *found.above_rows]
    drawn = network.draw(columns, [(row.vendor_id, row.subcontractor_id) for row in rows])
    weak = {
        step.row.subcontractor_id
        for step in found.steps
        if step.row.flowed_down is not True or step.row.approved_on is None or step.beyond
    }
    grave = {pk for pk, flags in found.flags.items() if flags.grave}
    return {
        "width": drawn.width,
        "height": drawn.height,
        "lines": drawn.lines,
        "left_out": drawn.left_out,
        "box": (network.WIDTH, network.HEIGHT),
        "nodes": [
            {
                "x": node.x,
                "y": node.y,
                "text_x": node.x + 12,
                "name_y": node.y + 19,
                "note_y": node.y + 35,
                "label": _fitting(found.vendors[node.key].name),
                "name": found.vendors[node.key].name,
                "note": country_name(found.vendors[node.key].country.code or ""),
                "here": node.key == found.vendor.pk,
                "weak": node.key in weak,
                "flags": ", ".join(words for _kind, words in flag_words(found.flags.get(node.key))),
                "grave": node.key in grave,
                "url": "" if node.key == found.vendor.pk else chain_url(node.key),
            }
            for node in drawn.nodes
        ],
    }


def _fitting(name: str) -> str:
    return name if len(name) <= _FITS else f"{name[: _FITS - 1].rstrip()}…"


@page(VIEW)
@require_safe
def chain_csv(request: Request, pk: UUID) -> HttpResponseBase:
    """Every subcontract below the vendor, one line each."""
    vendor = known_vendor(request, pk)
    found = chain_page.chain_of(vendor, request.principal)
    head = [
        _("Step"),
        _("Passes work on"),
        _("Subcontractor"),
        _("Subcontractor id"),
        _("Country"),
        _("What it does"),
        _("Engagement"),
        _("Tier of use"),
        _("What of ours reaches it"),
        _("More than reaches the one above"),
        _("Our terms"),
        _("Approved on"),
        _("Sites"),
        _("Vendors that rely on it"),
        _("Matches and incidents"),
    ]
    rows = (
        [
            line.depth,
            line.upper.name,
            line.lower.name,
            line.row.subcontractor_id,
            line.lower.country,
            line.row.service,
            line.row.engagement.title if line.row.engagement else "",
            line.tier,
            line.ip,
            line.beyond,
            line.terms[1],
            line.row.approved_on.isoformat() if line.row.approved_on else "",
            line.sites,
            line.relied_on,
            ", ".join(words for _kind, words in line.flags),
        ]
        for line in _lines(found, request)
    )
    return csv_file.stream(f"fourth-parties-{vendor.pk}.csv", head, rows)
