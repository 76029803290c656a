"""Adding and changing engagements, with the buyer's intake."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require
from audit import clock
from audit.errors import OutOfDate, Refused
from audit.record import record
from vendors import exposure, master_data
from vendors.events import EngagementChanged, EngagementCreated
from vendors.intake import SERVICES, IntakeInvalid, ip_kinds, pack_intake, validate_intake
from vendors.models import Engagement, Vendor, VendorUnit
from vendors.selectors.offboarding import is_needed
from vendors.services.rows import differing

#: What `change` takes. The rest follows from these.
FIELDS: Final = (
    "title",
    "description",
    "status",
    "service",
    "made_in",
    "annual_spend",
    "currency",
    "intake",
    "purchasing_org",
    "company_code",
    "category",
)
_LENGTHS: Final[Mapping[str, int]] = {
    "title": 160,
    "purchasing_org": 20,
    "company_code": 20,
    "category": 60,
}
_LARGEST: Final = Decimal(10) ** 14


class NotLinked(Refused):
    """The unit does not work with this vendor yet."""

    code = "not_linked"


def create(
    *,
    vendor: Vendor,
    unit: BusinessUnit,
    title: str,
    service: str,
    intake: Mapping[str, Any],
    made_in: Sequence[str] = (),
    annual_spend: Decimal | None = None,
    currency: str = "EUR",
    description: str = "",
    status: str = "active",
    purchasing_org: str = "",
    company_code: str = "",
    category: str = "",
    pk: UUID | None = None,
    by: Principal,
) -> Engagement:
    """What `vendor` does for `unit`. Kinds of IP, inherent risk and tier follow from `intake`.

    `pk`: an id that the caller has chosen.
    Raises NotLinked, or Invalid with messages per field (an intake question as "intake.<key>").
    """
    require(by, Permission.EDIT_ENGAGEMENTS, unit.pk)
    values = _clean(
        {
            "title": title,
            "description": description,
            "status": status,
            "service": service,
            "made_in": made_in,
            "annual_spend": annual_spend,
            "currency": currency,
            "intake": intake,
            "purchasing_org": purchasing_org,
            "company_code": company_code,
            "category": category,
        }
    )
    with transaction.atomic():
        # The link is locked, not the vendor: units add engagements side by side.
        links = VendorUnit.objects.select_for_update(of=("self",)).select_related("vendor")
        link = links.filter(vendor=vendor, unit=unit).first()
        if link is None:
            raise NotLinked(
                _("%(unit)s does not work with this vendor yet. Link the vendor to it first.")
                % {"unit": unit.name}
            )
        if link.vendor.status != Vendor.Status.ACTIVE and values["status"] == "active":
            raise master_data.invalid({"status": [_("The vendor is archived. Restore it first.")]})
        now = clock.now()
        engagement = Engagement.objects.create(
            vendor=vendor,
            unit=unit,
            created_at=now,
            updated_at=now,
            intake_packed=pack_intake(values["intake"]),
            **({"id": pk} if pk else {}),
            **values,
        )
        record(
            EngagementCreated(
                aggregate_id=engagement.pk,
                unit_id=unit.pk,
                title=engagement.title,
                vendor_id=vendor.pk,
                service=engagement.service,
                tier=engagement.tier,
                inherent_risk=engagement.inherent_risk,
            ),
            by=by,
        )
    return engagement


def change(
    *, engagement: Engagement, version: int, values: Mapping[str, Any], by: Principal
) -> Engagement:
    """The engagement with these fields changed; nothing is written where nothing differs.

    `version` is the one the values were based on. Raises OutOfDate when somebody has saved since,
    with `extra["current"]` (field -> value now) and `extra["version"]`; Invalid per field.
    """
    require(by, Permission.EDIT_ENGAGEMENTS, engagement.unit_id)
    cleaned = _clean(values)
    with transaction.atomic():
        locked = Engagement.objects.select_for_update(of=("self",)).get(pk=engagement.pk)
        if locked.version != version:
            raise OutOfDate(
                _("Somebody else has changed this engagement since you opened it."),
                current={field: getattr(locked, field) for field in FIELDS},
                version=locked.version,
            )
        changed = differing(locked, cleaned)
        if not changed:
            return locked
        if "status" in changed:
            _require_way(locked, changed["status"])
        _write(locked, changed, by)
    return locked


def end(*, engagement: Engagement, by: Principal) -> None:
    """An engagement that is locked has ended; `vendors.services.offboarding` saw to the rest."""
    _write(engagement, {"status": Engagement.Status.ENDED.value}, by)


def _write(engagement: Engagement, changed: Mapping[str, Any], by: Principal) -> None:
    before = {field: getattr(engagement, field) for field in changed}
    for field, value in changed.items():
        setattr(engagement, field, value)
    engagement.version += 1
    engagement.updated_at = clock.now()
    engagement.intake_packed = pack_intake(engagement.intake)
    engagement.save(update_fields=[*changed, "intake_packed", "version", "updated_at"])
    record(
        EngagementChanged(
            aggregate_id=engagement.pk,
            unit_id=engagement.unit_id,
            vendor_id=engagement.vendor_id,
            fields=sorted(changed),
            tier=engagement.tier,
            inherent_risk=engagement.inherent_risk,
            before=before,
            after=dict(changed),
        ),
        by=by,
    )


def _require_way(engagement: Engagement, status: str) -> None:
    """Raise Invalid where this status cannot be set by hand: see docs/adr/0026."""
    known = Engagement.Status
    said = ""
    if status == known.ENDED and is_needed(engagement):
        said = _("It ends by its off-boarding: start that, and close it when every line is done.")
    elif status == known.PLANNED and engagement.status == known.ACTIVE:
        said = _("It has begun, so it cannot be planned again. End it by its off-boarding.")
    elif engagement.status == known.ENDED and engagement.vendor.status != Vendor.Status.ACTIVE:
        said = _("The vendor is archived. Restore it first.")
    if said:
        raise master_data.invalid({"status": [said]})


def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields among `values` as they are stored, with what follows from the intake."""
    cleaned: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for field, value in values.items():
        try:
            cleaned |= _clean_field(field, value)
        except IntakeInvalid as error:
            errors |= {f"intake.{key}": [text] for key, text in error.errors.items()}
        except ValueError as error:
            errors[field] = [str(error)]
    if errors:
        raise master_data.invalid(errors)
    return cleaned


