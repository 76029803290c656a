"""Recording IP incidents, describing them, and taking them to their end."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require
from audit import clock
from audit.errors import Refused
from audit.record import record
from vendors import incident_life, master_data, written
from vendors.events.incidents import (
    IncidentChanged,
    IncidentDisputed,
    IncidentMoved,
    IncidentNoted,
    IncidentReported,
)
from vendors.intake import IpKind
from vendors.models import Engagement, Incident, IncidentMeasure, IncidentNote, Vendor
from vendors.selectors.incidents import relies_on
from vendors.services.engagements import NotLinked
from vendors.services.rows import Cleaners, check_version, differing, label, plain, user_id

EDIT = Permission.EDIT_FACTS
#: What `change` takes.
FIELDS: Final = (
    "title",
    "engagement_id",
    "shared",
    "found_how",
    "found_on",
    "happened_from",
    "happened_until",
    "ip_kinds",
    "assets",
    "description",
    "severity",
)


class NotThisStep(Refused):
    """The incident cannot take this step from where it is."""

    code = "not_this_step"


class OwnReport(Refused):
    """Whoever reported an incident does not decide about its end."""

    status = 403
    code = "own_report"


class MeasuresOpen(Refused):
    """Measures are neither done nor explained; `extra["measures"]` names them."""

    code = "measures_open"


def report(
    *,
    vendor: Vendor,
    unit: BusinessUnit,
    title: str,
    found_how: str,
    found_on: date,
    severity: str,
    engagement: Engagement | None = None,
    shared: bool = False,
    happened_from: date | None = None,
    happened_until: date | None = None,
    ip_kinds: list[str] | None = None,
    assets: str = "",
    description: str = "",
    by: Principal,
) -> Incident:
    """Put an incident of `vendor` on record for `unit`, which works with it or with one above it.

    Raises NotLinked, Invalid per field.
    """
    require(by, EDIT, unit.pk)
    values = _clean(
        {
            "title": title,
            "engagement_id": engagement.pk if engagement else None,
            "shared": shared,
            "found_how": found_how,
            "found_on": found_on,
            "happened_from": happened_from,
            "happened_until": happened_until,
            "ip_kinds": ip_kinds or [],
            "assets": assets,
            "description": description,
            "severity": severity,
        }
    )
    _check_times(values)
    with transaction.atomic():
        if not relies_on(unit.pk, vendor.pk):
            raise NotLinked(
                _("%(unit)s does not work with this vendor yet. Link the vendor to it first.")
                % {"unit": unit.name}
            )
        _check_engagement(values["engagement_id"], vendor.pk, unit.pk)
        now = clock.now()
        incident = Incident.objects.create(
            vendor=vendor,
            unit=unit,
            reported_by_id=user_id(by),
            created_at=now,
            updated_at=now,
            **values,
        )
        _enter(incident, by, status=Incident.Status.REPORTED)
        record(
            IncidentReported(
                aggregate_id=incident.pk,
                unit_id=unit.pk,
                facts_of=vendor.pk,
                **{name: values[name] for name in IncidentReported.model_fields if name in values},
            ),
            by=by,
        )
    return incident


def change(
    *, incident: Incident, version: int, values: Mapping[str, Any], by: Principal
) -> Incident:
    """The incident described anew. Raises OutOfDate, Invalid per field."""
    require(by, EDIT, incident.unit_id)
    cleaned = _clean(values)
    with transaction.atomic():
        locked = _locked(incident)
        check_version(locked, version, FIELDS)
        changed = differing(locked, cleaned)
        if not changed:
            return locked
        before = {name: plain(getattr(locked, name)) for name in changed}
        if changed.get("engagement_id"):
            _check_engagement(changed["engagement_id"], locked.vendor_id, locked.unit_id)
        for name, value in changed.items():
            setattr(locked, name, value)
        _check_times({name: getattr(locked, name) for name in FIELDS})
        _save(locked, *changed)
        record(
            IncidentChanged(
                aggregate_id=locked.pk,
                unit_id=locked.unit_id,
                facts_of=locked.vendor_id,
                fields=sorted(changed),
                severity=locked.severity,
                shared=locked.shared,
                before=before,
                after={name: plain(value) for name, value in changed.items()},
            ),
            by=by,
        )
    return locked


def move(
    *, incident: Incident, version: int, status: str, reason: str = "", by: Principal
) -> Incident:
    """The incident with another status.

    Its end, and the way back from it, are for a reviewer who is not the one who reported it, and
    need a reason. Closing needs every measure done or explained. Raises NotThisStep, OwnReport,
    MeasuresOpen, OutOfDate, Invalid (field "reason" or "status").
    """
    require(by, EDIT, incident.unit_id)
    values = written.cleaned(
        {"status": status, "reason": reason},
        {
            "status": lambda value: written.one_of(
                value, Incident.Status.values, needed=_("Choose a status.")
            ),
            "reason": written.text,
        },
    )
    with transaction.atomic():
        locked = _locked(incident)
        check_version(locked, version, ("status", "severity"))
        before, decided = locked.status, incident_life.is_decision(locked.status, status)
        if not incident_life.allowed(before, status):
            raise NotThisStep(
                _("An incident that is “%(before)s” cannot become “%(after)s”.")
                % {"before": locked.get_status_display(), "after": Incident.Status(status).label}
            )
        if decided:
            _check_decision(locked, status, values["reason"], by)
        _set_status(locked, status, values["reason"], decided, by)
        _save(locked, "status", "closed_on", "decided_by", "decided_at", "decision")
        _enter(locked, by, status=status, text=values["reason"])
        record(
            IncidentMoved(
                aggregate_id=locked.pk,
                unit_id=locked.unit_id,
                facts_of=locked.vendor_id,
                before=before,
                status=status,
                decided=decided,
                reason=values["reason"],
                shared=locked.shared,
            ),
            by=by,
        )
    return locked


def _check_decision(incident: Incident, status: str, reason: str, by: Principal) -> None:
    require(by, Permission.DECIDE_FACTS, incident.unit_id)
    if incident.reported_by_id is not None and incident.reported_by_id == user_id(by):
        raise OwnReport(
            _("You reported this incident yourself. Let another reviewer decide about it.")
        )
    if not reason:
        raise master_data.invalid({"reason": [_("Say why. The reason stays on record.")]})
    if status != Incident.Status.CLOSED:
        return
    waiting = [
        measure.what
        for measure in IncidentMeasure.objects.filter(
            incident=incident, done_on=None, explanation=""
        )
    ]
    if waiting:
        raise MeasuresOpen(
            _("These measures are neither done nor explained: %(measures)s.")
            % {"measures": "; ".join(waiting)},
            measures=waiting,
        )


def _set_status(incident: Incident, status: str, reason: str, decided: bool, by: Principal) -> None:
    incident.status = status
    ended = status in incident_life.ENDED
    incident.closed_on = clock.today() if status == Incident.Status.CLOSED else None
    if decided:
        incident.decided_by_id = user_id(by) if ended else None
        incident.decided_at = clock.now() if ended else None
        incident.decision = reason if ended else ""


def dispute(*, incident: Incident, version: int, statement: str, by: Principal) -> Incident:
    """Mark that the vendor disputes the incident, with what it says; "" takes the mark away.

    Raises OutOfDate, Invalid (field "statement").
    """
    require(by, EDIT, incident.unit_id)
    values = written.cleaned({"statement": statement}, {"statement": written.text})
    with transaction.atomic():
        locked = _locked(incident)
        check_version(locked, version, ("dispute", "disputed_on"))
        if locked.dispute == values["statement"]:
            return locked
        locked.dispute = values["statement"]
        locked.disputed_on = clock.today() if locked.dispute else None
        _save(locked, "dispute", "disputed_on")
        record(
            IncidentDisputed(
                aggregate_id=locked.pk,
                unit_id=locked.unit_id,
                facts_of=locked.vendor_id,
                disputed=bool(locked.dispute),
                statement=locked.dispute,
            ),
            by=by,
        )
    return locked


def note(*, incident: Incident, text: str, by: Principal) -> IncidentNote:
    """Add a note to the timeline. Raises Invalid (field "text")."""
    require(by, EDIT, incident.unit_id)
    values = written.cleaned(
        {"text": text}, {"text": lambda value: written.text(value, needed=_("Write the note."))}
    )
    with transaction.atomic():
        entry = _enter(incident, by, text=values["text"])
        record(
            IncidentNoted(
                aggregate_id=incident.pk, unit_id=incident.unit_id, note_id=entry.pk, **values
            ),
            by=by,
        )
    return entry


def _locked(incident: Incident) -> Incident:
    return Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)


def _save(incident: Incident, *fields: str) -> None:
    incident.version += 1
    incident.updated_at = clock.now()
    incident.save(update_fields=[*fields, "version", "updated_at"])


def _enter(incident: Incident, by: Principal, *, status: str = "", text: str = "") -> IncidentNote:
    return IncidentNote.objects.create(
        incident=incident,
        status=status,
        text=text,
        author_id=user_id(by),
        author_label=label(by),
        written_at=clock.now(),
    )


def _check_engagement(engagement_id: UUID | None, vendor_id: UUID, unit_id: UUID) -> None:
    if engagement_id is None:
        return
    own = Engagement.objects.filter(pk=engagement_id, vendor=vendor_id, unit=unit_id)
    if not own.exists():
        raise master_data.invalid(
            {"engagement_id": [_("Choose an engagement of this vendor in the same business unit.")]}
        )


def _check_times(values: Mapping[str, Any]) -> None:
    start, end = values["happened_from"], values["happened_until"]
    if start and end and end < start:
        raise master_data.invalid({"happened_until": [_("This is before it began.")]})
    if start and start > values["found_on"]:
        raise master_data.invalid({"happened_from": [_("This is after it was found.")]})


def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
    return written.cleaned(values, _CLEANERS)


def _kinds(value: Any) -> list[str]:
    known = [kind.value for kind in IpKind]
    chosen = {str(one) for one in value or ()}
    if chosen - set(known):
        raise ValueError(_("Choose only kinds from the list."))
    return [kind for kind in known if kind in chosen]


def _uuid(value: Any) -> UUID | None:
    if value is None or isinstance(value, UUID):
        return value
    try:
        return UUID(str(value)) if str(value) else None
    except ValueError as error:
        raise ValueError(_("Choose an engagement from the list.")) from error


def _past(value: Any, needed: str = "") -> date | None:
    return written.day(value, needed=needed, until=clock.today())


_CLEANERS: Final[Cleaners] = {
    "title": lambda value: written.line(value, 160, needed=_("Give the incident a title.")),
    "engagement_id": _uuid,
    "shared": bool,
    "found_how": lambda value: written.one_of(
        value, Incident.Found.values, needed=_("Choose how it was found.")
    ),
    "found_on": lambda value: _past(value, _("Enter the day on which it was found.")),
    "happened_from": _past,
    "happened_until": _past,
    "ip_kinds": _kinds,
    "assets": lambda value: written.line(value, 300),
    "description": written.text,
    "severity": lambda value: written.one_of(
        value, Incident.Severity.values, needed=_("Choose how severe it is.")
    ),
}
