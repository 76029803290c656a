"""What runs in the background on this floor. Each task is harmless when run twice."""

from uuid import UUID

from celery import shared_task

from assessments.services import proof
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
