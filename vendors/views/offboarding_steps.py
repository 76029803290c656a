"""The steps of an off-boarding: started, changed, cancelled, closed."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from audit.errors import Invalid, OutOfDate
from vendors import selectors
from vendors.forms.findings import ReasonForm, VersionForm
from vendors.forms.offboarding import ChangeForm, NoteForm, StartForm
from vendors.models import Offboarding
from vendors.selectors.offboarding import lines_of, offboardings_visible_to, stand_of
from vendors.services import offboarding as service
from vendors.services.offboarding import EDIT, require_settled
from vendors.views.offboarding import trail, warnings
from vendors.views.places import crumbs, vendor_page


@page(EDIT)
def start(request: Request, pk: UUID) -> HttpResponse:
    """Begin to end an engagement."""
    rows = selectors.engagements_visible_to(request.principal, EDIT)
    engagement = get_object_or_404(rows.select_related("vendor", "unit"), pk=pk)
    running = offboardings_visible_to(request.principal).filter(
        engagement=engagement, status=Offboarding.Status.OPEN
    )
    if request.method == "GET" and (found := running.first()) is not None:
        return redirect("vendors:offboarding", found.pk)
    form = StartForm(
        posted(request), unit_id=engagement.unit_id, initial={"owner": request.user.pk}
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = service.start(engagement=engagement, by=request.principal, **form.cleaned_data)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("The off-boarding has begun. Go through its lines."))
            return redirect("vendors:offboarding", made.pk)
    title = _("Start the off-boarding")
    return render(
        request,
        "_components/confirm_page.html",
        {
            "form": form,
            "title": title,
            "question": f"{engagement.vendor.name}: {engagement.title}",
            "text": _(
                "What has to be returned, destroyed, revoked and signed follows from what the "
                "engagement shares. It ends once every line is done or waived."
            ),
            "confirm_label": _("Start"),
            "cancel_url": vendor_page(engagement.vendor_id),
            "crumbs": crumbs(engagement.vendor, (title, "")),
        },
    )


def _found(request: Request, pk: UUID) -> Offboarding:
    return get_object_or_404(offboardings_visible_to(request.principal, EDIT), pk=pk)


@page(EDIT)
def change(request: Request, pk: UUID) -> HttpResponse:
    """Reason, last day, owner and deputy put right."""
    found = _found(request, pk)
    form = ChangeForm(
        posted(request),
        unit_id=found.engagement.unit_id,
        initial={
            "version": found.version,
            "reason": found.reason,
            "last_day": found.last_day,
            "owner": found.owner_id,
            "deputy": found.deputy_id,
        },
    )

    def save(version: int, **_values: Any) -> None:
        service.change(
            offboarding=found, version=version, values=form.values(), by=request.principal
        )

    return step(
        request,
        form,
        save,
        back=_page(found),
        done=_("The off-boarding was changed."),
        title=_("Change the off-boarding"),
        question=found.engagement.title,
        text=_("A new last day moves the open lines along, except those added by hand."),
        confirm_label=_("Save"),
        crumbs=trail(found, (_("Change"), "")),
    )


@page(EDIT)
def cancel(request: Request, pk: UUID) -> HttpResponse:
    """The engagement goes on after all."""
    found = _found(request, pk)

    def save(version: int, reason: str) -> None:
        service.cancel(offboarding=found, version=version, reason=reason, by=request.principal)

    return step(
        request,
        ReasonForm(posted(request), initial={"version": found.version}),
        save,
        back=_page(found),
        done=_("The off-boarding was cancelled; the engagement goes on."),
        title=_("Cancel the off-boarding"),
        question=_("Cancel the off-boarding of %(title)s?") % {"title": found.engagement.title},
        text=_(
            "The engagement goes on. What was done so far stays on record; another off-boarding "
            "begins with all lines open."
        ),
        confirm_label=_("Cancel the off-boarding"),
        stay_label=_("Let it go on"),
        danger=True,
        crumbs=trail(found, (_("Cancel"), "")),
    )


@page(EDIT)
def close(request: Request, pk: UUID) -> HttpResponse:
    """Everything is done: the engagement ends. Lines that are open are named instead."""
    found = _found(request, pk)
    require_settled([stand_of(line) for line in lines_of(found)])

    def save(version: int, note: str) -> None:
        service.close(offboarding=found, version=version, note=note, by=request.principal)

    return step(
        request,
        NoteForm(posted(request), initial={"version": found.version}),
        save,
        back=_page(found),
        done=_("The engagement has ended. The closing record is kept."),
        template="vendors/offboarding/close.html",
        title=_("Close the off-boarding"),
        question=_("End the engagement %(title)s?") % {"title": found.engagement.title},
        text=_(
            "It is not cleared for orders any more. Assessments in progress are cancelled, "
            "invitations of the vendor's people end, and renewals and reminders stop. Nothing of "
            "the off-boarding can be changed afterwards."
        ),
        confirm_label=_("Close and end the engagement"),
        warnings=warnings(found),
        crumbs=trail(found, (_("Close"), "")),
    )


def _page(offboarding: Offboarding) -> str:
    return reverse("vendors:offboarding", args=[offboarding.pk])


def step(
    request: Request,
    form: VersionForm,
    save: Callable[..., None],
    *,
    back: str,
    done: str,
    template: str = "_components/confirm_page.html",
    **context: Any,
) -> HttpResponse:
    """The page of one step; POST takes it. Who comes second keeps what they typed."""
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            save(**form.cleaned_data)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        except OutOfDate as refused:
            _go_on_from(form, refused.extra)
            status = 409
        else:
            messages.success(request, done)
            return redirect(back)
    return render(request, template, {"form": form, "cancel_url": back, **context}, status=status)


def _go_on_from(form: VersionForm, stands: Mapping[str, Any]) -> None:
    """The form as it was typed, for the version that stands now."""
    data = form.data.copy()  # type: ignore[attr-defined]
    data["version"] = str(stands["version"])
    form.data = data
    form.add_error(
        None,
        _(
            "Somebody else has changed this meanwhile. What you typed is still here; look at what "
            "stands now, and send it again if it still holds."
        ),
    )
