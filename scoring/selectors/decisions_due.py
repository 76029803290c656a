"""Where a decision is due: on what, and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from assessments.models import Assessment
from audit import clock
from scoring.models import CurrentScore, Decision
from scoring.selectors.decisions import DRAFTS
from scoring.selectors.listing import all_listed
from scoring.verdicts import APPROVALS, Listed, Verdict
from vendors.models import Engagement
from vendors.selectors import engagements_visible_to

#: An approval is due for renewal this many days before its last one.
AHEAD: Final = timedelta(days=30)
_TEXTS: Final[ArrayField[Any, Any]] = ArrayField(CharField())
#: States of the list of what is due, beside "" for all of them.
DUE_STATES: Final = ("undecided", "expired", "overtaken", "listed", "expiring", "on_hold")


def due(principal: Principal, unit: BusinessUnit | None, state: str = "") -> QuerySet[Any]:
    """Engagements under way on which somebody has to decide; `state`: one of DUE_STATES.

    Signed off and never decided on, expired, expiring soon, on hold, or overtaken by the score or
    by a list of sanctions.
    """
    rows = engagements_visible_to(principal, Permission.READ_SCORES)
    if unit is not None:
        rows = rows.filter(unit=unit)
    rows = _annotated(rows.exclude(status=Engagement.Status.ENDED))
    found = _conditions(clock.today())
    wanted = found.get(state)
    if wanted is None:
        wanted = Q()
        for one in found.values():
            wanted |= one
    return rows.filter(wanted)


def _annotated(rows: QuerySet[Engagement]) -> QuerySet[Any]:
    latest = Decision.objects.filter(engagement=OuterRef("pk")).order_by("-number")
    counting = (
        Assessment.objects.filter(engagement=OuterRef("pk"))
        .exclude(status=Assessment.Status.CLOSED)
        .annotate(draft=Case(When(status__in=DRAFTS, then=1), default=0))
        .order_by("draft", "-pk")
    )
    score = CurrentScore.objects.filter(assessment=OuterRef("counting"))
    # The second byte of the figures holds the flags (`scoring.figures`); 1: blocked.
    flags = Func(
        Coalesce(F("figures"), F("score__figures")),
        Value(1),
        function="get_byte",
        output_field=IntegerField(),
    )
    return rows.annotate(
        verdict=Subquery(latest.values("verdict")[:1]),
        decision_expires_on=Subquery(latest.values("expires_on")[:1]),
        blocked_then=Subquery(latest.values("blocked")[:1], output_field=BooleanField()),
        rank_then=_rank(Subquery(latest.values("band")[:1], output_field=CharField())),
        counting=Subquery(counting.values("pk")[:1]),
        counting_status=Subquery(counting.values("status")[:1]),
    ).annotate(
        rank_now=_rank(Subquery(score.values("band")[:1], output_field=CharField())),
        flags_now=Coalesce(Subquery(score.annotate(flags=flags).values("flags")[:1]), Value(0)),
    )


def _rank(band: Any) -> Any:
    """A band as a number, the best 1; 0 where there is no rating."""
    place = Func(
        Value(["low", "moderate", "elevated", "high", "critical"], _TEXTS),
        band,
        function="array_position",
        output_field=IntegerField(),
    )
    return Coalesce(place, Value(0))


def _conditions(today: date) -> dict[str, Q]:
    approved = Q(verdict__in=[one.value for one in APPROVALS])
    decided = Q(verdict__isnull=False)
    in_force = ~Q(decision_expires_on__lt=today) | Q(decision_expires_on__isnull=True)
    rated_then, rated_now = Q(rank_then__gt=0), Q(rank_now__gt=0)
    blocks, blocked = Q(flags_now=1), Q(blocked_then=True)
    worse = (blocks & ~blocked) | (rated_then & rated_now & Q(rank_now__gt=F("rank_then")))
    worse |= (rated_then & ~rated_now) | (~rated_then & rated_now)
    better = (blocked & ~blocks) | (rated_then & rated_now & Q(rank_now__lt=F("rank_then")))
    better |= ~rated_then & rated_now
    listed = all_listed(today)
    # Who is listed in part may be ordered from on conditions, once somebody has set them.
    now_listed = Q(vendor__in=_of(listed, Listed.YES)) | Q(
        vendor__in=_of(listed, Listed.IN_PART), verdict=Verdict.APPROVED.value
    )
    return {
        "undecided": Q(verdict__isnull=True, counting_status=Assessment.Status.APPROVED),
        "expired": Q(decision_expires_on__lt=today),
        "overtaken": decided & in_force & ((approved & worse) | (~approved & better)),
        "listed": approved & in_force & now_listed,
        "expiring": Q(decision_expires_on__gte=today, decision_expires_on__lte=today + AHEAD),
        "on_hold": Q(verdict=Verdict.ON_HOLD.value),
    }


def _of(listed: Mapping[UUID, Listed], how: Listed) -> list[UUID]:
    return [pk for pk, one in listed.items() if one is how]
