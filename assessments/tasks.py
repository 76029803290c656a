"""What runs in the background on this floor. Each task is harmless when run twice."""

from uuid import UUID

from celery import shared_task

from assessments.services import (
    ending,
    move_runs,
    notices,
    portal_notices,
    proof,
    renewals,
    retention,
    rules,
    stages,
    together_runs,
    vendor_notices,
)
from audit import clock
from audit.models import Event


@shared_task(name="assessments.follow_evidence")
def follow_evidence(event_id: str) -> None:
    """Bring the answers that a changed document proves up to date."""
    event = Event.objects.only("aggregate_id").get(id=UUID(event_id))
    proof.follow(evidence_id=event.aggregate_id)


@shared_task(name="assessments.follow_all_evidence")
def follow_all_evidence() -> None:
    """The same for all documents whose task was lost."""
    proof.follow_all()


@shared_task(name="assessments.measure")
def measure(event_id: str) -> None:
    """Work out how long the stages took of what an event is about."""
    stages.measure_after(event_id=UUID(event_id))


@shared_task(name="assessments.renew")
def renew(event_id: str) -> None:
    """Say when an assessment is due again, and which one renews which."""
    event = Event.objects.only("aggregate_id").get(id=UUID(event_id))
    renewals.follow(assessment_id=event.aggregate_id)


@shared_task(name="assessments.call_renewal")
def call_renewal(event_id: str) -> None:
    """Bring forward the renewals that an event calls for."""
    renewals.call_after(event_id=UUID(event_id))


@shared_task(name="assessments.renewals")
def check_renewals() -> None:
    """Once a day: renewals that nobody has planned, and those whose evidence ran out."""
    renewals.ensure_all()
    renewals.call_for_expired(today=clock.today())


@shared_task(name="assessments.move_over")
def move_over(event_id: str) -> None:
    """Begin to move the open assessments of a version over to another one."""
    event = Event.objects.only("data").get(id=UUID(event_id))
    move_runs.go_on(UUID(event.data["run_id"]))


@shared_task(name="assessments.move_piece")
def move_piece(run_id: str) -> None:
    """Move the next piece of them."""
    move_runs.go_on(UUID(run_id))


@shared_task(name="assessments.moving_sweep")
def moving_sweep() -> None:
    """Go on where tasks were lost: with moving, and with steps for many at once."""
    move_runs.nudge()
    together_runs.nudge()


@shared_task(name="assessments.together_piece")
def together_piece(run_id: str) -> None:
    """Do a step for the next of many."""
    together_runs.go_on(UUID(run_id))


@shared_task(name="assessments.check_findings")
def check_findings(event_id: str) -> None:
    """Raise and settle the findings of the engagement that an event is about."""
    rules.check_after(event_id=UUID(event_id))


@shared_task(name="assessments.findings_sweep")
def findings_sweep() -> None:
    """The same for all that no task has taken care of."""
    rules.sweep()


@shared_task(name="assessments.end_with_engagement")
def end_with_engagement(event_id: str) -> None:
    """End what is in progress of an engagement that has ended."""
    event = Event.objects.only("aggregate_id").get(id=UUID(event_id))
    ending.end_with(engagement_id=event.aggregate_id)


@shared_task(name="assessments.notify")
def notify(event_id: str) -> None:
    """Tell whom an event of an assessment concerns."""
    notices.tell_of(event_id=UUID(event_id))


@shared_task(name="assessments.write_to_vendor")
def write_to_vendor(event_id: str) -> None:
    """Write to the vendor's people whom an event concerns."""
    portal_notices.tell_of(event_id=UUID(event_id))


@shared_task(name="assessments.notify_of_vendor")
def notify_of_vendor(event_id: str) -> None:
    """Tell our people what somebody at the vendor has done."""
    vendor_notices.tell_of(event_id=UUID(event_id))


@shared_task(name="assessments.remind")
def remind() -> None:
    """Every hour: tell who is late, where the day is over, colleagues of contacts too; what
    contacts have not read; and which letters to contacts were refused."""
    notices.tell_of_overdue()
    portal_notices.tell_of_late_messages()
    portal_notices.remind_of_handed_on()
    vendor_notices.tell_of_refused_letters()


@shared_task(name="assessments.retain")
def retain() -> None:
    """Erase what the rules of retention say."""
    retention.apply()
