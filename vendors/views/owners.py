"""What screening says of one vendor: lists, matches, its other names, and its owners."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.figures import figure
from accounts.forms import take_refusal
from accounts.permissions import Permission
from accounts.posting import post_only
from audit import clock
from audit.errors import Invalid, OutOfDate
from vendors import screening_words, selectors
from vendors.country_names import country_name
from vendors.forms.screening import AliasForm, OwnerAddForm, OwnerEditForm
from vendors.models import Owner, Vendor, VendorAlias
from vendors.selectors import matches, ownership
from vendors.selectors.ownership import Ownership
from vendors.services import aliases, owners, screening
from vendors.services.owners import FIELDS
from vendors.views.chains import known_vendor
from vendors.views.places import vendor_list, vendor_page
from vendors.views.screening import card

EDIT = Permission.EDIT_FACTS


def _held(request: Request, pk: UUID) -> Vendor:
    """A vendor of which the person may record names and owners; else 404."""
    vendor = known_vendor(request, pk)
    if not _may_edit(request, pk):
        raise Http404
    return vendor


def _may_edit(request: Request, pk: UUID) -> bool:
    if request.principal.units(EDIT) is None:
        return True
    return matches.unit_for(request.principal, pk, EDIT) is not None


def _crumbs(request: Request, vendor: Vendor, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    """The vendor's own page only for those who may open it."""
    seen = selectors.vendors_visible_to(request.principal).filter(pk=vendor.pk).exists()
    there = vendor_page(vendor.pk) if seen else ""
    return [(_("Vendors"), vendor_list()), *([(vendor.name, there)] if there else []), *rest]


def _tab(pk: UUID) -> str:
    return reverse("vendors:screening", args=[pk])


@require_safe
@page(Permission.VIEW)
def show(request: Request, pk: UUID) -> HttpResponse:
    """With what the vendor was compared, what was found and decided, its names and owners."""
    vendor = known_vendor(request, pk)
    today = clock.today()
    owned = ownership.ownership_of([vendor.pk], today).get(vendor.pk, Ownership())
    rows = ownership.owners_on_record(vendor)
    present = {row.pk for row in owned.owners}
    return render(
        request,
        "vendors/screening/vendor.html",
        {
            "vendor": vendor,
            "covered": matches.covered(vendor),
            "screenings": matches.screenings_of(vendor),
            "matches": [
                {
                    **card(match),
                    "steps": [
                        (step, screening_words.reason_words(step.reason))
                        for step in match.steps.all()
                    ],
                }
                for match in matches.matches_of(vendor)
            ],
            "aliases": list(vendor.aliases.order_by("name")),
            "owners": _tree([row for row in rows if row.pk in present], owned),
            "former": [row for row in rows if row.pk not in present],
            "owned": owned,
            "held": _percent(owned.held),
            "most": _percent(owned.most) if owned.most > owned.held else "",
            "blocked": owned.held >= Fraction(1, 2),
            "may_edit": _may_edit(request, pk),
            "crumbs": _crumbs(request, vendor, (_("Screening"), "")),
        },
    )


def _percent(share: Fraction) -> str:
    return figure(round(float(share) * 100, 1))


@dataclass(frozen=True)
class Line:
    """An owner in the table of owners, with how deep it stands and what of it is listed."""

    owner: Owner
    name: str
    country: str
    depth: int
    listed: str
    is_listed: bool


def _tree(rows: list[Owner], owned: Ownership) -> list[Line]:
    """Owners, each followed by its own owners."""
    below: dict[UUID | None, list[Owner]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    lines: list[Line] = []

    def walk(parent: UUID | None, depth: int) -> None:
        for row in below.get(parent, ()):
            part = owned.parts.get(row.pk, Fraction(0))
            who = row.holder or row
            lines.append(
                Line(
                    owner=row,
                    name=who.name,
                    country=country_name(str(who.country)),
                    depth=depth,
                    listed=_percent(part) if part else "",
                    is_listed=part >= Fraction(1, 2),
                )
            )
            if depth < 20:
                walk(row.pk, depth + 1)

    walk(None, 0)
    return lines


@post_only
@page(EDIT)
def screen_now(request: Request, pk: UUID) -> HttpResponse:
    """Compare the vendor with all lists at once."""
    vendor = _held(request, pk)
    screening.screen(vendor_ids=[vendor.pk])
    messages.success(request, _("Compared with all lists as they stand now."))
    return redirect(_tab(pk))


@page(EDIT)
def add_alias(request: Request, pk: UUID) -> HttpResponse:
    """Another name of the vendor."""
    vendor = _held(request, pk)
    form = AliasForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            aliases.add(vendor=vendor, **form.cleaned_data, by=request.principal)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("The name was added, and is compared with the lists."))
            return redirect(_tab(pk))
    return render(
        request,
        "vendors/screening/alias.html",
        {
            "form": form,
            "vendor": vendor,
            "cancel_url": _tab(pk),
            "crumbs": _crumbs(request, vendor, (_("Screening"), _tab(pk)), (_("Add a name"), "")),
        },
    )


