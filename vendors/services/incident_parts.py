"""What belongs to an incident: corrective measures, and the evidence that proves it."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require
from audit import clock
from audit.errors import Refused
from audit.record import record
from vendors import incident_life, written
from vendors.events.incidents import IncidentEvidenceChanged, IncidentMeasureSaved
from vendors.models import Incident, IncidentEvidence, IncidentMeasure
from vendors.services.rows import Cleaners, check_version, differing, user_id

EDIT = Permission.EDIT_FACTS
MEASURE_FIELDS: Final = ("what", "owner", "due_on", "done_on", "explanation")


class IncidentEnded(Refused):
    """The incident is closed or unfounded: it has to be opened again before it is changed."""

    code = "incident_ended"


class NotDone(Refused):
    """A measure that is not done cannot be verified."""

    code = "measure_not_done"


def add_measure(
    *,
    incident: Incident,
    what: str,
    owner: str,
    due_on: date,
    done_on: date | None = None,
    explanation: str = "",
    by: Principal,
) -> IncidentMeasure:
    """Something to do about the incident. Raises Invalid per field, IncidentEnded."""
    require(by, EDIT, incident.unit_id)
    values = written.cleaned(
        {
            "what": what,
            "owner": owner,
            "due_on": due_on,
            "done_on": done_on,
            "explanation": explanation,
        },
        _MEASURE,
    )
    with transaction.atomic():
        _open(incident)
        measure = IncidentMeasure.objects.create(incident=incident, **values)
        _record(measure, incident, sorted(values), by)
    return measure


def change_measure(
    *, measure: IncidentMeasure, version: int, values: Mapping[str, Any], by: Principal
) -> IncidentMeasure:
    """The measure changed. A changed day of doing has to be verified anew. Raises OutOfDate."""
    require(by, EDIT, measure.incident.unit_id)
    cleaned = written.cleaned(values, _MEASURE)
    with transaction.atomic():
        incident = _open(measure.incident)
        locked = _locked(measure)
        check_version(locked, version, MEASURE_FIELDS)
        changed = differing(locked, cleaned)
        if not changed:
            return locked
        if {"what", "done_on"} & set(changed):
            changed |= {"verified_by_id": None, "verified_on": None}
        for name, value in changed.items():
            setattr(locked, name, value)
        locked.version += 1
        locked.save()
        _record(locked, incident, sorted(set(changed) & set(MEASURE_FIELDS)), by)
    return locked


def verify_measure(*, measure: IncidentMeasure, version: int, by: Principal) -> IncidentMeasure:
    """Say that one has seen for oneself that the measure is done. Raises NotDone, OutOfDate."""
    require(by, EDIT, measure.incident.unit_id)
    with transaction.atomic():
        incident = _open(measure.incident)
        locked = _locked(measure)
        check_version(locked, version, MEASURE_FIELDS)
        if locked.done_on is None:
            raise NotDone(_("Say first on which day it was done."))
        locked.verified_by_id, locked.verified_on = user_id(by), clock.today()
        locked.version += 1
        locked.save(update_fields=["verified_by", "verified_on", "version"])
        _record(locked, incident, ["verified_on"], by)
    return locked


def add_evidence(
    *,
    incident: Incident,
    title: str,
    kept_at: str,
    dated: date | None = None,
    note: str = "",
    by: Principal,
) -> IncidentEvidence:
    """Say what proves the incident, and where it is kept. Raises Invalid per field."""
    require(by, EDIT, incident.unit_id)
    values = written.cleaned(
        {"title": title, "kept_at": kept_at, "dated": dated, "note": note}, _EVIDENCE
    )
    with transaction.atomic():
        _open(incident)
        row = IncidentEvidence.objects.create(
            incident=incident, added_by_id=user_id(by), added_at=clock.now(), **values
        )
        _record_evidence(row, incident, by)
    return row


def remove_evidence(*, evidence: IncidentEvidence, by: Principal) -> None:
    """Take a piece of evidence off the incident; the record keeps that it was there."""
    require(by, EDIT, evidence.incident.unit_id)
    with transaction.atomic():
        incident = _open(evidence.incident)
        _record_evidence(evidence, incident, by, removed=True)
        evidence.delete()


def _open(incident: Incident) -> Incident:
    locked = Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
    if locked.status in incident_life.ENDED:
        raise IncidentEnded(
            _("This incident is %(status)s. Let a reviewer open it again first.")
            % {"status": locked.get_status_display().lower()}
        )
    return locked


def _locked(measure: IncidentMeasure) -> IncidentMeasure:
    return IncidentMeasure.objects.select_for_update(of=("self",)).get(pk=measure.pk)


def _record(measure: IncidentMeasure, incident: Incident, fields: list[str], by: Principal) -> None:
    record(
        IncidentMeasureSaved(
            aggregate_id=incident.pk,
            unit_id=incident.unit_id,
            measure_id=measure.pk,
            fields=fields,
            due_on=measure.due_on,
            done_on=measure.done_on,
            verified=measure.verified_on is not None,
            what=measure.what,
            owner=measure.owner,
            explanation=measure.explanation,
        ),
        by=by,
    )


def _record_evidence(
    row: IncidentEvidence, incident: Incident, by: Principal, *, removed: bool = False
) -> None:
    record(
        IncidentEvidenceChanged(
            aggregate_id=incident.pk,
            unit_id=incident.unit_id,
            facts_of=incident.vendor_id,
            evidence_id=row.pk,
            removed=removed,
            dated=row.dated,
            title=row.title,
            kept_at=row.kept_at,
            note=row.note,
        ),
        by=by,
    )


def _past(value: Any) -> date | None:
    return written.day(value, until=clock.today())


_MEASURE: Final[Cleaners] = {
    "what": lambda value: written.line(value, 300, needed=_("Say what is to be done.")),
    "owner": lambda value: written.line(value, 120, needed=_("Say who does it.")),
    "due_on": lambda value: written.day(value, needed=_("Say by when.")),
    "done_on": _past,
    "explanation": written.text,
}
_EVIDENCE: Final[Cleaners] = {
    "title": lambda value: written.line(value, 160, needed=_("Say what it is.")),
    "kept_at": lambda value: written.line(
        value, 300, needed=_("Say where it is kept, so that others find it.")
    ),
    "dated": _past,
    "note": written.text,
}
