"""What the fields of IP schedules may hold: each value tidied, or refused with a sentence.

Services, forms and the import all come through here. Every function raises ValueError.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django_countries import countries

from vendors import master_data
from vendors.intake import IpKind
from vendors.models import IpAsset, IpRegistration
from vendors.territories import REGIONS

EARLIEST: Final = date(1850, 1, 1)
LATEST: Final = date(2200, 12, 31)

ASSET_FIELDS: Final = (
    "name",
    "kind",
    "owner_entity",
    "right",
    "reference",
    "unregistered_because",
    "note",
)
REGISTRATION_FIELDS: Final = (
    "territory",
    "status",
    "number",
    "filed_on",
    "granted_on",
    "expires_on",
)
_LENGTHS: Final[Mapping[str, int]] = {
    "name": 200,
    "owner_entity": 200,
    "reference": 80,
    "unregistered_because": 300,
    "number": 60,
}
_NOTE: Final = 2_000


def line(name: str, value: Any, *, length: int = 0) -> str:
    """One line of text."""
    text = master_data.tidy(str(value or ""))
    most = length or _LENGTHS[name]
    if len(text) > most:
        raise ValueError(
            _("Use at most %(most)d characters; this has %(count)d.")
            % {"most": most, "count": len(text)}
        )
    return text


def text(value: Any) -> str:
    """Text of several lines."""
    kept = str(value or "").replace("\x00", "").strip()
    if len(kept) > _NOTE:
        raise ValueError(_("Use at most %(most)d characters.") % {"most": _NOTE})
    return kept


def day(value: Any) -> date | None:
    """A day of the calendar, within reason; None for none."""
    if value is None or value == "":
        return None
    found: date | None = value if isinstance(value, date) else None
    if found is None:
        try:
            found = parse_date(str(value).strip()[:10])
        except ValueError:
            found = None
    if found is None:
        raise ValueError(
            _("“%(value)s” is not a day. Write it as YYYY-MM-DD.") % {"value": str(value)[:40]}
        )
    if not EARLIEST <= found <= LATEST:
        raise ValueError(_("The year %(year)d cannot be right.") % {"year": found.year})
    return found


def asset_field(name: str, value: Any) -> str:
    """A field of an asset as it is stored."""
    match name:
        case "kind":
            if value not in set(IpKind):
                raise ValueError(_("Choose the kind of intellectual property."))
            return str(value)
        case "right":
            if value and value not in IpAsset.Right.values:
                raise ValueError(_("Choose one of the types of right listed."))
            return str(value or "")
        case "note":
            return text(value)
        case "name":
            found = line(name, value)
            if not found:
                raise ValueError(_("Give the asset a name."))
            return found
        case _ if name in ASSET_FIELDS:
            return line(name, value)
    raise ValueError(_("An asset has no such field."))


def territory(value: Any) -> str:
    """A country or a region with a register of its own."""
    code = master_data.tidy(str(value or "")).upper()
    if not code:
        raise ValueError(_("Choose the country or region."))
    if code not in countries.countries and code not in REGIONS:
        raise ValueError(_("Country “%(value)s” is not known.") % {"value": str(value)[:40]})
    return code


def registration(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """(an entry of a register as it is stored, messages per field)."""
    cleaned: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}

    def take(name: str, clean: Any) -> None:
        try:
            cleaned[name] = clean(values.get(name))
        except ValueError as error:
            errors[name] = [str(error)]

    for unknown in values.keys() - set(REGISTRATION_FIELDS):
        errors[unknown] = [_("A registration has no such field.")]
    take("territory", territory)
    take("status", _status)
    take("number", lambda value: line("number", value))
    for name in ("filed_on", "granted_on", "expires_on"):
        take(name, day)
    if not errors:
        _in_order(cleaned, errors)
    return cleaned, errors


def _status(value: Any) -> str:
    if value not in IpRegistration.Status.values:
        raise ValueError(_("Choose how the registration stands."))
    return str(value)


def _in_order(cleaned: Mapping[str, Any], errors: dict[str, list[str]]) -> None:
    filed, granted, expires = (cleaned[name] for name in ("filed_on", "granted_on", "expires_on"))
    if filed and granted and granted < filed:
        errors["granted_on"] = [_("This is before the day on which it was applied for.")]
    first = granted or filed
    if first and expires and expires < first:
        errors["expires_on"] = [_("This is before the day on which the right began.")]
    if granted and cleaned["status"] == IpRegistration.Status.PENDING:
        errors["status"] = [_("What has a day of registration is no longer only applied for.")]
