"""Recording statements of vendors: filing, putting right, withdrawing."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import NotAllowed
from audit import clock
from audit.errors import OutOfDate, Refused
from audit.record import record
from vendors import master_data, statement_data
from vendors.events.finances import StatementChanged, StatementFiled, StatementWithdrawn
from vendors.models import Statement, Vendor
from vendors.selectors.master import links_of
from vendors.statement_data import as_json, values_of


class YearTaken(Refused):
    """There is a statement of that year already. `extra["statement_id"]` names it."""

    code = "year_taken"


class Withdrawn(Refused):
    """The statement was withdrawn: it stays as it is."""

    code = "withdrawn"


def file(*, vendor: Vendor, values: Mapping[str, Any], by: Principal) -> Statement:
    """A statement of one fiscal year, or with `declined` the refusal to give it.

    `values`: those of `statement_data.FIELDS`; what is left out has its default. Raises YearTaken,
    or Invalid with messages per field.
    """
    unit_id = require_held(vendor, by)
    cleaned = statement_data.clean(values, today=clock.today())
    now = clock.now()
    with transaction.atomic():
        # Locked, so that two people who file the same year at once do not both succeed.
        Vendor.objects.select_for_update().get(pk=vendor.pk)
        _require_free(vendor, cleaned["fiscal_year"])
        made = Statement.objects.create(vendor=vendor, created_at=now, updated_at=now, **cleaned)
        record(
            StatementFiled(
                aggregate_id=vendor.pk,
                unit_id=unit_id,
                facts_of=vendor.pk,
                statement_id=made.pk,
                fiscal_year=made.fiscal_year,
                declined=made.declined,
                source=made.source,
                values=as_json(cleaned),
            ),
            by=by,
        )
    return made


def change(
    *, statement: Statement, version: int, values: Mapping[str, Any], by: Principal
) -> Statement:
    """The statement with these fields changed; nothing is written where nothing differs.

    `version` is the one the values were based on. Raises OutOfDate when somebody has saved since,
    with `extra["current"]` (field -> value now) and `extra["version"]`; Withdrawn; YearTaken;
    Invalid per field.
    """
    unit_id = require_held(statement.vendor, by)
    with transaction.atomic():
        Vendor.objects.select_for_update().get(pk=statement.vendor_id)
        locked = Statement.objects.select_for_update(of=("self",)).get(pk=statement.pk)
        if locked.withdrawn_at is not None:
            raise Withdrawn(_("This statement was withdrawn. File it again."))
        before = values_of(locked)
        if locked.version != version:
            raise OutOfDate(
                _("Somebody else has changed this statement since you opened it."),
                current=before,
                version=locked.version,
            )
        cleaned = statement_data.clean({**before, **values}, today=clock.today())
        changed = {name: value for name, value in cleaned.items() if value != before[name]}
        if not changed:
            return locked
        if "fiscal_year" in changed:
            _require_free(locked.vendor, changed["fiscal_year"])
        for name, value in changed.items():
            setattr(locked, name, value)
        _bump(locked, *changed)
        record(
            StatementChanged(
                aggregate_id=locked.vendor_id,
                unit_id=unit_id,
                facts_of=locked.vendor_id,
                statement_id=locked.pk,
                fiscal_year=locked.fiscal_year,
                fields=sorted(changed),
                before=as_json({name: before[name] for name in changed}),
                after=as_json(changed),
            ),
            by=by,
        )
    return locked


def withdraw(*, statement: Statement, reason: str, by: Principal) -> Statement:
    """The statement counts no longer; it stays on record with the reason.

    Withdrawing it again changes nothing. Raises Invalid where no reason is given.
    """
    unit_id = require_held(statement.vendor, by)
    reason = " ".join(reason.split())
    if not reason:
        message = _("Say why, so that others understand it later.")
        raise master_data.invalid({"reason": [message]})
    with transaction.atomic():
        Vendor.objects.select_for_update().get(pk=statement.vendor_id)
        locked = Statement.objects.select_for_update(of=("self",)).get(pk=statement.pk)
        if locked.withdrawn_at is not None:
            return locked
        locked.withdrawn_at = clock.now()
        locked.withdrawn_why = reason
        _bump(locked, "withdrawn_at", "withdrawn_why")
        record(
            StatementWithdrawn(
                aggregate_id=locked.vendor_id,
                unit_id=unit_id,
                facts_of=locked.vendor_id,
                statement_id=locked.pk,
                fiscal_year=locked.fiscal_year,
                reason=reason,
            ),
            by=by,
        )
    return locked


def put(*, vendor: Vendor, values: Mapping[str, Any], by: Principal) -> tuple[Statement, bool]:
    """(the statement of the year as given, whether it is a new one): files it or changes it.

    For programs and imports, which hold the whole statement: what they leave out is cleared.
    """
    require_held(vendor, by)
    whole = statement_data.clean(values, today=clock.today())
    with transaction.atomic():
        Vendor.objects.select_for_update().get(pk=vendor.pk)
        there = Statement.objects.filter(
            vendor=vendor, fiscal_year=whole["fiscal_year"], withdrawn_at__isnull=True
        ).first()
        if there is None:
            return file(vendor=vendor, values=whole, by=by), True
        return change(statement=there, version=there.version, values=whole, by=by), False


def require_held(vendor: Vendor, by: Principal) -> UUID:
    """The unit through which `by` records facts of `vendor`. Raises NotAllowed without one."""
    link = links_of(vendor, by, Permission.EDIT_FACTS).first()
    if link is None:
        raise NotAllowed(
            _("Your role does not allow this."), permission=Permission.EDIT_FACTS.value
        )
    return link.unit_id


def _require_free(vendor: Vendor, fiscal_year: int) -> None:
    there = Statement.objects.filter(
        vendor=vendor, fiscal_year=fiscal_year, withdrawn_at__isnull=True
    ).first()
    if there is not None:
        raise YearTaken(
            _("There is an entry for the fiscal year %(year)d already. Change that one.")
            % {"year": fiscal_year},
            errors={"fiscal_year": [_("There is an entry for this year already.")]},
            statement_id=str(there.pk),
        )


def _bump(statement: Statement, *fields: str) -> None:
    statement.version += 1
    statement.updated_at = clock.now()
    statement.save(update_fields=[*fields, "version", "updated_at"])
