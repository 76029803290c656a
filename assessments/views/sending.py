"""Sending an assessment to the vendor: whom, how far they are, chasing, and taking it back."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts import mail
from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.permissions import Permission
from accounts.posting import post_only
from accounts.scoping import require
from assessments.forms.assessments import ReasonForm
from assessments.forms.portal import ExtendForm, HashForm, SendForm
from assessments.models import Assessment, Invitation
from assessments.selectors import portal
from assessments.selectors.assessments import schema_of
from assessments.services import invitations as service
from assessments.services import receipts
from assessments.views.parts import crumbs, found
from assessments.wording import language
from audit.errors import Invalid
from vendors.selectors.contacts import contacts_of

INVITE = Permission.INVITE


@require_safe
@page(Permission.VIEW)
def sending(request: Request, pk: UUID) -> HttpResponse:
    """Who was asked, and how far they are."""
    assessment = found(request, pk)
    answered, applicable = portal.vendor_progress(assessment)
    rows = list(portal.invitations_of(assessment))
    delegations = portal.delegations_of(assessment)
    refused = portal.refused(rows)
    invites = request.principal.can(INVITE, assessment.unit_id)
    return render(
        request,
        "assessments/sending.html",
        {
            "assessment": assessment,
            "answered": answered,
            "applicable": applicable,
            "rows": [_row(one, assessment, delegations, refused, invites) for one in rows],
            "may_invite": invites and assessment.status in ("draft", "sent", "returned"),
            "may_revoke_all": invites and any(one.revoked_at is None for one in rows),
            "no_mail": not mail.is_configured(),
            "hands_over": not mail.is_configured()
            and request.principal.can(Permission.MANAGE_MEMBERS, assessment.unit_id),
            "receipts": list(assessment.receipts.select_related("contact").order_by("-number")),
            "crumbs": crumbs(assessment, _("With the vendor")),
        },
    )


def _row(
    one: Invitation,
    assessment: Assessment,
    delegations: list[Any],
    refused: Collection[UUID],
    invites: bool,
) -> dict[str, Any]:
    live, held = portal.is_live(one), portal.held_by_vendor(assessment)
    given = [row for row in delegations if row.taker_id == one.pk]
    if one.revoked_at is not None:
        pill, words = "stopped", one.get_ended_how_display() or _("Revoked")
    elif one.pk in refused:
        pill, words = "attention", _("No letter arrives")
    elif not live:
        pill, words = "stopped", _("Over")
    elif one.whole and not held and assessment.submitted_by_contact_id:
        pill, words = "done", _("Submitted")
    elif given and all(row.done_at for row in given):
        pill, words = "done", _("Finished")
    elif one.first_answer_at:
        pill, words = "active", _("Answering")
    elif one.opened_at:
        pill, words = "active", _("Opened")
    else:
        pill, words = "waiting", _("Sent")
    titles = {item.key: item.title.text_for(language()) for item in schema_of(assessment).sections}
    return {
        "invitation": one,
        "pill": pill,
        "words": words,
        "sections": [titles[row.section] for row in given],
        "may_change": invites and one.revoked_at is None,
        "may_chase": invites and live and held,
        "may_send": invites and live,
    }


@page(INVITE)
def send(request: Request, pk: UUID) -> HttpResponse:
    """Ask contacts of the vendor."""
    assessment = found(request, pk)
    require(request.principal, INVITE, assessment.unit_id)
    people = contacts_of(assessment.vendor).filter(is_active=True)
    form = SendForm(posted(request), contacts=people, initial=_initial(assessment))
    if request.method == "POST" and form.is_valid():
        try:
            sent = service.send(
                assessment=assessment,
                contacts=list(form.cleaned_data["contacts"]),
                due_on=form.cleaned_data["due_on"],
                language=form.cleaned_data["language"],
                message=form.cleaned_data["message"],
                by=request.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            words = ngettext(
                "A link is on its way to %(count)d contact.",
                "A link is on its way to %(count)d contacts.",
                len(sent),
            )
            messages.success(request, words % {"count": len(sent)})
            return redirect("assessments:sending", pk)
    title = _("Send to the vendor")
    return render(
        request,
        "assessments/send.html",
        {
            "title": title,
            "assessment": assessment,
            "form": form,
            "nobody": not people.exists(),
            "cancel_url": reverse("assessments:sending", args=[pk]),
            "crumbs": crumbs(assessment, title),
        },
    )


def _initial(assessment: Assessment) -> dict[str, Any]:
    return {"due_on": assessment.due_on} if assessment.due_on else {}


def _invitation(request: Request, pk: UUID) -> Invitation:
    """An invitation of an assessment for which the person may invite; else 404."""
    return get_object_or_404(portal.invitations_visible_to(request.principal, INVITE), pk=pk)


@post_only
@page(INVITE)
def again(request: Request, pk: UUID) -> HttpResponse:
    """Mail a new link."""
    invitation = _invitation(request, pk)
    service.send_again(invitation=invitation, by=request.principal)
    messages.success(request, _("A new link is on its way. The one before no longer works."))
    return redirect("assessments:sending", invitation.assessment_id)


@post_only
@page(INVITE)
def remind(request: Request, pk: UUID) -> HttpResponse:
    """Chase by letter."""
    invitation = _invitation(request, pk)
    service.remind(invitation=invitation, by=request.principal)
    messages.success(request, _("A reminder with a new link is on its way."))
    return redirect("assessments:sending", invitation.assessment_id)


@page(INVITE)
def extend(request: Request, pk: UUID) -> HttpResponse:
    """Another day until which they are asked to answer."""
    invitation = _invitation(request, pk)
    form = ExtendForm(posted(request), initial={"due_on": invitation.due_on})
    if request.method == "POST" and form.is_valid():
        try:
            service.extend(invitation=invitation, by=request.principal, **form.cleaned_data)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("Saved."))
            return redirect("assessments:sending", invitation.assessment_id)
    return _step(
        request,
        invitation.assessment,
        title=_("Change the due date"),
        question=invitation.contact.name,
        confirm_label=_("Save"),
        form=form,
    )


@page(INVITE)
def revoke(request: Request, pk: UUID) -> HttpResponse:
    """Take one invitation back."""
    invitation = _invitation(request, pk)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        service.revoke(invitation=invitation, by=request.principal, **form.cleaned_data)
        messages.success(request, _("The invitation is revoked. What was answered is kept."))
        return redirect("assessments:sending", invitation.assessment_id)
    return _step(
        request,
        invitation.assessment,
        title=_("Revoke the invitation"),
        question=_("Revoke the invitation of %(name)s?") % {"name": invitation.contact.name},
        text=_("Links and visits end at once, also those of colleagues they handed topics on to."),
        confirm_label=_("Revoke"),
        danger=True,
        form=form,
    )


@page(INVITE)
def revoke_all(request: Request, pk: UUID) -> HttpResponse:
    """Take every invitation of an assessment back."""
    assessment = found(request, pk)
    require(request.principal, INVITE, assessment.unit_id)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        service.revoke_all(assessment=assessment, by=request.principal, **form.cleaned_data)
        messages.success(request, _("All invitations are revoked. What was answered is kept."))
        return redirect("assessments:sending", pk)
    return _step(
        request,
        assessment,
        title=_("Revoke all invitations"),
        question=_("Revoke all invitations?"),
        text=_("Nobody at the vendor can open the questions any more."),
        confirm_label=_("Revoke all"),
        danger=True,
        form=form,
    )


def _step(request: Request, assessment: Assessment, **context: Any) -> HttpResponse:
    return render(
        request,
        "assessments/step.html",
        {
            "cancel_url": reverse("assessments:sending", args=[assessment.pk]),
            "crumbs": crumbs(found(request, assessment.pk), context["title"]),
            **context,
        },
    )


@post_only
@page(INVITE)
def hand_over(request: Request, pk: UUID) -> HttpResponse:
    """Show an administrator a link, once, where no mail can be sent."""
    invitation = _invitation(request, pk)
    made = service.hand_over(invitation=invitation, by=request.principal)
    response = render(
        request,
        "assessments/link_once.html",
        {
            "invitation": invitation,
            "link": request.build_absolute_uri(made.path),
            "crumbs": crumbs(found(request, invitation.assessment_id), _("Link to hand over")),
        },
    )
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@page(Permission.VIEW)
def receipts_page(request: Request, pk: UUID) -> HttpResponse:
    """The receipts of an assessment; proves a hash that the vendor shows."""
    assessment = found(request, pk)
    rows = list(assessment.receipts.select_related("contact").order_by("-number"))
    form = HashForm(request.GET if "sha256" in request.GET else None)
    asked = form.cleaned_data["sha256"] if form.is_bound and form.is_valid() else ""
    return render(
        request,
        "assessments/receipts.html",
        {
            "assessment": assessment,
            "rows": [{"receipt": one, "proved": receipts.is_whole(one)} for one in rows],
            "form": form,
            "asked": asked,
            "match": next((one for one in rows if one.sha256 == receipts.tidy(asked)), None),
            "crumbs": crumbs(assessment, _("Receipts")),
        },
    )
