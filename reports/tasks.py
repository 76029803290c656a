"""What runs in the background. Each task takes an id and is harmless when run twice."""

from uuid import UUID

from celery import shared_task

from reports.services import making, reports, schedules
from scoring.services import catching_up


@shared_task(name="reports.make")
def make(event_id: str) -> None:
    """Make the files of the report that an event is about."""
    making.make(report_id=catching_up.event(UUID(event_id)).aggregate_id)


@shared_task(name="reports.continue")
def go_on(report_id: str) -> None:
    """Make the files of a report whose task was lost."""
    making.make(report_id=UUID(report_id))


@shared_task(name="reports.follow_client")
def follow_client(event_id: str) -> None:
    """Stop and erase the reports that a client may not read any more."""
    reports.follow_client(public_id=catching_up.event(UUID(event_id)).aggregate_id)


@shared_task(name="reports.sweep")
def sweep() -> None:
    """Queue reports that nobody works on, and erase those that have had their time."""
    reports.sweep()


@shared_task(name="reports.schedule")
def schedule() -> None:
    """Ask for the reports that the calendar makes today."""
    schedules.make_due()
