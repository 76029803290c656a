"""What closing a finding would be worth, for its page on the floor below."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.permissions import Permission
from scoring.links import address
from scoring.selectors.worth import worth_of
from vendors.selectors.findings import findings_visible_to


@page(Permission.READ_SCORES)
@require_safe
@never_cache
def of_finding(request: Request, pk: UUID) -> HttpResponse:
    """In a sentence; by itself where JavaScript does not put it into the page of the finding."""
    finding = get_object_or_404(
        findings_visible_to(request.principal, Permission.READ_SCORES), pk=pk
    )
    found = worth_of(finding)
    worth, score = found or (None, None)
    return render(
        request,
        "scoring/_finding_worth.html" if request.htmx else "scoring/finding_worth.html",
        {
            "finding": finding,
            "worth": worth,
            "score": score,
            "card_url": address("scoring:scorecard", score.assessment_id) if score else "",
            "crumbs": [
                (_("Findings"), reverse("vendors:findings")),
                (finding.title, reverse("vendors:finding", args=[finding.pk])),
                (_("What closing it would be worth"), ""),
            ],
        },
    )
