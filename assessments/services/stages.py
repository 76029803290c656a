"""Who sees to each stage, and how long the stays in it were.

Stays are worked out from the record, not counted along: however often a task runs, and in whatever
order, the same events give the same rows.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import BusinessUnit, User
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require
from accounts.selectors import people_who
from assessments import stage_times
from assessments.events.stages import StageRuleChanged
from assessments.models import Assessment, Stage, StageRule, StageTime, SupplierRequest
from audit import clock
from audit.errors import Invalid
from audit.models import Event
from audit.record import record

#: What somebody must hold to see to a stage.
NEEDED: Final = {
    Stage.TRIAGE: Permission.OPEN_ASSESSMENTS,
    Stage.FILLING_IN: Permission.ANSWER,
    Stage.REVIEW: Permission.REVIEW,
    Stage.DECISION: Permission.DECIDE,
}
#: Days a stage should take where a unit has not said otherwise.
TARGET_DAYS: Final = {
    Stage.TRIAGE: 2,
    Stage.FILLING_IN: 15,
    Stage.REVIEW: 5,
    Stage.DECISION: 3,
}
_DECIDED: Final = "decision.made"


@transaction.atomic
def set_rule(
    *,
    unit: BusinessUnit,
    stage: str,
    owner: User | None,
    deputy: User | None,
    away_until: date | None,
    target_days: int,
    by: Principal,
) -> StageRule:
    """Say who sees to a stage of a unit and in how many days. Raises Invalid per field."""
    require(by, Permission.MANAGE_MEMBERS, unit.pk)
    errors: dict[str, list[str]] = {}
    if stage not in Stage:
        raise ValueError(stage)
    able = people_who(NEEDED[Stage(stage)], unit.pk)
    for field, person in (("owner", owner), ("deputy", deputy)):
        if person is not None and not able.filter(pk=person.pk).exists():
            errors[field] = [_("The role of this person does not allow this stage.")]
    if owner is not None and owner == deputy:
        errors["deputy"] = [_("Choose somebody else than the owner.")]
    if away_until is not None and deputy is None:
        errors["deputy"] = [_("Choose who stands in while the owner is away.")]
    if not 1 <= target_days <= 365:
        errors["target_days"] = [_("Give a number of days from 1 to 365.")]
    if errors:
        raise Invalid(_("Correct what is marked and save again."), errors=errors)
    BusinessUnit.objects.select_for_update().get(pk=unit.pk)
    values = {
        "owner": owner,
        "deputy": deputy,
        "away_until": away_until,
        "target_days": target_days,
    }
    there = StageRule.objects.filter(unit=unit, stage=stage).first()
    if there is not None and all(getattr(there, name) == value for name, value in values.items()):
        return there
    rule, _made = StageRule.objects.update_or_create(unit=unit, stage=stage, defaults=values)
    record(
        StageRuleChanged(
            aggregate_id=unit.pk,
            unit_id=unit.pk,
            stage=stage,
            owner_id=owner.pk if owner else None,
            deputy_id=deputy.pk if deputy else None,
            away_until=away_until.isoformat() if away_until else None,
            target_days=target_days,
        ),
        by=by,
    )
    return rule


def responsible(unit_id: UUID, stage: Stage) -> User | None:
    """Who sees to a stage today: its owner, or the deputy while the owner is away or gone."""
    rule = (
        StageRule.objects.filter(unit=unit_id, stage=stage)
        .select_related("owner", "deputy")
        .first()
    )
    if rule is None:
        return None
    away = rule.away_until is not None and rule.away_until >= clock.today()
    for person, here in ((rule.owner, not away), (rule.deputy, True)):
        if person is not None and person.is_active and here:
            return person
    return rule.owner


def measure_after(*, event_id: UUID) -> None:
    """Work out the stays that an event is about."""
    event = Event.objects.only("type", "aggregate_type", "aggregate_id", "data").get(id=event_id)
    if event.aggregate_type == "supplier_request":
        measure_request(request_id=event.aggregate_id)
    elif event.type == _DECIDED:
        made = Assessment.objects.filter(engagement=event.aggregate_id)
        for pk in made.values_list("pk", flat=True):
            measure(assessment_id=pk)
    else:
        measure(assessment_id=event.aggregate_id)


@transaction.atomic
def measure(*, assessment_id: UUID) -> None:
    """Work out the stays of an assessment from the record."""
    assessment = Assessment.objects.select_for_update(of=("self",)).filter(pk=assessment_id).first()
    if assessment is None:
        return
    own = Event.objects.filter(aggregate_id=assessment.pk, type__startswith="assessment.")
    decided = Event.objects.filter(type=_DECIDED, aggregate_id=assessment.engagement_id)
    rows = [
        (position, at, str(data.get("status", "")), False)
        for position, at, data in own.values_list("position", "occurred_at", "data")
        if data.get("status")
    ]
    rows += [
        (position, at, "", True) for position, at in decided.values_list("position", "occurred_at")
    ]
    steps = [stage_times.Step(at, status, done) for _pos, at, status, done in sorted(rows)]
    _write(
        assessment.pk,
        stage_times.stays(steps),
        unit_id=assessment.unit_id,
        vendor_id=assessment.vendor_id,
        engagement_id=assessment.engagement_id,
    )


@transaction.atomic
def measure_request(*, request_id: UUID) -> None:
    """The stay of a request in triage: from being asked until it was triaged or given up."""
    request = SupplierRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
    ended = request.triaged_at
    if ended is None and request.status in ("declined", "withdrawn"):
        last = Event.objects.filter(aggregate_id=request.pk).order_by("-position").first()
        ended = last.occurred_at if last else None
    stay = stage_times.Stay(Stage.TRIAGE, request.requested_at, ended)
    _write(
        request.pk,
        [stay],
        unit_id=request.unit_id,
        vendor_id=request.vendor_id,
        engagement_id=request.engagement_id,
    )


def _write(
    subject: UUID,
    stays: Iterable[stage_times.Stay],
    *,
    unit_id: UUID,
    vendor_id: UUID | None,
    engagement_id: UUID | None,
) -> None:
    rows = {
        (stay.stage, stay.began_at): StageTime(
            unit_id=unit_id,
            stage=stay.stage,
            subject=subject,
            vendor_id=vendor_id,
            engagement_id=engagement_id,
            began_at=stay.began_at,
            ended_at=stay.ended_at,
        )
        for stay in stays
    }
    there = {(row.stage, row.began_at): row for row in StageTime.objects.filter(subject=subject)}
    gone = [row.pk for key, row in there.items() if key not in rows]
    StageTime.objects.filter(pk__in=gone).delete()
    StageTime.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["subject", "stage", "began_at"],
        update_fields=["ended_at", "vendor", "engagement", "unit"],
    )
