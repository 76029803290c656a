"""Everything the page of one vendor shows about its scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from accounts.models import BusinessUnit
from accounts.principal import Principal
from accounts.scoping import for_principal
from assessments.models import Assessment
from audit.models import Event
from scoring.models import CurrentScore, Standing
from scoring.selectors.scope import is_partial, standings_visible_to
from vendors.models import Engagement, Vendor

#: Shown of the history and of the events.
HISTORY: Final = 24
EVENTS: Final = 15


@dataclass(frozen=True, slots=True)
class AssessmentLine:
    """An assessment with its current score, None until it is first scored."""

    assessment: Assessment
    score: CurrentScore | None
    drives: bool


@dataclass(frozen=True, slots=True)
class EngagementLine:
    """An engagement with its assessments, latest first."""

    engagement: Engagement
    assessments: Sequence[AssessmentLine]

    @property
    def current(self) -> AssessmentLine | None:
        """The assessment that counts: the latest one handed in, else the draft; none if closed."""
        live = [one for one in self.assessments if one.assessment.status != _CLOSED]
        handed_in = [one for one in live if one.assessment.status not in _DRAFTS]
        return next(iter(handed_in or live), None)


@dataclass(frozen=True, slots=True)
class VendorPage:
    """A vendor as `principal` sees it in a unit, or over all units.

    `partial`: the vendor also works with units whose scores are not counted here. `history` holds
    past standings, latest first, one per day on which something changed.
    """

    vendor: Vendor
    standing: Standing | None
    partial: bool
    engagements: Sequence[EngagementLine]
    history: Sequence[Standing]
    events: Sequence[Event]


_CLOSED: Final = Assessment.Status.CLOSED
_DRAFTS: Final = frozenset({Assessment.Status.DRAFT, Assessment.Status.SENT})


def vendor_page(vendor: Vendor, principal: Principal, unit: BusinessUnit | None) -> VendorPage:
    """The page of a vendor the caller has found among those visible; six queries."""
    standing = standings_visible_to(principal, unit).filter(vendor=vendor).first()
    engagements = _engagements(vendor, principal, unit, standing)
    history: list[Standing] = []
    if standing is not None:
        rows = Standing.objects.filter(vendor=vendor, unit=standing.unit_id)
        history = list(rows.order_by("-valid_from")[:HISTORY])
    return VendorPage(
        vendor=vendor,
        standing=standing,
        partial=is_partial(principal, vendor.pk, unit),
        engagements=engagements,
        history=history,
        events=_events(vendor, engagements, principal, unit),
    )


def _engagements(
    vendor: Vendor,
    principal: Principal,
    unit: BusinessUnit | None,
    standing: Standing | None,
) -> list[EngagementLine]:
    engagements = for_principal(
        Engagement.objects.filter(vendor=vendor).select_related("unit"), principal
    )
    assessments = for_principal(
        Assessment.objects.filter(vendor=vendor)
        .select_related("current_score", "questionnaire", "assigned_to")
        .defer("questionnaire__content", "current_score__packed", "questions"),
        principal,
    )
    if unit is not None:
        engagements, assessments = engagements.filter(unit=unit), assessments.filter(unit=unit)
    lines: dict[object, list[AssessmentLine]] = {}
    for one in assessments.order_by("-pk"):
        lines.setdefault(one.engagement_id, []).append(
            AssessmentLine(
                assessment=one,
                score=getattr(one, "current_score", None),
                drives=standing is not None and standing.driver == one.pk,
            )
        )
    return [
        EngagementLine(engagement=one, assessments=lines.get(one.pk, ()))
        for one in engagements.order_by("status", "-pk")
    ]


def _events(
    vendor: Vendor,
    engagements: Sequence[EngagementLine],
    principal: Principal,
    unit: BusinessUnit | None,
) -> list[Event]:
    """The latest events about the vendor and what was seen of it, latest first."""
    about = [vendor.pk]
    for line in engagements:
        about += [line.engagement.pk, *(one.assessment.pk for one in line.assessments)]
    rows = Event.objects.filter(aggregate_id__in=about)
    units = {unit.pk} if unit is not None else principal.units()
    if units is not None:
        rows = rows.filter(Q(unit_id__isnull=True) | Q(unit_id__in=units))
    return list(rows.defer("digest", "detail_digest").order_by("-position")[:EVENTS])
