"""Renewal: when a signed-off assessment is due again, what brings that forward, and starting it.

Whatever calls for a renewal stands on the record already, so a task reads the event and brings the
day forward; the same event calls once.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from accounts.models import BusinessUnit, User
from accounts.permissions import Permission
from accounts.principal import SYSTEM, Principal
from accounts.scoping import require
from assessments import cadence
from assessments.events import renewals as events
from assessments.models import Assessment, Renewal, RenewalRule
from assessments.question import Tier
from assessments.selectors.renewals import months_of, newest_of
from assessments.services import assessments
from audit import clock
from audit.errors import Invalid, OutOfDate, Refused
from audit.models import Event
from audit.record import record

Because = Renewal.Because
#: Bands from best to worst; one that is not rated is neither.
_BANDS: Final = ("low", "moderate", "elevated", "high", "critical")
#: How far somebody may put a renewal off, counted from today.
LATEST: Final = timedelta(days=366)


class NotDue(Refused):
    """The renewal was started already, or its engagement has ended."""

    code = "renewal_not_possible"


@transaction.atomic
def ensure(*, assessment_id: UUID) -> Renewal | None:
    """The renewal of a signed-off assessment, made where there is none; harmless when repeated.

    None while it is not signed off. A sign-off given again counts from the new day.
    """
    assessment = Assessment.objects.select_for_update(of=("self",)).filter(pk=assessment_id).first()
    if (
        assessment is None
        or assessment.status != Assessment.Status.APPROVED
        or assessment.signed_off_at is None
    ):
        return None
    rules = months_of(assessment.unit_id)
    due = cadence.next_due(assessment.signed_off_at.date(), assessment.tier, rules)
    renewal, made = Renewal.objects.get_or_create(
        assessment=assessment,
        defaults={
            "engagement_id": assessment.engagement_id,
            "vendor_id": assessment.vendor_id,
            "unit_id": assessment.unit_id,
            "cadence_on": due,
            "due_on": due,
        },
    )
    if not made and renewal.cadence_on != due and renewal.started_id is None:
        moved = renewal.because == Because.CADENCE
        renewal.cadence_on = due
        renewal.due_on = due if moved else renewal.due_on
        renewal.save(update_fields=["cadence_on", "due_on"])
        made = moved
    if made:
        record(events.RenewalSet(**_about(renewal)), by=SYSTEM)
    return renewal


@transaction.atomic
def follow(*, assessment_id: UUID) -> None:
    """Bring renewals in line with an assessment that was opened, signed off or cancelled.

    One that somebody opened by hand renews what waits there; one that was cancelled renews
    nothing, and its renewal waits again. Harmless when repeated.
    """
    assessment = Assessment.objects.select_related("questionnaire").get(pk=assessment_id)
    if assessment.status == Assessment.Status.CLOSED:
        if assessment.status_reason:
            Renewal.objects.filter(started=assessment).update(started=None)
        return
    ensure(assessment_id=assessment_id)
    if assessment.status in Assessment.OPEN:
        older = (
            Renewal.objects.select_for_update(of=("self",))
            .filter(
                engagement=assessment.engagement_id,
                started=None,
                assessment__status=Assessment.Status.APPROVED,
                assessment__questionnaire__key=assessment.questionnaire.key,
            )
            .first()
        )
        if older is not None and not Renewal.objects.filter(started=assessment).exists():
            older.started = assessment
            older.version += 1
            older.save(update_fields=["started", "version"])
            record(events.RenewalStarted(**_about(older), by_assessment=assessment.pk), by=SYSTEM)


def ensure_all() -> int:
    """Give every signed-off assessment its renewal; how many had none."""
    without = Assessment.objects.filter(
        status=Assessment.Status.APPROVED, renewal__isnull=True
    ).values_list("pk", flat=True)
    return sum(ensure(assessment_id=pk) is not None for pk in list(without[:5_000]))


def call_after(*, event_id: UUID) -> int:
    """Bring forward the renewals that an event calls for; how many were moved."""
    event = Event.objects.get(id=event_id)
    because = _called_for(event)
    if because is None:
        return 0
    moved = 0
    for pk in _concerned(event).values_list("pk", flat=True):
        moved += _bring_forward(
            pk, because, happened_on=event.occurred_at.date(), event_id=event.id
        )
    return moved


def call_for_expired(*, today: date) -> int:
    """Bring forward the renewals whose answers lost their evidence lately; how many were moved."""
    waiting = Renewal.objects.filter(
        started=None,
        assessment__evidence__evidence__expires_on__lt=today,
        assessment__evidence__evidence__expires_on__gte=F("assessment__signed_off_at__date"),
        assessment__evidence__evidence__withdrawn_at=None,
    ).exclude(because=Because.EVIDENCE)
    found = list(waiting.distinct().values_list("pk", flat=True)[:5_000])
    return sum(_bring_forward(pk, Because.EVIDENCE, happened_on=today) for pk in found)


def _called_for(event: Event) -> Because | None:
    data = event.data
    match event.type:
        case "incident.reported":
            return Because.INCIDENT if data["severity"] != "minor" else None
        case "match.decided":
            return Because.MATCH if data["verdict"] == "confirmed" else None
        case "contract.changed" | "contract.renewed":
            return Because.CONTRACT
        case "score.changed":
            before, after = data["previous_band"], data["band"]
            if before not in _BANDS or after not in _BANDS:
                return None
            return Because.BAND if _BANDS.index(after) > _BANDS.index(before) else None
    return None


def _concerned(event: Event) -> QuerySet[Renewal]:
    waiting = Renewal.objects.filter(started=None)
    if event.type == "score.changed":
        return waiting.filter(assessment=event.aggregate_id)
    if engagement := event.data.get("engagement_id"):
        return waiting.filter(engagement=engagement)
    return waiting.filter(vendor=event.data["facts_of"])


@transaction.atomic
def _bring_forward(
    pk: UUID, because: Because, *, happened_on: date, event_id: UUID | None = None
) -> bool:
    renewal = Renewal.objects.select_for_update(of=("self",)).get(pk=pk)
    due = cadence.brought_forward(renewal.due_on, happened_on)
    signed = Assessment.objects.values_list("signed_off_at", flat=True).get(
        pk=renewal.assessment_id
    )
    # What happened before the sign-off was known to whoever signed.
    known = signed is not None and happened_on < signed.date()
    if renewal.started_id is not None or due >= renewal.due_on or known:
        return False
    renewal.due_on, renewal.because, renewal.event = due, because, event_id
    renewal.reason = ""
    renewal.version += 1
    renewal.save(update_fields=["due_on", "because", "event", "reason", "version"])
    record(
        events.RenewalCalled(**_about(renewal), because=because.value, event_id=event_id),
        by=SYSTEM,
    )
    return True


@transaction.atomic
def move(
    *, renewal: Renewal, version: int, due_on: date | None, reason: str, by: Principal
) -> Renewal:
    """Put a renewal off, or ask for it earlier, with a reason.

    Raises Invalid per field, OutOfDate, NotDue.
    """
    require(by, Permission.REVIEW, renewal.unit_id)
    reason = reason.strip()
    errors: dict[str, list[str]] = {}
    today = clock.today()
    if due_on is None:
        errors["due_on"] = [_("Give a date.")]
    elif due_on < today:
        errors["due_on"] = [_("This day is past.")]
    elif due_on > today + LATEST:
        errors["due_on"] = [_("Put it off by a year at most.")]
    if not reason:
        errors["reason"] = [_("Give a reason.")]
    if errors or due_on is None:
        raise Invalid(_("Correct what is marked and save again."), errors=errors)
    locked = _locked(renewal)
    if locked.version != version:
        raise OutOfDate(
            _("Somebody else has changed this since you opened it."),
            current={"due_on": locked.due_on, "reason": locked.reason},
            version=locked.version,
        )
    before = locked.due_on
    locked.because = Because.POSTPONED if due_on >= before else Because.ASKED
    locked.due_on, locked.reason = due_on, reason
    locked.version += 1
    locked.save(update_fields=["due_on", "because", "reason", "version"])
    record(
        events.RenewalPostponed(**_about(locked), before=before.isoformat(), reason=reason), by=by
    )
    return locked


@transaction.atomic
def start(
    *,
    renewal: Renewal,
    due_on: date | None = None,
    assigned_to: User | None = None,
    by: Principal,
) -> Assessment:
    """Open the assessment that renews an older one; what was answered last time is offered there.

    Raises NotDue, AlreadyOpen, and what opening raises.
    """
    require(by, Permission.OPEN_ASSESSMENTS, renewal.unit_id)
    locked = _locked(renewal)
    older = Assessment.objects.select_related("questionnaire").get(pk=locked.assessment_id)
    made = assessments.open_assessment(
        engagement=locked.engagement,
        questionnaire=newest_of(older.questionnaire),
        due_on=due_on,
        assigned_to=assigned_to,
        by=by,
    )
    locked.started = made
    locked.version += 1
    locked.save(update_fields=["started", "version"])
    record(events.RenewalStarted(**_about(locked), by_assessment=made.pk), by=by)
    return made


@transaction.atomic
def set_cadence(*, unit: BusinessUnit, months: Mapping[str, int], by: Principal) -> None:
    """After how many months a unit asks again, by tier; renewals that follow the cadence move.

    Raises Invalid per tier.
    """
    require(by, Permission.REVIEW, unit.pk)
    errors = {
        tier: [_("Give a number of months from 1 to 120.")]
        for tier, count in months.items()
        if tier not in set(Tier) or not 1 <= count <= 120
    }
    if errors:
        raise Invalid(_("Correct what is marked and save again."), errors=errors)
    BusinessUnit.objects.select_for_update().get(pk=unit.pk)
    before = dict(months_of(unit.pk))
    after = before | {str(tier): count for tier, count in months.items()}
    if after == before:
        return
    RenewalRule.objects.bulk_create(
        [RenewalRule(unit=unit, tier=tier, months=count) for tier, count in after.items()],
        update_conflicts=True,
        unique_fields=["unit", "tier"],
        update_fields=["months"],
    )
    record(
        events.CadenceChanged(aggregate_id=unit.pk, unit_id=unit.pk, before=before, after=after),
        by=by,
    )
    for pk in list(
        Renewal.objects.filter(unit=unit, started=None).values_list("assessment_id", flat=True)
    ):
        ensure(assessment_id=pk)


def _locked(renewal: Renewal) -> Renewal:
    locked = (
        Renewal.objects.select_for_update(of=("self",))
        .select_related("engagement")
        .get(pk=renewal.pk)
    )
    if locked.started_id is not None:
        raise NotDue(_("This renewal was started already."))
    if locked.engagement.status == "ended":
        raise NotDue(_("The engagement has ended, so nothing is to be renewed."))
    return locked


def _about(renewal: Renewal) -> dict[str, Any]:
    return {
        "aggregate_id": renewal.assessment_id,
        "unit_id": renewal.unit_id,
        "vendor_id": renewal.vendor_id,
        "engagement_id": renewal.engagement_id,
        "due_on": renewal.due_on.isoformat(),
    }
