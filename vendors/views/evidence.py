"""Evidence of a vendor: the list, one document with its versions, and every step with it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from accounts import log
from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.permissions import Permission
from accounts.units import working_unit
from audit import clock, paging
from audit.errors import Invalid, OutOfDate, Refused
from vendors import selectors
from vendors.certificates import standards
from vendors.forms.evidence import (
    EvidenceAddForm,
    EvidenceEditForm,
    EvidenceFilter,
    VersionAddForm,
    WithdrawForm,
    filters,
)
from vendors.models import Evidence, Vendor
from vendors.selectors.evidence import (
    SOON,
    evidence_visible_to,
    files_of,
    files_visible_to,
    history_of,
    listed,
    sites_to_choose,
    with_files,
)
from vendors.services import evidence as service
from vendors.views.attachments import handed_out
from vendors.views.places import crumbs, held_vendor
from vendors.views.stale import both

EDIT = Permission.EDIT_EVIDENCE


def list_page(vendor_id: UUID) -> str:
    """The list of a vendor's documents."""
    return reverse("vendors:vendor_evidence", args=[vendor_id])


def trail(vendor: Vendor, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page about the evidence of a vendor."""
    return crumbs(vendor, (_("Evidence"), list_page(vendor.pk)), *rest)


def line(document: Evidence) -> dict[str, Any]:
    """A document as lists show it; it comes with its files."""
    files = files_of(document)
    until = document.expires_on
    return {
        "document": document,
        "latest": files[0],
        "versions": len(files),
        "state": state_of(document),
        "until": until,
    }


def state_of(document: Evidence) -> tuple[str, str]:
    """(kind of pill, words) of how it stands today."""
    if document.withdrawn_at is not None:
        return "stopped", _("Withdrawn")
    if document.expires_on is None:
        return "done", _("Valid")
    days = (document.expires_on - clock.today()).days
    if days < 0:
        return "attention", _("Expired")
    return ("waiting", _("Expires soon")) if days <= SOON else ("done", _("Valid"))


@require_safe
@page(Permission.VIEW)
def index(request: Request, pk: UUID) -> HttpResponse:
    """The documents of a vendor, the newest first, with filters in the address."""
    vendor = held_vendor(request, pk, Permission.VIEW)
    form = EvidenceFilter(request.GET)
    found = paging.page(
        listed(vendor, request.principal, working_unit(request), filters(form)),
        keys=("id",),
        descending=True,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    return render(
        request,
        "vendors/evidence/list.html",
        {
            "vendor": vendor,
            "form": form,
            "filtered": any(filters(form).values()),
            "page": found,
            "rows": [line(one) for one in found.rows],
            "may_edit": selectors.links_of(vendor, request.principal, EDIT).exists(),
            "crumbs": trail(vendor),
        },
    )


@page(EDIT)
def add(request: Request, pk: UUID) -> HttpResponse:
    """Put files on record for a vendor."""
    vendor = held_vendor(request, pk, EDIT)
    units = [one.unit for one in selectors.links_of(vendor, request.principal, EDIT)]
    form = EvidenceAddForm(
        posted(request),
        request.FILES if request.method == "POST" else None,
        units=units,
        working=working_unit(request),
        sites=sites_to_choose(pk),
    )
    same = False
    if request.method == "POST" and form.is_valid():
        made = []
        for file, title in form.given():
            try:
                made.append(
                    service.add(
                        vendor=vendor,
                        unit=form.cleaned_data["unit"],
                        file=file,
                        title=title,
                        again=form.cleaned_data["again"],
                        by=request.principal,
                        **form.about(),
                    )
                )
            except Invalid as refused:
                _refuse(form, file.name, refused)
            except Refused as refused:
                same = same or isinstance(refused, service.SameFile)
                form.add_error("documents", f"{file.name}: {refused.message}")
        if made:
            messages.success(
                request,
                _("Added: %(titles)s") % {"titles": ", ".join(one.title for one in made)},
            )
        if made and not form.errors:
            return redirect(
                reverse("vendors:evidence", args=[made[0].pk])
                if len(made) == 1
                else list_page(vendor.pk)
            )
    return render(
        request,
        "vendors/evidence/add.html",
        {
            "vendor": vendor,
            "form": form,
            "same": same,
            "cancel_url": list_page(pk),
            "crumbs": trail(vendor, (_("Add evidence"), "")),
        },
        status=422 if form.errors else 200,
    )


def _refuse(form: Any, name: str, refused: Invalid) -> None:
    errors = dict(refused.extra["errors"])
    for message in errors.pop("file", []):
        form.add_error("documents", f"{name}: {message}")
    take_refusal(form, errors)


@require_safe
@page(Permission.VIEW)
def show(request: Request, pk: UUID) -> HttpResponse:
    """One document: its versions, where it is used, what happened to it."""
    document = get_object_or_404(with_files(evidence_visible_to(request.principal)), pk=pk)
    vendor = document.vendor
    may_edit = request.principal.can(EDIT, document.unit_id)
    return render(
        request,
        "vendors/evidence/show.html",
        {
            **line(document),
            "files": files_of(document),
            **_certificate(document),
            "vendor": vendor,
            "may_edit": may_edit and document.withdrawn_at is None,
            "uses_url": _above("assessments:evidence_uses", pk),
            "entries": [
                {"at": one.event.occurred_at, "title": one.sentence, "who": one.who}
                for one in log.lines(history_of(document), request.principal)
            ],
            "crumbs": trail(vendor, (document.title, "")),
        },
    )


@page(EDIT)
def edit(request: Request, pk: UUID) -> HttpResponse:
    """What is recorded of a document, put right."""
    document = _mine(request, pk)
    there = {name: getattr(document, name) for name in service.FIELDS}
    form = EvidenceEditForm(
        posted(request),
        sites=sites_to_choose(document.vendor_id),
        initial={**there, "version": document.version},
    )
    clashes: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            service.change(
                evidence=document,
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
            return redirect("vendors:evidence", pk)
    return _form_page(
        request, document, form, title=_("Edit evidence"), clashes=clashes, wanted="edit"
    )


@page(EDIT)
def version(request: Request, pk: UUID) -> HttpResponse:
    """A newer file of a document."""
    document = _mine(request, pk)
    form = VersionAddForm(posted(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            service.add_version(evidence=document, by=request.principal, **form.cleaned_data)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        except Refused as refused:
            form.add_error("file", refused.message)
        else:
            messages.success(request, _("The newer version was added."))
            return redirect("vendors:evidence", pk)
    return _form_page(request, document, form, title=_("Add a newer version"), wanted="version")


@page(EDIT)
def withdraw(request: Request, pk: UUID) -> HttpResponse:
    """It proves nothing any more; asks why."""
    document = _mine(request, pk)
    form = WithdrawForm(posted(request), initial={"version": document.version})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            service.withdraw(evidence=document, by=request.principal, **form.cleaned_data)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        except OutOfDate as refused:
            both(form, refused, {})
            form.add_error(None, refused.message)
            status = 409
        else:
            messages.success(request, _("%(title)s was withdrawn.") % {"title": document.title})
            return redirect("vendors:evidence", pk)
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": _("Withdraw evidence"),
            "form": form,
            "question": _("Withdraw “%(title)s”?") % {"title": document.title},
            "text": _(
                "It then proves nothing any more, wherever it is used, also in assessments that "
                "were signed off; their scores follow. The files stay on record. This cannot be "
                "undone."
            ),
            "confirm_label": _("Withdraw"),
            "cancel_url": reverse("vendors:evidence", args=[pk]),
            "danger": True,
            "crumbs": trail(
                document.vendor,
                (document.title, reverse("vendors:evidence", args=[pk])),
                (_("Withdraw evidence"), ""),
            ),
        },
        status=status,
    )


@require_GET
@page(Permission.VIEW)
def file(request: Request, pk: UUID) -> HttpResponseBase:
    """Hand out one version of a document; noted in the log."""
    found = get_object_or_404(files_visible_to(request.principal), pk=pk)
    return handed_out(service.deliver(file=found, by=request.principal))


def _certificate(document: Evidence) -> dict[str, Any]:
    found = getattr(document, "certificate", None)
    if found is None:
        return {"certificate": None}
    standard = standards().get(found.standard)
    return {
        "certificate": found,
        "standard": standard.title if standard else found.standard,
        "certified_sites": [site.name for site in found.sites.all()],
    }


def _mine(request: Request, pk: UUID) -> Evidence:
    return get_object_or_404(evidence_visible_to(request.principal, EDIT), pk=pk)


def _above(name: str, pk: UUID) -> str:
    try:
        return reverse(name, args=[pk])
    except NoReverseMatch:
        return ""


def _form_page(
    request: Request, document: Evidence, form: Any, *, title: str, wanted: str, **context: Any
) -> HttpResponse:
    address = reverse("vendors:evidence", args=[document.pk])
    status = 409 if context.get("clashes") else 422 if form.errors else 200
    return render(
        request,
        "vendors/evidence/form.html",
        {
            "title": title,
            "wanted": wanted,
            "document": document,
            "vendor": document.vendor,
            "form": form,
            "cancel_url": address,
            "crumbs": trail(document.vendor, (document.title, address), (title, "")),
            **context,
        },
        status=status,
    )
