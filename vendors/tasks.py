"""What runs in the background on this floor. Each task is harmless when run twice."""

from uuid import UUID

from celery import shared_task

from vendors.services import ip_findings


@shared_task(name="vendors.check_ip")
def check_ip(event_id: str) -> None:
    """Bring the findings about IP and sites of the vendor that an event is about up to date."""
    ip_findings.check_after(event_id=UUID(event_id))


@shared_task(name="vendors.check_dates")
def check_dates() -> None:
    """Raise and close the findings that follow from the date alone."""
    ip_findings.check_dates()
