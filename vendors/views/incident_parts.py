"""What belongs to an incident: corrective measures, and evidence."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.permissions import Permission
from accounts.posting import post_only
from audit.errors import Invalid, Refused
from vendors.forms.incidents import EvidenceForm, MeasureEditForm, MeasureFields
from vendors.models import Incident
from vendors.selectors.incidents import (
    evidence_of,
    measures_of,
)
from vendors.services import incident_parts as service
from vendors.services.incident_parts import MEASURE_FIELDS
from vendors.views.incidents import found, incident_crumbs, incident_page
from vendors.views.joining import opened, save
from vendors.views.saving import Outcome

EDIT = Permission.EDIT_FACTS


def _page(
    request: Request, incident: Incident, form: Any, *, title: str, text: str, **context: Any
) -> HttpResponse:
    clashes = context.get("clashes")
    return render(
        request,
        "vendors/incidents/part_form.html",
        {
            "form": form,
            "incident": incident,
            "title": title,
            "text": text,
            "cancel_url": incident_page(incident),
            "crumbs": incident_crumbs(incident, (title, "")),
            **context,
        },
        status=409 if clashes else 200,
    )


@page(EDIT)
def add_measure(request: Request, pk: UUID) -> HttpResponse:
    """Something to do about an incident."""
    incident = get_object_or_404(found(request.principal, EDIT), pk=pk)
    form = MeasureFields(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            service.add_measure(incident=incident, by=request.principal, **form.cleaned_data)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("The measure was added."))
            return redirect(incident_page(incident))
    return _page(
        request,
        incident,
        form,
        title=_("Add a measure"),
        text=_("What is done so that it is put right and does not come again."),
    )


@page(EDIT)
def edit_measure(request: Request, pk: UUID, measure_pk: UUID) -> HttpResponse:
    """A measure changed, done, or explained."""
    incident = get_object_or_404(found(request.principal, EDIT), pk=pk)
    measure = get_object_or_404(measures_of(incident), pk=measure_pk)
    form = MeasureEditForm(
        posted(request), initial=opened(measure, MEASURE_FIELDS, MeasureEditForm)
    )
    outcome = Outcome(form)
    if request.method == "POST" and form.is_valid():
        try:
            outcome = save(
                measure,
                form,
                names=MEASURE_FIELDS,
                again=lambda initial: MeasureEditForm(initial=initial),
                change=lambda version, values: service.change_measure(
                    measure=measure, version=version, values=values, by=request.principal
                ),
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        if outcome.row is not None:
            messages.success(request, _("Saved."))
            return redirect(incident_page(incident))
    return _page(
        request,
        incident,
        outcome.form,
        title=_("Edit measure"),
        text=_(
            "If you change what is to be done, or the day on which it was done, it has to be "
            "verified again."
        ),
        clashes=outcome.clashes,
    )


@post_only
@page(EDIT)
def verify_measure(request: Request, pk: UUID, measure_pk: UUID) -> HttpResponse:
    """One has seen for oneself that it is done."""
    incident = get_object_or_404(found(request.principal, EDIT), pk=pk)
    measure = get_object_or_404(measures_of(incident), pk=measure_pk)
    version = request.POST.get("version", "")
    service.verify_measure(
        measure=measure,
        version=int(version) if version.isascii() and version.isdecimal() else 0,
        by=request.principal,
    )
    messages.success(request, _("The measure is verified."))
    return redirect(incident_page(incident))


@page(EDIT)
def add_evidence(request: Request, pk: UUID) -> HttpResponse:
    """What proves an incident, and where it is kept."""
    incident = get_object_or_404(found(request.principal, EDIT), pk=pk)
    form = EvidenceForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            service.add_evidence(incident=incident, by=request.principal, **form.cleaned_data)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("The evidence was added."))
            return redirect(incident_page(incident))
    return _page(
        request,
        incident,
        form,
        title=_("Add evidence"),
        text=_("Say what there is and where it is kept, so that it is found when it is needed."),
    )


@page(EDIT)
def remove_evidence(request: Request, pk: UUID, evidence_pk: UUID) -> HttpResponse:
    """Take a piece of evidence off the incident, after asking."""
    incident = get_object_or_404(found(request.principal, EDIT), pk=pk)
    evidence = get_object_or_404(evidence_of(incident), pk=evidence_pk)
    if request.method == "POST":
        service.remove_evidence(evidence=evidence, by=request.principal)
        messages.success(request, _("The evidence was removed."))
        return redirect(incident_page(incident))
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": _("Remove evidence"),
            "question": _("Remove “%(title)s”?") % {"title": evidence.title},
            "text": _("The log keeps that it was there."),
            "confirm_label": _("Remove"),
            "danger": True,
            "cancel_url": incident_page(incident),
            "crumbs": incident_crumbs(incident, (_("Remove evidence"), "")),
        },
    )
