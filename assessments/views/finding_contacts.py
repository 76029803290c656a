"""Who at the vendor is asked about a finding."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.permissions import Permission
from assessments.forms.portal import FindingContactsForm
from assessments.selectors import portal
from assessments.services import finding_invitations as service
from audit.errors import Invalid, Refused
from vendors.selectors.contacts import contacts_of
from vendors.selectors.findings import findings_visible_to


@page(Permission.INVITE)
def contacts(request: Request, pk: UUID) -> HttpResponse:
    """Who can read and answer it, and asking more of them."""
    finding = get_object_or_404(findings_visible_to(request.principal, Permission.INVITE), pk=pk)
    people = contacts_of(finding.vendor).filter(is_active=True)
    form = FindingContactsForm(posted(request), contacts=people)
    if request.method == "POST" and form.is_valid():
        try:
            asked = service.ask(
                finding=finding, contacts=list(form.cleaned_data["contacts"]), by=request.principal
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            said = ngettext(
                "A link is on its way to %(count)d contact.",
                "A link is on its way to %(count)d contacts.",
                len(asked),
            )
            messages.success(request, said % {"count": len(asked)})
            return redirect("assessments:finding-contacts", pk)
    title, back = _("Who at the vendor is asked"), reverse("vendors:finding", args=[pk])
    return render(
        request,
        "assessments/finding_contacts.html",
        {
            "finding": finding,
            "form": form,
            "readers": portal.readers_of(finding),
            "nobody": not people.exists(),
            "title": title,
            "back": back,
            "crumbs": [
                (_("Findings"), reverse("vendors:findings")),
                (finding.title, back),
                (title, ""),
            ],
        },
        status=422 if form.errors else 200,
    )
