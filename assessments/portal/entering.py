"""Coming in by a link, asking for a fresh one, choosing a language, and leaving."""

from typing import Final
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.debug import sensitive_variables

from accounts.doors import posted
from accounts.posting import post_only
from assessments.forms.portal import DeclineForm
from assessments.portal import limits
from assessments.portal.doors import (
    Visit,
    chosen_language,
    door,
    remember_language,
    show,
    visited,
)
from assessments.selectors import portal
from assessments.services import entering as service
from assessments.services import invited
from assessments.services.entering import Entry, LinkState, Looked

_STATUS: Final = {
    LinkState.OPEN: 200,
    LinkState.UNKNOWN: 404,
    LinkState.LOCKED: 423,
}


class FreshForm(forms.Form):
    """Where the link is to be sent."""

    email = forms.EmailField(
        label=lazy("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


@door
@sensitive_variables("token")
def enter(request: HttpRequest, link: UUID, token: str) -> HttpResponseBase:
    """GET shows one button and spends nothing, so that mail scanners do no harm; POST comes in."""
    where = limits.address(request)
    if limits.spent("wrong", where):
        return _too_many(request)
    if request.method != "POST":
        return _said(request, service.look(link_id=link, token=token), where)
    came = service.enter(link_id=link, token=token)
    if isinstance(came, Looked):
        return _said(request, came, where)
    return _begin(request, came)


def _said(request: HttpRequest, looked: Looked, where: str) -> HttpResponse:
    if looked.state is LinkState.UNKNOWN:
        limits.allowed("wrong", where)
    invitation = looked.invitation
    template = "enter" if looked.state is LinkState.OPEN else "no_entry"
    return show(
        request,
        template,
        {
            "state": looked.state.value,
            "is_over": looked.state in service.OVER,
            "invitation": invitation,
            "link_hours": settings.PORTAL_LINK_HOURS,
        },
        status=_STATUS.get(looked.state, 410),
    )


def _begin(request: HttpRequest, entry: Entry) -> HttpResponse:
    invitation = entry.session.invitation
    path = reverse("portal:start", args=[invitation.pk])
    to_findings = request.GET.get("to") == "findings" and portal.shows_findings(invitation)
    response = redirect(reverse("portal:findings", args=[invitation.pk]) if to_findings else path)
    response.set_cookie(
        settings.PORTAL_COOKIE,
        entry.token,
        max_age=settings.PORTAL_SESSION_HOURS * limits.HOUR,
        path=path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _too_many(request: HttpRequest) -> HttpResponse:
    response = show(request, "too_many", {}, status=429)
    response["Retry-After"] = str(limits.HOUR)
    return response


@door
def fresh(request: HttpRequest) -> HttpResponseBase:
    """Ask for a fresh link; says the same whether or not the address is known."""
    form = FreshForm(posted(request))
    if request.method != "POST" or not form.is_valid():
        return show(request, "fresh", {"form": form}, status=422 if form.errors else 200)
    where, email = limits.address(request), form.cleaned_data["email"].strip().lower()
    if not limits.allowed("asked", where):
        return _too_many(request)
    if limits.allowed("letter", email):
        service.ask_for_link(email=email)
    return show(request, "fresh_sent", {"email": email, "link_hours": settings.PORTAL_LINK_HOURS})


@post_only
@door
def language(request: HttpRequest) -> HttpResponseBase:
    """Go on in another language, on the page that it was chosen on."""
    back = request.POST.get("next", "")
    home = reverse("portal:fresh")
    # Only within the portal: nobody is led elsewhere by a link of ours.
    inside = back.startswith(home.removesuffix("fresh/")) and "//" not in back and "\\" not in back
    response = redirect(back if inside else home)
    remember_language(response, request.POST.get("language", ""))
    return response


@visited
def decline(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Say that somebody else is to be asked, after a question whether to; the visit ends."""
    if visit.invitation is None:
        raise Http404
    form = DeclineForm(posted(request))
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "handed_on": portal.hands_on(visit.invitation)}
        return show(request, "decline", context, visit=visit, status=422 if form.errors else 200)
    invited.decline(
        invitation=visit.invitation, reason=form.cleaned_data["reason"], by=visit.principal
    )
    response = show(request, "over", {"state": service.LinkState.DECLINED.value})
    response.delete_cookie(settings.PORTAL_COOKIE, path=visit.url("start"), samesite="Lax")
    return response


@visited
def leave(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """End the visit, after a question whether to."""
    if request.method != "POST" or visit.session is None:
        return show(request, "leave", {}, visit=visit)
    service.leave(session=visit.session)
    if visit.invitation is not None:
        service.set_language(
            invitation=visit.invitation, language=chosen_language(request, visit.invitation)
        )
    response = show(request, "left", {"visit_left": visit.session.invitation_id})
    response.delete_cookie(settings.PORTAL_COOKIE, path=visit.url("start"), samesite="Lax")
    return response
