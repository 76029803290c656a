"""Adding, changing, archiving and restoring vendors."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django_countries import countries

from accounts.doors import Request, page
from accounts.forms import take_refusal
from accounts.models import BusinessUnit
from accounts.number_fields import NumberInput
from accounts.permissions import Permission
from accounts.posting import post_only
from accounts.selectors import units_visible_to
from accounts.templatetags.ui import unstopped
from accounts.units import working_unit
from audit.errors import Invalid, OutOfDate
from vendors import selectors
from vendors.forms.vendor import VendorAddForm, VendorEditForm
from vendors.master_data import doubt_about_number
from vendors.merging import merge
from vendors.models import Vendor
from vendors.selectors import Lookalike, subcontracts
from vendors.services import vendors
from vendors.views.places import crumbs, held_vendor, vendor_list, vendor_page

EDIT = Permission.EDIT_VENDORS
_TAKE_UP_SALT = "vendors.take-up"
_TAKE_UP_SECONDS = 3600


@dataclass(frozen=True)
class Known:
    """A lookalike as the page shows it. `token` lets a unit take up one that only others know."""

    found: Lookalike
    country: str
    url: str
    token: str


@page(EDIT)
def add(request: Request) -> HttpResponse:
    """A new vendor. One that looks like another is only added when asked for a second time."""
    units = list(units_visible_to(request.principal, EDIT))
    form = VendorAddForm(request.POST or None, units=units, working=working_unit(request))
    known: list[Known] = []
    if request.method == "POST" and form.is_valid():
        unit: BusinessUnit = form.cleaned_data["unit"]
        known = _known(request, form, unit)
        if not known or _marks(known) <= set(form.cleaned_data["seen"].split()):
            try:
                vendor = vendors.create(
                    unit=unit,
                    category=form.cleaned_data["category"],
                    by=request.principal,
                    **form.values(),
                )
            except Invalid as refused:
                take_refusal(form, refused.extra["errors"])
            else:
                _doubt(request, vendor)
                messages.success(
                    request,
                    _("%(name)s was added. Next: say what it is engaged for.")
                    % {"name": vendor.name},
                )
                return redirect(vendor_page(vendor.pk))
        # The form as it was sent, with what the person has been shown by now.
        form.data = {**request.POST.dict(), "seen": " ".join(sorted(_marks(known)))}
    return render(
        request,
        "vendors/vendor_add.html",
        {
            "form": form,
            "known": known,
            "cancel_url": vendor_list(),
            "crumbs": [(_("Vendors"), vendor_list()), (_("Add a vendor"), "")],
        },
    )


def _known(request: Request, form: VendorAddForm, unit: BusinessUnit) -> list[Known]:
    values = form.values()
    found = selectors.lookalikes(
        request.principal,
        unit=unit,
        name=values["name"],
        country=values["country"],
        registration_number=values["registration_number"],
        lei=values["lei"],
        vat_number=values["vat_number"],
        website=values["website"],
    )
    return [
        Known(
            one,
            str(countries.name(one.country)),
            vendor_page(one.id) if one.visible else "",
            "" if one.in_unit else take_up_token(one.id, unit),
        )
        for one in found
    ]


def _doubt(request: Request, vendor: Vendor) -> None:
    """Say where a number on record looks mistyped; it stands all the same."""
    country = vendor.country.code or ""
    said = doubt_about_number(vendor.registration_number, country)
    if said:
        messages.warning(request, said)


def _marks(known: Iterable[Known]) -> set[str]:
    """What stands for the lookalikes in the form; it does not tell which vendors they are."""
    return {salted_hmac("vendors.seen", str(one.found.id)).hexdigest()[:16] for one in known}


def take_up_token(vendor_id: UUID, unit: BusinessUnit) -> str:
    """What `take_up` is sent: this vendor is to be linked to that unit."""
    return signing.dumps([str(vendor_id), str(unit.pk)], salt=_TAKE_UP_SALT)


@post_only
@page(EDIT)
def take_up(request: Request) -> HttpResponse:
    """Link a vendor that another unit knows, found while adding it, to a unit of one's own."""
    try:
        vendor_id, unit_id = signing.loads(
            request.POST.get("token", ""), salt=_TAKE_UP_SALT, max_age=_TAKE_UP_SECONDS
        )
    except signing.BadSignature:
        messages.warning(request, _("That page was out of date. Enter the vendor again."))
        return redirect("vendors:add")
    unit = get_object_or_404(units_visible_to(request.principal, EDIT), pk=unit_id)
    vendor = get_object_or_404(Vendor, pk=vendor_id)
    vendors.link_unit(vendor=vendor, unit=unit, by=request.principal)
    messages.success(
        request,
        _("%(unit)s works with %(name)s now.")
        % {"unit": unit.name, "name": unstopped(vendor.name)},
    )
    return redirect(vendor_page(vendor.pk))


