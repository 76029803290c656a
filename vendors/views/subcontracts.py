"""Adding, changing, ending and resuming subcontracts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.doors import Request, page
from accounts.forms import take_refusal
from accounts.permissions import Permission
from audit.errors import Invalid, OutOfDate, Refused
from vendors import selectors
from vendors.country_names import country_name
from vendors.forms.subcontract import SubcontractAddForm, SubcontractEditForm, as_sent
from vendors.intake import IP_KINDS
from vendors.merging import merge
from vendors.models import Engagement, Subcontract, Vendor
from vendors.selectors import Lookalike, subcontracts
from vendors.services import subcontract_rows
from vendors.services import subcontracts as services
from vendors.services.subcontracts import AlreadyThere, ClosesCircle
from vendors.views.chains import chain_url, ip_words, known_vendor
from vendors.views.places import vendor_list
from vendors.views.vendors import clash_rows

EDIT = Permission.EDIT_FACTS
_USE_SALT: Final = "vendors.subcontractor"
_USE_SECONDS: Final = 3600


@dataclass(frozen=True)
class Known:
    """A company there is already; `token` names it as the subcontractor of this vendor."""

    found: Lookalike
    country: str
    token: str


def _held(request: Request, pk: UUID) -> Vendor:
    """A vendor below which the person may record subcontractors; else 404."""
    vendor = known_vendor(request, pk)
    if not subcontracts.recorded_by(request.principal, [pk]):
        raise Http404
    return vendor


def _engagements(vendor: Vendor, request: Request) -> list[Engagement]:
    rows = selectors.engagements_visible_to(request.principal, EDIT).filter(vendor=vendor)
    return list(rows.exclude(status=Engagement.Status.ENDED).order_by("title", "pk"))


@page(EDIT)
def add(request: Request, pk: UUID) -> HttpResponse:
    """A subcontractor. One that looks like a company on record is offered to be used."""
    vendor = _held(request, pk)
    form = SubcontractAddForm(
        request.POST or None, engagements=_engagements(vendor, request), everything=True
    )
    known: list[Known] = []
    beyond: list[str] = []
    chosen = _chosen(request, vendor)
    if request.method == "POST" and form.is_valid():
        known = [] if chosen else _known(request, form, vendor)
        beyond = _beyond(form, vendor, request)
        asked = known and not _marks(known) <= set(form.cleaned_data["seen"].split())
        if not asked and set(beyond) <= set(form.cleaned_data["told"].split()):
            saved = _add(vendor, chosen, form, request)
            if saved is not None:
                messages.success(
                    request,
                    _("%(name)s was recorded as a subcontractor.")
                    % {"name": saved.subcontractor.name},
                )
                return redirect(chain_url(vendor.pk))
        # The form as it was sent, with what the person has been shown by now.
        again = request.POST.copy()
        again["seen"], again["told"] = " ".join(sorted(_marks(known))), " ".join(beyond)
        form.data = again
    return render(
        request,
        "vendors/fourth_parties/add.html",
        {
            "vendor": vendor,
            "form": form,
            "known": known,
            "beyond": ip_words(beyond),
            "chosen": chosen,
            "use": request.POST.get("use", ""),
            "cancel_url": chain_url(vendor.pk),
            "crumbs": _crumbs(vendor, _("Add a subcontractor")),
        },
    )


def _crumbs(vendor: Vendor, title: str) -> list[tuple[str, str]]:
    """No page of the vendor's own on the way: not everybody who records here may open it."""
    return [(_("Vendors"), vendor_list()), (vendor.name, chain_url(vendor.pk)), (title, "")]


def _add(
    vendor: Vendor, chosen: Vendor | None, form: SubcontractAddForm, request: Request
) -> Subcontract | None:
    """The subcontract on record; None where the service refused, with the reason in the form."""
    try:
        return services.add_company(
            vendor=vendor,
            company=chosen or form.company(),
            by=request.principal,
            **form.values(),
        )
    except (Invalid, AlreadyThere, ClosesCircle) as refused:
        errors = refused.extra["errors"]
        take_refusal(
            form,
            {("name" if key == "subcontractor" else key): said for key, said in errors.items()},
        )
        return None


def _chosen(request: Request, vendor: Vendor) -> Vendor | None:
    """The company that a button of our own page named."""
    token = request.POST.get("use", "")
    if not token:
        return None
    try:
        found, under = signing.loads(token, salt=_USE_SALT, max_age=_USE_SECONDS)
    except signing.BadSignature:
        return None
    return subcontracts.companies().filter(pk=found).first() if under == str(vendor.pk) else None


def _known(request: Request, form: SubcontractAddForm, vendor: Vendor) -> list[Known]:
    found = selectors.lookalikes(request.principal, unit=None, leave_out=(), **form.company())
    return [
        Known(
            one,
            country_name(one.country),
            signing.dumps([str(one.id), str(vendor.pk)], salt=_USE_SALT),
        )
        for one in found
    ]


def _marks(known: Sequence[Known]) -> set[str]:
    """What stands for the lookalikes in the form; it does not tell which vendors they are."""
    return {salted_hmac("vendors.seen", str(one.found.id)).hexdigest()[:16] for one in known}


def _beyond(form: Any, vendor: Vendor, request: Request) -> list[str]:
    """Kinds of IP in the form that do not reach the vendor, as far as the person sees."""
    values = form.values()
    reached = (
        frozenset(values["engagement"].ip_kinds)
        if values["engagement"]
        else subcontracts.reaching([vendor.pk], request.principal)[vendor.pk]
    )
    return [kind for kind in IP_KINDS if kind in values["ip_kinds"] and kind not in reached]


