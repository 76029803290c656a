"""Handing a section on to a colleague, and taking it back."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.doors import posted
from accounts.forms import take_refusal
from assessments.forms.portal import DelegateForm
from assessments.portal.doors import Visit, reason_of, show, visited
from assessments.portal.questions import items_of_section, section_title
from assessments.selectors import portal
from assessments.services import delegations as service
from audit.errors import Invalid, Refused


@visited
def delegate(request: HttpRequest, visit: Visit, key: str) -> HttpResponseBase:
    """Ask a colleague to answer this section."""
    if not visit.whole or not items_of_section(visit, key):
        raise Http404
    due = visit.invitation.due_on if visit.invitation else None
    form = DelegateForm(posted(request), initial={"due_on": due})
    if request.method == "POST" and form.is_valid():
        try:
            service.hand_on(
                assessment=visit.assessment, section=key, by=visit.principal, **form.cleaned_data
            )
        except Invalid as refused:
            take_refusal(form, refused.extra.get("errors", {}))
            if not form.errors:
                form.add_error(None, refused.message)
        except Refused as refused:
            form.add_error(None, reason_of(refused))
        else:
            messages.success(request, _("Your colleague gets a letter with a link."))
            return redirect(visit.url("start"))
    return show(
        request,
        "delegate",
        {
            "form": form,
            "title": section_title(visit.assessment, key),
            "back_url": visit.url("section", key),
        },
        visit=visit,
        status=422 if form.errors else 200,
    )


@visited
def take_back(request: HttpRequest, visit: Visit, delegation: UUID) -> HttpResponseBase:
    """Take a section back, after a question whether to."""
    rows = portal.delegations_of(visit.assessment) if visit.whole else []
    found = next((one for one in rows if one.pk == delegation), None)
    if found is None:
        raise Http404
    if request.method == "POST":
        service.take_back(delegation=found, by=visit.principal)
        messages.success(request, _("The section is yours again. The answers stay."))
        return redirect(visit.url("start"))
    return show(
        request,
        "take_back",
        {"name": found.taker.contact.name, "title": section_title(visit.assessment, found.section)},
        visit=visit,
    )
