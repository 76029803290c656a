"""Entering and changing contracts, and what follows from their dates."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.permissions import Permission
from accounts.principal import SYSTEM, Principal
from accounts.scoping import require
from audit import clock
from audit.errors import Invalid, Refused
from audit.ids import uuid7
from audit.record import record
from vendors import master_data, tidying
from vendors.contract_terms import Term, notice_day, term_end
from vendors.events.contracts import ContractChanged, ContractRenewed
from vendors.models import Contract, Engagement
from vendors.services.holding import bump, put, same_version

_C = Contract
CLEANERS: Final[Mapping[str, tidying.Cleaner]] = {
    "title": tidying.line(200, needed=lazy("Give the contract a title.")),
    "reference": tidying.line(80),
    "our_party": tidying.line(200),
    "vendor_party": tidying.line(200),
    "status": tidying.one_of(_C.Status.values, needed=lazy("Choose one of the states listed.")),
    "signed_on": tidying.day(),
    "starts_on": tidying.day(),
    "ends_on": tidying.day(),
    "renewal": tidying.one_of(_C.Renewal.values, needed=lazy("Choose one of those listed.")),
    "renewal_months": tidying.whole(1, 240),
    "notice_days": tidying.whole(0, 3650),
    "notice_by": tidying.day(),
    "law_country": tidying.country(),
    "law_region": tidying.line(80),
    "forum": tidying.one_of(_C.Forum.values),
    "forum_place": tidying.line(120),
    "forum_rules": tidying.line(120),
    "cap_kind": tidying.one_of(_C.Cap.values),
    "cap_amount": tidying.money(),
    "cap_currency": tidying.currency(),
    "cap_percent": tidying.number(Decimal(0), Decimal(99_999), 2),
    "carve_outs": tidying.some_of(_C.CarveOut.values),
    "indemnity": tidying.one_of(_C.Indemnity.values),
    "indemnity_amount": tidying.money(),
    "indemnity_currency": tidying.currency(),
    "kept_at": tidying.line(400),
    "note": tidying.text(),
}
FIELDS: Final = tuple(CLEANERS)


class ReferenceTaken(Invalid):
    """Another contract of the engagement has this reference."""

    code = "reference_taken"


def create(
    *,
    engagement: Engagement,
    values: Mapping[str, Any],
    amends: Contract | None = None,
    pk: UUID | None = None,
    by: Principal,
) -> Contract:
    """A contract for an engagement, or an amendment of another one (`amends`).

    `values` by the names of `FIELDS`; `pk` where the caller chooses the id. Raises Invalid with
    messages per field.
    """
    require(by, Permission.EDIT_FACTS, engagement.unit_id)
    cleaned = tidying.clean({"title": "", **values}, CLEANERS)
    now = clock.now()
    contract = Contract(
        pk=pk or uuid7(), engagement=engagement, amends=amends, created_at=now, updated_at=now
    )
    cleaned = _without_unused(contract, cleaned)
    put(contract, cleaned)
    _check(contract)
    _date(contract)
    with transaction.atomic():
        Engagement.objects.select_for_update(of=("self",)).get(pk=engagement.pk)
        _check_amended(contract)
        _save(contract)
        given = {field: (None, value) for field, value in cleaned.items() if value}
        _record(contract, given, True, by)
    return contract


def check(*, engagement: Engagement, contract: Contract | None, values: Mapping[str, Any]) -> bool:
    """Whether writing these values would change anything; nothing is written.

    Raises Invalid per field as `create` (without a contract) and `change` would.
    """
    row = Contract(engagement=engagement) if contract is None else contract
    cleaned = tidying.clean({"title": "", **values} if contract is None else values, CLEANERS)
    changed = put(row, _without_unused(row, cleaned))
    _check(row)
    return contract is None or bool(changed)


def change(
    *, contract: Contract, version: int, values: Mapping[str, Any], by: Principal
) -> Contract:
    """The contract with these fields changed; nothing is written where nothing differs.

    Raises OutOfDate when somebody has saved since `version`, Invalid per field.
    """
    require(by, Permission.EDIT_FACTS, contract.engagement.unit_id)
    cleaned = tidying.clean(values, CLEANERS)
    with transaction.atomic():
        locked = _locked(contract)
        same_version(locked, version, FIELDS)
        changed = put(locked, _without_unused(locked, cleaned))
        if not changed:
            return locked
        _check(locked)
        _date(locked)
        bump(locked)
        _save(locked)
        _record(locked, changed, False, by)
    return locked


def settle_notice(*, contract: Contract, given: bool, by: Principal) -> Contract:
    """The day for notice is dealt with: notice was given, or the contract shall renew.

    Where notice was given the contract ends with its present term. Settling it twice changes
    nothing. Raises Refused where there is no day to settle.
    """
    require(by, Permission.EDIT_FACTS, contract.engagement.unit_id)
    with transaction.atomic():
        locked = _locked(contract)
        if locked.notice_on is None:
            raise Refused(_("This contract has no day for notice."))
        values: dict[str, Any] = {"notice_settled": locked.notice_on}
        if given:
            values |= {
                "renewal": Contract.Renewal.NONE,
                "renewal_months": None,
                "ends_on": locked.term_ends_on or locked.ends_on,
            }
        changed = put(locked, values)
        if not changed:
            return locked
        if given:
            _date(locked)
        bump(locked)
        _save(locked)
        _record(locked, changed, False, by)
    return locked


def renew_due(*, today: date) -> int:
    """Move the terms of contracts that have renewed by themselves on; how many that were."""
    due = Contract.objects.filter(
        status=Contract.Status.IN_FORCE,
        renewal=Contract.Renewal.AUTOMATIC,
        term_ends_on__lt=today,
    ).values_list("pk", flat=True)
    moved = 0
    for pk in list(due):
        with transaction.atomic():
            contract = _lock(Contract.objects.filter(pk=pk))
            before = contract.term_ends_on
            _date(contract, today)
            if contract.term_ends_on == before:
                continue
            contract.save(update_fields=["term_ends_on", "notice_on"])
            record(
                ContractRenewed(
                    aggregate_id=contract.pk,
                    unit_id=contract.engagement.unit_id,
                    facts_of=contract.engagement.vendor_id,
                    engagement_id=contract.engagement_id,
                    term_ends_on=str(contract.term_ends_on),
                ),
                by=SYSTEM,
            )
            moved += 1
    return moved


def term_of(contract: Contract) -> Term:
    """The dates of a contract as the pure rules take them."""
    return Term(
        contract.starts_on,
        contract.ends_on,
        contract.renewal,
        contract.renewal_months,
        contract.notice_days,
        contract.notice_by,
    )


def _date(contract: Contract, today: date | None = None) -> None:
    term, on = term_of(contract), today or clock.today()
    contract.term_ends_on = term_end(term, on)
    contract.notice_on = notice_day(term, on)


def _locked(contract: Contract) -> Contract:
    return _lock(Contract.objects.filter(pk=contract.pk))


def _lock(rows: Any) -> Contract:
    found: Contract = rows.select_for_update(of=("self",)).select_related("engagement").get()
    return found


def _save(contract: Contract) -> None:
    try:
        with transaction.atomic():
            contract.save()
    except IntegrityError as error:
        if "contract_reference_once" not in str(error):
            raise
        said = _("Another contract of this engagement has this reference.")
        raise ReferenceTaken(said, errors={"reference": [said]}) from error


def _without_unused(contract: Contract, cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """`cleaned`, with what its choices leave without a meaning emptied."""
    values = dict(cleaned)

    def now(field: str) -> Any:
        return values.get(field, getattr(contract, field))

    if now("cap_kind") != _C.Cap.AMOUNT:
        values |= {"cap_amount": None, "cap_currency": ""}
    if now("cap_kind") != _C.Cap.PERCENT:
        values["cap_percent"] = None
    if now("indemnity") != _C.Indemnity.LIMITED:
        values |= {"indemnity_amount": None, "indemnity_currency": ""}
    if now("renewal") != _C.Renewal.AUTOMATIC:
        values["renewal_months"] = None
    if now("forum") != _C.Forum.ARBITRATION:
        values["forum_rules"] = ""
    return values


def _check(contract: Contract) -> None:
    """What has to hold between the fields. Raises Invalid."""
    problems = {field: said for field, wrong, said in _rules(contract) if wrong}
    if problems:
        raise master_data.invalid({field: [said] for field, said in problems.items()})


def _rules(contract: Contract) -> Iterator[tuple[str, bool, str]]:
    """(field, whether it is wrong, what to say)."""
    start, end, notice = contract.starts_on, contract.ends_on, contract.notice_by
    renews = contract.renewal == _C.Renewal.AUTOMATIC
    by_amount = contract.cap_kind == _C.Cap.AMOUNT
    by_percent = contract.cap_kind == _C.Cap.PERCENT
    limited = contract.indemnity == _C.Indemnity.LIMITED
    signed = contract.signed_on if contract.status == _C.Status.IN_FORCE else None
    yield "ends_on", bool(start and end and end < start), _("It ends before it starts.")
    late = bool(notice and end and notice > end and not renews)
    yield "notice_by", late, _("The day for notice lies after the end.")
    unknown = renews and not contract.renewal_months
    yield "renewal_months", unknown, _("Say by how many months it renews.")
    endless = renews and end is None
    yield "ends_on", endless, _("Say when the first term ends; an open contract does not renew.")
    yield "cap_amount", by_amount and contract.cap_amount is None, _("Enter the amount of the cap.")
    bare = by_amount and not contract.cap_currency
    yield "cap_currency", bare, _("Choose the currency of the cap.")
    without = by_percent and contract.cap_percent is None
    yield "cap_percent", without, _("Enter the percentage of the yearly fees.")
    open_end = limited and contract.indemnity_amount is None
    yield "indemnity_amount", open_end, _("Enter the limit of the indemnity.")
    bare = limited and not contract.indemnity_currency
    yield "indemnity_currency", bare, _("Choose the currency of the limit.")
    ahead = signed is not None and signed > clock.today()
    yield "signed_on", ahead, _("A contract in force cannot be signed in the future.")


def _check_amended(contract: Contract) -> None:
    main = contract.amends
    if main is not None and main.engagement_id != contract.engagement_id:
        said = _("An amendment belongs to the engagement of what it amends.")
        raise Invalid(said, errors={"amends": [said]})


def _record(
    contract: Contract, changed: Mapping[str, tuple[Any, Any]], created: bool, by: Principal
) -> None:
    record(
        ContractChanged(
            aggregate_id=contract.pk,
            unit_id=contract.engagement.unit_id,
            facts_of=contract.engagement.vendor_id,
            engagement_id=contract.engagement_id,
            created=created,
            status=contract.status,
            fields=sorted(changed),
            title=contract.title,
            before={} if created else {field: pair[0] for field, pair in changed.items()},
            after={field: _json(pair[1]) for field, pair in changed.items()},
        ),
        by=by,
    )


def _json(value: Any) -> Any:
    return str(value) if isinstance(value, date | Decimal) else value
