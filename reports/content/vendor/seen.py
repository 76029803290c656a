"""What a report on a vendor is written from, read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from accounts.models import BusinessUnit
from accounts.principal import Principal
from assessments.models import Assessment
from assessments.selectors.assessments import visible_to
from audit import clock
from scoring.decision_words import ShownDecision, shown
from scoring.selectors import scorecard, vendor_page
from scoring.selectors.decisions import current_of_many
from scoring.selectors.scorecard import Scorecard
from scoring.selectors.vendor import VendorPage
from vendors.models import Engagement, Evidence, Vendor
from vendors.selectors.evidence import evidence_visible_to, with_files


@dataclass(frozen=True, slots=True)
class Assessed:
    """An assessment that counts, with its score taken apart; None: never scored."""

    engagement: Engagement
    assessment: Assessment
    card: Scorecard | None
    drives: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """A vendor as `reader` sees it. `left_out`: documents that are counted and not named."""

    vendor: Vendor
    reader: Principal
    unit: BusinessUnit | None
    as_of: date
    page: VendorPage
    assessed: Sequence[Assessed]
    decisions: Mapping[UUID, ShownDecision]
    documents: Sequence[Evidence]
    left_out: int

    @property
    def driver(self) -> Assessed | None:
        """The assessment whose score is the vendor's."""
        return next((one for one in self.assessed if one.drives), None)

    @property
    def card(self) -> Scorecard | None:
        """Its score, taken apart."""
        return self.driver.card if self.driver else None

    @property
    def names(self) -> dict[UUID, str]:
        """The titles of documents that are named."""
        return {one.pk: one.title for one in self.documents}


def see(vendor: Vendor, reader: Principal, unit: BusinessUnit | None, *, with_strict: bool) -> Seen:
    """Read it. `with_strict`: documents that are strictly confidential are named, too."""
    page = vendor_page(vendor, reader, unit)
    counting = [
        (line.engagement, line.current) for line in page.engagements if line.current is not None
    ]
    whole = visible_to(reader).select_related(
        "questionnaire", "vendor", "engagement", "unit", "signed_off_by", "reviewer"
    )
    found = whole.in_bulk([one.assessment.pk for _engagement, one in counting])
    assessed = [
        Assessed(engagement, row, scorecard(row, reader), one.drives)
        for engagement, one in counting
        if (row := found.get(one.assessment.pk)) is not None
    ]
    known = current_of_many(
        [line.engagement for line in page.engagements],
        {engagement.pk: one.assessment for engagement, one in counting},
    )
    rows = evidence_visible_to(reader).filter(vendor=vendor)
    if unit is not None:
        rows = rows.filter(unit=unit)
    documents = list(with_files(rows).order_by("title", "pk"))
    named = [
        one
        for one in documents
        if with_strict or one.confidentiality != Evidence.Confidentiality.STRICT
    ]
    return Seen(
        vendor=vendor,
        reader=reader,
        unit=unit,
        as_of=clock.today(),
        page=page,
        # The one that makes the rating comes first.
        assessed=sorted(assessed, key=lambda one: not one.drives),
        decisions={pk: shown(one, reader) for pk, one in known.items()},
        documents=named,
        left_out=len(documents) - len(named),
    )
