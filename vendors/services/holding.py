"""Who may write what about a vendor, and how a row is written with its event."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import NotAllowed
from audit import clock
from audit.errors import OutOfDate
from vendors.models import Vendor
from vendors.selectors import links_of


def unit_held(vendor: Vendor, permission: Permission, by: Principal) -> UUID:
    """The unit through which `by` holds `permission` for a vendor. Raises NotAllowed."""
    link = links_of(vendor, by, permission).first()
    if link is None:
        raise NotAllowed(_("Your role does not allow this."), permission=permission.value)
    return link.unit_id


def same_version(row: Any, version: int, fields: Any) -> None:
    """Raise OutOfDate where somebody has saved the row since, with what it holds now."""
    if row.version != version:
        raise OutOfDate(
            _("Somebody else has changed this since you opened it."),
            current={field: getattr(row, field) for field in fields},
            version=row.version,
        )


def put(row: Any, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Put values on a row that is not saved yet; what differs as field -> (before, after)."""
    changed: dict[str, tuple[Any, Any]] = {}
    for field, value in values.items():
        before = getattr(row, field)
        if before != value:
            changed[field] = (plain(before), plain(value))
            setattr(row, field, value)
    return changed


def bump(row: Any) -> None:
    """The next version of a row, now."""
    row.version += 1
    row.updated_at = clock.now()


def plain(value: Any) -> Any:
    """A value as JSON holds it."""
    if value is None or isinstance(value, bool | int | list | dict):
        return value
    if isinstance(value, Model):
        return str(value.pk)
    return str(value)
