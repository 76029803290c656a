"""The legal page of a vendor: what is held, and what the legal reviewers noted."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.permissions import Permission
from audit.errors import Invalid
from scoring.forms.legal_notes import NoteEditForm, NoteForm
from scoring.links import address
from scoring.selectors.legal_subjects import subjects_of
from vendors.models import LegalNote, Vendor
from vendors.selectors import vendors_visible_to
from vendors.selectors.holds import holds_of
from vendors.selectors.legal_notes import notes_of_vendor, notes_visible_to
from vendors.services import legal_notes as service
from vendors.views.joining import opened, save
from vendors.views.saving import Outcome

PRIVILEGE = Permission.PRIVILEGE
_SHOWN: Final = 200


def _crumbs(vendor: Vendor, *rest: str) -> list[tuple[str, str]]:
    way = [
        (_("Vendors"), address("scoring:vendors")),
        (vendor.name, address("scoring:vendor", vendor.pk)),
        (_("Legal"), address("scoring:legal", vendor.pk) if rest else ""),
    ]
    return [*way, *((one, "") for one in rest)]


@never_cache
@require_safe
@page(Permission.VIEW)
def index(request: Request, pk: UUID) -> HttpResponse:
    """Holds, for all who see the vendor; notes as far as they are theirs to read."""
    principal = request.principal
    vendor = get_object_or_404(vendors_visible_to(principal), pk=pk)
    subjects = {one.id: one for one in subjects_of(vendor, principal, Permission.VIEW)}
    found = list(notes_of_vendor(principal, pk)[:_SHOWN])
    notes = [
        {
            "note": note,
            "label": subjects[note.about_id].label if note.about_id in subjects else "",
            "may_edit": principal.can(PRIVILEGE, note.unit_id),
        }
        for note in found
    ]
    held = vendors_visible_to(principal, Permission.HOLD).filter(pk=pk).exists()
    writes = vendors_visible_to(principal, PRIVILEGE).filter(pk=pk).exists()
    return render(
        request,
        "scoring/legal.html",
        {
            "vendor": vendor,
            "holds": [
                {"hold": one, "may_lift": principal.can(Permission.HOLD, one.unit_id)}
                for one in holds_of(vendor, principal)
            ],
            "notes": notes,
            "secret": any(note.privileged for note in found),
            "hold_url": address("vendors:hold_place", pk) if held else "",
            "note_url": address("scoring:legal_note_add", pk) if writes else "",
            "crumbs": _crumbs(vendor),
        },
    )


@page(PRIVILEGE)
def add(request: Request, pk: UUID) -> HttpResponse:
    """A new note; `about` in the address names what it is about."""
    vendor = get_object_or_404(vendors_visible_to(request.principal, PRIVILEGE), pk=pk)
    subjects = subjects_of(vendor, request.principal, PRIVILEGE)
    asked = request.GET.get("about", "")
    initial = {"about": next((one.key for one in subjects if str(one.id) == asked), None)}
    form = NoteForm(posted(request), subjects=subjects, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        about = next(one for one in subjects if one.key == given["about"])
        try:
            service.write(
                vendor=vendor,
                unit=about.unit,
                engagement=about.engagement,
                about=about.about,
                about_id=about.id,
                text=given["text"],
                privileged=given["privileged"],
                by=request.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("The note is kept."))
            return redirect("scoring:legal", pk)
    return _form(request, vendor, form, _("Write a note"))


@page(PRIVILEGE)
def edit(request: Request, pk: UUID) -> HttpResponse:
    """Another text for a note."""
    note = _found(request, pk)
    form = NoteEditForm(posted(request), initial=opened(note, ("text",), NoteEditForm))
    outcome = Outcome(form)
    if request.method == "POST" and form.is_valid():
        outcome = save(
            note,
            form,
            names=("text",),
            again=lambda initial: NoteEditForm(initial=initial),
            change=lambda version, values: service.change(
                note=note,
                version=version,
                text=values.get("text", note.text),
                by=request.principal,
            ),
        )
        if outcome.row is not None:
            messages.success(request, _("Saved."))
            return redirect("scoring:legal", note.vendor_id)
    return _form(request, note.vendor, outcome.form, _("Edit the note"), clashes=outcome.clashes)


@page(PRIVILEGE)
def mark(request: Request, pk: UUID) -> HttpResponse:
    """Mark a note as privileged, or take the mark away, after a question."""
    note = _found(request, pk)
    privileged = not note.privileged
    if request.method == "POST":
        service.mark(note=note, privileged=privileged, by=request.principal)
        messages.success(request, _("Saved."))
        return redirect("scoring:legal", note.vendor_id)
    title = _("Mark as privileged") if privileged else _("Take the mark away")
    text = (
        _("Only legal reviewers of the business unit learn that the note exists.")
        if privileged
        else _(
            "Everybody who sees what the note is about reads it from then on, auditors too. "
            "Privilege that was waived once may be lost for good."
        )
    )
    return _ask(request, note, title, text, danger=not privileged)


@page(PRIVILEGE)
def remove(request: Request, pk: UUID) -> HttpResponse:
    """Remove a note for good, after a question."""
    note = _found(request, pk)
    if request.method == "POST":
        service.remove(note=note, by=request.principal)
        messages.success(request, _("The note was removed."))
        return redirect("scoring:legal", note.vendor_id)
    text = _("Nothing of its text is kept, in the log neither.")
    return _ask(request, note, _("Remove the note"), text, danger=True)


def _found(request: Request, pk: UUID) -> LegalNote:
    return get_object_or_404(notes_visible_to(request.principal, PRIVILEGE), pk=pk)


def _ask(request: Request, note: LegalNote, title: str, text: str, *, danger: bool) -> HttpResponse:
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": title,
            "question": f"{title}?",
            "text": text,
            "danger": danger,
            "confirm_label": title,
            "cancel_url": address("scoring:legal", note.vendor_id),
            "crumbs": _crumbs(note.vendor, title),
        },
    )


def _form(request: Request, vendor: Vendor, form: Any, title: str, **context: Any) -> HttpResponse:
    return render(
        request,
        "vendors/fact_form.html",
        {
            "title": title,
            "subject": vendor.name,
            "form": form,
            "cancel_url": address("scoring:legal", vendor.pk),
            "crumbs": _crumbs(vendor, title),
            **context,
        },
        status=409 if context.get("clashes") else 200,
    )
