"""Requests for suppliers: asking, triage, and making vendor, engagement and assessment of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import BusinessUnit, User
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import NotAllowed, require
from assessments import triage
from assessments.events import requests as events
from assessments.models import Assessment, Stage, SupplierRequest
from assessments.question import Tier
from assessments.selectors.renewals import questionnaire_for
from assessments.services import assessments, stages
from assessments.services.locking import person_id, reason_given
from audit import clock
from audit.errors import Invalid, OutOfDate, Refused
from audit.record import record
from vendors import exposure, master_data
from vendors.intake import (
    SERVICES,
    IntakeInvalid,
    IpKind,
    intake,
    ip_kinds,
    validate_intake,
)
from vendors.models import Engagement, Vendor
from vendors.selectors import vendors_visible_to
from vendors.services import engagements, samples
from vendors.services import vendors as vendor_service

Status = SupplierRequest.Status
Depth = SupplierRequest.Depth
#: What whoever asks tells; the rest follows.
FIELDS: Final = (
    "title", "description", "needed_by", "vendor", "vendor_name", "country", "service", "intake",
)  # fmt: skip
_LENGTHS: Final = {"title": 160, "vendor_name": 200}


class RequestSettled(Refused):
    """The request is past the step at which this can be done."""

    code = "request_settled"


@transaction.atomic
def ask(*, unit: BusinessUnit, values: Mapping[str, Any], by: Principal) -> SupplierRequest:
    """Ask for a supplier. `values` by `FIELDS`. Raises Invalid per field ("intake.<key>")."""
    require(by, Permission.REQUEST, unit.pk)
    cleaned = _clean(values, unit, by)
    request = SupplierRequest.objects.create(
        unit=unit, requested_by_id=person_id(by), requested_at=clock.now(), **cleaned
    )
    record(
        events.SupplierRequested(
            **_about(request),
            vendor_id=request.vendor_id,
            service=request.service,
            tier=request.tier,
            title=request.title,
            vendor_name=request.vendor_name,
            description=request.description,
        ),
        by=by,
    )
    return request


@transaction.atomic
def change(
    *, request: SupplierRequest, version: int, values: Mapping[str, Any], by: Principal
) -> SupplierRequest:
    """Put a request right before triage: whoever asked, or who triages.

    Raises Invalid per field, OutOfDate, RequestSettled.
    """
    _require_own(request, by)
    cleaned = _clean(values, request.unit, by)
    locked = _locked(request, version, Status.ASKED)
    changed = {name: value for name, value in cleaned.items() if getattr(locked, name) != value}
    if not changed:
        return locked
    for name, value in changed.items():
        setattr(locked, name, value)
    _save(locked, *changed)
    shown = {name: _plain(value) for name, value in changed.items()}
    record(
        events.RequestChanged(
            **_about(locked), fields=sorted(changed), tier=locked.tier, after=shown
        ),
        by=by,
    )
    return locked


def suggestion(request: SupplierRequest) -> triage.Suggestion:
    """How much due diligence the request calls for, with reasons."""
    known = request.vendor_id is not None and (
        Assessment.objects.filter(
            vendor=request.vendor_id, unit=request.unit_id, status=Assessment.Status.APPROVED
        ).exists()
    )
    kinds = frozenset(IpKind(kind) for kind in ip_kinds(request.intake))
    return triage.suggest(tier=Tier(request.tier), ip_kinds=kinds, known=known)


def intake_words(request: SupplierRequest) -> list[tuple[str, str]]:
    """The intake of a request in the reader's language: question, answer."""
    lang = get_language() or "en"
    told = []
    for question in intake().questions:
        given = request.intake.get(question.key)
        chosen = set(given if isinstance(given, list) else [given])
        labels = [one.label.text_for(lang) for one in question.options if one.key in chosen]
        told.append((question.text.text_for(lang), ", ".join(labels) or _("Not known yet")))
    return told