@page(EDIT)
def remove_alias(request: Request, pk: UUID, alias: UUID) -> HttpResponse:
    """Take a name away, after asking."""
    vendor = _held(request, pk)
    row: VendorAlias = get_object_or_404(vendor.aliases, pk=alias)
    if request.method == "POST":
        aliases.remove(alias=row, by=request.principal)
        messages.success(request, _("The name was taken away."))
        return redirect(_tab(pk))
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": _("Take a name away"),
            "question": _("Take away the name “%(name)s” of %(vendor)s?")
            % {"name": row.name, "vendor": vendor.name},
            "text": _("Matches that rest on it leave the queue; what was decided stays on record."),
            "confirm_label": _("Take it away"),
            "cancel_url": _tab(pk),
            "danger": True,
            "crumbs": _crumbs(request, vendor, (_("Screening"), _tab(pk)), (row.name, "")),
        },
    )


@page(EDIT)
def add_owner(request: Request, pk: UUID) -> HttpResponse:
    """An owner. One that looks like a vendor on record is offered to be taken from there."""
    vendor = _held(request, pk)
    rows = ownership.owners_on_record(vendor)
    form = OwnerAddForm(
        request.POST or None,
        parents=[row for row in rows if row.kind == Owner.Kind.COMPANY and row.holder_id is None],
        vendor_name=vendor.name,
        initial={"parent": request.GET.get("parent", "")},
    )
    known: list[Any] = []
    if request.method == "POST" and form.is_valid():
        values = form.values()
        holder = _chosen(request)
        if holder is None and not form.cleaned_data["seen"]:
            known = _known(request, vendor, values)
        if not known:
            if holder is not None:
                values |= {"holder": holder, "name": "", "country": "", "lei": ""}
                values["registration_number"] = ""
            try:
                owners.add(vendor=vendor, **values, by=request.principal)
            except Invalid as refused:
                take_refusal(form, refused.extra["errors"])
            else:
                messages.success(request, _("The owner was added, and is compared with the lists."))
                return redirect(_tab(pk))
        form.data = {**request.POST.dict(), "seen": "yes" if known else ""}
    return render(
        request,
        "vendors/screening/owner.html",
        {
            "form": form,
            "vendor": vendor,
            "known": [(one, country_name(one.country)) for one in known],
            "title": _("Add an owner"),
            "cancel_url": _tab(pk),
            "crumbs": _crumbs(request, vendor, (_("Screening"), _tab(pk)), (_("Add an owner"), "")),
        },
    )


def _chosen(request: Request) -> Vendor | None:
    """The vendor on record that a button of the page named; only one that is seen."""
    named = request.POST.get("holder", "")
    try:
        pk = UUID(named)
    except ValueError:
        return None
    return selectors.vendors_visible_to(request.principal).filter(pk=pk).first()


def _known(request: Request, vendor: Vendor, values: dict[str, Any]) -> list[Any]:
    if values["kind"] == Owner.Kind.PERSON or not values["name"]:
        return []
    found = selectors.lookalikes(
        request.principal,
        unit=None,
        name=values["name"],
        country=values["country"],
        registration_number=values["registration_number"],
        lei=values["lei"],
        leave_out=[vendor.pk],
    )
    return [one for one in found if one.visible]


@page(EDIT)
def edit_owner(request: Request, pk: UUID, owner: UUID) -> HttpResponse:
    """A changed owner, or one that has ended."""
    vendor = _held(request, pk)
    row: Owner = get_object_or_404(vendor.owners.select_related("holder"), pk=owner)
    values = {name: getattr(row, name) for name in FIELDS}
    initial = {**values, "base": OwnerEditForm.pack(row.version, _plain(values))}
    form = OwnerEditForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST" and form.is_valid():
        version, _base = form.opened()
        try:
            owners.change(owner=row, version=version, values=form.values(), by=request.principal)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        except OutOfDate as refused:
            form.add_error(None, refused.message)
            status = 409
        else:
            messages.success(request, _("Saved."))
            return redirect(_tab(pk))
    return render(
        request,
        "vendors/screening/owner.html",
        {
            "form": form,
            "vendor": vendor,
            "owner": row,
            "title": _("Edit owner"),
            "cancel_url": _tab(pk),
            "crumbs": _crumbs(request, vendor, (_("Screening"), _tab(pk)), (_("Edit owner"), "")),
        },
        status=status,
    )


def _plain(values: dict[str, Any]) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in values.items()}
