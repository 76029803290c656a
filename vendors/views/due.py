"""What comes due: days for notice, ends, expiries, and whatever else is recorded with a day."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.permissions import Permission
from accounts.units import working_unit
from audit import clock
from vendors.forms.due import DueFilter
from vendors.selectors.due import coming_up


@page(Permission.VIEW)
@require_safe
def index(request: Request) -> HttpResponse:
    """Everything up to a day, what has passed first."""
    form = DueFilter(request.GET)
    today = clock.today()
    since, until = form.span(today)
    found = coming_up(
        request.principal,
        working_unit(request),
        since=since,
        until=until,
        sources=form.sources(),
        after=request.GET.get("after", ""),
    )
    return render(
        request,
        "vendors/due/index.html",
        {
            "rows": [(due, reverse(due.page, args=[due.page_id])) for due in found.rows],
            "next": found.next,
            "form": form,
            "today": today,
            "unit": working_unit(request),
            "crumbs": [(_("Coming up"), "")],
        },
    )
