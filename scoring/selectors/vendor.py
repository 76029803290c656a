"""Everything the page of one vendor shows about its scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import Combinable

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import for_principal, open_events
from assessments.models import Assessment
from audit.models import Event
from scoring.models import CurrentScore, Standing
from scoring.selectors.scope import standings_visible_to
from scoring.selectors.scores import unread
from scoring.selectors.turns import Turn, turns
from scoring.selectors.vendor_log import readable
from vendors.models import Engagement, Vendor, VendorUnit
from vendors.selectors.holds import is_held
from vendors.selectors.holds import standing as holds_standing
from vendors.selectors.limits import hidden_of, some_hidden
from vendors.selectors.merges import all_ids_of

#: Shown of the history and of the events.
HISTORY: Final = 24
EVENTS: Final = 10


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

    `links`: the units that work with it, of those the principal sees. `partial`: it also works with
    units whose scores are not counted here. `history` holds past standings, latest first, one per
    day on which something changed; `turns` say why, one for each. `events` are read when somebody
    looks at them.
    """

    vendor: Vendor
    unit: BusinessUnit | None
    standing: Standing | None
    links: Sequence[VendorUnit]
    partial: bool
    # An engagement of theirs is limited to others: counted in the rating, and not shown.
    hidden: bool
    held: bool
    engagements: Sequence[EngagementLine]
    history: Sequence[Standing]
    turns: Sequence[Turn]
    events: QuerySet[Event]


_CLOSED: Final = Assessment.Status.CLOSED
_DRAFTS: Final = frozenset({Assessment.Status.DRAFT, Assessment.Status.SENT})


def vendor_page(vendor: Vendor, principal: Principal, unit: BusinessUnit | None) -> VendorPage:
    """The page of a vendor the caller has found among those visible; six queries, or seven
    where `marks` were read along with it, and two more where not.

    A `unit` that does not work with the vendor is taken as None: all that the principal sees.
    """
    linked = VendorUnit.objects.filter(vendor=vendor).select_related("unit", "owner")
    links = list(linked.order_by("unit__name"))
    asked = unit
    if unit is not None and unit.pk not in {link.unit_id for link in links}:
        unit = None
    theirs = principal.units()
    counted = {unit.pk} if unit is not None else theirs
    present, history = _standings(vendor, principal, unit)
    engagements = _engagements(vendor, principal, unit, present)
    # What was read along was asked of the unit that was asked for.
    mark = "hides" if unit == asked else ""
    hides = unit.pk if unit else None
    hidden = _mark(vendor, mark, lambda: some_hidden(principal, vendor.pk, hides))
    return VendorPage(
        vendor=vendor,
        unit=unit,
        standing=present,
        links=[link for link in links if theirs is None or link.unit_id in theirs],
        partial=counted is not None and any(link.unit_id not in counted for link in links),
        hidden=hidden,
        held=_mark(vendor, "on_hold", lambda: is_held(vendor.pk)),
        engagements=engagements,
        history=history,
        turns=turns(history, principal),
        events=_events(vendor, engagements, principal, unit, hidden=hidden),
    )


def marks(principal: Principal, unit: BusinessUnit | None) -> dict[str, Combinable]:
    """What a vendor is read with for its page, so that nothing of this takes a query more."""
    hidden = hidden_of(principal, unit.pk if unit else None)
    return {
        "on_hold": Exists(holds_standing().filter(vendor=OuterRef("pk"), engagement=None)),
        "hides": Value(False) if hidden is None else Exists(hidden.filter(vendor=OuterRef("pk"))),
    }


def _mark(vendor: Vendor, name: str, otherwise: Callable[[], bool]) -> bool:
    found: bool | None = getattr(vendor, name, None)
    return otherwise() if found is None else found


def _standings(
    vendor: Vendor, principal: Principal, unit: BusinessUnit | None
) -> tuple[Standing | None, list[Standing]]:
    """The present standing, and those before it as well, latest first."""
    units = principal.units()
    if unit is not None and not principal.can(Permission.VIEW, unit.pk):
        return None, []
    rows = Standing.objects.filter(vendor=vendor)
    if unit is None and units is not None and len(units) > 1:
        present = standings_visible_to(principal).filter(vendor=vendor).first()
        if present is None:
            return None, []
        rows = rows.filter(unit=present.unit_id)
    elif unit is None and units is None:
        rows = rows.filter(unit__isnull=True)
    else:
        rows = rows.filter(unit__in=units or () if unit is None else [unit.pk])
    history = list(rows.order_by("-valid_from")[:HISTORY])
    return next((row for row in history if row.valid_to is None), None), history


def _engagements(
    vendor: Vendor,
    principal: Principal,
    unit: BusinessUnit | None,
    standing: Standing | None,
) -> list[EngagementLine]:
    engagements = for_principal(
        Engagement.objects.filter(vendor=vendor)
        .select_related("unit")
        .annotate(on_hold=Exists(holds_standing().filter(engagement=OuterRef("pk")))),
        principal,
    )
    assessments = for_principal(
        Assessment.objects.filter(vendor=vendor)
        .select_related(
            "current_score__score",
            "current_score__model__methodology",
            "questionnaire",
            "assigned_to",
        )
        .defer(
            "questions",
            "questionnaire__content",
            *unread("current_score__"),
        ),
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
    *,
    hidden: bool,
) -> QuerySet[Event]:
    """The latest entries of the log about the vendor and what was seen of it, latest first.

    As far as they are readable (`vendor_log`).
    """
    # Most vendors were never merged: whoever has read so spares the query.
    about = all_ids_of(vendor.pk) if getattr(vendor, "took_in", True) else [vendor.pk]
    for line in engagements:
        about += [line.engagement.pk, *(one.assessment.pk for one in line.assessments)]
    rows = Event.objects.filter(aggregate_id__in=about).filter(readable(principal))
    if hidden:
        rows = open_events(rows, principal)
    rows = rows.select_related("detail", "sealed")
    if unit is not None:
        rows = rows.filter(Q(unit_id__isnull=True) | Q(unit_id=unit.pk))
    return rows.order_by("-position")[:EVENTS]
