"""What may be recorded of a subcontract: each value tidied, or refused with a sentence."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from audit import clock
from vendors import master_data
from vendors.intake import IP_KINDS
from vendors.models import Vendor

_SERVICE_LENGTH: Final = 200
_NOTE_LENGTH: Final = 4_000


def clean(values: Mapping[str, Any], vendor: Vendor, subcontractor_id: UUID) -> dict[str, Any]:
    """The fields of a subcontract as they are stored. Raises Invalid with messages per field."""
    cleaned: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for field, value in values.items():
        try:
            cleaned[field] = _field_of(field, value, vendor, subcontractor_id)
        except ValueError as error:
            errors[field] = [str(error)]
    if errors:
        raise master_data.invalid(errors)
    return cleaned


def _field_of(field: str, value: Any, vendor: Vendor, subcontractor_id: UUID) -> Any:
    match field:
        case "engagement":
            if value is not None and value.vendor_id != vendor.pk:
                raise ValueError(_("Choose an engagement of this vendor."))
            return value
        case "service":
            return _service(value)
        case "ip_kinds":
            return _kinds(value)
        case "sites":
            chosen = list(value or ())
            if any(site.vendor_id != subcontractor_id for site in chosen):
                raise ValueError(_("Choose only sites of the subcontractor."))
            return chosen
        case "flowed_down":
            if value not in {True, False, None}:
                raise ValueError(_("Say yes, no, or not known."))
            return value
        case "approved_on":
            if value is not None and value > clock.today():
                raise ValueError(_("This day has not come yet."))
            return value
        case "note":
            return _note(value)
    raise ValueError(_("A subcontract has no such field."))


def _service(value: Any) -> str:
    text = master_data.tidy(str(value or ""))
    if not text:
        raise ValueError(_("Say what the subcontractor does."))
    if len(text) > _SERVICE_LENGTH:
        raise ValueError(_("Use at most %(most)d characters.") % {"most": _SERVICE_LENGTH})
    return text


def _kinds(value: Any) -> list[str]:
    chosen = set(value or ())
    if chosen - set(IP_KINDS):
        raise ValueError(_("Choose only kinds of IP from the list."))
    return [str(kind) for kind in IP_KINDS if kind in chosen]


def _note(value: Any) -> str:
    text = str(value or "").replace("\x00", "").strip()
    if len(text) > _NOTE_LENGTH:
        raise ValueError(_("Use at most %(most)d characters.") % {"most": _NOTE_LENGTH})
    return text
