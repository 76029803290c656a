"""Where a person is signed in, and ending that."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.doors import as_request
from accounts.selectors.sessions import shown
from accounts.services import sessions

_OTHERS = "others"


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The list; POST ends the session that `end` names, or all others."""
    asked = as_request(request)
    key = request.session.session_key
    if request.method == "POST":
        wanted = request.POST.get("end", "")
        if wanted == _OTHERS:
            count = sessions.end_others(user=asked.user, keep=key, by=asked.principal)
            messages.success(
                request,
                ngettext(
                    "%(count)d other session was ended.",
                    "%(count)d other sessions were ended.",
                    count,
                )
                % {"count": count},
            )
        else:
            sessions.end(user=asked.user, mark=wanted, by=asked.principal)
            messages.success(request, _("The session was ended."))
        return redirect("accounts:sessions")
    found = shown(asked.user, current_key=key)
    return render(
        request,
        "accounts/sessions.html",
        {
            "sessions": found,
            "others": sum(not one.current for one in found),
            "crumbs": [
                (_("Your profile"), reverse("accounts:profile")),
                (_("Where you are signed in"), ""),
            ],
        },
    )
