"""The other names a vendor goes by."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from audit import clock
from audit.record import record
from vendors import master_data
from vendors.events.screening import AliasChanged
from vendors.models import Vendor, VendorAlias
from vendors.services.matches import require_held


def add(*, vendor: Vendor, name: str, kind: str, source: str = "", by: Principal) -> VendorAlias:
    """Another name of `vendor`; it is compared with the lists as its own is. Raises Invalid."""
    unit_id = require_held(vendor.pk, Permission.EDIT_FACTS, by)
    errors: dict[str, list[str]] = {}
    try:
        name = master_data.clean_name(name)
    except ValueError as error:
        errors["name"] = [str(error)]
    if kind not in VendorAlias.Kind.values:
        errors["kind"] = [_("Choose one of the kinds listed.")]
    source = master_data.tidy(source)
    if len(source) > 300:
        errors["source"] = [_("Use at most %(most)d characters.") % {"most": 300}]
    if not errors and name == vendor.name:
        errors["name"] = [_("This is the vendor's own name.")]
    if errors:
        raise master_data.invalid(errors)
    try:
        with transaction.atomic():
            Vendor.objects.select_for_update(no_key=True).get(pk=vendor.pk)
            row = VendorAlias.objects.create(
                vendor=vendor, name=name, kind=kind, source=source, created_at=clock.now()
            )
            _record(row, unit_id, by, removed=False)
    except IntegrityError as error:
        raise master_data.invalid(
            {"name": [_("The vendor has this name among its names already.")]}
        ) from error
    return row


def remove(*, alias: VendorAlias, by: Principal) -> None:
    """Take a name away; taking it away again changes nothing."""
    unit_id = require_held(alias.vendor_id, Permission.EDIT_FACTS, by)
    with transaction.atomic():
        Vendor.objects.select_for_update(no_key=True).get(pk=alias.vendor_id)
        count, _per_model = VendorAlias.objects.filter(pk=alias.pk).delete()
        if count:
            _record(alias, unit_id, by, removed=True)


def _record(row: VendorAlias, unit_id: UUID | None, by: Principal, *, removed: bool) -> None:
    record(
        AliasChanged(
            aggregate_id=row.vendor_id,
            unit_id=unit_id,
            facts_of=row.vendor_id,
            alias_id=row.pk,
            kind=row.kind,
            removed=removed,
            name=row.name,
            source=row.source,
        ),
        by=by,
    )
