"""What ends in the months ahead, and open findings by age."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.permissions import Permission
from audit import clock, csv_file
from scoring import horizon_charts, links
from scoring.horizon_charts import KIND_WORDS
from scoring.selectors import portfolio as read
from scoring.selectors.portfolio import Portfolio
from scoring.selectors.portfolio.findings import SEVERITIES
from scoring.selectors.portfolio.horizon import KINDS
from scoring.views.portfolio import asked_today, show
from vendors.forms.findings import AGE_WORDS
from vendors.models import Finding


@page(Permission.VIEW)
@require_safe
def horizon(request: Request) -> HttpResponse:
    """What ends, on a time line, and what is still to be put right."""
    return show(request, "scoring:horizon", "scoring/dashboard/horizon.html", _shown)


def _shown(of: Portfolio) -> dict[str, Any]:
    if of.past:
        return {}
    ending, findings = read.horizon(of), read.open_findings(of)
    return {
        "horizon": horizon_charts.time_line(of, ending),
        "first": [(due, links.address(due.page, due.page_id)) for due in ending.first],
        "findings": horizon_charts.findings_by_age(of, findings),
        "oldest": findings.oldest,
        "findings_url": links.finding_list(of),
        "today": clock.today(),
    }


@page(Permission.VIEW)
@require_safe
def horizon_csv(request: Request) -> HttpResponseBase:
    """What ends, month by month."""
    head = [_("Month from"), *(str(KIND_WORDS[kind]) for kind in KINDS)]
    rows = [
        [month.start.isoformat() if month.start else _("Already passed"), *month.counts]
        for month in read.horizon(asked_today(request)).months
    ]
    return csv_file.stream("what-ends.csv", head, rows)


@page(Permission.VIEW)
@require_safe
def findings_csv(request: Request) -> HttpResponseBase:
    """Open findings by age and severity."""
    words = {key: str(label) for key, label in Finding.Severity.choices}
    head = [_("Raised"), *(words[one] for one in SEVERITIES), _("All")]
    rows = [
        [str(AGE_WORDS[age]), *counts, sum(counts)]
        for age, counts in read.open_findings(asked_today(request)).counts
    ]
    return csv_file.stream("findings-by-age.csv", head, rows)
