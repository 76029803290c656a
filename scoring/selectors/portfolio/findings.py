"""Open findings by age and severity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Case, CharField, Count, QuerySet, Value, When

from audit import clock
from audit.paging import Page, page
from scoring.selectors.portfolio.portfolio import Portfolio
from vendors.models import Finding
from vendors.selectors.findings import AGES, Filters, aged, findings, overdue

#: Severities, the worst first.
SEVERITIES: Final = tuple(reversed(Finding.Severity.values))
#: Shown of the oldest.
MOST: Final = 10


@dataclass(frozen=True, slots=True)
class OpenFindings:
    """Findings on which something is left to do. `counts`: by age (of AGES), then by severity."""

    counts: Sequence[tuple[str, tuple[int, ...]]]
    overdue: int
    oldest: Sequence[Finding]

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(sum(row) for _age, row in self.counts)


def open_findings(of: Portfolio) -> OpenFindings:
    """Those that are neither closed nor accepted, as it is today; two queries."""
    today = clock.today()
    rows = _open(of, Filters())
    age = Case(*(When(aged(key, today), then=Value(key)) for key in AGES), output_field=CharField())
    late = Case(When(overdue(today), then=Value(True)), default=Value(False))
    counted: Counter[tuple[str, str]] = Counter()
    passed = 0
    plain: Any = rows.select_related(None).order_by()
    for key, severity, is_late, count in (
        plain.annotate(age=age, late=late)
        .values_list("age", "severity", "late")
        .annotate(sum=Count("pk"))
    ):
        counted[key, severity] += count
        passed += count if is_late else 0
    return OpenFindings(
        counts=[(key, tuple(counted[key, one] for one in SEVERITIES)) for key in AGES],
        overdue=passed,
        oldest=list(rows.order_by("created_at", "pk")[:MOST]),
    )


def findings_page(
    of: Portfolio,
    *,
    age: str = "",
    severity: str = "",
    after: str | None = None,
    before: str | None = None,
) -> Page[Finding]:
    """All that are counted, or those of one age and severity, the newest first; one query."""
    rows = _open(of, Filters(age=age, severity=severity))
    return page(rows, keys=("id",), descending=True, after=after, before=before)


def _open(of: Portfolio, filters: Filters) -> QuerySet[Finding]:
    return of.only(findings(of.principal, of.unit, filters))
