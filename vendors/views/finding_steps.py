"""The steps of a finding: planned, closed, opened again, disputed, decided."""

from collections.abc import Callable
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
from vendors.forms.findings import CloseForm, PlanForm, ReasonForm, ResolveForm, VersionForm
from vendors.models import Finding
from vendors.selectors.findings import findings_visible_to
from vendors.services import findings as service

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
        ResolveForm(posted(request), initial={"version": finding.version}),
        service.resolve,
        title=_("Decide on the dispute"),
        text=finding.dispute,
        confirm_label=_("Decide"),
        done=_("The dispute is decided."),
    )


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
