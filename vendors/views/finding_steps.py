"""The steps of a finding: planned, closed, opened again, disputed, decided."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.permissions import Permission
from audit.errors import Invalid, OutOfDate
from vendors.forms.findings import (
    AcceptForm,
    CloseForm,
    DoneForm,
    PlanForm,
    ReasonForm,
    ResolveForm,
    RespondForm,
    VerifyForm,
    VersionForm,
    WordForm,
)
from vendors.models import Finding
from vendors.selectors.findings import findings_visible_to
from vendors.services import finding_answers as answers
from vendors.services import findings as service
from vendors.services import remediation

EDIT = Permission.EDIT_FACTS
DECIDE = Permission.DECIDE_FACTS


def _found(request: Request, pk: UUID, permission: Permission) -> Finding:
    return get_object_or_404(findings_visible_to(request.principal, permission), pk=pk)


@page(EDIT)
def plan(request: Request, pk: UUID) -> HttpResponse:
    """What is to be done, by whom, until when."""
    finding = _found(request, pk, EDIT)
    form = PlanForm(
        posted(request),
        unit_id=finding.unit_id,
        initial={
            "version": finding.version,
            "remedy": finding.remedy,
            "owner": finding.owner_id or request.user.pk,
            "due_on": finding.due_on,
        },
    )
    return _step(
        request,
        finding,
        form,
        service.plan,
        title=_("Plan the remediation"),
        confirm_label=_("Save the plan"),
        done=_("The plan was saved."),
    )


@page(EDIT)
def close(request: Request, pk: UUID) -> HttpResponse:
    """It is put right, or nothing needs to be done."""
    finding = _found(request, pk, EDIT)
    form = CloseForm(
        posted(request),
        unit_id=finding.unit_id,
        initial={"version": finding.version, "verified_by": request.user.pk},
    )
    text = ""
    if finding.is_automatic:
        text = _(
            "Surety closes this finding by itself when its cause is gone. Close it by hand only "
            "to accept it as it is: then it is not raised again for the same cause."
        )
    return _step(
        request,
        finding,
        form,
        service.close,
        title=_("Close the finding"),
        text=text,
        confirm_label=_("Close"),
        done=_("The finding was closed."),
    )


@page(EDIT)
def reopen(request: Request, pk: UUID) -> HttpResponse:
    """It is not put right after all."""
    finding = _found(request, pk, EDIT)
    return _step(
        request,
        finding,
        ReasonForm(posted(request), initial={"version": finding.version}),
        service.reopen,
        title=_("Open the finding again"),
        confirm_label=_("Open again"),
        done=_("The finding is open again."),
    )


@page(EDIT)
def dispute(request: Request, pk: UUID) -> HttpResponse:
    """Somebody says that it is not so."""
    finding = _found(request, pk, EDIT)
    return _step(
        request,
        finding,
        ReasonForm(
            posted(request), initial={"version": finding.version, "reason": finding.dispute}
        ),
        service.dispute,
        title=_("Dispute the finding"),
        text=_(
            "Say who disputes it and why. The finding stays open and is labelled as disputed "
            "until a legal reviewer has decided."
        ),
        confirm_label=_("Dispute"),
        done=_("The finding is labelled as disputed. A legal reviewer decides."),
    )


@page(DECIDE)
def resolve(request: Request, pk: UUID) -> HttpResponse:
    """A reviewer decides on the dispute."""
    finding = _found(request, pk, DECIDE)
    return _step(
        request,
        finding,
        _without_word(finding, ResolveForm(posted(request), initial=_told(finding))),
        service.resolve,
        title=_("Decide on the dispute"),
        text=finding.dispute,
        confirm_label=_("Decide"),
        done=_("The dispute is decided."),
    )


@page(EDIT)
def done(request: Request, pk: UUID) -> HttpResponse:
    """It is said to be put right."""
    finding = _found(request, pk, EDIT)
    return _step(
        request,
        finding,
        DoneForm(posted(request), initial={"version": finding.version}),
        remediation.report_done,
        title=_("Report it as put right"),
        text=_("Somebody else then looks, and closes the finding or lets it go on."),
        confirm_label=_("Report it"),
        done=_("It is reported as put right. Somebody else verifies it now."),
    )


@page(EDIT)
def verify(request: Request, pk: UUID) -> HttpResponse:
    """Somebody else has looked."""
    finding = _found(request, pk, EDIT)
    return _step(
        request,
        finding,
        _without_word(finding, VerifyForm(posted(request), initial=_told(finding))),
        remediation.verify,
        title=_("Verify that it is put right"),
        text=finding.done_note,
        confirm_label=_("Put it on record"),
        done=_("What you have seen is on record."),
    )


@page(Permission.DECIDE)
def accept(request: Request, pk: UUID) -> HttpResponse:
    """The risk is borne until a day."""
    finding = _found(request, pk, Permission.DECIDE)
    return _step(
        request,
        finding,
        AcceptForm(posted(request), initial={"version": finding.version}),
        remediation.accept,
        title=_("Accept the risk"),
        text=_("Nothing is put right until then. The score stays as it is."),
        confirm_label=_("Accept the risk"),
        done=_("The risk is accepted for a time."),
    )


@page(EDIT)
def respond(request: Request, pk: UUID) -> HttpResponse:
    """What the vendor says, written down for them."""
    finding = _found(request, pk, EDIT)
    return _step(
        request,
        finding,
        RespondForm(
            posted(request), initial={"version": finding.version, "response": finding.response}
        ),
        answers.respond,
        title=_("Write down what the vendor says"),
        confirm_label=_("Save"),
        done=_("What the vendor says is on record."),
    )


@page(EDIT)
def share(request: Request, pk: UUID) -> HttpResponse:
    """Show the finding to the vendor, or no longer."""
    finding = _found(request, pk, EDIT)
    shared = not finding.shared
    words = {
        "title": _("Show the finding to the vendor"),
        "text": _(
            "The vendor's people see title, what was found, what is to be done, the day and the "
            "documents they have given, and can answer. Owner, kind and score stay here."
        ),
        "confirm_label": _("Show it"),
        "done": _("The vendor sees the finding from now on. Who was asked before gets a letter."),
    }
    if not shared:
        words = {
            "title": _("Hide the finding from the vendor"),
            "text": _("What the vendor has said stays on record."),
            "confirm_label": _("Hide it"),
            "done": _("The vendor does not see the finding any more."),
        }

    kind = WordForm if shared else VersionForm
    form = kind(posted(request), initial={"version": finding.version})
    return _step(request, finding, form, partial(answers.share, shared=shared), **words)


def _told(finding: Finding) -> dict[str, Any]:
    return {"version": finding.version, "word": finding.word}


def _without_word(finding: Finding, form: WordForm) -> WordForm:
    """The form; without the words to the vendor where the vendor does not see the finding."""
    if not finding.shared:
        del form.fields["word"]
    return form


def _step(
    request: Request,
    finding: Finding,
    form: VersionForm,
    service_of: Callable[..., Finding],
    *,
    done: str,
    **words: str,
) -> HttpResponse:
    """The page of one step; POST takes it. Who comes second is told what stands, and keeps what
    they typed."""
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            service_of(finding=finding, by=request.principal, **form.cleaned_data)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        except OutOfDate as refused:
            form, status = _again(form, refused), 409
        else:
            messages.success(request, done)
            return redirect("vendors:finding", finding.pk)
    context: dict[str, Any] = {
        "form": form,
        "question": finding.title,
        "cancel_url": reverse("vendors:finding", args=[finding.pk]),
        "crumbs": [
            (_("Findings"), reverse("vendors:findings")),
            (finding.title, reverse("vendors:finding", args=[finding.pk])),
            (words["title"], ""),
        ],
        **words,
    }
    return render(request, "_components/confirm_page.html", context, status=status)


def _again(form: VersionForm, refused: OutOfDate) -> Any:
    """The form as it was typed, for the version that stands now."""
    form.data = {
        **{name: form.data[name] for name in form.data},
        "version": refused.extra["version"],
    }
    form.add_error(
        None,
        _(
            "Somebody else has changed this finding meanwhile. What you typed is still here; look "
            "at the finding, and send it again if it still holds."
        ),
    )
    return form
