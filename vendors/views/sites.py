"""The pages of sites and their audits."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.permissions import Permission
from accounts.units import working_unit
from audit import clock
from audit.errors import Invalid, OutOfDate
from vendors import selectors
from vendors.country_names import country_name
from vendors.forms.sites import (
    AuditAddForm,
    AuditEditForm,
    CloseSiteForm,
    SiteEditForm,
    SiteForm,
)
from vendors.models import Engagement, Site, Vendor
from vendors.selectors.findings import findings_visible_to
from vendors.selectors.sites import audits_visible_to, sites_of, sites_visible_to
from vendors.services import site_audits
from vendors.services import sites as service
from vendors.views.findings import line
from vendors.views.ip import EDIT, site_line
from vendors.views.places import crumbs, held_vendor
from vendors.views.stale import both


def ip_page(vendor_id: UUID) -> str:
    """The page of a vendor's schedules and sites."""
    return reverse("vendors:ip", args=[vendor_id])


def _trail(vendor: Vendor, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs(vendor, (_("IP and sites"), ip_page(vendor.pk)), *rest)


def _mine(request: Request, vendor: Vendor) -> list[Engagement]:
    rows = selectors.engagements_visible_to(request.principal, EDIT).filter(vendor=vendor)
    return list(rows.order_by("title", "pk"))


def _site(request: Request, pk: UUID, permission: Permission = EDIT) -> Site:
    return get_object_or_404(sites_visible_to(request.principal, permission), pk=pk)


@page(EDIT)
def add(request: Request, pk: UUID) -> HttpResponse:
    """A new site of a vendor."""
    vendor = held_vendor(request, pk, EDIT)
    form = SiteForm(posted(request), engagements=_mine(request, vendor))
    if request.method == "POST" and form.is_valid():
        try:
            site = service.add(
                vendor=vendor,
                values=form.values(),
                engagements=[UUID(one) for one in form.cleaned_data.get("engagements", ())],
                by=request.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("%(name)s was added.") % {"name": site.name})
            return redirect("vendors:site", site.pk)
    return _page(request, vendor, form, title=_("Add a site"), cancel_url=ip_page(vendor.pk))


@page(EDIT)
def edit(request: Request, pk: UUID) -> HttpResponse:
    """What is recorded of a site, put right. Where two people change it, both are shown."""
    site = _site(request, pk)
    mine = _mine(request, site.vendor)
    ids = {one.pk for one in mine}
    linked = [str(one) for one in site.engagements.values_list("pk", flat=True) if one in ids]
    there = {name: str(getattr(site, name) or "") for name in service.FIELDS}
    form = SiteEditForm(
        posted(request),
        engagements=mine,
        initial={**there, "engagements": linked, "version": site.version},
    )
    clashes: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            service.change(
                site=site,
                version=form.cleaned_data["version"],
                values=form.values(),
                engagements=[UUID(one) for one in form.cleaned_data.get("engagements", ())],
                by=request.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        except OutOfDate as refused:
            clashes = both(form, refused, {**refused.extra["current"], "engagements": linked})
        else:
            messages.success(request, _("Saved."))
            return redirect("vendors:site", pk)
    return _page(
        request,
        site.vendor,
        form,
        title=_("Edit site"),
        cancel_url=reverse("vendors:site", args=[pk]),
        clashes=clashes,
    )


@require_safe
@page(Permission.VIEW)
def show(request: Request, pk: UUID) -> HttpResponse:
    """One site: where it is, who uses it, its audits and what they found."""
    site = _site(request, pk, Permission.VIEW)
    shown = get_object_or_404(sites_of(site.vendor, request.principal), pk=pk)
    findings = findings_visible_to(request.principal).filter(site_audits__site=site)
    principal = request.principal
    return render(
        request,
        "vendors/ip/site.html",
        {
            **site_line(shown),
            "vendor": site.vendor,
            "country": country_name(site.country.code),
            "audits": [
                {"audit": audit, "may_edit": principal.can(EDIT, audit.unit_id)}
                for audit in shown.all_audits  # type: ignore[attr-defined]
            ],
            "findings": [line(row) for row in findings.order_by("-pk")[:50]],
            "may_edit": selectors.links_of(site.vendor, principal, EDIT).exists(),
            "crumbs": _trail(site.vendor, (site.name, "")),
        },
    )


@page(EDIT)
def close(request: Request, pk: UUID) -> HttpResponse:
    """The vendor has left the place; asks first."""
    site = _site(request, pk)
    form = CloseSiteForm(
        posted(request), initial={"version": site.version, "closed_on": clock.today()}
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            service.close(site=site, by=request.principal, **form.cleaned_data)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        except OutOfDate as refused:
            both(form, refused, {})
            form.add_error(None, refused.message)
            status = 409
        else:
            messages.success(request, _("%(name)s was closed.") % {"name": site.name})
            return redirect("vendors:site", pk)
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": _("Close site"),
            "form": form,
            "question": _("Has %(vendor)s left %(name)s?")
            % {"vendor": site.vendor.name, "name": site.name},
            "text": _(
                "Its country then no longer counts as one in which work is done, and its audits "
                "are not asked for. What happened there stays on record, and the site can be "
                "opened again."
            ),
            "confirm_label": _("Close the site"),
            "cancel_url": reverse("vendors:site", args=[pk]),
            "danger": True,
            "crumbs": _trail(
                site.vendor, (site.name, reverse("vendors:site", args=[pk])), (_("Close site"), "")
            ),
        },
        status=status,
    )


@page(EDIT)
def reopen(request: Request, pk: UUID) -> HttpResponse:
    """The vendor uses the place again; asks first."""
    site = _site(request, pk)
    if request.method == "POST":
        service.reopen(site=site, version=site.version, by=request.principal)
        messages.success(request, _("%(name)s is open again.") % {"name": site.name})
        return redirect("vendors:site", pk)
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": _("Open site again"),
            "question": _("Does %(vendor)s use %(name)s again?")
            % {"vendor": site.vendor.name, "name": site.name},
            "text": _("Its country counts again for every engagement that uses it."),
            "confirm_label": _("Open it again"),
            "cancel_url": reverse("vendors:site", args=[pk]),
            "crumbs": _trail(
                site.vendor,
                (site.name, reverse("vendors:site", args=[pk])),
                (_("Open site again"), ""),
            ),
        },
    )


