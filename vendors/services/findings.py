"""Raising findings, planning what is done about them, closing them.

What Surety raises by itself carries a *cause*: the same cause raises one finding only, and
`settle` closes it when the cause is gone. `keep` does both for a whole set of causes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import BusinessUnit, User
from accounts.permissions import Permission
from accounts.principal import SYSTEM, Principal
from accounts.scoping import require
from accounts.selectors import people_who
from audit import clock
from audit.errors import Refused
from audit.record import record
from vendors import master_data
from vendors.events.findings import FindingOpened
from vendors.finding_kinds import KINDS
from vendors.models import Engagement, Finding, Vendor, VendorUnit
from vendors.services import finding_rows
from vendors.services.finding_answers import respond
from vendors.services.finding_disputes import dispute, resolve
from vendors.services.finding_rows import FindingNotOpen
from vendors.services.remediation import reopen_accepted, require_somebody_else

__all__ = [
    "NotLinked",
    "Raised",
    "close",
    "dispute",
    "keep",
    "keep_one",
    "plan",
    "raise_",
    "reopen",
    "resolve",
    "respond",
    "settle",
]


class NotLinked(Refused):
    """The unit does not work with this vendor."""

    code = "not_linked"


#: Days to put a finding right where nobody says until when.
DAYS: Final = {"critical": 14, "high": 30, "moderate": 60, "low": 90}


@dataclass(frozen=True, kw_only=True)
class Raised:
    """What a cause says: how its finding reads, and how bad it is."""

    title: str
    severity: str
    detail: str = ""


def raise_(
    *,
    vendor: Vendor,
    unit: BusinessUnit,
    kind: str,
    title: str,
    severity: str,
    detail: str = "",
    engagement: Engagement | None = None,
    cause: str = "",
    due_on: date | None = None,
    by: Principal,
) -> Finding:
    """A finding about `vendor` for `unit`; without `due_on` its severity says until when. Whoever
    has the vendor in the unit sees to it, until somebody else is named.

    With a `cause`, the finding that this cause has already raised is returned instead, open or
    closed by somebody, with its words brought up to date. Raises Invalid per field, NotLinked.
    """
    require(by, Permission.EDIT_FACTS, unit.pk)
    if kind not in KINDS:
        raise ValueError(f"{kind} is not in vendors.finding_kinds")
    values = finding_rows.cleaned({"title": title, "detail": detail, "severity": severity})
    if engagement is not None and (engagement.vendor_id, engagement.unit_id) != (
        vendor.pk,
        unit.pk,
    ):
        raise master_data.invalid({"engagement": [_("This is not an engagement of this vendor.")]})
    with transaction.atomic():
        if cause and (there := finding_rows.by_cause(vendor.pk, unit.pk, kind, cause)) is not None:
            return _restate(there, values, by)
        links = VendorUnit.objects.select_related("owner").filter(vendor=vendor, unit=unit)
        if (link := links.first()) is None:
            raise NotLinked(
                _("%(unit)s does not work with this vendor.") % {"unit": unit.name},
            )
        now, owner = clock.now(), link.owner
        try:
            with transaction.atomic():
                finding = Finding.objects.create(
                    vendor=vendor,
                    unit=unit,
                    engagement=engagement,
                    kind=kind,
                    cause=cause,
                    owner=owner if owner and owner.is_active else None,
                    due_on=due_on or clock.today() + timedelta(DAYS[values["severity"]]),
                    created_at=now,
                    updated_at=now,
                    **values,
                )
        except IntegrityError:
            # The same cause was noticed twice at one moment.
            there = finding_rows.by_cause(vendor.pk, unit.pk, kind, cause)
            if there is None:
                raise
            return there
        record(
            FindingOpened(
                aggregate_id=finding.pk,
                unit_id=unit.pk,
                vendor_id=vendor.pk,
                engagement_id=finding.engagement_id,
                kind=kind,
                cause=cause,
                owner_id=finding.owner_id,
                **values,
            ),
            by=by,
        )
    return finding


def plan(
    *,
    finding: Finding,
    version: int,
    remedy: str,
    owner: User | None,
    due_on: date | None,
    by: Principal,
) -> Finding:
    """What is to be done about it, who does it and until when.

    Raises Invalid per field, FindingNotOpen, OutOfDate.
    """
    require(by, Permission.EDIT_FACTS, finding.unit_id)
    errors: dict[str, list[str]] = {}
    remedy = finding_rows.words(remedy)
    if not remedy:
        errors["remedy"] = [_("Say what is to be done.")]
    if owner is None:
        errors["owner"] = [_("Choose who sees to it.")]
    elif not people_who(Permission.VIEW, finding.unit_id).filter(pk=owner.pk).exists():
        errors["owner"] = [_("This person does not work in the business unit of the finding.")]
    if due_on is None:
        errors["due_on"] = [_("Say until when.")]
    elif due_on < clock.today() and due_on != finding.due_on:
        errors["due_on"] = [_("This day is past.")]
    if errors:
        raise master_data.invalid(errors)
    with transaction.atomic():
        locked = finding_rows.locked(finding, version)
        finding_rows.require_open(locked)
        return finding_rows.change(
            locked,
            "planned",
            {
                "remedy": remedy,
                "owner_id": owner.pk if owner else None,
                "due_on": due_on,
                "status": Finding.Status.PLANNED.value,
                **finding_rows.NOT_ACCEPTED,
            },
            by,
        )


def close(
    *,
    finding: Finding,
    version: int,
    reason: str,
    verified_by: User | None,
    by: Principal,
) -> Finding:
    """It is put right, or no longer matters: why, and who has seen that it is so.

    Raises Invalid per field, FindingNotOpen, OutOfDate.
    """
    require(by, Permission.EDIT_FACTS, finding.unit_id)
    errors: dict[str, list[str]] = {}
    reason = finding_rows.words(reason)
    if not reason:
        errors["reason"] = [_("Say why it is closed.")]
    if verified_by is None:
        errors["verified_by"] = [_("Choose who has seen that it is put right.")]
    elif not people_who(Permission.VIEW, finding.unit_id).filter(pk=verified_by.pk).exists():
        errors["verified_by"] = [
            _("This person does not work in the business unit of the finding.")
        ]
    if errors:
        raise master_data.invalid(errors)
    with transaction.atomic():
        locked = finding_rows.locked(finding, version)
        finding_rows.require_open(locked)
        require_somebody_else(locked, verified_by.pk if verified_by else None)
        return finding_rows.close(locked, reason, verified_by, by)


def reopen(*, finding: Finding, version: int, reason: str, by: Principal) -> Finding:
    """It is not put right after all. Raises Invalid per field, FindingNotOpen, OutOfDate."""
    require(by, Permission.EDIT_FACTS, finding.unit_id)
    reason = finding_rows.words(reason)
    if not reason:
        raise master_data.invalid({"reason": [_("Say why it is opened again.")]})
    with transaction.atomic():
        locked = finding_rows.locked(finding, version)
        if locked.status == Finding.Status.ACCEPTED:
            return reopen_accepted(locked, "reopened", by, reason=reason)
        if not locked.is_closed:
            raise FindingNotOpen(_("This finding is open already."))
        return finding_rows.change(
            locked,
            "reopened",
            {
                "status": finding_rows.going_on(locked),
                "closed_at": None,
                "closed_because": "",
                "verified_by_id": None,
                "done_at": None,
                "done_by_id": None,
                "done_by_contact_id": None,
                "done_note": "",
            },
            by,
            said={"reason": reason},
        )


def settle(*, vendor: Vendor, unit: BusinessUnit, kind: str, cause: str, reason: str) -> None:
    """The cause of an automatic finding is gone: Surety closes what it raised, with `reason`."""
    with transaction.atomic():
        there = finding_rows.by_cause(vendor.pk, unit.pk, kind, cause)
        if there is not None:
            _settle(there, reason)


def keep(
    *,
    vendor: Vendor,
    unit: BusinessUnit,
    kind: str,
    engagement: Engagement | None = None,
    causes: Mapping[str, Raised],
    gone: str,
) -> None:
    """Bring the automatic findings of one kind into line with the causes there are now.

    Each cause has its one finding; findings whose cause is not among `causes` are closed with the
    reason `gone`. Only those of `engagement` are looked at; without one, those of none. Surety
    does this, whoever changed the facts: that they have this consequence is not their doing.
    """
    with transaction.atomic():
        rows = Finding.objects.select_for_update(of=("self",)).filter(
            vendor=vendor, unit=unit, kind=kind, cause_gone=False, engagement=engagement
        )
        there = {row.cause: row for row in rows.exclude(cause="")}
        for cause, row in there.items():
            if cause not in causes:
                _settle(row, gone)
        for cause, raised in causes.items():
            keep_one(
                vendor=vendor,
                unit=unit,
                kind=kind,
                engagement=engagement,
                cause=cause,
                raised=raised,
            )


def keep_one(
    *,
    vendor: Vendor,
    unit: BusinessUnit,
    kind: str,
    engagement: Engagement | None = None,
    cause: str,
    raised: Raised,
) -> Finding:
    """The one finding of a cause that is there, raised by Surety or brought up to date."""
    return raise_(
        vendor=vendor,
        unit=unit,
        kind=kind,
        engagement=engagement,
        cause=cause,
        title=raised.title,
        severity=raised.severity,
        detail=raised.detail,
        by=SYSTEM,
    )


def _restate(finding: Finding, values: Mapping[str, Any], by: Principal) -> Finding:
    changed = {name: value for name, value in values.items() if getattr(finding, name) != value}
    if finding.is_closed or not changed:
        return finding
    return finding_rows.change(finding, "restated", changed, by)


def _settle(finding: Finding, reason: str) -> None:
    finding.cause_gone = True
    if finding.is_closed:
        finding.save(update_fields=["cause_gone"])
    else:
        finding_rows.close(finding, finding_rows.words(reason), None, SYSTEM)