def _clean_field(field: str, value: Any) -> dict[str, Any]:
    match field:
        case "intake":
            return _from_intake(value or {})
        case "made_in":
            codes = {master_data.clean_country(code) for code in value} - {""}
            return {"made_in": sorted(codes)}
        case "annual_spend":
            return {"annual_spend": _money(value)}
        case "currency":
            currency = master_data.clean_currency(value or "")
            if not currency:
                raise ValueError(_("Choose a currency."))
            return {"currency": currency}
        case "service":
            return {"service": _one_of(value, SERVICES, _("Choose the kind of service."))}
        case "status":
            allowed = Engagement.Status.values
            return {"status": _one_of(value, allowed, _("Choose one of the states listed."))}
        case "description":
            return {"description": str(value or "").replace("\x00", "").strip()}
        case _ if field in _LENGTHS:
            return {field: _line(field, value)}
    raise ValueError(_("An engagement has no such field."))


def _from_intake(values: Mapping[str, Any]) -> dict[str, Any]:
    stored = validate_intake(values)
    inherent = exposure.inherent_risk(stored)
    return {
        "intake": stored,
        "ip_kinds": [kind.value for kind in ip_kinds(stored)],
        "inherent_risk": inherent,
        "tier": exposure.tier_of(inherent).value,
    }


def _one_of(value: object, allowed: Any, message: str) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(message)
    return str(value)


def _line(field: str, value: Any) -> str:
    text = master_data.tidy(str(value or ""))
    if field == "title" and not text:
        raise ValueError(_("Give the engagement a title."))
    if len(text) > _LENGTHS[field]:
        raise ValueError(_("Use at most %(most)d characters.") % {"most": _LENGTHS[field]})
    return text


def _money(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError(_("Enter an amount, like 250000 or 250000.50.")) from error
    if not amount.is_finite() or not 0 <= amount < _LARGEST:
        raise ValueError(_("Enter an amount that is not negative, below 100 trillion."))
    return amount.quantize(Decimal("0.01"))
