"""A vendor's contacts: the list, adding, changing, switching off."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.permissions import Permission
from audit import paging
from audit.errors import Invalid
from vendors.forms.contacts import ContactEditForm, ContactFields
from vendors.models import Vendor
from vendors.selectors import contacts as reading
from vendors.selectors import vendors_visible_to
from vendors.services import contacts as service
from vendors.services.contacts import FIELDS
from vendors.views.joining import opened, save
from vendors.views.places import crumbs, held_vendor
from vendors.views.saving import Outcome

EDIT = Permission.INVITE


@require_safe
@page(Permission.VIEW)
def of_vendor(request: Request, pk: UUID) -> HttpResponse:
    """Who at the vendor can be asked."""
    vendor = held_vendor(request, pk, Permission.VIEW)
    found = paging.page(
        reading.contacts_of(vendor).order_by(),
        keys=("name", "id"),
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    edits = vendors_visible_to(request.principal, EDIT).filter(pk=pk).exists()
    return render(
        request,
        "vendors/contacts/list.html",
        {
            "vendor": vendor,
            "rows": found.rows,
            "page": found,
            "may_edit": edits,
            "may_erase": vendors_visible_to(request.principal, Permission.ERASE)
            .filter(pk=pk)
            .exists(),
            "add_url": reverse("vendors:contact_add", args=[pk]) if edits else "",
            "crumbs": crumbs(vendor, (_("Contacts"), "")),
        },
    )


@page(EDIT)
def add(request: Request, pk: UUID) -> HttpResponse:
    """One more contact; `next` names the page of ours that asked for one."""
    vendor = held_vendor(request, pk, EDIT)
    back = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("vendors:contacts", args=[pk])
    form = ContactFields(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            service.add(vendor=vendor, by=request.principal, **form.cleaned_data)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("The contact was added."))
            return redirect(back)
    return _form_page(request, vendor, form, title=_("Add a contact"), cancel_url=back)


@page(EDIT)
def edit(request: Request, pk: UUID) -> HttpResponse:
    """A contact put right."""
    contact = get_object_or_404(reading.contacts_visible_to(request.principal, EDIT), pk=pk)
    form = ContactEditForm(posted(request), initial=opened(contact, FIELDS, ContactEditForm))
    outcome = Outcome(form)
    if request.method == "POST" and form.is_valid():
        outcome = save(
            contact,
            form,
            names=FIELDS,
            again=lambda initial: ContactEditForm(initial=initial),
            change=lambda version, values: service.change(
                contact=contact, version=version, values=values, by=request.principal
            ),
        )
        if outcome.row is not None:
            messages.success(request, _("Saved."))
            return redirect("vendors:contacts", contact.vendor_id)
    return _form_page(
        request,
        contact.vendor,
        outcome.form,
        title=_("Edit the contact"),
        clashes=outcome.clashes,
    )


@page(EDIT)
def switch(request: Request, pk: UUID) -> HttpResponse:
    """Switch a contact off or on, after a question whether to."""
    contact = get_object_or_404(reading.contacts_visible_to(request.principal, EDIT), pk=pk)
    active = not contact.is_active
    if request.method == "POST":
        service.switch(contact=contact, active=active, by=request.principal)
        messages.success(request, _("Saved."))
        return redirect("vendors:contacts", contact.vendor_id)
    title = _("Switch the contact on") if active else _("Switch the contact off")
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": title,
            "question": title + f": {contact.name}?",
            "text": _("Links to questions can be sent to them again.")
            if active
            else _(
                "Their links stop working at once and they get no more letters. "
                "What they have answered stays."
            ),
            "danger": not active,
            "confirm_label": title,
            "cancel_url": reverse("vendors:contacts", args=[contact.vendor_id]),
            "crumbs": crumbs(
                contact.vendor,
                (_("Contacts"), reverse("vendors:contacts", args=[contact.vendor_id])),
                (title, ""),
            ),
        },
    )


def _form_page(
    request: Request, vendor: Vendor, form: Any, *, title: str, **context: Any
) -> HttpResponse:
    back = reverse("vendors:contacts", args=[vendor.pk])
    return render(
        request,
        "vendors/fact_form.html",
        {
            "title": title,
            "subject": vendor.name,
            "form": form,
            "cancel_url": back,
            "crumbs": crumbs(vendor, (_("Contacts"), back), (title, "")),
            **context,
        },
        status=409 if context.get("clashes") else 200,
    )
