"""Adding and changing vendors: the master data that all units share."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import BusinessUnit, User
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import NotAllowed, require
from audit import clock
from audit.errors import OutOfDate, Refused
from audit.ids import uuid7
from audit.record import record
from vendors import master_data, selectors
from vendors.events import (
    VendorArchived,
    VendorChanged,
    VendorCreated,
    VendorExternalIdSet,
    VendorUnitLinked,
)
from vendors.master_data import external_key
from vendors.models import ExternalId, Vendor, VendorUnit
from vendors.selectors.offboarding import keeping_open, titles_for
from vendors.selectors.subcontracts import holders
from vendors.services import samples

__all__ = [
    "ExternalIdTaken",
    "archive",
    "change",
    "create",
    "external_key",
    "link_unit",
    "remove_external_id",
    "restore",
    "set_external_id",
    "set_owner",
]


class ExternalIdTaken(Refused):
    """Another vendor has this id in that system. `extra["vendor_id"]` only where it is visible."""

    code = "external_id_taken"


class NotOffboarded(Refused):
    """An engagement with the vendor goes on, or has yet to be off-boarded."""

    code = "not_offboarded"


class MergedAway(Refused):
    """The record was merged into another, which stands for it."""

    code = "merged_away"


def create(
    *,
    name: str,
    unit: BusinessUnit,
    country: str = "",
    registration_number: str = "",
    lei: str = "",
    vat_number: str = "",
    city: str = "",
    website: str = "",
    currency: str = "",
    category: str = "",
    owner: User | None = None,
    pk: UUID | None = None,
    by: Principal,
) -> Vendor:
    """A new vendor that `unit` works with. Raises Invalid with messages per field.

    Whether it is there already is asked before (`selectors.lookalikes`): two companies may share a
    name, so it is the person who decides.
    """
    require(by, Permission.EDIT_VENDORS, unit.pk)
    values = master_data.clean(
        {
            "name": name,
            "country": country,
            "registration_number": registration_number,
            "lei": lei,
            "vat_number": vat_number,
            "city": city,
            "website": website,
            "currency": currency,
        }
    )
    category = _category(category)
    with transaction.atomic():
        now = clock.now()
        vendor = Vendor.objects.create(
            id=pk or uuid7(), **values, sample=unit.sample, created_at=now, updated_at=now
        )
        VendorUnit.objects.create(vendor=vendor, unit=unit, category=category, owner=owner)
        record(
            VendorCreated(
                aggregate_id=vendor.pk,
                unit_id=unit.pk,
                name=vendor.name,
                country=values["country"],
            ),
            by=by,
        )
    return vendor


def change(*, vendor: Vendor, version: int, values: Mapping[str, Any], by: Principal) -> Vendor:
    """The vendor with these fields changed; nothing is written where nothing differs.

    `version` is the one the values were based on. Raises OutOfDate when somebody has saved since,
    with `extra["current"]` (field -> value now) and `extra["version"]`; Invalid per field.
    """
    unit_id = _require_held(vendor, by)
    cleaned = master_data.clean(values, country=str(vendor.country))
    with transaction.atomic():
        locked = Vendor.objects.select_for_update().get(pk=vendor.pk)
        before = {field: str(getattr(locked, field)) for field in cleaned}
        if locked.version != version:
            raise OutOfDate(
                _("Somebody else has changed this vendor since you opened it."),
                current=before,
                version=locked.version,
            )
        changed = {field: value for field, value in cleaned.items() if value != before[field]}
        if not changed:
            return locked
        for field, value in changed.items():
            setattr(locked, field, value)
        _bump(locked, *changed)
        record(
            VendorChanged(
                aggregate_id=locked.pk,
                unit_id=unit_id,
                fields=sorted(changed),
                before={field: before[field] for field in changed},
                after=changed,
            ),
            by=by,
        )
    return locked


def archive(*, vendor: Vendor, by: Principal) -> Vendor:
    """Put the vendor away: it stays on record, and lists leave it out. Raises NotOffboarded."""
    return _set_archived(vendor, archived=True, by=by)


def restore(*, vendor: Vendor, by: Principal) -> Vendor:
    """Take an archived vendor back."""
    return _set_archived(vendor, archived=False, by=by)


def link_unit(
    *,
    vendor: Vendor,
    unit: BusinessUnit,
    category: str = "",
    owner: User | None = None,
    by: Principal,
) -> VendorUnit:
    """`unit` works with `vendor` from now on; of a link there is, category and owner are set.

    This is also how a unit takes up a vendor that only others know, so seeing it is not required.
    Raises SampleApart.
    """
    require(by, Permission.EDIT_VENDORS, unit.pk)
    category = _category(category)
    samples.require_same(vendor, unit)
    with transaction.atomic():
        locked = Vendor.objects.select_for_update().get(pk=vendor.pk)
        if locked.merged_into_id is not None:
            raise MergedAway(_("This record was merged into another one. Link that one."))
        link, created = VendorUnit.objects.get_or_create(
            vendor=vendor, unit=unit, defaults={"category": category, "owner": owner}
        )
        if not created and (link.category, link.owner) == (category, owner):
            return link
        if not created:
            link.category, link.owner = category, owner
            link.save(update_fields=["category", "owner"])
        record(
            VendorUnitLinked(
                aggregate_id=vendor.pk,
                unit_id=unit.pk,
                created=created,
                category=category,
                owner_id=owner.pk if owner else None,
            ),
            by=by,
        )
    return link


def set_owner(
    *, vendor: Vendor, unit: BusinessUnit, owner: User | None, by: Principal
) -> VendorUnit:
    """Somebody of `unit`, or nobody, looks after the vendor there from now on."""
    with transaction.atomic():
        link = VendorUnit.objects.select_for_update().get(vendor=vendor, unit=unit)
        return link_unit(vendor=vendor, unit=unit, category=link.category, owner=owner, by=by)


def set_external_id(*, vendor: Vendor, system: str, value: str, by: Principal) -> ExternalId:
    """The vendor is `value` in `system`; setting it again changes nothing.

    Raises Invalid per field, ExternalIdTaken when it is another vendor's.
    """
    unit_id = _require_held(vendor, by)
    samples.refuse_ids(vendor)
    system, value = _external_id(system, value)
    with transaction.atomic():
        Vendor.objects.select_for_update().get(pk=vendor.pk)
        key = external_key(value, system)
        there = ExternalId.objects.filter(system=system, key=key).first()
        if there is not None and there.vendor_id == vendor.pk:
            return there
        if there is not None:
            raise _taken(there, by)
        try:
            with transaction.atomic():
                row = ExternalId.objects.create(vendor=vendor, system=system, value=value, key=key)
        except IntegrityError as error:
            # Somebody gave it to another vendor between the look and the write.
            raise _taken(ExternalId.objects.get(system=system, key=key), by) from error
        record(
            VendorExternalIdSet(
                aggregate_id=vendor.pk, unit_id=unit_id, system=system, value=value
            ),
            by=by,
        )
    return row


def remove_external_id(*, external_id: ExternalId, by: Principal) -> None:
    """Take the id away from its vendor; removing it again changes nothing."""
    unit_id = _require_held(external_id.vendor, by)
    with transaction.atomic():
        Vendor.objects.select_for_update().get(pk=external_id.vendor_id)
        count, _per_model = ExternalId.objects.filter(pk=external_id.pk).delete()
        if count:
            record(
                VendorExternalIdSet(
                    aggregate_id=external_id.vendor_id,
                    unit_id=unit_id,
                    system=external_id.system,
                    value=external_id.value,
                    removed=True,
                ),
                by=by,
            )


def _require_held(vendor: Vendor, by: Principal) -> UUID | None:
    """The unit through which `by` may edit `vendor`. Raises NotAllowed when there is none.

    Of a company that no unit works with: one that works with a vendor above it.
    """
    if vendor.merged_into_id is not None:
        raise MergedAway(_("This record was merged into another one. Change that one."))
    link = selectors.links_of(vendor, by, Permission.EDIT_VENDORS).first()
    if link is not None:
        return link.unit_id
    held = holders(vendor.pk, by, Permission.EDIT_VENDORS)
    if not held or vendor.unit_links.exists():
        raise NotAllowed(
            _("Your role does not allow this."), permission=Permission.EDIT_VENDORS.value
        )
    return held[0]


def _set_archived(vendor: Vendor, *, archived: bool, by: Principal) -> Vendor:
    unit_id = _require_held(vendor, by)
    with transaction.atomic():
        locked = Vendor.objects.select_for_update().get(pk=vendor.pk)
        held = by.units(Permission.EDIT_VENDORS)
        if held is not None and locked.unit_links.exclude(unit__in=held).exists():
            raise NotAllowed(
                _(
                    "Another business unit works with this vendor too. Only somebody who edits "
                    "vendors for all of its units can archive or restore it."
                )
            )
        status = Vendor.Status.ARCHIVED if archived else Vendor.Status.ACTIVE
        if locked.status == status:
            return locked
        if archived:
            _require_offboarded(locked, by)
        locked.status = status
        _bump(locked, "status")
        record(
            VendorArchived(aggregate_id=locked.pk, unit_id=unit_id, archived=archived),
            by=by,
        )
    return locked


def _require_offboarded(vendor: Vendor, by: Principal) -> None:
    """Raise NotOffboarded while an engagement of any unit goes on (docs/adr/0026)."""
    # Units add engagements under the lock of their link.
    list(vendor.unit_links.select_for_update().order_by("pk"))
    open_ones = keeping_open(vendor.pk)
    if count := open_ones.count():
        raise NotOffboarded(
            ngettext(
                "%(name)s cannot be archived: this engagement has yet to be off-boarded: "
                "%(titles)s.",
                "%(name)s cannot be archived: these engagements have yet to be off-boarded: "
                "%(titles)s.",
                count,
            )
            % {"name": vendor.name, "titles": titles_for(by, open_ones)}
        )


def _bump(vendor: Vendor, *fields: str) -> None:
    vendor.version += 1
    vendor.updated_at = clock.now()
    vendor.save(update_fields=[*fields, "version", "updated_at"])


def _category(value: str) -> str:
    try:
        return master_data.clean_category(value)
    except ValueError as error:
        raise master_data.invalid({"category": [str(error)]}) from error


def _external_id(system: str, value: str) -> tuple[str, str]:
    errors: dict[str, list[str]] = {}
    try:
        system = master_data.clean_system(system)
    except ValueError as error:
        errors["system"] = [str(error)]
    try:
        value = master_data.clean_external_id(value)
    except ValueError as error:
        errors["value"] = [str(error)]
    if errors:
        raise master_data.invalid(errors)
    return system, value


def _taken(there: ExternalId, by: Principal) -> ExternalIdTaken:
    other = selectors.vendors_visible_to(by).filter(pk=there.vendor_id).first()
    if other is None:
        return ExternalIdTaken(
            _("A vendor of another business unit has the id %(value)s in %(system)s.")
            % {"value": there.value, "system": there.system}
        )
    return ExternalIdTaken(
        _("%(name)s has the id %(value)s in %(system)s already.")
        % {"name": other.name, "value": there.value, "system": there.system},
        vendor_id=str(other.pk),
    )