@transaction.atomic
def decide(
    *, request: SupplierRequest, version: int, depth: str, reason: str, by: Principal
) -> SupplierRequest:
    """Triage: none, light or full. Less than suggested needs a reason.

    Raises Invalid per field, OutOfDate, RequestSettled.
    """
    require(by, Permission.OPEN_ASSESSMENTS, request.unit_id)
    errors: dict[str, list[str]] = {}
    reason = reason.strip()
    suggested = suggestion(request).depth
    if depth not in Depth:
        errors["depth"] = [_("Choose how much due diligence this needs.")]
    elif _RANK[depth] < _RANK[suggested] and not reason:
        errors["reason"] = [_("Less than suggested: say why.")]
    if errors:
        raise Invalid(_("Correct what is marked and save again."), errors=errors)
    locked = _locked(request, version, Status.ASKED, Status.TRIAGED)
    locked.depth, locked.reason, locked.status = depth, reason, Status.TRIAGED
    locked.triaged_at, locked.triaged_by_id = clock.now(), person_id(by)
    _save(locked, "depth", "reason", "triaged_at", "triaged_by")
    record(
        events.RequestTriaged(
            **_about(locked), depth=depth, suggested=suggested.value, reason=reason
        ),
        by=by,
    )
    return locked


_RANK: Final = {"none": 0, "light": 1, "full": 2}


@dataclass(frozen=True)
class Started:
    """What was made of a request; no assessment where none is needed."""

    vendor: Vendor
    engagement: Engagement
    assessment: Assessment | None


@transaction.atomic
def start(
    *,
    request: SupplierRequest,
    version: int,
    vendor: Vendor | None = None,
    due_on: date | None = None,
    assigned_to: User | None = None,
    by: Principal,
) -> Started:
    """Make of a triaged request what follows: the vendor (unless there is one), its engagement,
    and an assessment as deep as triage said.

    `vendor`: the one on record that is meant, where the request only had a name. Raises OutOfDate,
    RequestSettled, and what the services of vendors and assessments raise.
    """
    require(by, Permission.OPEN_ASSESSMENTS, request.unit_id)
    locked = _locked(request, version, Status.TRIAGED)
    unit = locked.unit
    chosen = vendor or locked.vendor
    if chosen is None:
        chosen = vendor_service.create(
            name=locked.vendor_name, unit=unit, country=locked.country.code or "", by=by
        )
    elif not chosen.unit_links.filter(unit=unit).exists():
        vendor_service.link_unit(vendor=chosen, unit=unit, by=by)
    engagement = engagements.create(
        vendor=chosen,
        unit=unit,
        title=locked.title,
        description=locked.description,
        service=locked.service,
        intake=locked.intake,
        status="planned",
        by=by,
    )
    assessment = None
    if locked.depth != Depth.NONE:
        light = locked.depth == Depth.LIGHT
        assessment = assessments.open_assessment(
            engagement=engagement,
            questionnaire=questionnaire_for(light=light),
            light=light,
            due_on=due_on,
            assigned_to=assigned_to or stages.responsible(unit.pk, Stage.FILLING_IN),
            by=by,
        )
    locked.vendor, locked.engagement, locked.status = chosen, engagement, Status.STARTED
    _save(locked, "vendor", "engagement")
    record(
        events.RequestStarted(
            **_about(locked),
            vendor_id=chosen.pk,
            engagement_id=engagement.pk,
            assessment_id=assessment.pk if assessment else None,
        ),
        by=by,
    )
    return Started(chosen, engagement, assessment)


@transaction.atomic
def decline(
    *, request: SupplierRequest, version: int, reason: str, by: Principal
) -> SupplierRequest:
    """Say no, with a reason. Raises ReasonNeeded, OutOfDate, RequestSettled."""
    require(by, Permission.OPEN_ASSESSMENTS, request.unit_id)
    return _close(request, version, Status.DECLINED, reason_given(reason), by)


@transaction.atomic
def withdraw(*, request: SupplierRequest, version: int, by: Principal) -> SupplierRequest:
    """It is no longer needed: whoever asked, or who triages. Raises OutOfDate, RequestSettled."""
    _require_own(request, by)
    return _close(request, version, Status.WITHDRAWN, "", by)