@page(EDIT)
def audit_add(request: Request, pk: UUID) -> HttpResponse:
    """An audit of a site, with what it found wrong."""
    site = _site(request, pk)
    units = [one.unit for one in selectors.links_of(site.vendor, request.principal, EDIT)]
    form = AuditAddForm(
        posted(request),
        units=units,
        working=working_unit(request),
        initial={"audited_on": clock.today()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            site_audits.add(
                site=site,
                unit=form.cleaned_data["unit"],
                values=form.values(),
                found=form.findings(),
                by=request.principal,
            )
        except Invalid as refused:
            errors = {
                ("found" if name == "title" else name): said
                for name, said in refused.extra["errors"].items()
            }
            take_refusal(form, errors)
        else:
            messages.success(request, _("The audit was recorded."))
            return redirect("vendors:site", pk)
    return _audit_page(request, site, form, title=_("Record an audit"))


@page(EDIT)
def audit_edit(request: Request, pk: UUID) -> HttpResponse:
    """What was recorded of an audit, put right; for the unit that had it made."""
    rows = audits_visible_to(request.principal, EDIT)
    held = request.principal.units(EDIT)
    audit = get_object_or_404(rows if held is None else rows.filter(unit__in=held), pk=pk)
    there = {name: getattr(audit, name) for name in site_audits.FIELDS}
    form = AuditEditForm(posted(request), initial={**there, "version": audit.version})
    clashes: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            site_audits.change(
                audit=audit,
                version=form.cleaned_data["version"],
                values=form.values(),
                by=request.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        except OutOfDate as refused:
            clashes = both(form, refused, refused.extra["current"])
        else:
            messages.success(request, _("Saved."))
            return redirect("vendors:site", audit.site_id)
    return _audit_page(request, audit.site, form, title=_("Edit audit"), clashes=clashes)


def _page(
    request: Request, vendor: Vendor, form: Any, *, title: str, **context: Any
) -> HttpResponse:
    return render(
        request,
        "vendors/ip/site_form.html",
        {
            "title": title,
            "vendor": vendor,
            "form": form,
            "crumbs": _trail(vendor, (title, "")),
            **context,
        },
        status=409 if context.get("clashes") else 200,
    )


def _audit_page(
    request: Request, site: Site, form: Any, *, title: str, **context: Any
) -> HttpResponse:
    address = reverse("vendors:site", args=[site.pk])
    return render(
        request,
        "vendors/ip/audit_form.html",
        {
            "title": title,
            "site": site,
            "form": form,
            "cancel_url": address,
            "crumbs": _trail(site.vendor, (site.name, address), (title, "")),
            **context,
        },
        status=409 if context.get("clashes") else 200,
    )
