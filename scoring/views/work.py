"""What waits for whoever asks."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.permissions import Permission
from audit import clock
from scoring.forms.work import WorkFilter
from scoring.selectors.work import COUNTED, count_of, work_of


@page(Permission.VIEW)
@require_safe
def index(request: Request) -> HttpResponse:
    """All of it, or one kind; what is overdue where the reader is first."""
    form = WorkFilter(request.GET)
    chosen = form.cleaned_data.get("what") if form.is_valid() else ""
    found = work_of(
        request.principal,
        sources=[chosen] if chosen else (),
        after=request.GET.get("after", ""),
    )
    return render(
        request,
        "scoring/work.html",
        {
            "form": form,
            "rows": [(one, reverse(one.page, args=[one.page_id])) for one in found.rows],
            "next": found.next,
            "filtered": bool(chosen),
            "today": timezone.localdate(clock.now()),
        },
    )


@never_cache
@page(Permission.VIEW)
@require_safe
def count(request: Request) -> HttpResponse:
    """How much it is, for the menu."""
    waiting = count_of(request.principal)
    if not waiting:
        return HttpResponse("")
    return HttpResponse(
        format_html(
            '<span class="site-nav__count">{}<span class="visually-hidden"> {}</span></span>',
            f"{COUNTED}+" if waiting > COUNTED else waiting,
            _("waiting"),
        )
    )