def _close(
    request: SupplierRequest, version: int, status: str, reason: str, by: Principal
) -> SupplierRequest:
    locked = _locked(request, version, Status.ASKED, Status.TRIAGED)
    locked.status = status
    # The reason of triage stays in the record.
    locked.reason = reason or locked.reason
    _save(locked, "reason")
    record(events.RequestClosed(**_about(locked), reason=reason), by=by)
    return locked


def _require_own(request: SupplierRequest, by: Principal) -> None:
    own = by.kind == "user" and request.requested_by_id == UUID(by.id)
    if own and by.can(Permission.REQUEST, request.unit_id):
        return
    if not by.can(Permission.OPEN_ASSESSMENTS, request.unit_id):
        raise NotAllowed(_("This is somebody else's request."))


def _locked(request: SupplierRequest, version: int, *allowed: str) -> SupplierRequest:
    locked = (
        SupplierRequest.objects.select_for_update(of=("self",))
        .select_related("unit", "vendor")
        .get(pk=request.pk)
    )
    if locked.status not in allowed:
        raise RequestSettled(
            _("This cannot be done now: the request is “%(status)s”. Reload the page.")
            % {"status": Status(locked.status).label}
        )
    if locked.version != version:
        raise OutOfDate(
            _("Somebody else has changed this request since you opened it."),
            current={name: _plain(getattr(locked, name)) for name in FIELDS},
            version=locked.version,
        )
    return locked


def _save(request: SupplierRequest, *fields: str) -> None:
    request.version += 1
    request.save(update_fields=[*fields, "status", "version"])


def _about(request: SupplierRequest) -> dict[str, Any]:
    return {"aggregate_id": request.pk, "unit_id": request.unit_id, "status": request.status}


def _plain(value: Any) -> Any:
    if isinstance(value, Vendor):
        return str(value.pk)
    return value if isinstance(value, str | dict | None) else str(value)


def _clean(values: Mapping[str, Any], unit: BusinessUnit, by: Principal) -> dict[str, Any]:
    """The fields as they are stored, with what follows from the intake."""
    errors: dict[str, list[str]] = {}
    cleaned: dict[str, Any] = {
        "description": str(values.get("description") or "").replace("\x00", "").strip(),
        "needed_by": values.get("needed_by"),
    }
    vendor = values.get("vendor")
    if vendor is not None and not vendors_visible_to(by).filter(pk=vendor.pk).exists():
        errors["vendor"] = [_("Choose a vendor from the list.")]
    elif vendor is not None:
        samples.require_same(vendor, unit)
    cleaned["vendor"] = vendor
    given = dict(values)
    if vendor is not None:
        given["vendor_name"] = vendor.name
    for name, empty in (
        ("title", _("Say what is needed.")),
        ("vendor_name", _("Name the supplier.")),
    ):
        text = master_data.tidy(str(given.get(name) or ""))
        if not text:
            errors[name] = [empty]
        elif len(text) > _LENGTHS[name]:
            errors[name] = [_("Use at most %(most)d characters.") % {"most": _LENGTHS[name]}]
        cleaned[name] = text
    try:
        cleaned["country"] = master_data.clean_country(str(values.get("country") or ""))
    except ValueError as error:
        errors["country"] = [str(error)]
    service = values.get("service")
    if service not in SERVICES:
        errors["service"] = [_("Choose the kind of service.")]
    cleaned["service"] = service
    try:
        stored = validate_intake(values.get("intake") or {})
    except IntakeInvalid as error:
        errors |= {f"intake.{key}": [text] for key, text in error.errors.items()}
    else:
        inherent = exposure.inherent_risk(stored)
        cleaned |= {
            "intake": stored,
            "inherent_risk": inherent,
            "tier": exposure.tier_of(inherent).value,
        }
    if errors:
        raise Invalid(_("Correct what is marked and save again."), errors=errors)
    return cleaned
