"""What every page of the portal does first: know whose visit it is, in their language and time.

A visit hangs on a cookie whose path is that of one invitation, so that two invitations in one
browser do not get in each other's way. Nothing of the portal is kept by caches, and addresses
with a token in them are told to nobody.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, update_wrapper
from typing import Any, Concatenate, Final, ParamSpec
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.organisation import organisation_name
from accounts.principal import Principal
from accounts.zones import zone
from assessments.errors import NotPossibleNow, NotYours
from assessments.models import Assessment, Invitation, PortalSession
from assessments.portal import limits
from assessments.portal import typed as typed_words
from assessments.selectors import portal
from assessments.selectors.portal import Scope
from assessments.services import entering
from audit.errors import Refused
from vendors.models import Contact

P = ParamSpec("P")
_NOT_TYPED: Final = frozenset({"csrfmiddlewaretoken", "language", "next"})


@dataclass(frozen=True)
class Visit:
    """A contact at work on an assessment; `preview`: staff who look at what the contact sees."""

    assessment: Assessment
    scope: Scope
    invitation: Invitation | None = None
    session: PortalSession | None = None
    preview: bool = False

    @property
    def contact(self) -> Contact | None:
        """Who it is; nobody in a preview."""
        return self.invitation.contact if self.invitation else None

    @cached_property
    def house(self) -> str:
        """What the organisation is called that asks."""
        return organisation_name()

    @property
    def principal(self) -> Principal:
        """As services see them."""
        if self.contact is None:
            raise Http404
        return portal.principal_of(self.contact)

    @property
    def may_answer(self) -> bool:
        """Whether answers can be changed now."""
        return not self.preview and portal.held_by_vendor(self.assessment)

    @property
    def whole(self) -> bool:
        """Whether all of the vendor's questions are theirs."""
        return self.scope.whole

    @property
    def shows_findings(self) -> bool:
        """Whether what was found about the vendor is theirs to read and answer."""
        return self.invitation is not None and portal.shows_findings(self.invitation)

    def url(self, name: str, *args: object) -> str:
        """The address of a page of this visit."""
        if self.preview:
            return _preview_url(self.assessment, name, args)
        return reverse(
            f"portal:{name}", args=[self.invitation.pk if self.invitation else "", *args]
        )


def _preview_url(assessment: Assessment, name: str, args: tuple[object, ...]) -> str:
    if name == "section":
        return reverse("assessments:vendor-section", args=[assessment.pk, *args])
    return reverse("assessments:vendor-view", args=[assessment.pk])


def chosen_language(request: HttpRequest, invitation: Invitation | None = None) -> str:
    """What was chosen on a page, else that of the invitation, else what the browser asks for."""
    known = dict(settings.LANGUAGES)
    asked = request.COOKIES.get(settings.PORTAL_LANGUAGE_COOKIE, "")
    if asked in known:
        return asked
    if invitation is not None and invitation.language in known:
        return invitation.language
    return translation.get_language() or settings.LANGUAGE_CODE


def remember_language(response: HttpResponseBase, language: str) -> None:
    """Pages of the portal go on in this language in this browser; nothing for one that is not."""
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.PORTAL_LANGUAGE_COOKIE,
            language,
            max_age=365 * 24 * limits.HOUR,
            path="/portal/",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def sealed(response: HttpResponseBase) -> HttpResponseBase:
    """Kept by nobody; the address is told to no other page."""
    response["Cache-Control"] = "no-store"
    # Not "no-referrer": browsers then send no Origin either, and the forgery check needs one.
    response.setdefault("Referrer-Policy", "strict-origin")
    response.setdefault("Content-Language", translation.get_language() or "")
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def door(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A page for whoever holds an address, before anybody is known."""

    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        with translation.override(chosen_language(request)):
            return sealed(view(request, *args, **kwargs))

    update_wrapper(inner, view)
    return inner


def visited(
    view: Callable[Concatenate[HttpRequest, Visit, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """A page of a visit: `view(request, visit, …)`. Without a session 401, with what was typed."""

    def inner(
        request: HttpRequest, /, pk: UUID, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        token = request.COOKIES.get(settings.PORTAL_COOKIE, "")
        session = entering.resume(invitation_id=pk, token=token) if token else None
        if session is None:
            known = entering.known(invitation_id=pk, token=token) if token else None
            with translation.override(chosen_language(request, known)):
                return sealed(ended(request, known))
        invitation = session.invitation
        language = chosen_language(request, invitation)
        with (
            translation.override(language),
            timezone.override(zone(invitation.contact.time_zone)),
        ):
            visit = Visit(
                assessment=invitation.assessment,
                scope=portal.scope_of(invitation),
                invitation=invitation,
                session=session,
            )
            try:
                return sealed(view(request, visit, *args, **kwargs))
            except Refused as refused:
                return sealed(_refused(request, visit, refused))
            except Http404:
                return sealed(show(request, "not_found", {}, visit=visit, status=404))

    update_wrapper(inner, view)
    return inner


def reason_of(refused: Refused) -> str:
    """Why it was refused, in words for the vendor: who in the house may do what is not theirs."""
    if isinstance(refused, NotPossibleNow | NotYours):
        return _(
            "The answers are with %(asked_by)s at the moment. They can be read, and not changed."
        ) % {"asked_by": organisation_name()}
    return refused.message


def is_over(visit: Visit) -> bool:
    """Whether the invitation has ended since the visitor came in with this request."""
    return visit.invitation is not None and not portal.is_live_now(visit.invitation.pk)


def _refused(request: HttpRequest, visit: Visit, refused: Refused) -> HttpResponse:
    """Why it was not done, with what was typed: it is nowhere else."""
    if is_over(visit) and visit.invitation is not None:
        visit.invitation.refresh_from_db()
        return ended(request, visit.invitation)
    if wants_json(request):
        return JsonResponse({"message": reason_of(refused)}, status=refused.status)
    context = {
        "message": reason_of(refused),
        "told": typed_words.told(request.POST, visit.invitation),
    }
    return show(request, "refused", context, visit=visit, status=refused.status)


def ended(request: HttpRequest, known: Invitation | None = None) -> HttpResponse:
    """The visit has ended, or never began. What was typed is on the page, to be sent once more.

    `known`: the invitation of the browser. Where it has ended, nothing can be sent any more.
    """
    over = known is not None and not portal.is_live(known)
    if wants_json(request):
        return JsonResponse({"message": "signed out", "over": over}, status=401)
    told = typed_words.told(request.POST, known)
    if known is not None and over:
        state = entering.ended_state(known).value
        return show(request, "over", {"state": state, "told": told}, status=401)
    typed = [
        (name, value)
        for name in request.POST
        if name not in _NOT_TYPED
        for value in request.POST.getlist(name)
    ]
    return show(
        request,
        "ended",
        {
            "typed": typed,
            "told": told,
            "files": bool(request.FILES),
            # What was typed stands on this page alone: another language would load it anew.
            "portal_languages": () if typed else settings.LANGUAGES,
        },
        status=401,
    )


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks."""
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"


def show(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    visit: Visit | None = None,
    status: int = 200,
) -> HttpResponse:
    """A page of the portal, with what all of them show."""
    return render(
        request,
        f"portal/{template}.html",
        {
            "visit": visit,
            "asked_by": visit.house if visit else organisation_name(),
            "portal_languages": settings.LANGUAGES,
            "fresh_url": reverse("portal:fresh"),
            "start_url": visit.url("start") if visit else "",
            **context,
        },
        status=status,
    )
