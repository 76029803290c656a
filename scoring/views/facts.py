"""What one kind of fact says of an engagement: the value, what it was taken from, its history."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.permissions import Permission
from scoring import links
from scoring.fact_words import inputs_in_words
from scoring.facts.registry import SOURCES
from scoring.links import address
from scoring.selectors import facts
from vendors.selectors import engagements_visible_to


@page(Permission.READ_SCORES)
@require_safe
def indicator(request: Request, pk: UUID, key: str) -> HttpResponse:
    """An indicator of an engagement, now and before."""
    rows = engagements_visible_to(request.principal, Permission.READ_SCORES)
    engagement = get_object_or_404(rows, pk=pk)
    if key not in SOURCES:
        raise Http404
    title = str(SOURCES[key].title)
    history = facts.history_of(engagement.pk, key)
    now = history[0] if history and history[0].state != "nothing" else None
    vendor = engagement.vendor
    return render(
        request,
        "scoring/indicator.html",
        {
            "crumbs": [
                (_("Vendors"), address("scoring:vendors")),
                (vendor.name, address("scoring:vendor", vendor.pk)),
                (title, ""),
            ],
            "engagement": engagement,
            "title": title,
            "now": now,
            "inputs": inputs_in_words(key, now.inputs) if now else [],
            "history": history,
            "records_url": links.facts(vendor.pk, key),
        },
    )