@page(EDIT)
def edit(request: Request, pk: UUID) -> HttpResponse:
    """Changed master data. Where two people change the same field, both values are shown."""
    vendor, back = _editable(request, pk)
    form = VendorEditForm(request.POST or None, initial=_initial(vendor))
    clashes: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            clashes, form = _save(vendor, form, request)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            if not clashes:
                vendor.refresh_from_db()
                _doubt(request, vendor)
                messages.success(request, _("Saved."))
                return redirect(back)
    opened = back == vendor_page(vendor.pk)
    return render(
        request,
        "vendors/vendor_edit.html",
        {
            "vendor": vendor,
            "form": form,
            "clashes": clashes,
            "tabs": tabs(vendor, "edit") if opened else [],
            "cancel_url": back,
            "crumbs": crumbs(vendor, (_("Edit"), ""))
            if opened
            else [(_("Vendors"), vendor_list()), (vendor.name, back), (_("Edit"), "")],
        },
        status=409 if clashes else 200,
    )


def _editable(request: Request, pk: UUID) -> tuple[Vendor, str]:
    """(a vendor that the person may change, the page about it that they see); else 404.

    Of a company that no unit works with, whoever edits vendors above it puts the details right.
    """
    company = subcontracts.fourth_party(request.principal, pk, EDIT)
    if company is not None and not request.principal.sees_all_units():
        return company, reverse("vendors:fourth_parties", args=[pk])
    return held_vendor(request, pk), vendor_page(pk)


def _values(vendor: Vendor) -> dict[str, str]:
    return {name: str(getattr(vendor, name)) for name in VendorEditForm.FIELDS}


def _initial(vendor: Vendor) -> dict[str, str]:
    values = _values(vendor)
    return {**values, "base": VendorEditForm.pack(vendor.version, values)}


def _save(
    vendor: Vendor, form: VendorEditForm, request: Request
) -> tuple[list[dict[str, Any]], VendorEditForm]:
    """(fields that somebody else changed too, the form to go on with); saved if there are none."""
    version, base = form.opened()
    mine = form.values()
    touched = {name: value for name, value in mine.items() if value != base.get(name)}
    try:
        vendors.change(vendor=vendor, version=version, values=touched, by=request.principal)
    except OutOfDate:
        there = Vendor.objects.get(pk=vendor.pk)
        theirs = _values(there)
        merged = merge(base, mine, theirs)
        if not merged.clashes:
            vendors.change(
                vendor=vendor, version=there.version, values=merged.values, by=request.principal
            )
            return [], form
        again = VendorEditForm(
            initial={**merged.values, "base": VendorEditForm.pack(there.version, theirs)}
        )
        return clash_rows(again, merged.clashes, merged.values, theirs), again
    return [], form


def clash_rows(
    form: Any, names: Iterable[str], mine: dict[str, Any], theirs: dict[str, Any]
) -> list[dict[str, Any]]:
    """What the conflict table shows: the field's label, where it is, and both values in words."""
    return [
        {
            "label": form[name].label,
            "target": f"{form[name].auto_id}_field",
            "mine": words(form[name].field, mine[name]),
            "theirs": words(form[name].field, theirs[name]),
        }
        for name in names
    ]


def words(field: Any, value: Any) -> str:
    """A form value as people read it."""
    offered = getattr(field, "choices", None) or getattr(field.widget, "choices", None) or ()
    labels: dict[str, str] = {}
    for key, label in offered:
        inner = label if isinstance(label, list | tuple) else [(key, label)]
        labels |= {str(one): str(text) for one, text in inner}
    if isinstance(field.widget, NumberInput):
        value = field.prepare_value(value)
    chosen = value if isinstance(value, list) else [value]
    shown = [labels.get(str(one), str(one)) for one in chosen if one is not None]
    return ", ".join(shown) or "–"


def tabs(vendor: Vendor, active: str) -> list[dict[str, Any]]:
    """The pages about one vendor's master data."""
    named = (
        ("edit", _("Details")),
        ("ids", _("Ids in other systems")),
        ("units", _("Business units")),
        ("of_vendor", _("Duplicates")),
    )
    return [
        {
            "label": label,
            "url": reverse(f"vendors:{key}", args=[vendor.pk]),
            "active": key == active,
        }
        for key, label in named
    ]


@page(EDIT)
def archive(request: Request, pk: UUID) -> HttpResponse:
    """Put a vendor away, after asking."""
    vendor = held_vendor(request, pk)
    if request.method == "POST":
        vendors.archive(vendor=vendor, by=request.principal)
        messages.success(request, _("%(name)s was archived.") % {"name": vendor.name})
        return redirect(vendor_page(vendor.pk))
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": _("Archive vendor"),
            "question": _("Archive %(name)s?") % {"name": vendor.name},
            "text": _(
                "Lists and the dashboard leave it out. Its engagements, assessments and scores "
                "stay on record, and it can be restored at any time."
            ),
            "confirm_label": _("Archive"),
            "cancel_url": vendor_page(vendor.pk),
            "danger": True,
            "crumbs": crumbs(vendor, (_("Archive"), "")),
        },
    )


@page(EDIT)
def restore(request: Request, pk: UUID) -> HttpResponse:
    """Take an archived vendor back, after asking."""
    vendor = held_vendor(request, pk)
    if request.method == "POST":
        vendors.restore(vendor=vendor, by=request.principal)
        messages.success(request, _("%(name)s was restored.") % {"name": vendor.name})
        return redirect(vendor_page(vendor.pk))
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": _("Restore vendor"),
            "question": _("Restore %(name)s?") % {"name": vendor.name},
            "text": _("It is shown in lists and on the dashboard again."),
            "confirm_label": _("Restore"),
            "cancel_url": vendor_page(vendor.pk),
            "crumbs": crumbs(vendor, (_("Restore"), "")),
        },
    )
