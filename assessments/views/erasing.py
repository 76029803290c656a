"""What is held about a vendor's contact: handing it out, and erasing it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.doors import Request, page
from accounts.permissions import Permission
from accounts.proof import proved
from assessments.selectors.held import HEADINGS, held_about
from assessments.services import erasing as service
from vendors.models import Contact
from vendors.selectors.contacts import contacts_visible_to
from vendors.selectors.holds import hold_on
from vendors.views.places import crumbs

ERASE = Permission.ERASE


def _found(request: Request, pk: UUID) -> Contact:
    return get_object_or_404(contacts_visible_to(request.principal, ERASE), pk=pk)


@page(ERASE)
def held(request: Request, pk: UUID) -> HttpResponse:
    """What there is, by number; POST hands all of it out as a file."""
    contact = _found(request, pk)
    if request.method == "POST":
        content = service.export(contact=contact, by=request.principal)
        response = HttpResponse(content, content_type="application/zip")
        response["Content-Disposition"] = f'attachment; filename="held-{contact.pk}.zip"'
        response["Cache-Control"] = "no-store"
        return response
    return _page(request, contact, _("What is held about a contact"), erases=False)


@page(ERASE)
@proved()
def erase(request: Request, pk: UUID) -> HttpResponse:
    """Erase a contact, after saying what goes and what stays."""
    contact = _found(request, pk)
    if request.method == "POST":
        service.erase_contact(contact=contact, by=request.principal)
        messages.success(request, _("The contact was erased. The record can still be verified."))
        return redirect("vendors:contacts", contact.vendor_id)
    return _page(request, contact, _("Erase a contact"), erases=True)


def _page(request: Request, contact: Contact, title: str, *, erases: bool) -> HttpResponse:
    back = reverse("vendors:contacts", args=[contact.vendor_id])
    parts = held_about(contact)
    hold = hold_on(contact.vendor_id)
    return render(
        request,
        "assessments/erasing/held.html",
        {
            "title": title,
            "name": contact.name,
            "contact": contact,
            "erases": erases,
            "may_erase": not (hold or contact.erased_at or contact.is_active),
            "counts": [(HEADINGS[name], len(rows)) for name, rows in parts.items()],
            "hold": hold,
            "cancel_url": back,
            "crumbs": crumbs(contact.vendor, (_("Contacts"), back), (title, "")),
        },
    )
