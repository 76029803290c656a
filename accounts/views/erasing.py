"""What is held about a member who has left: handing it out, and erasing it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.doors import Request, page
from accounts.models import User
from accounts.permissions import Permission
from accounts.proof import proved
from accounts.selectors.held import HEADINGS, former_members, held_about
from accounts.services import erasing as service

MANAGE = Permission.MANAGE_MEMBERS


@page(MANAGE, everywhere=True)
def held(request: Request, pk: UUID) -> HttpResponse:
    """What there is, by number; POST hands all of it out as a file."""
    user = get_object_or_404(former_members(request.principal), pk=pk)
    if request.method == "POST":
        content = service.export(user=user, by=request.principal)
        response = HttpResponse(content, content_type="application/zip")
        response["Content-Disposition"] = f'attachment; filename="held-{user.pk}.zip"'
        response["Cache-Control"] = "no-store"
        return response
    return _page(request, user, _("What is held about a former member"), erases=False)


@page(MANAGE, everywhere=True)
@proved()
def erase(request: Request, pk: UUID) -> HttpResponse:
    """Erase a former member, after saying what goes and what stays."""
    user = get_object_or_404(former_members(request.principal), pk=pk)
    if request.method == "POST":
        service.erase_member(user=user, by=request.principal)
        messages.success(request, _("The member was erased. The record can still be verified."))
        return redirect("accounts:members")
    return _page(request, user, _("Erase a former member"), erases=True)


def _page(request: Request, user: User, title: str, *, erases: bool) -> HttpResponse:
    return render(
        request,
        "accounts/held_member.html",
        {
            "title": title,
            "name": user.name,
            "erases": erases,
            "may_erase": not service.is_erased(user),
            "counts": [(HEADINGS[name], len(rows)) for name, rows in held_about(user).items()],
            "cancel_url": reverse("accounts:member", args=[user.pk]),
            "crumbs": [
                (_("Members"), reverse("accounts:members")),
                (user.name, reverse("accounts:member", args=[user.pk])),
                (title, ""),
            ],
        },
    )
