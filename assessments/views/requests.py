"""Requests for suppliers: asking, the list, triage, and starting what follows."""

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
from accounts.scoping import require
from accounts.selectors import units_visible_to
from accounts.units import working_unit
from assessments.forms.assessments import ReasonForm
from assessments.forms.requests import (
    RequestFilter,
    RequestForm,
    StartForm,
    TriageForm,
    initial_of,
)
from assessments.models import SupplierRequest
from assessments.selectors.requests import request_list, requests_visible_to, vendors_meant
from assessments.services import requests as service
from assessments.triage_words import REASONS
from assessments.views.parts import address
from audit.errors import Invalid
from vendors.intake import SERVICES
from vendors.intake import Service as IntakeService

PILLS = {
    "asked": "attention",
    "triaged": "active",
    "started": "done",
    "declined": "bad",
    "withdrawn": "todo",
}


def _found(request: Request, pk: UUID) -> SupplierRequest:
    return get_object_or_404(requests_visible_to(request.principal), pk=pk)


def _crumbs(here: str, one: SupplierRequest | None = None) -> list[tuple[str, str]]:
    way = [(_("Requests"), reverse("assessments:requests"))]
    if one is not None:
        way.append((one.title, reverse("assessments:request", args=[one.pk]) if here else ""))
    if here:
        way.append((here, ""))
    return way


