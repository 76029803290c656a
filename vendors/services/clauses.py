"""Judging the points of a contract's checklist, and counsel's word on them."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require
from audit import clock
from audit.errors import Invalid, OutOfDate, Refused
from audit.record import record
from vendors import master_data, tidying
from vendors.clauses import checklist
from vendors.events.contracts import ClauseJudged, ClauseReviewed
from vendors.models import Clause, Contract
from vendors.services.holding import bump, put, same_version

_S = Clause.Status
CLEANERS: Final[Mapping[str, tidying.Cleaner]] = {
    "status": tidying.one_of(_S.values),
    "extract": tidying.text(),
    "note": tidying.text(),
    "reason": tidying.text(),
    "no_assignment": tidying.yes_no,
}
FIELDS: Final = tuple(CLEANERS)
#: Settled otherwise than preferred, and acceptable once counsel approves.
DEVIATIONS: Final = frozenset({_S.FALLBACK, _S.LICENCE})


class NoSuchClause(Invalid):
    """The checklist has no such point."""

    code = "no_such_clause"


def judge(
    *, contract: Contract, key: str, version: int, values: Mapping[str, Any], by: Principal
) -> Clause:
    """How a point is settled in a contract; what counsel had confirmed of it is open again.

    `version` is 0 where nobody had judged it. Saving what stands there changes nothing. A note
    alone leaves counsel's word as it is. Raises Invalid per field, OutOfDate.
    """
    require(by, Permission.EDIT_FACTS, contract.engagement.unit_id)
    cleaned = tidying.clean(values, CLEANERS)
    _known(key)
    with transaction.atomic():
        locked = _lock(contract)
        row = Clause.objects.filter(contract=locked, key=key).first()
        if row is None:
            if version:
                raise OutOfDate(_("Somebody else has changed this since you opened it."))
            row = Clause(contract=locked, key=key, version=0)
        same_version(row, version, FIELDS)
        previous = row.status
        changed = put(row, cleaned)
        _check(row, key)
        if not changed:
            return row
        if set(changed) - {"note"}:
            row.reviewed_by = row.reviewed_at = None
            row.deviation_approved, row.deviation_reason = False, ""
        bump(row)
        row.save()
        record(
            ClauseJudged(
                aggregate_id=locked.pk,
                unit_id=locked.engagement.unit_id,
                facts_of=locked.engagement.vendor_id,
                engagement_id=locked.engagement_id,
                key=key,
                previous=previous,
                status=row.status,
                extract=row.extract,
                note=row.note,
                reason=row.reason,
            ),
            by=by,
        )
    return row


def review(
    *,
    contract: Contract,
    key: str,
    version: int,
    approve: bool = False,
    reason: str = "",
    by: Principal,
) -> Clause:
    """Counsel confirms how a point is settled; a fallback is approved or not, with a reason.

    Raises Refused where nobody has judged it yet, Invalid (field "reason"), OutOfDate.
    """
    require(by, Permission.DECIDE_FACTS, contract.engagement.unit_id)
    if by.kind != "user":
        raise Refused(_("Only a person can review a clause."))
    _known(key)
    said = tidying.clean({"reason": reason}, {"reason": tidying.text()})["reason"]
    with transaction.atomic():
        locked = _lock(contract)
        row = Clause.objects.filter(contract=locked, key=key).first()
        if row is None:
            raise Refused(_("Nobody has judged this point yet. Choose how it is settled first."))
        same_version(row, version, FIELDS)
        if approve and row.status not in DEVIATIONS:
            raise Refused(_("Only a fallback needs its deviation approved."))
        if approve and not said:
            problem = _("Say why the deviation can be accepted.")
            raise Invalid(problem, errors={"reason": [problem]})
        row.reviewed_by_id, row.reviewed_at = UUID(by.id), clock.now()
        row.deviation_approved, row.deviation_reason = approve, said if approve else ""
        bump(row)
        row.save()
        record(
            ClauseReviewed(
                aggregate_id=locked.pk,
                unit_id=locked.engagement.unit_id,
                facts_of=locked.engagement.vendor_id,
                engagement_id=locked.engagement_id,
                key=key,
                status=row.status,
                approved=approve,
                reason=said,
            ),
            by=by,
        )
    return row


def _lock(contract: Contract) -> Contract:
    rows = Contract.objects.select_for_update(of=("self",)).select_related("engagement")
    return rows.get(pk=contract.pk)


def _known(key: str) -> None:
    if key not in checklist().by_key:
        said = _("The checklist has no point “%(key)s”.") % {"key": key[:60]}
        raise NoSuchClause(said, errors={"key": [said]})


def _check(row: Clause, key: str) -> None:
    errors: dict[str, list[str]] = {}
    if not row.status:
        errors["status"] = [_("Choose how the point is settled.")]
    if row.status == _S.NOT_APPLICABLE and not row.reason:
        errors["reason"] = [_("Say why this does not apply.")]
    if row.status == _S.LICENCE and not checklist().by_key[key].licence:
        errors["status"] = [_("A licence stands in for an assignment only where there is one.")]
    if errors:
        raise master_data.invalid(errors)


def differ(contract: Contract | None, points: Mapping[str, str]) -> bool:
    """Whether these statuses (by key) differ from those judged; raises Invalid for what cannot be.

    Nothing is written. The errors are named `clause:<key>`.
    """
    there = {row.key: row for row in contract.clauses.all()} if contract is not None else {}
    changed = False
    for key, status in points.items():
        row = there.get(key) or Clause(key=key)
        changed = changed or row.status != status
        row.status = status
        try:
            _check(row, key)
        except Invalid as refused:
            said = [text for texts in refused.extra["errors"].values() for text in texts]
            raise master_data.invalid({f"clause:{key}": said}) from refused
    return changed
