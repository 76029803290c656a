"""Deciding which model of insolvency reads a vendor's statements."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.principal import Principal
from audit import clock
from audit.errors import OutOfDate
from audit.record import record
from vendors import master_data
from vendors.events.finances import FinancialModelChosen, FinancialProfileChanged
from vendors.models import FinancialProfile, Vendor
from vendors.services.statements import require_held

FIELDS: Final = ("listing", "sector", "emerging", "model", "reason")


def change(
    *, vendor: Vendor, version: int, values: Mapping[str, Any], by: Principal
) -> FinancialProfile:
    """What is known of listing, sector and market, and the model that counts if not the proposed.

    `version` is 0 where nothing was recorded yet. A model needs a reason, and none is chosen for a
    bank or insurer. Raises OutOfDate as `statements.change` does; Invalid per field.
    """
    unit_id = require_held(vendor, by)
    cleaned = _clean(values)
    with transaction.atomic():
        Vendor.objects.select_for_update().get(pk=vendor.pk)
        locked = FinancialProfile.objects.filter(pk=vendor.pk).first() or FinancialProfile(
            vendor=vendor, version=0
        )
        before = {name: getattr(locked, name) for name in FIELDS}
        if locked.version != version:
            raise OutOfDate(
                _("Somebody else has changed this since you opened it."),
                current=before,
                version=locked.version,
            )
        after = {**before, **cleaned}
        _require_whole(after)
        if after == before:
            return locked
        chosen = (after["model"], after["reason"]) != (before["model"], before["reason"])
        for name, value in after.items():
            setattr(locked, name, value)
        now = clock.now()
        if chosen:
            locked.chosen_at = now if locked.model else None
            person = UUID(by.id) if by.kind == "user" else None
            locked.chosen_by_id = person if locked.model else None
        locked.version += 1
        locked.updated_at = now
        locked.save()
        if any(after[name] != before[name] for name in ("listing", "sector", "emerging")):
            record(
                FinancialProfileChanged(
                    aggregate_id=vendor.pk,
                    unit_id=unit_id,
                    facts_of=vendor.pk,
                    listing=locked.listing,
                    sector=locked.sector,
                    emerging=locked.emerging,
                ),
                by=by,
            )
        if chosen:
            record(
                FinancialModelChosen(
                    aggregate_id=vendor.pk,
                    unit_id=unit_id,
                    facts_of=vendor.pk,
                    model=locked.model,
                    previous=before["model"],
                    reason=locked.reason,
                ),
                by=by,
            )
    return locked


def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
    cleaned: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    choices = {
        "listing": FinancialProfile.Listing.values,
        "sector": FinancialProfile.Sector.values,
        "model": FinancialProfile.Model.values,
    }
    for name, value in values.items():
        if name in choices:
            cleaned[name] = value or ""
            if cleaned[name] and cleaned[name] not in choices[name]:
                errors[name] = [_("Choose one of those listed.")]
        elif name == "emerging" and (value is None or isinstance(value, bool)):
            cleaned[name] = value
        elif name == "reason":
            cleaned[name] = " ".join(str(value or "").split())[:2_000]
        else:
            errors[name] = [_("This cannot be set here.")]
    if errors:
        raise master_data.invalid(errors)
    return cleaned


def _require_whole(after: dict[str, Any]) -> None:
    if after["model"] and not after["reason"]:
        message = _("Say why this model fits better, so that others can follow.")
        raise master_data.invalid({"reason": [message]})
    if after["model"] and after["sector"] == FinancialProfile.Sector.BANK:
        message = _("None of these models applies to banks and insurers. Take the choice back.")
        raise master_data.invalid({"model": [message]})
    if not after["model"]:
        after["reason"] = ""
