"""How far the scores are that wait for what was recorded of a country."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import long_work
from accounts.doors import Request, page
from accounts.long_work import Work
from accounts.permissions import Permission
from scoring.links import address
from scoring.selectors.catching_up import of_country
from vendors import law_words
from vendors.views.law import found


@page(Permission.VIEW)
@require_safe
@never_cache
def country(request: Request, code: str) -> HttpResponse:
    """Of the vendors that the reader sees and the country concerns, how many are scored again."""
    there = found(code)
    far = of_country(there, request.principal)
    name = law_words.place_name(there.code)
    return long_work.show(
        request,
        Work(_("Vendors scored again"), far.total - far.waiting, far.total),
        page="scoring/country_scores.html",
        part="scoring/_country_scores.html",
        running=far.waiting > 0,
        context={
            "country": there,
            "name": name,
            "waited": "said" in request.GET,
            "crumbs": [
                (_("Countries"), address("vendors:countries")),
                (name, address("vendors:country", there.code)),
                (_("Scores"), ""),
            ],
        },
    )
