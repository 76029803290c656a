"""Findings that follow from incidents: one while an incident is confirmed and not put right."""

from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from vendors import incident_life
from vendors.finding_kinds import INCIDENT
from vendors.models import Finding, Incident, VendorUnit
from vendors.services import finding_checks, findings

_SEVERITY: Final = {
    Incident.Severity.MINOR: Finding.Severity.LOW,
    Incident.Severity.SERIOUS: Finding.Severity.MODERATE,
    Incident.Severity.SEVERE: Finding.Severity.HIGH,
    Incident.Severity.CRITICAL: Finding.Severity.CRITICAL,
}
_RAISES: Final = (incident_life.CONFIRMED, incident_life.REMEDYING)


@transaction.atomic
def check(*, incident_id: UUID) -> None:
    """Bring the finding of an incident into line with it; one that was not confirmed has none."""
    finding_checks.take(finding_checks.Subject.INCIDENT, incident_id)
    rows = Incident.objects.select_related("vendor", "unit", "engagement")
    # Held, so that whoever comes second decides by the later state.
    incident = rows.select_for_update(of=("self",), no_key=True).get(pk=incident_id)
    cause = str(incident.pk)
    if incident.status not in _RAISES:
        findings.settle(
            vendor=incident.vendor,
            unit=incident.unit,
            kind=INCIDENT,
            cause=cause,
            reason=_("The incident was closed, or is being looked into again."),
        )
        return
    if not VendorUnit.objects.filter(vendor=incident.vendor, unit=incident.unit).exists():
        return
    findings.keep_one(
        vendor=incident.vendor,
        unit=incident.unit,
        engagement=incident.engagement,
        kind=INCIDENT,
        cause=cause,
        raised=findings.Raised(
            title=_("Incident: %(title)s") % {"title": incident.title},
            severity=_SEVERITY[Incident.Severity(incident.severity)],
            detail=incident.description,
        ),
    )
