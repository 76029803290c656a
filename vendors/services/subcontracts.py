"""Recording whom a vendor passes work on to, and what goes along with it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import NotAllowed, require
from audit import clock, history
from audit.errors import OutOfDate, Refused
from audit.ids import uuid7
from audit.record import record
from vendors import master_data
from vendors.events import VendorCreated
from vendors.events.subcontracts import SubcontractAdded, SubcontractChanged, SubcontractEnded
from vendors.models import Engagement, Site, Subcontract, Vendor
from vendors.selectors import subcontracts as reading
from vendors.services import samples
from vendors.services.subcontract_values import clean

#: What `change` takes.
FIELDS: Final = (
    "engagement",
    "service",
    "ip_kinds",
    "sites",
    "flowed_down",
    "approved_on",
    "note",
)
#: One writer at a time: two people could close a circle together that neither of them sees.
LOCK: Final = 7_308_627_012


class AlreadyThere(Refused):
    """The same subcontract is on record already."""

    code = "already_there"


class ClosesCircle(Refused):
    """The subcontractor passes work on to the vendor itself, directly or through others."""

    status = 422
    code = "closes_circle"


def lock() -> None:
    """Wait until nobody else writes subcontracts; held to the end of the transaction.

    Whoever writes history takes long, and nobody else sees its vendors yet: no need to wait. What
    it locks besides, subcontracts and their vendors, it has made in the same transaction. All
    others hold the row of a subcontract from reading it to the end of their short transaction: the
    event in between says what was before and after, which nobody else may change meanwhile.
    """
    if history.is_being_written():
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def register(
    *,
    name: str,
    country: str = "",
    registration_number: str = "",
    lei: str = "",
    vat_number: str = "",
    city: str = "",
    website: str = "",
    under: Vendor,
    by: Principal,
) -> Vendor:
    """A company that is no vendor of ours, to be named as subcontractor of `under`.

    It is a vendor record that no unit works with. Raises Invalid with messages per field.
    """
    unit_id = _unit(under, None, by)
    values = master_data.clean(
        {
            "name": name,
            "country": country,
            "registration_number": registration_number,
            "lei": lei,
            "vat_number": vat_number,
            "city": city,
            "website": website,
        }
    )
    with transaction.atomic():
        now = clock.now()
        vendor = Vendor.objects.create(
            **values, sample=under.sample, created_at=now, updated_at=now
        )
        record(
            VendorCreated(
                aggregate_id=vendor.pk,
                unit_id=unit_id,
                name=vendor.name,
                country=values["country"],
            ),
            by=by,
        )
    return vendor


def add(
    *,
    vendor: Vendor,
    subcontractor: Vendor,
    service: str,
    engagement: Engagement | None = None,
    ip_kinds: Sequence[str] = (),
    sites: Iterable[Site] = (),
    flowed_down: bool | None = None,
    approved_on: date | None = None,
    note: str = "",
    pk: UUID | None = None,
    by: Principal,
) -> Subcontract:
    """`vendor` passes work on to `subcontractor`; without an engagement: in all it does.

    Seeing the subcontractor's own page is not required. Raises Invalid with messages per field,
    AlreadyThere, ClosesCircle, SampleApart.
    """
    unit_id = _unit(vendor, engagement, by)
    samples.require_same(vendor, subcontractor)
    values = clean(
        {
            "engagement": engagement,
            "service": service,
            "ip_kinds": ip_kinds,
            "sites": sites,
            "flowed_down": flowed_down,
            "approved_on": approved_on,
            "note": note,
        },
        vendor,
        subcontractor.pk,
    )
    chosen = values.pop("sites")
    with transaction.atomic():
        lock()
        Vendor.objects.select_for_update(no_key=True).get(pk=vendor.pk)
        _refuse_circle(vendor, subcontractor, by)
        _refuse_twin(vendor, subcontractor, values)
        now = clock.now()
        row = Subcontract.objects.create(
            id=pk or uuid7(),
            vendor=vendor,
            subcontractor=subcontractor,
            created_at=now,
            updated_at=now,
            **values,
        )
        row.sites.set(chosen)
        record(
            SubcontractAdded(
                aggregate_id=vendor.pk,
                unit_id=unit_id,
                facts_of=vendor.pk,
                subcontract_id=row.pk,
                subcontractor_id=subcontractor.pk,
                engagement_id=row.engagement_id,
                ip_kinds=row.ip_kinds,
                flowed_down=row.flowed_down,
                approved_on=str(row.approved_on or ""),
                name=subcontractor.name,
                service=row.service,
                note=row.note,
                shared=row.engagement_id is None,
            ),
            by=by,
        )
    return row


def add_company(
    *, vendor: Vendor, company: Vendor | Mapping[str, str], by: Principal, **values: Any
) -> Subcontract:
    """`add` with a company that is on record, or one described by the values of `register`.

    Both in one transaction: where the subcontract is refused, the company is not added either.
    """
    with transaction.atomic():
        if not isinstance(company, Vendor):
            company = register(under=vendor, by=by, **company)
        return add(vendor=vendor, subcontractor=company, by=by, **values)


def change(
    *, subcontract: Subcontract, version: int, values: Mapping[str, Any], by: Principal
) -> Subcontract:
    """The subcontract with these fields changed; nothing is written where nothing differs.

    `version` is the one the values were based on. Raises OutOfDate when somebody has saved since,
    with `extra["current"]` (field -> value now) and `extra["version"]`; Invalid per field.
    """
    unit_id = _unit(subcontract.vendor, subcontract.engagement, by)
    cleaned = clean(values, subcontract.vendor, subcontract.subcontractor_id)
    if cleaned.get("engagement") is not None:
        _unit(subcontract.vendor, cleaned["engagement"], by)
    with transaction.atomic():
        Vendor.objects.select_for_update(no_key=True).get(pk=subcontract.vendor_id)
        locked = Subcontract.objects.select_for_update(of=("self",)).get(pk=subcontract.pk)
        before = stored(locked)
        if locked.version != version:
            raise OutOfDate(
                _("Somebody else has changed this subcontract since you opened it."),
                current=before,
                version=locked.version,
            )
        after = {field: _comparable(field, value) for field, value in cleaned.items()}
        changed = {field: value for field, value in after.items() if value != before[field]}
        if not changed:
            return locked
        for field in changed:
            if field != "sites":
                setattr(locked, field, cleaned[field])
        locked.version += 1
        locked.updated_at = clock.now()
        locked.save(update_fields=[*(set(changed) - {"sites"}), "version", "updated_at"])
        if "sites" in changed:
            locked.sites.set(cleaned["sites"])
        record(
            SubcontractChanged(
                aggregate_id=locked.vendor_id,
                unit_id=unit_id,
                facts_of=locked.vendor_id,
                subcontract_id=locked.pk,
                subcontractor_id=locked.subcontractor_id,
                fields=sorted(changed),
                before={field: before[field] for field in changed},
                after=changed,
                shared=None in {before["engagement"], locked.engagement_id},
            ),
            by=by,
        )
    return locked


def end(*, subcontract: Subcontract, by: Principal) -> Subcontract:
    """The subcontractor takes no part any more; the row stays on record."""
    return _set_ended(subcontract, ended=True, by=by)


def resume(*, subcontract: Subcontract, by: Principal) -> Subcontract:
    """It takes part again. Raises ClosesCircle where others were added meanwhile."""
    return _set_ended(subcontract, ended=False, by=by)


def _set_ended(subcontract: Subcontract, *, ended: bool, by: Principal) -> Subcontract:
    unit_id = _unit(subcontract.vendor, subcontract.engagement, by)
    with transaction.atomic():
        lock()
        Vendor.objects.select_for_update(no_key=True).get(pk=subcontract.vendor_id)
        locked = Subcontract.objects.select_for_update(of=("self",)).get(pk=subcontract.pk)
        status = Subcontract.Status.ENDED if ended else Subcontract.Status.ACTIVE
        if locked.status == status:
            return locked
        if not ended:
            _refuse_circle(subcontract.vendor, subcontract.subcontractor, by)
        locked.status = status
        locked.version += 1
        locked.updated_at = clock.now()
        locked.save(update_fields=["status", "version", "updated_at"])
        record(
            SubcontractEnded(
                aggregate_id=locked.vendor_id,
                unit_id=unit_id,
                facts_of=locked.vendor_id,
                subcontract_id=locked.pk,
                subcontractor_id=locked.subcontractor_id,
                ended=ended,
                shared=locked.engagement_id is None,
            ),
            by=by,
        )
    return locked


def stored(row: Subcontract) -> dict[str, Any]:
    """The fields of a row as they are compared and recorded: JSON values."""
    values = {field: getattr(row, field) for field in FIELDS if field != "sites"}
    return {
        field: _comparable(field, value)
        for field, value in {**values, "sites": row.sites.all()}.items()
    }


def _comparable(field: str, value: Any) -> Any:
    match field:
        case "engagement":
            return str(value.pk) if value else ""
        case "sites":
            return sorted(str(site.pk) for site in value)
        case "approved_on":
            return value.isoformat() if value else ""
    return value


def _unit(vendor: Vendor, engagement: Engagement | None, by: Principal) -> UUID | None:
    """The unit for which `by` records this. Raises NotAllowed, Invalid."""
    if engagement is not None:
        if engagement.vendor_id != vendor.pk:
            raise master_data.invalid({"engagement": [_("Choose an engagement of this vendor.")]})
        require(by, Permission.EDIT_FACTS, engagement.unit_id)
        return engagement.unit_id
    held = reading.holders(vendor.pk, by)
    if not held:
        raise NotAllowed(
            _("Your role does not allow this."), permission=Permission.EDIT_FACTS.value
        )
    return held[0]


def _refuse_circle(vendor: Vendor, subcontractor: Vendor, by: Principal) -> None:
    if vendor.pk == subcontractor.pk:
        said = _("A company cannot be its own subcontractor.")
        raise master_data.invalid({"subcontractor": [said]})
    if not reading.closing_way(vendor.pk, subcontractor.pk):
        return
    way = reading.closing_way(vendor.pk, subcontractor.pk, by)
    names = {one.pk: one.name for one in Vendor.objects.filter(pk__in=way)}
    if way:
        said = _("This would close a circle: %(way)s already pass work on in this order.") % {
            "way": " → ".join(names[pk] for pk in way)
        }
    else:
        said = _("This would close a circle: it passes work on to this vendor already.")
    raise ClosesCircle(said, errors={"subcontractor": [said]})


def _refuse_twin(vendor: Vendor, subcontractor: Vendor, values: Mapping[str, Any]) -> None:
    there = Subcontract.objects.filter(
        vendor=vendor,
        subcontractor=subcontractor,
        engagement=values["engagement"],
        service__iexact=values["service"],
        status=Subcontract.Status.ACTIVE,
    )
    if there.exists():
        said = _("%(name)s is on record with this service already. Change that entry instead.") % {
            "name": subcontractor.name
        }
        raise AlreadyThere(said, errors={"service": [said]})
