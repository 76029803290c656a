"""The steps of an incident: to another status, disputed, and the notes on the way."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.permissions import Permission
from accounts.posting import post_only
from audit.errors import Invalid, OutOfDate, Refused
from vendors import incident_life
from vendors.forms.incidents import DisputeForm, NoteForm, StepForm
from vendors.models import Incident
from vendors.services import incidents as service
from vendors.views.incidents import found, incident_crumbs, incident_page, shown
from vendors.views.joining import typed_again

EDIT = Permission.EDIT_FACTS
DECIDE = Permission.DECIDE_FACTS


def _found(request: Request, pk: UUID) -> Incident:
    return get_object_or_404(found(request.principal, EDIT), pk=pk)


def _changed_meanwhile() -> str:
    return _(
        "Somebody else has changed this incident meanwhile. What you typed is still here; look at "
        "the incident, and send it again if it still holds."
    )


@page(EDIT)
def step(request: Request, pk: UUID, status: str) -> HttpResponse:
    """The page of one step, which asks why; POST takes it."""
    incident = _found(request, pk)
    if status not in _WORDS:
        raise Http404
    decision = incident_life.is_decision(incident.status, status)
    if decision and not request.principal.can(DECIDE, incident.unit_id):
        raise PermissionDenied
    form = StepForm(posted(request), needed=decision, initial={"version": incident.version})
    answered = 200
    if request.method == "POST" and form.is_valid():
        try:
            service.move(
                incident=incident, status=status, by=request.principal, **form.cleaned_data
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        except OutOfDate as refused:
            form, answered = typed_again(form, refused, _changed_meanwhile()), 409
        except Refused as refused:
            form.add_error(None, refused.message)
            answered = refused.status
        else:
            messages.success(request, _("The incident moved on."))
            return redirect(incident_page(incident))
    back = incident_life.REOPENED.get(incident.status) == status
    title, text, label = _REOPEN if back else _WORDS[status]
    context: dict[str, Any] = {
        "title": str(title),
        "question": incident.title,
        "text": str(text),
        "confirm_label": str(label),
        "form": form,
        "cancel_url": incident_page(incident),
        "crumbs": incident_crumbs(incident, (str(title), "")),
    }
    return render(request, "_components/confirm_page.html", context, status=answered)


_REOPEN: Final = (
    lazy("Open the incident again"),
    lazy("It counts in full again from now on, and stays on record as having been ended."),
    lazy("Open again"),
)
_WORDS: Final = {
    "investigating": (
        lazy("Investigate the incident"),
        lazy("Until it is confirmed it counts half, and may be nothing or all."),
        lazy("Investigate"),
    ),
    "confirmed": (
        lazy("Confirm the incident"),
        lazy("It happened, and it was without right. From now on it counts in full."),
        lazy("Confirm"),
    ),
    "remedying": (
        lazy("Begin to put it right"),
        lazy("It counts in full until a reviewer closes it."),
        lazy("Begin"),
    ),
    "closed": (
        lazy("Close the incident"),
        lazy(
            "It is put right. From today on it counts half, and fades with the months. Every "
            "measure has to be done or explained, and whoever reported it cannot close it."
        ),
        lazy("Close"),
    ),
    "unfounded": (
        lazy("Call the incident unfounded"),
        lazy(
            "Nothing was used without right. It stays on record and counts nothing. Whoever "
            "reported it cannot decide this."
        ),
        lazy("It is unfounded"),
    ),
}


@page(EDIT)
def dispute(request: Request, pk: UUID) -> HttpResponse:
    """What the vendor says against it, or that it no longer does."""
    incident = _found(request, pk)
    form = DisputeForm(
        posted(request), initial={"version": incident.version, "statement": incident.dispute}
    )
    answered = 200
    if request.method == "POST" and form.is_valid():
        try:
            service.dispute(incident=incident, by=request.principal, **form.cleaned_data)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        except OutOfDate as refused:
            form, answered = typed_again(form, refused, _changed_meanwhile()), 409
        else:
            messages.success(request, _("Saved."))
            return redirect(incident_page(incident))
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": _("What the vendor disputes"),
            "question": incident.title,
            "text": _(
                "The incident is labelled as disputed, and goes on counting until it is closed or "
                "called unfounded."
            ),
            "confirm_label": _("Save"),
            "form": form,
            "cancel_url": incident_page(incident),
            "crumbs": incident_crumbs(incident, (_("What the vendor disputes"), "")),
        },
        status=answered,
    )


@post_only
@page(EDIT)
def note(request: Request, pk: UUID) -> HttpResponse:
    """One more entry of the timeline."""
    incident = _found(request, pk)
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            service.note(incident=incident, by=request.principal, **form.cleaned_data)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("The note was added."))
            return redirect(incident_page(incident))
    return shown(request, incident, form)