def _found(request: Request, pk: UUID) -> Subcontract:
    """A subcontract that the person may change; 404 for one they do not see."""
    row = subcontracts.subcontract(request.principal, pk)
    if row is None:
        raise Http404
    held = (
        request.principal.can(EDIT, row.engagement.unit_id)
        if row.engagement
        else bool(subcontracts.recorded_by(request.principal, [row.vendor_id]))
    )
    if not held:
        raise Http404
    return row


def _edit_form(request: Request, row: Subcontract, **options: Any) -> SubcontractEditForm:
    everything = bool(subcontracts.recorded_by(request.principal, [row.vendor_id]))
    return SubcontractEditForm(
        engagements=_engagements(row.vendor, request),
        everything=everything,
        sites=subcontracts.sites_of(row.subcontractor_id),
        **options,
    )


@page(EDIT)
def edit(request: Request, pk: UUID) -> HttpResponse:
    """A changed subcontract. Where two people change the same field, both values are shown."""
    row = _found(request, pk)
    values = as_sent(services.stored(row))
    form = _edit_form(
        request,
        row,
        data=request.POST or None,
        initial={**values, "base": SubcontractEditForm.pack(row.version, values)},
    )
    clashes: list[dict[str, Any]] = []
    beyond: list[str] = []
    if request.method == "POST" and form.is_valid():
        beyond = _beyond(form, row.vendor, request)
        already = {*form.cleaned_data["told"].split(), *row.ip_kinds}
        if set(beyond) <= already:
            try:
                clashes, form = _save(row, form, request)
                if not clashes and (described := form.new_site()):
                    subcontract_rows.add_site(
                        subcontract=row, values=described, by=request.principal
                    )
            except (Invalid, Refused) as refused:
                take_refusal(form, refused.extra.get("errors", {"": [refused.message]}))
            else:
                if not clashes:
                    messages.success(request, _("Saved."))
                    return redirect(chain_url(row.vendor_id))
        else:
            again = request.POST.copy()
            again["told"] = " ".join(beyond)
            form.data = again
    return render(
        request,
        "vendors/fourth_parties/edit.html",
        {
            "row": row,
            "vendor": row.vendor,
            "form": form,
            "clashes": clashes,
            "beyond": ip_words(beyond) if not clashes else "",
            "cancel_url": chain_url(row.vendor_id),
            "crumbs": _crumbs(row.vendor, row.subcontractor.name),
        },
        status=409 if clashes else 200,
    )


def _save(
    row: Subcontract, form: SubcontractEditForm, request: Request
) -> tuple[list[dict[str, Any]], SubcontractEditForm]:
    """(fields that somebody else changed too, the form to go on with); saved if there are none."""
    version, base = form.opened()
    mine, values = form.comparable(), form.values()
    touched = {name for name, value in mine.items() if value != base.get(name)}
    try:
        services.change(
            subcontract=row,
            version=version,
            values={name: values[name] for name in touched},
            by=request.principal,
        )
    except OutOfDate as late:
        theirs = as_sent(late.extra["current"])
        merged = merge(base, mine, theirs)
        if not merged.clashes:
            services.change(
                subcontract=row,
                version=late.extra["version"],
                values={name: values[name] for name in touched},
                by=request.principal,
            )
            return [], form
        packed = SubcontractEditForm.pack(late.extra["version"], theirs)
        again = _edit_form(request, row, initial={**merged.values, "base": packed})
        return clash_rows(again, merged.clashes, merged.values, theirs), again
    return [], form


@page(EDIT)
def end(request: Request, pk: UUID) -> HttpResponse:
    """The subcontractor takes no part any more, after asking."""
    row = _found(request, pk)
    if request.method == "POST":
        services.end(subcontract=row, by=request.principal)
        messages.success(
            request, _("The work of %(name)s has ended.") % {"name": row.subcontractor.name}
        )
        return redirect(chain_url(row.vendor_id))
    return _confirm(
        request,
        row,
        title=_("End subcontract"),
        question=_("Does %(lower)s no longer work for %(upper)s?"),
        text=_("“%(service)s” stays on record as ended, and can be resumed at any time."),
        label=_("End it"),
        danger=True,
    )


@page(EDIT)
def resume(request: Request, pk: UUID) -> HttpResponse:
    """It takes part again, after asking."""
    row = _found(request, pk)
    if request.method == "POST":
        services.resume(subcontract=row, by=request.principal)
        messages.success(
            request, _("%(name)s takes part again.") % {"name": row.subcontractor.name}
        )
        return redirect(chain_url(row.vendor_id))
    return _confirm(
        request,
        row,
        title=_("Resume subcontract"),
        question=_("Does %(lower)s work for %(upper)s again?"),
        text=_("“%(service)s” counts again from now on."),
        label=_("Resume it"),
        danger=False,
    )


def _confirm(
    request: Request,
    row: Subcontract,
    *,
    title: str,
    question: str,
    text: str,
    label: str,
    danger: bool,
) -> HttpResponse:
    names = {
        "lower": row.subcontractor.name,
        "upper": row.vendor.name,
        "service": row.service,
    }
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": title,
            "question": question % names,
            "text": text % names,
            "confirm_label": label,
            "cancel_url": chain_url(row.vendor_id),
            "danger": danger,
            "crumbs": _crumbs(row.vendor, title),
        },
    )
