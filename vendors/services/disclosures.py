"""Recording to whom something was disclosed, and that it came back or was destroyed."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require
from audit import clock
from audit.errors import OutOfDate
from audit.ids import uuid7
from audit.record import record
from vendors import ip_words, master_data
from vendors.events.ip import IpDisclosed, IpDisclosureChanged
from vendors.models import Disclosure, Engagement, IpAsset
from vendors.selectors.ip import disclosure_targets
from vendors.services import ip_findings

#: What `add` and `change` take besides the assets. `site` and `subcontract` are ids or None.
FIELDS: Final = (
    "what",
    "disclosed_on",
    "to_kind",
    "to_name",
    "site",
    "subcontract",
    "how",
    "marked",
    "return_by",
    "outcome",
    "settled_on",
    "certificate",
    "note",
)
_LENGTHS: Final[Mapping[str, int]] = {"what": 300, "to_name": 200, "certificate": 120}
_SETTLED: Final = (Disclosure.Outcome.RETURNED, Disclosure.Outcome.DESTROYED)


def add(
    *,
    engagement: Engagement,
    values: Mapping[str, Any],
    assets: Collection[UUID] = (),
    pk: UUID | None = None,
    by: Principal,
) -> Disclosure:
    """Something was disclosed in `engagement`. Raises Invalid per field."""
    require(by, Permission.EDIT_FACTS, engagement.unit_id)
    defaults: dict[str, Any] = dict.fromkeys(FIELDS) | {"outcome": "held"}
    cleaned, shown = _clean(engagement, {**defaults, **values}, assets)
    with transaction.atomic():
        now = clock.now()
        row = Disclosure.objects.create(
            id=pk or uuid7(), engagement=engagement, created_at=now, updated_at=now, **cleaned
        )
        row.assets.set(shown)
        record(
            IpDisclosed(
                aggregate_id=row.pk,
                unit_id=engagement.unit_id,
                facts_of=engagement.vendor_id,
                engagement_id=engagement.pk,
                asset_ids=sorted(one.pk for one in shown),
                disclosed_on=row.disclosed_on.isoformat(),
                to_kind=row.to_kind,
                what=row.what,
                to_name=row.to_name,
            ),
            by=by,
        )
        ip_findings.check(engagements=[engagement])
    return row


def change(
    *,
    disclosure: Disclosure,
    version: int,
    values: Mapping[str, Any],
    assets: Collection[UUID] | None = None,
    by: Principal,
) -> Disclosure:
    """What is recorded of a disclosure. Raises Invalid per field, OutOfDate."""
    engagement = disclosure.engagement
    require(by, Permission.EDIT_FACTS, engagement.unit_id)
    with transaction.atomic():
        locked = Disclosure.objects.select_for_update(of=("self",)).get(pk=disclosure.pk)
        if locked.version != version:
            raise OutOfDate(
                _("Somebody else has changed this disclosure since you opened it."),
                current=on_record(locked),
                version=locked.version,
            )
        there = on_record(locked)
        linked = set(locked.assets.values_list("pk", flat=True))
        wanted = linked if assets is None else set(assets)
        cleaned, shown = _clean(engagement, {**there, **values}, wanted)
        before: dict[str, Any] = {
            name: getattr(locked, name)
            for name, value in cleaned.items()
            if getattr(locked, name) != value
        }
        after: dict[str, Any] = {name: cleaned[name] for name in before}
        for name, value in after.items():
            setattr(locked, name, value)
        fields = list(after)
        if wanted != linked:
            locked.assets.set(shown)
            before["assets"], after["assets"] = sorted(linked), sorted(wanted)
        if not after:
            return locked
        locked.version += 1
        locked.updated_at = clock.now()
        locked.save(update_fields=[*fields, "version", "updated_at"])
        record(
            IpDisclosureChanged(
                aggregate_id=locked.pk,
                unit_id=engagement.unit_id,
                facts_of=engagement.vendor_id,
                engagement_id=engagement.pk,
                outcome=locked.outcome,
                fields=sorted(after),
                before={name: _plain(value) for name, value in before.items()},
                after={name: _plain(value) for name, value in after.items()},
            ),
            by=by,
        )
        ip_findings.check(engagements=[engagement])
    return locked


def settle(
    *,
    disclosure: Disclosure,
    version: int,
    outcome: str,
    settled_on: date | None,
    certificate: str = "",
    by: Principal,
) -> Disclosure:
    """It was returned or destroyed, with a certificate if there is one."""
    return change(
        disclosure=disclosure,
        version=version,
        values={"outcome": outcome, "settled_on": settled_on, "certificate": certificate},
        by=by,
    )


def on_record(row: Disclosure) -> dict[str, Any]:
    """The fields of a disclosure as `change` takes them."""
    return {
        **{name: getattr(row, name) for name in FIELDS if name not in {"site", "subcontract"}},
        "site": row.site_id,
        "subcontract": row.subcontract_id,
    }


def _clean(
    engagement: Engagement, values: Mapping[str, Any], assets: Collection[UUID]
) -> tuple[dict[str, Any], list[IpAsset]]:
    cleaned: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for name, value in values.items():
        try:
            cleaned |= _clean_field(engagement, name, value)
        except ValueError as error:
            errors[name] = [str(error)]
    shown = list(IpAsset.objects.filter(engagements=engagement, pk__in=assets))
    if len(shown) != len(set(assets)):
        errors["assets"] = [_("Choose only assets on the schedule of this engagement.")]
    if not errors:
        errors = _hangs_together(cleaned)
    if errors:
        raise master_data.invalid(errors)
    return cleaned, shown


def _clean_field(engagement: Engagement, name: str, value: Any) -> dict[str, Any]:
    match name:
        case "what":
            return {name: _needed(name, value, _("Say what was disclosed."))}
        case "to_name" | "certificate":
            return {name: ip_words.line(name, value, length=_LENGTHS[name])}
        case "note":
            return {name: ip_words.text(value)}
        case "disclosed_on" | "return_by" | "settled_on":
            return {name: ip_words.day(value)}
        case "to_kind":
            return {name: _one_of(value, Disclosure.To.values, _("Choose to whom it went."))}
        case "how":
            return {name: _one_of(value, Disclosure.How.values, _("Choose how it went there."))}
        case "outcome":
            words = _("Choose what became of it.")
            return {name: _one_of(value, Disclosure.Outcome.values, words)}
        case "marked":
            if value not in (True, False, None):
                raise ValueError(_("Say yes, no, or that it is not known."))
            return {name: value}
        case "site" | "subcontract":
            return {f"{name}_id": _linked(engagement, name, value)}
    raise ValueError(_("A disclosure has no such field."))


def _linked(engagement: Engagement, name: str, value: Any) -> UUID | None:
    if value is None:
        return None
    pk = UUID(str(value))
    sites, subcontracts = disclosure_targets(engagement)
    if name == "site" and not sites.filter(pk=pk).exists():
        raise ValueError(_("Choose a site of the vendor or of a subcontractor."))
    if name == "subcontract" and not subcontracts.filter(pk=pk).exists():
        raise ValueError(_("Choose a subcontract of this vendor that serves the engagement."))
    return pk


def _hangs_together(said: Mapping[str, Any]) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    today = clock.today()
    on, settled = said["disclosed_on"], said["settled_on"]
    if on is None:
        errors["disclosed_on"] = [_("Say when it was disclosed.")]
    elif on > today:
        errors["disclosed_on"] = [_("This day has not come yet.")]
    if said["to_kind"] == Disclosure.To.SITE and said["site_id"] is None:
        errors["site"] = [_("Choose the site.")]
    if said["to_kind"] == Disclosure.To.SUBCONTRACTOR and said["subcontract_id"] is None:
        errors["subcontract"] = [_("Choose the subcontract.")]
    if said["to_kind"] == Disclosure.To.PERSON and not said["to_name"]:
        errors["to_name"] = [_("Give the person's name.")]
    if on and said["return_by"] and said["return_by"] < on:
        errors["return_by"] = [_("This is before the day of the disclosure.")]
    if said["outcome"] in _SETTLED:
        if settled is None:
            errors["settled_on"] = [_("Say on which day.")]
        elif settled > today:
            errors["settled_on"] = [_("This day has not come yet.")]
        elif on and settled < on:
            errors["settled_on"] = [_("This is before the day of the disclosure.")]
    elif settled is not None or said["certificate"]:
        errors["outcome"] = [_("Say whether it was returned or destroyed on that day.")]
    return errors


def _needed(name: str, value: Any, message: str) -> str:
    text = ip_words.line(name, value, length=_LENGTHS[name])
    if not text:
        raise ValueError(message)
    return text


def _one_of(value: Any, allowed: Collection[str], message: str) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(message)
    return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [str(one) for one in value]
    return value if value is None or isinstance(value, bool) else str(value)
