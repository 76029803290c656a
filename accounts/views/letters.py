"""The letters of this installation, for administrators of all units."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import sealing
from accounts.doors import Request, page
from accounts.forms import LetterFilter
from accounts.models import Letter
from accounts.permissions import Permission
from accounts.posting import post_only
from accounts.selectors.letters import letters_visible_to, may_be_read, queue
from accounts.services import letters
from audit import paging

MANAGE = Permission.MANAGE_MEMBERS


@require_safe
@page(MANAGE, everywhere=True)
def index(request: Request) -> HttpResponse:
    """The newest first, and how the queue stands."""
    form = LetterFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = paging.page(
        letters_visible_to(
            request.principal, text=chosen.get("q", ""), state=chosen.get("state", "")
        ),
        keys=("created_at", "id"),
        descending=True,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    return render(
        request,
        "accounts/letters.html",
        {
            "form": form,
            "page": found,
            "queue": queue(request.principal),
            "filtered": any(chosen.values()),
        },
    )


@never_cache
@require_safe
@page(MANAGE, everywhere=True)
def letter(request: Request, pk: UUID) -> HttpResponse:
    """One letter: what became of it, and what it says where that may be read."""
    found = _letter(request, pk)
    said = None
    if may_be_read(found):
        try:
            said = letters.said_in(found)
        except sealing.Unreadable:
            said = None
    return render(
        request,
        "accounts/letter.html",
        {
            "letter": found,
            "said": said,
            "queue": queue(request.principal),
            "crumbs": [(_("Letters"), reverse("accounts:letters")), (_("Letter"), "")],
        },
    )


def _letter(request: Request, pk: UUID) -> Letter:
    return get_object_or_404(letters_visible_to(request.principal), pk=pk)


@post_only
@page(MANAGE, everywhere=True)
def again(request: Request, pk: UUID) -> HttpResponse:
    """Into the queue once more."""
    letters.send_again(letter=_letter(request, pk), by=request.principal)
    messages.success(request, _("The letter is in the queue again."))
    return redirect("accounts:letter", pk)


@post_only
@page(MANAGE, everywhere=True)
def withdraw(request: Request, pk: UUID) -> HttpResponse:
    """Out of the queue."""
    letters.withdraw(letter=_letter(request, pk), by=request.principal)
    messages.success(request, _("The letter will not be sent."))
    return redirect("accounts:letter", pk)
