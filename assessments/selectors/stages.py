"""Reading who sees to which stage, and how long the stages take."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import (
    Aggregate,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    FloatField,
    Q,
    QuerySet,
)
from django.db.models.functions import Extract

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import for_principal
from assessments.models import Assessment, Stage, StageRule, StageTime, SupplierRequest
from audit import clock

_DAY = 86_400.0


class Percentile(Aggregate):
    """The value below which a share of the rows lies (PostgreSQL percentile_cont)."""

    function = "percentile_cont"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True)
class Turnaround:
    """How a stage of a unit goes. Days; None where nothing has passed through yet.

    `late`: now in the stage for longer than the target. `kept`: share of those that ended within
    the target, in per cent.
    """

    stage: Stage
    rule: StageRule | None
    target_days: int
    ended: int
    median: float | None
    slow: float | None
    kept: int | None
    now: int
    late: int


def rules_of(unit: BusinessUnit) -> dict[str, StageRule]:
    """The rules of a unit by stage."""
    rows = StageRule.objects.filter(unit=unit).select_related("owner", "deputy")
    return {row.stage: row for row in rows}


def times_visible_to(principal: Principal) -> QuerySet[StageTime]:
    """The stays in units that whoever asks may see."""
    return for_principal(StageTime.objects.all(), principal, permission=Permission.VIEW)


def turnarounds(
    principal: Principal,
    unit: BusinessUnit,
    *,
    targets: dict[Stage, int],
    since: datetime,
) -> list[Turnaround]:
    """How the stages of a unit go: those that ended since a moment, and those that last now."""
    rules = rules_of(unit)
    took = ExpressionWrapper(F("ended_at") - F("began_at"), output_field=DurationField())
    found = []
    for stage in Stage:
        rule = rules.get(stage)
        target = rule.target_days if rule else targets[stage]
        allowed = timedelta(days=target)
        rows = times_visible_to(principal).filter(unit=unit, stage=stage)
        seconds = Extract(took, "epoch", output_field=FloatField())
        said = (
            rows.filter(ended_at__gte=since)
            .annotate(took=took, seconds=seconds)
            .aggregate(
                ended=Count("pk"),
                median=Percentile("seconds", share=0.5),
                slow=Percentile("seconds", share=0.9),
                within=Count("pk", filter=Q(took__lte=allowed)),
            )
        )
        open_rows = rows.filter(ended_at=None).aggregate(
            now=Count("pk"), late=Count("pk", filter=Q(began_at__lt=clock.now() - allowed))
        )
        ended = said["ended"]
        found.append(
            Turnaround(
                stage=stage,
                rule=rule,
                target_days=target,
                ended=ended,
                median=_days(said["median"]),
                slow=_days(said["slow"]),
                kept=round(100 * said["within"] / ended) if ended else None,
                now=open_rows["now"],
                late=open_rows["late"],
            )
        )
    return found


def _days(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / _DAY, 1)


@dataclass(frozen=True)
class Lasting:
    """Something that is in a stage now: what, since when, and until when it should be through."""

    stage: Stage
    title: str
    vendor: str
    began_at: datetime
    target: datetime
    late: bool
    page: str
    page_id: UUID


def lasting(
    principal: Principal,
    unit: BusinessUnit,
    *,
    targets: dict[Stage, int],
    most: int = 100,
) -> list[Lasting]:
    """What is in a stage now, the longest first; a constant number of queries."""
    rules = rules_of(unit)
    rows = list(
        times_visible_to(principal)
        .filter(unit=unit, ended_at=None)
        .select_related("vendor", "engagement")
        .order_by("began_at", "pk")[:most]
    )
    subjects = [row.subject for row in rows]
    requests = {row.pk: row for row in SupplierRequest.objects.filter(pk__in=subjects, unit=unit)}
    known = set(Assessment.objects.filter(pk__in=subjects, unit=unit).values_list("pk", flat=True))
    now = clock.now()
    found = []
    for row in rows:
        stage = Stage(row.stage)
        rule = rules.get(stage)
        target = row.began_at + timedelta(days=rule.target_days if rule else targets[stage])
        request = requests.get(row.subject)
        if request is None and row.subject not in known:
            continue
        found.append(
            Lasting(
                stage=stage,
                title=request.title if request else str(row.engagement or ""),
                vendor=request.vendor_name if request else str(row.vendor or ""),
                began_at=row.began_at,
                target=target,
                late=target < now,
                page="assessments:request" if request else "assessments:assessment",
                page_id=row.subject,
            )
        )
    return found
