"""Recording what is entrusted and where it is registered."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require
from audit import clock
from audit.errors import Invalid, OutOfDate, Refused
from audit.ids import uuid7
from audit.record import record
from vendors import ip_words, master_data
from vendors.events.ip import IpAssetAdded, IpAssetChanged, IpScheduleChanged
from vendors.models import Disclosure, Engagement, IpAsset, IpRegistration
from vendors.services import ip_findings

#: More registrations than this no asset has.
MOST_REGISTRATIONS: Final = 250

Registrations = Sequence[Mapping[str, Any]]


class InUse(Refused):
    """The asset was disclosed in this engagement, so it stays on the schedule."""

    code = "asset_in_use"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An asset to be written: its fields and its registrations, both as they are stored."""

    values: Mapping[str, str]
    registrations: Registrations


def clean(values: Mapping[str, Any], registrations: Registrations | None) -> Entry:
    """What was said of an asset as it is stored.

    Raises Invalid with messages per field; those of a registration as "registrations.0.number".
    """
    cleaned: dict[str, str] = {}
    errors: dict[str, list[str]] = {}
    for name, value in values.items():
        try:
            cleaned[name] = ip_words.asset_field(name, value)
        except ValueError as error:
            errors[name] = [str(error)]
    rows: list[dict[str, Any]] = []
    seen: set[tuple[str, str]] = set()
    if registrations is not None and len(registrations) > MOST_REGISTRATIONS:
        errors["registrations"] = [
            _("Give at most %(most)d registrations.") % {"most": MOST_REGISTRATIONS}
        ]
        registrations = ()
    for index, said in enumerate(registrations or ()):
        row, wrong = ip_words.registration(said)
        key = (row.get("territory", ""), row.get("number", ""))
        if not wrong and key in seen:
            wrong = {"number": [_("This registration is there already.")]}
        seen.add(key)
        errors |= {f"registrations.{index}.{name}": said for name, said in wrong.items()}
        rows.append(row)
    if errors:
        raise master_data.invalid(errors)
    return Entry(values=cleaned, registrations=rows)


def add(
    *,
    unit: BusinessUnit,
    engagements: Collection[Engagement],
    values: Mapping[str, Any],
    registrations: Registrations = (),
    pk: UUID | None = None,
    by: Principal,
) -> IpAsset:
    """A further asset of `unit`, on the schedules of these engagements. Raises Invalid."""
    require(by, Permission.EDIT_FACTS, unit.pk)
    entry = clean({"name": "", "kind": "", **values}, registrations)
    _require_of_unit(unit.pk, engagements)
    with transaction.atomic():
        asset = write_new(unit=unit, entry=entry, pk=pk, by=by)
        asset.engagements.set(engagements)
        schedules_changed(engagements, "asset_added", [asset.pk], by)
    return asset


def write_new(
    *, unit: BusinessUnit, entry: Entry, pk: UUID | None = None, by: Principal
) -> IpAsset:
    """An asset with its registrations and its event, on no schedule yet."""
    now = clock.now()
    try:
        with transaction.atomic():
            asset = IpAsset.objects.create(
                id=pk or uuid7(), unit=unit, created_at=now, updated_at=now, **entry.values
            )
    except IntegrityError as error:
        raise _taken(entry.values.get("reference", "")) from error
    IpRegistration.objects.bulk_create(
        IpRegistration(asset=asset, **row) for row in entry.registrations
    )
    record(
        IpAssetAdded(
            aggregate_id=asset.pk,
            unit_id=unit.pk,
            kind=asset.kind,
            right=asset.right,
            name=asset.name,
            registrations=[_plain_row(row) for row in entry.registrations],
        ),
        by=by,
    )
    return asset


def change(
    *,
    asset: IpAsset,
    version: int,
    values: Mapping[str, Any],
    registrations: Registrations | None = None,
    by: Principal,
) -> IpAsset:
    """What is recorded of an asset; `registrations`, if given, are all that there are from now on.

    Raises Invalid per field, OutOfDate.
    """
    require(by, Permission.EDIT_FACTS, asset.unit_id)
    entry = clean(values, registrations)
    with transaction.atomic():
        locked = IpAsset.objects.select_for_update(of=("self",)).get(pk=asset.pk)
        if locked.version != version:
            raise OutOfDate(
                _("Somebody else has changed this asset since you opened it."),
                current={name: getattr(locked, name) for name in ip_words.ASSET_FIELDS},
                version=locked.version,
            )
        if write_changed(locked, entry, replace=registrations is not None, by=by):
            schedules_changed(
                locked.engagements.select_related("vendor", "unit"),
                "asset_changed",
                [locked.pk],
                by,
            )
    return locked


def write_changed(asset: IpAsset, entry: Entry, *, replace: bool, by: Principal) -> bool:
    """Write what differs, with its event; False where nothing does. The asset is locked.

    With `replace`, registrations that `entry` does not hold are taken away.
    """
    before: dict[str, Any] = {
        name: getattr(asset, name)
        for name, value in entry.values.items()
        if getattr(asset, name) != value
    }
    after: dict[str, Any] = {name: entry.values[name] for name in before}
    there = registrations_on_record(asset)
    rows = [_plain_row(row) for row in there]
    wanted = list(entry.registrations) if replace else _joined(there, entry.registrations)
    new_rows = sorted((_plain_row(row) for row in wanted), key=_order)
    if new_rows != sorted(rows, key=_order):
        before["registrations"], after["registrations"] = rows, new_rows
    if not after:
        return False
    if "registrations" in after:
        _replace_registrations(asset, wanted)
    fields = after.keys() - {"registrations"}
    for name in fields:
        setattr(asset, name, after[name])
    asset.version += 1
    asset.updated_at = clock.now()
    try:
        with transaction.atomic():
            asset.save(update_fields=[*fields, "version", "updated_at"])
    except IntegrityError as error:
        raise _taken(asset.reference) from error
    record(
        IpAssetChanged(
            aggregate_id=asset.pk,
            unit_id=asset.unit_id,
            fields=sorted(after),
            before=before,
            after=after,
        ),
        by=by,
    )
    return True


