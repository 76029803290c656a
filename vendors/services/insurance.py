"""Entering and changing the insurance policies of a vendor."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.permissions import Permission
from accounts.principal import Principal
from audit import clock
from audit.errors import Invalid
from audit.ids import uuid7
from audit.record import record
from vendors import master_data, tidying
from vendors.events.contracts import PolicyChanged
from vendors.models import InsurancePolicy, Vendor
from vendors.services.holding import bump, put, same_version, unit_held

_P = InsurancePolicy
_ZERO: Final = Decimal("0.00")


def _or_zero(value: Any) -> Decimal:
    return tidying.money()(value) or _ZERO


CLEANERS: Final[Mapping[str, tidying.Cleaner]] = {
    "kind": tidying.one_of(_P.Kind.values, needed=lazy("Choose what it insures.")),
    "insurer": tidying.line(200, needed=lazy("Enter the insurer.")),
    "number": tidying.line(80, needed=lazy("Enter the number of the policy.")),
    "status": tidying.one_of(_P.Status.values, needed=lazy("Choose one of the states listed.")),
    "limit": tidying.money(needed=lazy("Enter the limit.")),
    "per_claim": tidying.money(),
    "currency": tidying.currency(needed=lazy("Choose a currency.")),
    "deductible": _or_zero,
    "eroded": _or_zero,
    "excluded_percent": tidying.whole(0, 100),
    "exclusions": tidying.text(),
    "territory": tidying.line(200),
    "valid_from": tidying.day(needed=lazy("Enter the first day of the period.")),
    "expires_on": tidying.day(needed=lazy("Enter the last day of the period.")),
    "certificate_seen_on": tidying.day(),
    "note": tidying.text(),
}
FIELDS: Final = tuple(CLEANERS)
_NEEDED: Final = ("kind", "insurer", "number", "limit", "currency", "valid_from", "expires_on")


class PolicyThereAlready(Invalid):
    """The vendor has a policy with this number for a period that begins on the same day."""

    code = "policy_there_already"


def create(
    *, vendor: Vendor, values: Mapping[str, Any], pk: UUID | None = None, by: Principal
) -> InsurancePolicy:
    """A policy of a vendor for one period; `pk` where the caller chooses the id.

    Raises Invalid with messages per field.
    """
    unit_id = unit_held(vendor, Permission.EDIT_FACTS, by)
    cleaned = tidying.clean({**dict.fromkeys(_NEEDED), **values}, CLEANERS)
    now = clock.now()
    policy = InsurancePolicy(pk=pk or uuid7(), vendor=vendor, created_at=now, updated_at=now)
    put(policy, cleaned)
    _sign(policy, by)
    _check(policy)
    with transaction.atomic():
        _save(policy)
        given = {field: (None, value) for field, value in cleaned.items() if value}
        _record(policy, given, unit_id, created=True, by=by)
    return policy


def check(*, vendor: Vendor, policy: InsurancePolicy | None, values: Mapping[str, Any]) -> bool:
    """Whether writing these values would change anything; nothing is written.

    Raises Invalid per field as `create` (without a policy) and `change` would.
    """
    row = InsurancePolicy(vendor=vendor) if policy is None else policy
    given = {**dict.fromkeys(_NEEDED), **values} if policy is None else values
    changed = put(row, tidying.clean(given, CLEANERS))
    _check(row)
    return policy is None or bool(changed)


def change(
    *, policy: InsurancePolicy, version: int, values: Mapping[str, Any], by: Principal
) -> InsurancePolicy:
    """The policy with these fields changed. Raises OutOfDate, Invalid per field."""
    unit_id = unit_held(policy.vendor, Permission.EDIT_FACTS, by)
    cleaned = tidying.clean(values, CLEANERS)
    with transaction.atomic():
        locked = _P.objects.select_for_update(of=("self",)).get(pk=policy.pk)
        same_version(locked, version, FIELDS)
        changed = put(locked, cleaned)
        if not changed:
            return locked
        if "certificate_seen_on" in changed:
            _sign(locked, by)
        _check(locked)
        bump(locked)
        _save(locked)
        _record(locked, changed, unit_id, created=False, by=by)
    return locked


def _sign(policy: InsurancePolicy, by: Principal) -> None:
    """Whoever enters the day has seen the certificate."""
    person = by.kind == "user" and policy.certificate_seen_on is not None
    policy.certificate_seen_by_id = UUID(by.id) if person else None


def _check(policy: InsurancePolicy) -> None:
    errors: dict[str, list[str]] = {}
    if policy.expires_on < policy.valid_from:
        errors["expires_on"] = [_("It expires before it begins.")]
    if policy.per_claim is not None and policy.per_claim > policy.limit:
        errors["per_claim"] = [_("One claim cannot get more than the limit of the period.")]
    if policy.eroded > policy.limit:
        errors["eroded"] = [_("More cannot be used up than there is.")]
    if policy.certificate_seen_on and policy.certificate_seen_on > clock.today():
        errors["certificate_seen_on"] = [_("That day has not come yet.")]
    if errors:
        raise master_data.invalid(errors)


def _save(policy: InsurancePolicy) -> None:
    try:
        with transaction.atomic():
            policy.save()
    except IntegrityError as error:
        if "policy_period_once" not in str(error):
            raise
        said = _("This policy is on record already for a period that begins on this day.")
        raise PolicyThereAlready(said, errors={"number": [said]}) from error


def _record(
    policy: InsurancePolicy,
    changed: Mapping[str, tuple[Any, Any]],
    unit_id: UUID,
    *,
    created: bool,
    by: Principal,
) -> None:
    record(
        PolicyChanged(
            aggregate_id=policy.pk,
            unit_id=unit_id,
            facts_of=policy.vendor_id,
            created=created,
            kind=policy.kind,
            status=policy.status,
            fields=sorted(changed),
            before={} if created else {field: str(pair[0]) for field, pair in changed.items()},
            after={field: str(pair[1]) for field, pair in changed.items()},
        ),
        by=by,
    )
