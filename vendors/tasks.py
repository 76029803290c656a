"""What runs in the background on this floor. Each task is harmless when run twice."""

from uuid import UUID

from celery import shared_task

from audit import clock
from audit.models import Event
from vendors.services import (
    contracts,
    finding_checks,
    import_jobs,
    incident_findings,
    ip_findings,
    ip_jobs,
    list_jobs,
    list_runs,
    notices,
    rate_jobs,
    remediation,
    reminders,
    row_jobs,
    screening,
)
from vendors.services.merging import jobs as merge_jobs


@shared_task(name="vendors.check_ip")
def check_ip(event_id: str) -> None:
    """Bring the findings about IP and sites of the vendor that an event is about up to date."""
    ip_findings.check_after(event_id=UUID(event_id))


@shared_task(name="vendors.check_dates")
def check_dates() -> None:
    """Raise and close the findings that follow from the date alone."""
    ip_findings.check_dates()
    remediation.end_acceptances(today=clock.today())


@shared_task(name="vendors.check_incident")
def check_incident(event_id: str) -> None:
    """Raise or settle the finding of the incident that an event is about."""
    incident_findings.check(incident_id=_event(event_id).aggregate_id)


@shared_task(name="vendors.findings_sweep")
def findings_sweep() -> None:
    """The same for incidents and vendors whose task was lost."""
    subject = finding_checks.Subject
    finding_checks.sweep(subject.INCIDENT, lambda one: incident_findings.check(incident_id=one))
    finding_checks.sweep(subject.VENDOR, lambda one: ip_findings.check_vendor(vendor_id=one))


def _event(event_id: str) -> Event:
    return Event.objects.only("aggregate_id", "data").get(id=UUID(event_id))


@shared_task(name="vendors.screen")
def screen(event_id: str) -> None:
    """Compare the vendors that an event is about with the watch-lists."""
    event = _event(event_id)
    named = event.data.get("vendor_ids", [event.aggregate_id])
    screening.screen(vendor_ids=[UUID(str(one)) for one in named])


@shared_task(name="vendors.screen_list")
def screen_list(event_id: str) -> None:
    """Compare all vendors with what a version of a list has brought."""
    list_runs.go_through(version_id=UUID(_event(event_id).data["list_version_id"]))


@shared_task(name="vendors.screening_sweep")
def screening_sweep() -> None:
    """Compare what fell behind, and go on with runs, whatever became of their tasks."""
    screening.sweep()
    list_runs.nudge()


@shared_task(name="vendors.import_list")
def import_list(import_id: str) -> None:
    """Look through a long list of vendors, or write it."""
    import_jobs.go_on(import_id=UUID(import_id))


@shared_task(name="vendors.import_watch_list")
def import_watch_list(upload_id: str) -> None:
    """Look through a long file of a watch-list, or write it."""
    list_jobs.go_on(upload_id=UUID(upload_id))


@shared_task(name="vendors.import_rows")
def import_rows(kind: str, import_id: str) -> None:
    """Write a list of many contracts, subcontractors or statements."""
    row_jobs.go_on(kind=kind, import_id=UUID(import_id))


@shared_task(name="vendors.import_ip")
def import_ip(import_id: str) -> None:
    """Write a long IP schedule."""
    ip_jobs.go_on(import_id=UUID(import_id))


@shared_task(name="vendors.import_rates")
def import_rates(import_id: str) -> None:
    """Look through a long list of exchange rates, or write it."""
    rate_jobs.go_on(import_id=UUID(import_id))


@shared_task(name="vendors.imports_sweep")
def imports_sweep() -> None:
    """Take up the lists that nobody works on."""
    import_jobs.sweep()
    list_jobs.sweep()
    row_jobs.sweep()
    rate_jobs.sweep()
    ip_jobs.sweep()


@shared_task(name="vendors.merge")
def merge(job_id: str) -> None:
    """Merge two records, or undo a merge."""
    merge_jobs.go_on(job_id=UUID(job_id))


@shared_task(name="vendors.merges_sweep")
def merges_sweep() -> None:
    """Take up the merges that nobody works on."""
    merge_jobs.sweep()


@shared_task(name="vendors.remind")
def remind() -> None:
    """Move contracts that renewed on, then tell whom it concerns what comes due."""
    contracts.renew_due(today=clock.today())
    reminders.send()
    notices.tell_of_overdue()


@shared_task(name="vendors.notify")
def notify(event_id: str) -> None:
    """Tell whom an event about a finding, a match or an off-boarding concerns."""
    notices.tell_of(event_id=UUID(event_id))
