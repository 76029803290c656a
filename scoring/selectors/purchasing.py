"""What a buyer has under way: open assessments, whom each waits for, and the vendors they own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from accounts.models import BusinessUnit
from accounts.principal import Principal
from accounts.scoping import for_principal
from assessments.models import Assessment, Invitation
from assessments.models.stage import StageTime
from audit import clock
from scoring.models import Standing
from scoring.selectors import naming
from scoring.selectors.scope import standings_visible_to
from vendors.models import VendorUnit
from vendors.plain_text import plain
from vendors.selectors.work import person_id

Status = Assessment.Status
#: For whom an assessment can wait.
WAITS: Final = ("me", "vendor", "colleague", "legal")
#: Where a row has no day it stands behind all that have one.
NEVER: Final = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed down to; "" narrows nothing. `whose`: "" one's own, "all"."""

    waits: str = ""
    due: str = ""
    whose: str = ""
    q: str = ""


def under_way(
    principal: Principal, unit: BusinessUnit | None, filters: Filters
) -> QuerySet[Assessment]:
    """Open assessments with `waits`, `since` (when that began) and `due` (NEVER: no day).

    One's own are those that one fills in or has opened, and those about vendors that one owns in
    the unit of the assessment.
    """
    me, today = person_id(principal), clock.today()
    rows = for_principal(Assessment.objects.filter(status__in=Assessment.OPEN), principal)
    if unit is not None:
        rows = rows.filter(unit=unit)
    if filters.whose != "all":
        rows = rows.filter(Q(assigned_to=me) | Q(opened_by=me) | Q(Exists(_owned(me))))
    if filters.q:
        words = plain(filters.q).split()
        named = Q(vendor__in=naming.holding(words).values("vendor")) if words else Q()
        rows = rows.filter(named | Q(engagement__title__icontains=filters.q))
    match filters.due:
        case "late":
            rows = rows.filter(due_on__lt=today)
        case "week":
            rows = rows.filter(due_on__range=(today, today + timedelta(days=7)))
        case "none":
            rows = rows.filter(due_on=None)
    rows = rows.annotate(waits=_waits(me), due=Coalesce("due_on", Value(NEVER, DateField())))
    return rows.filter(waits=filters.waits) if filters.waits else rows


def with_all(rows: QuerySet[Assessment]) -> QuerySet[Assessment]:
    """The same with what each line of the page says; no query per row."""
    began = StageTime.objects.filter(subject=OuterRef("pk"), ended_at=None).order_by("-began_at")
    sent = (
        Invitation.objects.filter(assessment=OuterRef("pk"), revoked_at=None)
        .values("assessment")
        .annotate(last=Max("sent_at"))
        .values("last")
    )
    stage = Subquery(began.values("began_at")[:1])
    return (
        rows.annotate(
            since=Case(
                When(status=Status.SENT, then=Coalesce(Subquery(sent), stage, "opened_at")),
                default=Coalesce(stage, "opened_at"),
            )
        )
        .select_related(
            "vendor",
            "engagement",
            "assigned_to",
            "reviewer",
            "current_score__score",
            "current_score__model",
        )
        .defer(
            "questions",
            "current_score__inputs",
            "current_score__score__inputs",
            "current_score__model__document",
        )
    )


def counts(principal: Principal, unit: BusinessUnit | None, filters: Filters) -> dict[str, int]:
    """How many wait for each of `WAITS`, whichever of them was chosen (one query)."""
    all_of_them = Filters(due=filters.due, whose=filters.whose, q=filters.q)
    rows: QuerySet[Any] = under_way(principal, unit, all_of_them)
    found = dict(rows.order_by().values_list("waits").annotate(number=Count("pk")))
    return {one: found.get(one, 0) for one in WAITS}


def vendors_of(principal: Principal, unit: BusinessUnit | None) -> QuerySet[Standing]:
    """Where the vendors stand that the reader owns, in the working unit or in any."""
    linked = VendorUnit.objects.filter(owner=person_id(principal), vendor=OuterRef("vendor"))
    if unit is not None:
        linked = linked.filter(unit=unit)
    return standings_visible_to(principal, unit).filter(Exists(linked), archived=False)


def _owned(me: Any) -> QuerySet[VendorUnit]:
    return VendorUnit.objects.filter(owner=me, vendor=OuterRef("vendor"), unit=OuterRef("unit"))


def _waits(me: Any) -> Case:
    return Case(
        When(status=Status.SENT, then=Value("vendor")),
        When(status__in=(Status.SUBMITTED, Status.IN_REVIEW), then=Value("legal")),
        # Where nobody is named, whoever looks at it is asked to name somebody.
        When(Q(assigned_to=me) | Q(assigned_to=None), then=Value("me")),
        default=Value("colleague"),
        output_field=CharField(),
    )
