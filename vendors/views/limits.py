"""Limiting an engagement to named people; and looking up who is named, for administrators."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.permissions import Permission
from accounts.proof import proved
from audit.errors import Invalid
from vendors import selectors
from vendors.forms.limits import LimitForm, PersonForm, ReasonForm
from vendors.models import Engagement
from vendors.selectors import limits as reading
from vendors.services import limits as service
from vendors.views.places import crumbs, vendor_page

LIMIT = Permission.LIMIT


def _found(request: Request, pk: UUID) -> Engagement:
    return get_object_or_404(selectors.engagements_visible_to(request.principal, LIMIT), pk=pk)


@page(LIMIT)
@proved()
def edit(request: Request, pk: UUID) -> HttpResponse:
    """Who may know of the engagement."""
    engagement = _found(request, pk)
    named = reading.named_in(engagement)
    people, programs = reading.people_to_name(engagement), reading.clients_to_name(engagement)
    known = {one.pk for one in people}
    # Whoever has left the unit since stays named until somebody takes them off.
    people += [one.user for one in named if one.user and one.user_id not in known]
    initial = {
        "users": [str(one.user_id) for one in named if one.user] or [request.principal.id],
        "clients": [str(one.client.public_id) for one in named if one.client],
    }
    form = LimitForm(posted(request), people=people, programs=programs, initial=initial)
    if request.method == "POST" and form.is_valid():
        users, clients = form.named()
        try:
            service.limit(engagement=engagement, users=users, clients=clients, by=request.principal)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(
                request,
                _("%(title)s is limited to the people you named.") % {"title": engagement.title},
            )
            return redirect(vendor_page(engagement.vendor_id))
    return render(
        request,
        "vendors/limits/edit.html",
        {
            "title": _("Limit to named people"),
            "engagement": engagement,
            "form": form,
            "documents": reading.only_of(engagement).count() if not engagement.limited else 0,
            "lift_url": reverse("vendors:limit_lift", args=[pk]) if engagement.limited else "",
            "cancel_url": vendor_page(engagement.vendor_id),
            "crumbs": crumbs(engagement.vendor, (_("Limit to named people"), "")),
        },
    )


@page(LIMIT)
@proved()
def lift(request: Request, pk: UUID) -> HttpResponse:
    """For everybody of the unit again, after a question."""
    engagement = _found(request, pk)
    if request.method == "POST":
        service.lift(engagement=engagement, by=request.principal)
        messages.success(
            request, _("%(title)s is no longer limited.") % {"title": engagement.title}
        )
        return redirect(vendor_page(engagement.vendor_id))
    title = _("End the limit")
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": title,
            "question": _("Show %(title)s to everybody of %(unit)s?")
            % {"title": engagement.title, "unit": engagement.unit.name},
            "text": _(
                "All who see the business unit see the engagement, its assessments, findings and "
                "documents from then on."
            ),
            "danger": True,
            "confirm_label": title,
            "cancel_url": reverse("vendors:limit", args=[pk]),
            "crumbs": crumbs(engagement.vendor, (title, "")),
        },
    )


@require_safe
@page(Permission.MANAGE_MEMBERS, everywhere=True)
def index(request: Request) -> HttpResponse:
    """All limited engagements, by vendor and unit, without what they are about."""
    title = _("Limited engagements")
    return render(
        request,
        "vendors/limits/index.html",
        {
            "title": title,
            "rows": reading.limited_engagements(request.principal)[:500],
            "crumbs": [(_("Organisation"), reverse("accounts:organisation")), (title, "")],
        },
    )


@page(Permission.MANAGE_MEMBERS, everywhere=True)
@proved()
def people(request: Request, pk: UUID) -> HttpResponse:
    """Who is named, once somebody has said why they look; then also one more person."""
    engagement = get_object_or_404(reading.limited_engagements(request.principal), pk=pk)
    adds = request.method == "POST" and "user" in request.POST
    form = ReasonForm(None if adds else posted(request))
    shows = adds
    if request.method == "POST" and not adds and form.is_valid():
        try:
            service.look_up(
                engagement=engagement, reason=form.cleaned_data["reason"], by=request.principal
            )
            shows = True
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
    if not shows:
        return _page(request, engagement, form=form)
    person = PersonForm(request.POST if adds else None, people=reading.people_to_name(engagement))
    if adds and person.is_valid():
        service.add_person(
            engagement=engagement,
            user_id=UUID(person.cleaned_data["user"]),
            by=request.principal,
        )
        messages.success(request, _("The person can open the engagement now."))
        return redirect("vendors:limited")
    named = [] if adds else reading.named_in(engagement)
    return _page(request, engagement, person=person, named=named, shows=not adds)


def _page(request: Request, engagement: Engagement, **context: Any) -> HttpResponse:
    title = _("Who is named")
    wrong = any(one.errors for one in (context.get("form"), context.get("person")) if one)
    return render(
        request,
        "vendors/limits/people.html",
        {
            "title": title,
            "engagement": engagement,
            "crumbs": [
                (_("Organisation"), reverse("accounts:organisation")),
                (_("Limited engagements"), reverse("vendors:limited")),
                (title, ""),
            ],
            "has_errors": wrong,
            **context,
        },
        status=422 if wrong else 200,
    )