@page(Permission.REQUEST)
@require_safe
def index(request: Request) -> HttpResponse:
    """Requests, newest first, with filters in the address."""
    form = RequestFilter(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    found = request_list(
        request.principal,
        working_unit(request),
        status=said.get("status", ""),
        mine=said.get("whose") == "me",
        after=request.GET.get("after", ""),
    )
    return render(
        request,
        "assessments/requests/list.html",
        {
            "filter": form,
            "filtered": any(said.values()),
            "rows": [{"request": one, "pill": PILLS[one.status]} for one in found.rows],
            "next": found.next,
            "crumbs": None,
        },
    )


@page(Permission.REQUEST)
def new(request: Request) -> HttpResponse:
    """Ask for a supplier."""
    units = list(units_visible_to(request.principal, Permission.REQUEST))
    form = RequestForm(posted(request), units=units, working=working_unit(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = service.ask(
                unit=form.cleaned_data["unit"], values=form.values(), by=request.principal
            )
        except Invalid as refused:
            _take(form, refused)
        else:
            messages.success(request, _("Your request is in. You can follow it here."))
            return redirect("assessments:request", made.pk)
    title = _("Ask for a supplier")
    return render(
        request,
        "assessments/requests/form.html",
        {
            "form": form,
            "title": title,
            "cancel_url": reverse("assessments:requests"),
            "crumbs": _crumbs(title),
        },
    )


@page(Permission.REQUEST)
def edit(request: Request, pk: UUID) -> HttpResponse:
    """Put a request right before triage."""
    one = _found(request, pk)
    form = RequestForm(posted(request), units=[one.unit], initial=initial_of(one))
    if request.method == "POST" and form.is_valid():
        try:
            service.change(
                request=one,
                version=form.cleaned_data["version"] or 0,
                values=form.values(),
                by=request.principal,
            )
        except Invalid as refused:
            _take(form, refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("assessments:request", pk)
    title = _("Change the request")
    return render(
        request,
        "assessments/requests/form.html",
        {
            "form": form,
            "title": title,
            "one": one,
            "cancel_url": reverse("assessments:request", args=[pk]),
            "crumbs": _crumbs(title, one),
        },
    )


@page(Permission.REQUEST)
def show(request: Request, pk: UUID) -> HttpResponse:
    """A request: what was asked, triage and what came of it; triage by POST."""
    one = _found(request, pk)
    triages = request.principal.can(Permission.OPEN_ASSESSMENTS, one.unit_id)
    suggested = service.suggestion(one)
    form = TriageForm(
        posted(request),
        initial={
            "depth": one.depth or suggested.depth.value,
            "reason": one.reason,
            "version": one.version,
        },
    )
    if request.method == "POST":
        require(request.principal, Permission.OPEN_ASSESSMENTS, one.unit_id)
        if form.is_valid():
            try:
                service.decide(request=one, by=request.principal, **form.cleaned_data)
            except Invalid as refused:
                _take(form, refused)
            else:
                messages.success(request, _("Triage is done. Next: start it."))
                return redirect("assessments:request", pk)
    mine = str(one.requested_by_id) == request.principal.id
    waiting = one.status in {"asked", "triaged"}
    return render(
        request,
        "assessments/requests/request.html",
        {
            "one": one,
            "pill": PILLS[one.status],
            "service": _(SERVICES.get(IntakeService(one.service), one.service)),
            "answers": service.intake_words(one),
            "suggested": SupplierRequest.Depth(suggested.depth.value).label,
            "reasons": [REASONS[reason] for reason in suggested.reasons],
            "form": form if triages and waiting else None,
            "has_errors": bool(form.errors),
            "may": {
                "start": triages and one.status == "triaged",
                "decline": triages and waiting,
                "edit": one.status == "asked" and (mine or triages),
                "withdraw": waiting and (mine or triages),
            },
            "vendor_url": address("scoring:vendor", one.vendor_id)
            if one.vendor_id and request.principal.can(Permission.VIEW, one.unit_id)
            else "",
            "crumbs": _crumbs("", one),
        },
    )


@page(Permission.OPEN_ASSESSMENTS)
def start(request: Request, pk: UUID) -> HttpResponse:
    """Make vendor, engagement and assessment of a triaged request."""
    one = _found(request, pk)
    require(request.principal, Permission.OPEN_ASSESSMENTS, one.unit_id)
    meant = [one.vendor] if one.vendor else vendors_meant(one, request.principal)
    choices = [(str(row.pk), _vendor_words(row)) for row in meant]
    form = StartForm(
        posted(request),
        request=one,
        vendors=[] if one.vendor_id else choices,
        initial={"version": one.version, "vendor": choices[0][0] if choices else ""},
    )
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data.get("vendor")
        made = service.start(
            request=one,
            version=form.cleaned_data["version"],
            vendor=next((row for row in meant if str(row.pk) == chosen), None),
            due_on=form.cleaned_data.get("due_on"),
            assigned_to=form.cleaned_data.get("assigned_to"),
            by=request.principal,
        )
        if made.assessment is not None:
            messages.success(request, _("Vendor, engagement and assessment are there."))
            return redirect("assessments:assessment", made.assessment.pk)
        messages.success(request, _("Vendor and engagement are there; nothing is asked."))
        return redirect("assessments:request", pk)
    title = _("Start it")
    return render(
        request,
        "assessments/step.html",
        {
            "title": title,
            "question": one.title,
            "text": _start_words(one),
            "form": form,
            "confirm_label": title,
            "cancel_url": reverse("assessments:request", args=[pk]),
            "crumbs": _crumbs(title, one),
        },
    )


def _vendor_words(row: Any) -> str:
    place = ", ".join(part for part in (row.city, str(row.country.name)) if part)
    return f"{row.name} ({place})" if place else str(row.name)


def _start_words(one: SupplierRequest) -> str:
    match one.depth:
        case "none":
            return _("The vendor and an engagement are added. No questions are asked.")
        case "light":
            return _("The vendor, an engagement and a light assessment are added.")
    return _("The vendor, an engagement and a full assessment are added.")


@page(Permission.OPEN_ASSESSMENTS)
def decline(request: Request, pk: UUID) -> HttpResponse:
    """Say no, with a reason."""
    one = _found(request, pk)
    require(request.principal, Permission.OPEN_ASSESSMENTS, one.unit_id)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        service.decline(
            request=one,
            version=one.version,
            reason=form.cleaned_data["reason"],
            by=request.principal,
        )
        messages.success(request, _("The request is declined."))
        return redirect("assessments:request", pk)
    title = _("Decline the request")
    return render(
        request,
        "assessments/step.html",
        {
            "title": title,
            "question": _("Decline “%(title)s”?") % {"title": one.title},
            "text": _("Whoever asked sees the reason."),
            "form": form,
            "confirm_label": _("Decline"),
            "danger": True,
            "cancel_url": reverse("assessments:request", args=[pk]),
            "crumbs": _crumbs(title, one),
        },
    )


@page(Permission.REQUEST)
def withdraw(request: Request, pk: UUID) -> HttpResponse:
    """It is no longer needed; asks first."""
    one = _found(request, pk)
    if request.method == "POST":
        service.withdraw(request=one, version=one.version, by=request.principal)
        messages.success(request, _("The request is withdrawn."))
        return redirect("assessments:request", pk)
    title = _("Withdraw the request")
    return render(
        request,
        "assessments/step.html",
        {
            "title": title,
            "question": _("Withdraw “%(title)s”?") % {"title": one.title},
            "text": _("Nobody works on it any more. It stays on the list."),
            "confirm_label": _("Withdraw"),
            "danger": True,
            "cancel_url": reverse("assessments:request", args=[pk]),
            "crumbs": _crumbs(title, one),
        },
    )


def _take(form: Any, refused: Invalid) -> None:
    """Show what the service refused, intake questions under the names of their fields."""
    errors = {
        name.replace("intake.", "intake_", 1): texts
        for name, texts in refused.extra["errors"].items()
    }
    take_refusal(form, errors)
