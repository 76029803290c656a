"""The portfolio at a glance. Everything comes from roll-ups or from the top of an index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from django.db import connection
from django.db.models import CharField, F, Q, QuerySet, Sum, Value

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import for_principal
from assessments.models import Assessment
from assessments.selectors.assessments import overdue, waiting_for_review
from audit import clock
from scoring.engine.methodology import BANDS, DIMENSIONS, TIERS
from scoring.models import Band, BandCount, CurrentScore, DimensionCell, Methodology, Standing
from scoring.models.score import ScoreStatus
from scoring.selectors.scope import standings_visible_to, unit_filter

MONTHS: Final = 24
WORST: Final = 10
#: Work lists count up to here; beyond, they say "100+".
CAP: Final = 100
#: Tiles count up to here; beyond, they say "1,000+".
COUNTED: Final = 1_000
#: Shown of each work list.
SHOWN: Final = 5
#: Ageing and expiries within so many days are announced.
SOON: Final = timedelta(days=30)
#: All bands, best first, then not rated.
ALL_BANDS: Final = (*BANDS, Band.NOT_RATED.value)


Kind = Literal["review", "returned", "overdue", "mine", "expiring"]


@dataclass(frozen=True, slots=True)
class BandTile:
    """Vendors of a band; `final` and `provisional` of those rated."""

    band: str
    vendors: int
    final: int
    provisional: int


@dataclass(frozen=True, slots=True)
class Cell:
    """Rated vendors of a tier in one dimension; `mean` in milli-points, None without a vendor."""

    dimension: str
    tier: str
    vendors: int
    mean: int | None


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """Vendors per band (in the order of ALL_BANDS) at the end of a month, or today."""

    day: date
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WorkItem:
    """An assessment that waits for somebody. `day`: due, or when the score next changes."""

    assessment_id: UUID
    vendor_id: UUID
    vendor: str
    engagement: str
    status: str
    day: date | None


@dataclass(frozen=True, slots=True)
class WorkList:
    """What needs somebody today; `count` is exact unless `more`."""

    kind: Kind
    items: Sequence[WorkItem]
    count: int
    more: bool


@dataclass(frozen=True, slots=True)
class MethodChange:
    """A day on which another methodology came into force: scores jump without any vendor moving."""

    day: date
    title: str
    methodology_id: UUID


@dataclass(frozen=True, slots=True)
class Dashboard:
    """All of the dashboard. `heat` holds every dimension x tier, worst tier first."""

    vendors: int
    rated: int
    provisional: int
    not_rated: int
    serious: int
    # Vendors with a knock-out, assessments handed in, those past their day; each up to COUNTED.
    blocked: int
    to_review: int
    overdue: int
    bands: Sequence[BandTile]
    heat: Sequence[Sequence[Cell]]
    trend: Sequence[TrendPoint]
    methods: Sequence[MethodChange]
    worst: Sequence[Standing]
    work: Sequence[WorkList]


def dashboard(principal: Principal, unit: BusinessUnit | None) -> Dashboard:
    """The dashboard of a unit, or over all units (None); eight queries.

    Raises NotAllowed for a unit that is not theirs, and for all units unless they see all.
    """
    scope = unit_filter(principal, unit)
    bands = _bands(scope)
    count = {tile.band: tile.vendors for tile in bands}
    vendors = sum(count.values())
    waiting = _waiting(principal, unit)
    return Dashboard(
        vendors=vendors,
        rated=vendors - count[Band.NOT_RATED],
        provisional=sum(tile.provisional for tile in bands),
        not_rated=count[Band.NOT_RATED],
        serious=count[Band.HIGH] + count[Band.CRITICAL],
        blocked=waiting["blocked"],
        to_review=waiting["review"],
        overdue=waiting["overdue"],
        bands=bands,
        heat=_heat(scope),
        trend=_trend(unit),
        methods=_methods(),
        worst=_worst(principal, unit),
        work=_work(principal, unit),
    )


def _bands(scope: dict[str, Any]) -> list[BandTile]:
    sums: dict[tuple[str, str], int] = {
        (row["band"], row["status"]): row["sum"]
        for row in BandCount.objects.filter(**scope)
        .values("band", "status")
        .annotate(sum=Sum("vendors"))
    }
    return [
        BandTile(
            band=band,
            vendors=sum(count for (of, _), count in sums.items() if of == band),
            final=sums.get((band, ScoreStatus.FINAL), 0),
            provisional=sums.get((band, ScoreStatus.PROVISIONAL), 0),
        )
        for band in ALL_BANDS
    ]


def _heat(scope: dict[str, Any]) -> list[list[Cell]]:
    cells = {
        (row.dimension, row.tier): row
        for row in DimensionCell.objects.filter(**scope, vendors__gt=0)
    }
    return [
        [
            Cell(
                dimension=dimension,
                tier=tier,
                vendors=found.vendors if (found := cells.get((dimension, tier))) else 0,
                mean=round(found.total / found.vendors) if found else None,
            )
            for tier in TIERS
        ]
        for dimension in DIMENSIONS
    ]


_DELTAS: Final = """
SELECT greatest(date_trunc('month', day)::date, %(start)s), band, sum(delta)
FROM scoring_daydelta WHERE {unit} AND day <= %(today)s GROUP BY 1, 2
"""


def _trend(unit: BusinessUnit | None) -> list[TrendPoint]:
    """Running sums from before the first month on; the last point is today."""
    today = clock.today()
    months = [_month(today, back) for back in range(MONTHS - 1, -1, -1)]
    moved: dict[tuple[date, str], int] = {}
    condition = "unit_id IS NULL" if unit is None else "unit_id = %(unit)s"
    with connection.cursor() as cursor:
        cursor.execute(
            _DELTAS.format(unit=condition),
            {"start": months[0], "today": today, "unit": unit.pk if unit else None},
        )
        for month, band, delta in cursor.fetchall():
            moved[month, band] = int(delta)
    points: list[TrendPoint] = []
    running = dict.fromkeys(ALL_BANDS, 0)
    for at, month in enumerate(months):
        for band in ALL_BANDS:
            running[band] += moved.get((month, band), 0)
        last = at == len(months) - 1
        day = today if last else months[at + 1] - timedelta(days=1)
        points.append(TrendPoint(day=day, counts=tuple(running[band] for band in ALL_BANDS)))
    return points


def _month(day: date, back: int) -> date:
    """The first of the month `back` months before."""
    year, month = divmod(day.year * 12 + day.month - 1 - back, 12)
    return date(year, month + 1, 1)


def _methods() -> list[MethodChange]:
    rows = Methodology.objects.filter(published_at__isnull=False).order_by("published_at")
    return [
        MethodChange(day=published_at.date(), title=f"{title} {version}", methodology_id=pk)
        for pk, published_at, title, version in rows.values_list(
            "pk", "published_at", "title", "version"
        )
        if published_at is not None
    ]


def _worst(principal: Principal, unit: BusinessUnit | None) -> list[Standing]:
    rows = standings_visible_to(principal, unit).filter(archived=False, sort_points__gte=0)
    return list(rows.order_by("-sort_points", "vendor_id")[:WORST])


def _waiting(principal: Principal, unit: BusinessUnit | None) -> Counter[str]:
    """How many are blocked, wait for a reviewer, are overdue: each up to COUNTED, in one query."""
    blocked = standings_visible_to(principal, unit).filter(blocked=True, archived=False)
    parts: list[QuerySet[Any, Any]] = [blocked.order_by().annotate(kind=_kind("blocked"))]
    parts += [
        _of_unit(Assessment.objects.filter(condition), principal, unit, Permission.VIEW)
        .order_by()
        .annotate(kind=_kind(kind))
        for kind, condition in (
            ("review", waiting_for_review()),
            ("overdue", overdue()),
        )
    ]
    first, *rest = (part.values_list("kind", flat=True)[:COUNTED] for part in parts)
    return Counter(first.union(*rest, all=True))


def _kind(name: str) -> Value:
    return Value(name, CharField())


_FIELDS: Final = ("kind", "pk", "vendor_id", "vendor__name", "engagement__title", "status", "day")


def _work(principal: Principal, unit: BusinessUnit | None) -> list[WorkList]:
    """The lists of those things that they may do something about; two queries."""
    today = clock.today()
    status = Assessment.Status
    wanted: list[tuple[Kind, Permission, Q]] = [
        ("review", Permission.REVIEW, waiting_for_review()),
        ("returned", Permission.ANSWER, Q(status=status.RETURNED)),
        ("overdue", Permission.ANSWER, overdue()),
    ]
    if principal.kind == "user":
        mine = Q(status=status.DRAFT, assigned_to=principal.id)
        wanted.append(("mine", Permission.ANSWER, mine))
    parts = [
        _of_unit(Assessment.objects.filter(condition), principal, unit, permission)
        .annotate(kind=_kind(kind), day=F("due_on"))
        .order_by(F("due_on").asc(nulls_last=True), "pk")
        .values_list(*_FIELDS)[: CAP + 1]
        for kind, permission, condition in wanted
        if principal.can(permission, unit.pk if unit else None)
    ]
    rows: list[Any] = []
    if parts:
        rows = list(parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0])
    lists = [
        _list(kind, [row[1:] for row in rows if row[0] == kind])
        for kind, permission, _ in wanted
        if principal.can(permission, unit.pk if unit else None)
    ]
    return [*lists, _list("expiring", _expiring(principal, unit, today))]


def _expiring(principal: Principal, unit: BusinessUnit | None, today: date) -> list[Any]:
    rows = CurrentScore.objects.filter(
        next_change__lte=today + SOON, assessment__status=Assessment.Status.APPROVED
    )
    rows = for_principal(rows, principal)
    if unit is not None:
        rows = rows.filter(unit=unit)
    return list(
        rows.order_by("next_change", "pk").values_list(
            "pk", "vendor_id", "vendor__name", "assessment__engagement__title",
            "assessment__status",
            "next_change",
        )[: CAP + 1]
    )  # fmt: skip


def _of_unit(
    rows: QuerySet[Assessment],
    principal: Principal,
    unit: BusinessUnit | None,
    permission: Permission,
) -> QuerySet[Assessment]:
    rows = for_principal(rows, principal, permission=permission)
    return rows if unit is None else rows.filter(unit=unit)


def _list(kind: Kind, rows: list[Any]) -> WorkList:
    items = [WorkItem(*row) for row in rows[:SHOWN]]
    return WorkList(kind=kind, items=items, count=min(len(rows), CAP), more=len(rows) > CAP)
