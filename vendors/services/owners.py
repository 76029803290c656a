"""Recording who owns a vendor, directly and through others."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.figures import figure
from accounts.permissions import Permission
from accounts.principal import Principal
from audit import clock
from audit.errors import OutOfDate
from audit.record import record
from vendors import master_data
from vendors.events.screening import OwnerChanged
from vendors.models import Match, Owner, Vendor
from vendors.services import samples
from vendors.services.match_rows import NOT_ALIKE, Outcome, close, tell_owned
from vendors.services.matches import require_held

#: What `change` takes.
FIELDS: Final = (
    "kind",
    "name",
    "country",
    "registration_number",
    "lei",
    "percent",
    "from_on",
    "until_on",
    "source",
)
_WHOLE: Final = Decimal(100)


def add(
    *,
    vendor: Vendor,
    parent: Owner | None = None,
    holder: Vendor | None = None,
    kind: str = "company",
    name: str = "",
    country: str = "",
    registration_number: str = "",
    lei: str = "",
    percent: Decimal | str | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
    source: str = "",
    by: Principal,
) -> Owner:
    """An owner of `vendor`, or, with a `parent`, of one of its owners.

    `holder`: the owner is a vendor record, which has its own name and owners. Raises Invalid with
    messages per field.
    """
    unit_id = require_held(vendor.pk, Permission.EDIT_FACTS, by)
    given = {
        "kind": kind,
        "name": name,
        "country": country,
        "registration_number": registration_number,
        "lei": lei,
        "percent": percent,
        "from_on": from_on,
        "until_on": until_on,
        "source": source,
    }
    values = _clean(given, holder=holder, vendor=vendor)
    with transaction.atomic():
        Vendor.objects.select_for_update(no_key=True).get(pk=vendor.pk)
        _refuse_parent(vendor, parent)
        _refuse_too_much(vendor, parent, values, None)
        now = clock.now()
        row = Owner.objects.create(
            vendor=vendor, parent=parent, holder=holder, created_at=now, updated_at=now, **values
        )
        _record(row, "added", before={}, after=values, unit_id=unit_id, by=by)
    return row


def change(*, owner: Owner, version: int, values: Mapping[str, Any], by: Principal) -> Owner:
    """The owner with these fields changed. Raises OutOfDate, Invalid per field."""
    unit_id = require_held(owner.vendor_id, Permission.EDIT_FACTS, by)
    with transaction.atomic():
        vendor = Vendor.objects.select_for_update(no_key=True).get(pk=owner.vendor_id)
        locked = (
            Owner.objects.select_for_update(of=("self",))
            .select_related("parent", "holder")
            .get(pk=owner.pk)
        )
        there = {field: getattr(locked, field) for field in FIELDS}
        if locked.version != version:
            raise OutOfDate(
                _("Somebody else has changed this owner since you opened it."),
                current=there,
                version=locked.version,
            )
        cleaned = _clean({**there, **values}, holder=locked.holder, vendor=vendor)
        changed = {name: value for name, value in cleaned.items() if value != there[name]}
        if not changed:
            return locked
        _refuse_too_much(vendor, locked.parent, cleaned, locked.pk)
        for name, value in changed.items():
            setattr(locked, name, value)
        locked.version += 1
        locked.updated_at = clock.now()
        locked.save(update_fields=[*changed, "version", "updated_at"])
        _record(
            locked,
            "changed",
            before={name: there[name] for name in changed},
            after=changed,
            unit_id=unit_id,
            by=by,
        )
    return locked


def end(*, owner: Owner, version: int, until_on: date, by: Principal) -> Owner:
    """The owner holds nothing from this day on; it stays on record with its matches."""
    ended = change(owner=owner, version=version, values={"until_on": until_on}, by=by)
    if until_on <= clock.today():
        with transaction.atomic():
            rows = Match.objects.select_for_update(of=("self",)).select_related("watch_list")
            outcome = Outcome()
            for match in rows.filter(owner=ended, status=Match.Status.OPEN):
                close(match, NOT_ALIKE, match.watch_list, outcome)
    return ended


def _refuse_parent(vendor: Vendor, parent: Owner | None) -> None:
    if parent is None:
        return
    if parent.vendor_id != vendor.pk:
        raise master_data.invalid({"parent": [_("This is not an owner of this vendor.")]})
    if parent.kind == Owner.Kind.PERSON:
        raise master_data.invalid({"parent": [_("A person has no owners.")]})
    if parent.holder_id is not None:
        raise master_data.invalid(
            {"parent": [_("This owner is a vendor record: enter its owners on its own page.")]}
        )


def _refuse_too_much(
    vendor: Vendor, parent: Owner | None, values: Mapping[str, Any], but: UUID | None
) -> None:
    """Together owners hold at most all of it at any time."""
    if values["percent"] is None or (values["until_on"] and values["until_on"] <= clock.today()):
        return
    rows = Owner.objects.filter(vendor=vendor, parent=parent, percent__isnull=False)
    if but is not None:
        rows = rows.exclude(pk=but)
    present = rows.filter(Q(until_on__isnull=True) | Q(until_on__gt=clock.today()))
    total = values["percent"] + sum(row.percent or 0 for row in present)
    if total > _WHOLE:
        raise master_data.invalid(
            {
                "percent": [
                    _("With this, owners would hold %(total)s %% together.")
                    % {"total": figure(total)}
                ]
            }
        )


def _clean(given: Mapping[str, Any], *, holder: Vendor | None, vendor: Vendor) -> dict[str, Any]:
    cleaned: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    if holder is not None:
        samples.require_same(vendor, holder)
    if holder is not None and holder.pk == vendor.pk:
        errors["holder"] = [_("A vendor does not own itself.")]
    for name, value in given.items():
        try:
            cleaned[name] = _clean_field(name, value, holder)
        except ValueError as error:
            errors[name] = [str(error)]
    from_on, until_on = cleaned.get("from_on"), cleaned.get("until_on")
    if from_on and until_on and until_on < from_on:
        errors["until_on"] = [_("This is before the day on which it began.")]
    if errors:
        raise master_data.invalid(errors)
    return cleaned


def _clean_field(name: str, value: Any, holder: Vendor | None) -> Any:
    match name:
        case "kind":
            if value not in Owner.Kind.values:
                raise ValueError(_("Choose whether it is a company or a person."))
            return "company" if holder else value
        case "name":
            return "" if holder else master_data.clean_name(str(value or ""))
        case "country" | "registration_number" | "lei":
            return "" if holder else master_data.CLEANERS[name](str(value or ""))
        case "percent":
            return _percent(value)
        case "source":
            text = master_data.tidy(str(value or ""))
            if len(text) > 300:
                raise ValueError(_("Use at most %(most)d characters.") % {"most": 300})
            return text
        case "from_on" | "until_on":
            if value is not None and not date(1800, 1, 1) <= value <= date(2200, 1, 1):
                raise ValueError(_("This date cannot be."))
            return value
    raise ValueError(_("An owner has no such field."))


def _percent(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        share = Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError(_("Enter a share like 25 or 33.333.")) from error
    if not share.is_finite() or not 0 < share <= _WHOLE:
        raise ValueError(_("Enter a share above 0 and up to 100."))
    return share.quantize(Decimal("0.001"))


def _record(
    row: Owner,
    action: str,
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    unit_id: UUID | None,
    by: Principal,
) -> None:
    record(
        OwnerChanged(
            aggregate_id=row.vendor_id,
            unit_id=unit_id,
            facts_of=row.vendor_id,
            owner_id=row.pk,
            holder_id=row.holder_id,
            action=action,
            fields=sorted(after),
            before=_text(before),
            after=_text(after),
        ),
        by=by,
    )
    tell_owned(row.vendor_id)


def _text(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in values.items()}
