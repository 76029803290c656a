"""A member who has lost their second factor."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.permissions import Permission
from accounts.proof import proved
from accounts.second_factor_forms import ResetForm
from accounts.selectors import members_visible_to
from accounts.services import second_factor
from audit.errors import Invalid


@page(Permission.MANAGE_MEMBERS, everywhere=True)
@proved()
def reset(request: Request, pk: UUID) -> HttpResponse:
    """Remove every second factor of a member, after asking how one knows that it is them."""
    user = get_object_or_404(members_visible_to(request.principal), pk=pk)
    form = ResetForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            second_factor.reset(user=user, reason=form.cleaned_data["reason"], by=request.principal)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(
                request,
                _("The second factor of %(name)s was removed. They were told by e-mail.")
                % {"name": user.name},
            )
            return redirect("accounts:member", pk)
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": _("Reset the second factor"),
            "question": _("Remove every second factor of %(name)s?") % {"name": user.name},
            "text": _(
                "For somebody who has lost their telephone or key. They are signed out everywhere, "
                "and sign in with their password alone until they set up a new one. Make sure that "
                "it is them: call them back at a number that you know."
            ),
            "confirm_label": _("Reset"),
            "danger": True,
            "form": form,
            "cancel_url": reverse("accounts:member", args=[pk]),
            "crumbs": [
                (_("Members"), reverse("accounts:members")),
                (user.name, reverse("accounts:member", args=[pk])),
                (_("Reset the second factor"), ""),
            ],
        },
    )
