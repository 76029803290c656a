"""Charts of what ends in the months ahead, and of how old open findings are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from scoring import links
from scoring.charts import Chart
from scoring.selectors.portfolio import Horizon, Month, OpenFindings, Portfolio
from scoring.selectors.portfolio.findings import SEVERITIES
from scoring.selectors.portfolio.horizon import KINDS
from vendors.forms.findings import AGE_WORDS
from vendors.models import Finding

KIND_WORDS: Final[Mapping[str, str | Promise]] = {
    "contract": lazy("Contracts: notice or end"),
    "policy": lazy("Insurance"),
    "evidence": lazy("Evidence"),
}


def month_name(month: Month) -> str:
    """What a month of the time line is called; what has passed is a month of its own."""
    return date_format(month.start, "M Y") if month.start else _("Already passed")


def time_line(of: Portfolio, found: Horizon) -> Chart:
    """What ends, month by month, kind by kind."""
    names = [month_name(month) for month in found.months]
    hrefs = [[links.due_list(of, kind, month.start) for kind in KINDS] for month in found.months]
    return {
        "id": "horizon",
        "kind": "stack",
        "title": _("What ends in the next twelve months"),
        "summary": _horizon_summary(found),
        "data": {
            "x": names,
            "series": [
                {
                    "name": str(KIND_WORDS[kind]),
                    "values": [month.counts[at] for month in found.months],
                    "hrefs": [urls[at] for urls in hrefs],
                }
                for at, kind in enumerate(KINDS)
            ],
        },
        "head": [_("Month"), *(str(KIND_WORDS[kind]) for kind in KINDS)],
        "rows": [
            (name, *(_cell(count, url) for count, url in zip(month.counts, urls, strict=True)))
            for name, month, urls in zip(names, found.months, hrefs, strict=True)
        ],
        "csv_url": links.page_of("scoring:horizon_csv", of),
        "nothing": not any(any(month.counts) for month in found.months),
    }


def _cell(count: int, url: str) -> Any:
    return {"label": count, "url": url} if count and url else count


def _horizon_summary(found: Horizon) -> str:
    passed, *ahead = (sum(month.counts) for month in found.months)
    coming = sum(ahead)
    if not coming and not passed:
        return _("Nothing ends in the next twelve months, and nothing has passed.")
    said = [
        ngettext(
            "%(count)s date in the next twelve months.",
            "%(count)s dates in the next twelve months.",
            coming,
        )
        % {"count": coming}
    ]
    if coming > 1:
        most = max(range(len(ahead)), key=lambda at: ahead[at])
        said.append(
            _("Most of them, %(count)s, in %(month)s.")
            % {
                "month": date_format(found.months[most + 1].start or date.max, "F Y"),
                "count": ahead[most],
            }
        )
    if passed:
        said.append(
            ngettext(
                "%(count)s has passed, and nobody has dealt with it.",
                "%(count)s have passed, and nobody has dealt with them.",
                passed,
            )
            % {"count": passed}
        )
    return " ".join(said)


def findings_by_age(of: Portfolio, found: OpenFindings) -> Chart:
    """Open findings by how long ago they were raised, severity by severity."""
    ages = [str(AGE_WORDS[age]) for age, _counts in found.counts]
    words = {key: str(label) for key, label in Finding.Severity.choices}
    return {
        "id": "findings",
        "kind": "stack",
        "title": _("Open findings by age"),
        "summary": _findings_summary(found),
        "data": {
            "x": ages,
            "series": [
                {
                    "name": words[severity],
                    "band": severity if severity != "moderate" else "elevated",
                    "values": [counts[at] for _age, counts in found.counts],
                    "hrefs": [
                        links.finding_list(of, age=age, severity=severity)
                        for age, _counts in found.counts
                    ],
                }
                for at, severity in enumerate(SEVERITIES)
            ],
        },
        "head": [_("Raised"), *(words[severity] for severity in SEVERITIES), _("All")],
        "rows": [
            (
                name,
                *(
                    _cell(count, links.finding_list(of, age=age, severity=severity))
                    for count, severity in zip(counts, SEVERITIES, strict=True)
                ),
                sum(counts),
            )
            for name, (age, counts) in zip(ages, found.counts, strict=True)
        ],
        "csv_url": links.page_of("scoring:findings_csv", of),
        "nothing": not found.total,
    }


def _findings_summary(found: OpenFindings) -> str:
    if not found.total:
        return _("No finding is open.")
    said = ngettext("%(count)s finding is open.", "%(count)s findings are open.", found.total) % {
        "count": found.total
    }
    if not found.overdue:
        return _("%(said)s None of them is past its day.") % {"said": said}
    late = ngettext(
        "%(count)s is past the day set for it.",
        "%(count)s are past the day set for them.",
        found.overdue,
    ) % {"count": found.overdue}
    return f"{said} {late}"
