"""The rules of retention, with what each would take away now."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.permissions import Permission
from assessments.selectors import retention


@require_safe
@page(Permission.MANAGE_MEMBERS, everywhere=True)
def index(request: Request) -> HttpResponse:
    """A dry run: nothing is erased by looking."""
    title = _("Rules of retention")
    return render(
        request,
        "assessments/retention.html",
        {
            "title": title,
            "due": retention.due_now(),
            "last": retention.last_run(),
            "crumbs": [(_("Organisation"), reverse("accounts:organisation")), (title, "")],
        },
    )
