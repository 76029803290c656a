"""Adding, changing and closing the sites of vendors, and recording audits of them."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import NotAllowed
from audit import clock
from audit.errors import OutOfDate, Refused
from audit.ids import uuid7
from audit.record import record
from vendors import master_data
from vendors.events.sites import SiteAdded, SiteChanged, SiteClosed
from vendors.models import Engagement, Site, Vendor
from vendors.selectors import engagements_visible_to
from vendors.selectors.subcontracts import holders
from vendors.services import ip_findings

#: What `add` and `change` take besides the engagements.
FIELDS: Final = ("name", "activity", "address", "city", "country", "owned_by", "note")
_LENGTHS: Final[Mapping[str, int]] = {"name": 160, "city": 120, "owned_by": 200}
_EARLIEST: Final = date(1900, 1, 1)


class SiteIsClosed(Refused):
    """The site was closed; nothing is recorded of it until it is opened again."""

    code = "site_closed"


def add(
    *,
    vendor: Vendor,
    values: Mapping[str, Any],
    engagements: Collection[UUID] = (),
    pk: UUID | None = None,
    by: Principal,
) -> Site:
    """A place of `vendor`, used by these engagements. Raises Invalid per field."""
    unit_id = held_unit(vendor, by)
    cleaned = _clean({"name": "", "activity": "", "country": "", **values})
    used = _engagements(vendor, engagements, by)
    with transaction.atomic():
        now = clock.now()
        site = Site.objects.create(
            id=pk or uuid7(), vendor=vendor, created_at=now, updated_at=now, **cleaned
        )
        site.engagements.set(used)
        record(
            SiteAdded(
                aggregate_id=site.pk,
                unit_id=unit_id,
                facts_of=vendor.pk,
                activity=site.activity,
                country=site.country.code,
                engagement_ids=sorted(one.pk for one in used),
                name=site.name,
                address=site.address,
            ),
            by=by,
        )
        ip_findings.check_vendor(vendor_id=vendor.pk)
    return site


def change(
    *,
    site: Site,
    version: int,
    values: Mapping[str, Any],
    engagements: Collection[UUID] | None = None,
    by: Principal,
) -> Site:
    """What is recorded of a place, put right; `engagements`: all of one's own that use it.

    Engagements that `by` does not see keep using it. Raises Invalid per field, OutOfDate.
    """
    unit_id = held_unit(site.vendor, by)
    cleaned = _clean(values)
    with transaction.atomic():
        locked = _locked(site, version)
        before: dict[str, Any] = {name: _plain(getattr(locked, name)) for name in cleaned}
        after: dict[str, Any] = {
            name: value for name, value in cleaned.items() if value != before[name]
        }
        linked = _relink(locked, engagements, by)
        if linked is not None:
            before["engagements"], after["engagements"] = linked
        if not after:
            return locked
        for name in after.keys() - {"engagements"}:
            setattr(locked, name, after[name])
        _bump(locked, *(after.keys() - {"engagements"}))
        record(
            SiteChanged(
                aggregate_id=locked.pk,
                unit_id=unit_id,
                facts_of=locked.vendor_id,
                fields=sorted(after),
                before={name: before[name] for name in after},
                after=after,
            ),
            by=by,
        )
        ip_findings.check_all_that_use(site=locked)
    return locked


def put(
    *,
    site: Site,
    version: int,
    values: Mapping[str, Any],
    engagements: Collection[UUID],
    closed_on: date | None,
    by: Principal,
) -> Site:
    """All that is recorded of a place at once, also whether it is closed; all of it, or none."""
    with transaction.atomic():
        changed = change(site=site, version=version, values=values, engagements=engagements, by=by)
        if closed_on is not None:
            return close(site=changed, version=changed.version, closed_on=closed_on, by=by)
        return reopen(site=changed, version=changed.version, by=by)


def close(*, site: Site, version: int, closed_on: date, by: Principal) -> Site:
    """The vendor has left the place; what happened there stays on record."""
    if closed_on > clock.today() or closed_on < _EARLIEST:
        raise master_data.invalid(
            {"closed_on": [_("Give the day on which it was left, today at the latest.")]}
        )
    return _set_closed(site, version, closed_on, by)


def reopen(*, site: Site, version: int, by: Principal) -> Site:
    """The vendor uses the place again."""
    return _set_closed(site, version, None, by)


def _set_closed(site: Site, version: int, closed_on: date | None, by: Principal) -> Site:
    unit_id = held_unit(site.vendor, by)
    with transaction.atomic():
        locked = _locked(site, version)
        if locked.closed_on == closed_on:
            return locked
        locked.closed_on = closed_on
        _bump(locked, "closed_on")
        record(
            SiteClosed(
                aggregate_id=locked.pk,
                unit_id=unit_id,
                facts_of=locked.vendor_id,
                closed_on=closed_on.isoformat() if closed_on else None,
            ),
            by=by,
        )
        ip_findings.check_all_that_use(site=locked)
    return locked


def held_unit(vendor: Vendor, by: Principal) -> UUID | None:
    """The unit through which `by` may record facts of `vendor`. Raises NotAllowed without any.

    Of a company that no unit works with: the one through which they record whom it works for.
    """
    held = holders(vendor.pk, by)
    if not held:
        raise NotAllowed(
            _("Your role does not allow this."), permission=Permission.EDIT_FACTS.value
        )
    return held[0]


def _engagements(vendor: Vendor, ids: Collection[UUID], by: Principal) -> list[Engagement]:
    mine = engagements_visible_to(by, Permission.EDIT_FACTS).filter(vendor=vendor, pk__in=ids)
    found = list(mine)
    if len(found) != len(set(ids)):
        raise master_data.invalid(
            {"engagements": [_("Choose only engagements of this vendor that are yours.")]}
        )
    return found


def _relink(
    site: Site, ids: Collection[UUID] | None, by: Principal
) -> tuple[list[str], list[str]] | None:
    """(before, after) of the links, where they change; None where they stay."""
    if ids is None:
        return None
    mine = engagements_visible_to(by, Permission.EDIT_FACTS).filter(vendor=site.vendor_id)
    before = set(site.engagements.values_list("pk", flat=True))
    wanted = {one.pk for one in _engagements(site.vendor, ids, by)}
    after = (before - set(mine.values_list("pk", flat=True))) | wanted
    if before == after:
        return None
    site.engagements.set(Engagement.objects.filter(pk__in=after))
    return sorted(map(str, before)), sorted(map(str, after))


def _clean(values: Mapping[str, Any]) -> dict[str, str]:
    cleaned: dict[str, str] = {}
    errors: dict[str, list[str]] = {}
    for name, value in values.items():
        try:
            cleaned[name] = _clean_field(name, str(value or ""))
        except ValueError as error:
            errors[name] = [str(error)]
    if errors:
        raise master_data.invalid(errors)
    return cleaned


def _clean_field(name: str, value: str) -> str:
    match name:
        case "country":
            code = master_data.clean_country(value)
            if not code:
                raise ValueError(_("Choose the country."))
            return code
        case "activity":
            if value not in Site.Activity.values:
                raise ValueError(_("Choose what is done there."))
            return value
        case "address" | "note":
            return value.replace("\x00", "").strip()[:2000]
        case _ if name in _LENGTHS:
            text = master_data.tidy(value)
            if name == "name" and not text:
                raise ValueError(_("Give the site a name."))
            if len(text) > _LENGTHS[name]:
                raise ValueError(_("Use at most %(most)d characters.") % {"most": _LENGTHS[name]})
            return text
    raise ValueError(_("A site has no such field."))


def _plain(value: Any) -> str:
    return str(value or "")


def _locked(site: Site, version: int) -> Site:
    locked = Site.objects.select_for_update(of=("self",)).select_related("vendor").get(pk=site.pk)
    if locked.version != version:
        raise OutOfDate(
            _("Somebody else has changed this site since you opened it."),
            current={name: _plain(getattr(locked, name)) for name in FIELDS},
            version=locked.version,
        )
    return locked


def _bump(site: Site, *fields: str) -> None:
    site.version += 1
    site.updated_at = clock.now()
    site.save(update_fields=[*fields, "version", "updated_at"])