def attach(*, asset: IpAsset, engagement: Engagement, by: Principal) -> None:
    """Entrust an asset of the unit in this engagement as well; doing it again changes nothing."""
    require(by, Permission.EDIT_FACTS, engagement.unit_id)
    _require_of_unit(asset.unit_id, [engagement])
    with transaction.atomic():
        IpAsset.objects.select_for_update(of=("self",)).get(pk=asset.pk)
        if not asset.engagements.filter(pk=engagement.pk).exists():
            asset.engagements.add(engagement)
            schedules_changed([engagement], "asset_added", [asset.pk], by)


def detach(*, asset: IpAsset, engagement: Engagement, by: Principal) -> None:
    """Take an asset off the schedule of an engagement; it stays on record with the unit.

    Raises InUse where it was disclosed there.
    """
    require(by, Permission.EDIT_FACTS, engagement.unit_id)
    with transaction.atomic():
        IpAsset.objects.select_for_update(of=("self",)).get(pk=asset.pk)
        if Disclosure.objects.filter(engagement=engagement, assets=asset).exists():
            raise InUse(
                _(
                    "%(name)s was disclosed in this engagement, so it stays on the schedule. "
                    "Change the disclosure first if that is wrong."
                )
                % {"name": asset.name}
            )
        if asset.engagements.filter(pk=engagement.pk).exists():
            asset.engagements.remove(engagement)
            schedules_changed([engagement], "asset_taken_off", [asset.pk], by)


def schedules_changed(
    engagements: Iterable[Engagement], how: str, asset_ids: Sequence[UUID], by: Principal
) -> None:
    """Record that these schedules changed, and bring the findings into line."""
    changed = list(engagements)
    for one in changed:
        record(
            IpScheduleChanged(
                aggregate_id=one.pk,
                unit_id=one.unit_id,
                facts_of=one.vendor_id,
                how=how,
                asset_ids=list(asset_ids)[:500],
            ),
            by=by,
        )
    ip_findings.check(engagements=changed)


def registrations_on_record(asset: IpAsset) -> list[dict[str, Any]]:
    """The registrations of an asset as `change` takes them, as they are at this moment."""
    return _as_taken(asset.registrations.order_by("pk"))


def _as_taken(rows: Iterable[IpRegistration]) -> list[dict[str, Any]]:
    return [{name: getattr(row, name) for name in ip_words.REGISTRATION_FIELDS} for row in rows]


def _replace_registrations(asset: IpAsset, wanted: Registrations) -> None:
    """Let these be all there are. What stays as it is keeps its row: reminders point to it."""
    new = [dict(row) for row in wanted]
    for row in asset.registrations.all():
        said = {name: getattr(row, name) for name in ip_words.REGISTRATION_FIELDS}
        if said in new:
            new.remove(said)
        else:
            row.delete()
    IpRegistration.objects.bulk_create(IpRegistration(asset=asset, **row) for row in new)


def differs(asset: IpAsset, rows: Registrations) -> bool:
    """Whether `rows` say anything of the asset's registrations that is not on record.

    Where those were prefetched, nothing is read.
    """
    there = _as_taken(sorted(asset.registrations.all(), key=lambda row: row.pk))
    joined = sorted((_plain_row(row) for row in _joined(there, rows)), key=_order)
    return joined != sorted((_plain_row(row) for row in there), key=_order)


def _joined(there: Registrations, rows: Registrations) -> list[Mapping[str, Any]]:
    """Those on record, each replaced by the one of `rows` with its territory and number.

    An entry without a number, as long as it is the only one for its territory, is the same one
    when its number becomes known.
    """
    joined = list(there)
    for row in rows:
        same = [
            index
            for index, one in enumerate(joined)
            if one["territory"] == row["territory"]
            and (one["number"] == row["number"] or not one["number"] or not row["number"])
        ]
        exact = [index for index in same if joined[index]["number"] == row["number"]]
        if exact:
            joined[exact[0]] = row
        elif len(same) == 1:
            kept = joined[same[0]]
            joined[same[0]] = {**row, "number": row["number"] or kept["number"]}
        else:
            joined.append(row)
    return joined


def _order(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["territory"], row["number"]


def _plain_row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value if value is None or isinstance(value, str) else value.isoformat()
        for name, value in row.items()
    }


def _require_of_unit(unit_id: UUID, engagements: Iterable[Engagement]) -> None:
    if any(one.unit_id != unit_id for one in engagements):
        raise master_data.invalid(
            {"engagement": [_("The asset and the engagement belong to different business units.")]}
        )


def _taken(reference: str) -> Invalid:
    return master_data.invalid(
        {
            "reference": [
                _("Another asset of the business unit has the reference %(value)s.")
                % {"value": reference}
            ]
        }
    )
