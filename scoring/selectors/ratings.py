"""How a vendor is rated, now and on other days, in the units that whoever asks may see."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.statements import Statement
from assessments.models import Assessment
from scoring.models import ScoreStatus, Standing
from scoring.selectors.histories import Stretch, in_scope, spells
from scoring.selectors.scope import is_partial, standings_visible_to
from vendors.models import ExternalId, Vendor
from vendors.selectors import vendors_visible_to
from vendors.selectors.limits import closed_to

_SCORES = Permission.READ_SCORES


@dataclass(frozen=True, slots=True)
class VendorRating:
    """A vendor's rating as asked for, and the one of today beside it.

    `stale_since`: the day from which a final rating no longer is the current one; None while it is.
    """

    rating: Standing | None
    current: Standing | None
    stale_since: date | None
    partial: bool


_SEEN: Final = Statement(
    lambda principal, vendor_id: (
        vendors_visible_to(principal, _SCORES).filter(pk=vendor_id).only("pk")[:1]
    )
)
_CURRENT: Final = Statement(
    lambda principal, vendor_id: (
        standings_visible_to(principal, None, _SCORES).filter(vendor=vendor_id).order_by("pk")[:1]
    )
)
_LATEST_FINAL: Final = Statement(
    lambda principal, vendor_id: (
        in_scope(principal)
        .filter(vendor=vendor_id, status=ScoreStatus.FINAL)
        .order_by("-valid_from", "-pk")[:1]
    )
)


def vendor_seen(principal: Principal, vendor_id: UUID) -> UUID | None:
    """The vendor, where there is one whose scores they see."""
    found = _SEEN.first(principal, vendor_id)
    return None if found is None else found.pk


def rating_of(principal: Principal, vendor_id: UUID, *, final: bool = True) -> VendorRating:
    """The latest final rating (`final`) or the current one, however firm. Two or three queries."""
    current = _CURRENT.first(principal, vendor_id)
    rating, stale_since = current, None
    if final and current is not None and current.status != ScoreStatus.FINAL:
        rating, stale_since = _latest_final(principal, vendor_id)
    hide_deciding(principal, [rating, current])
    return VendorRating(rating, current, stale_since, is_partial(principal, vendor_id, None))


def rating_on(principal: Principal, vendor_id: UUID, day: date) -> VendorRating:
    """The rating as it stood at the end of `day`."""
    current = _CURRENT.first(principal, vendor_id)
    then = standings_visible_to(principal, None, _SCORES, day=day).filter(vendor=vendor_id).first()
    hide_deciding(principal, [then, current])
    return VendorRating(then, current, None, is_partial(principal, vendor_id, None))


def hide_deciding(principal: Principal, rows: Iterable[Standing | None]) -> None:
    """Take from these ratings which assessment decides them, where its engagement is limited to
    others: what it is rated counts for all, that it exists is theirs to know. One query."""
    known = [row for row in rows if row is not None and row.driver is not None]
    closed = closed_to(principal) if known else None
    if closed is None:
        return
    limited = Assessment.objects.filter(pk__in=[row.driver for row in known], engagement__in=closed)
    gone = set(limited.values_list("pk", flat=True))
    for row in known:
        if row.driver in gone:
            row.driver = None


def _latest_final(principal: Principal, vendor_id: UUID) -> tuple[Standing | None, date | None]:
    """The last standing that was both final and the rating, and the day from which it was not."""
    units = principal.units(_SCORES)
    if units is None or len(units) == 1:  # then no two hold on one day
        row = _LATEST_FINAL.first(principal, vendor_id)
        return row, row.valid_to if row else None
    rows = {row.pk: row for row in in_scope(principal).filter(vendor=vendor_id)}
    known = [
        Stretch(row.pk, row.valid_from, row.valid_to, row.sort_points, row.status)
        for row in rows.values()
    ]
    for one in spells(known):
        if one.status == ScoreStatus.FINAL:
            return rows[one.pk], one.until
    return None, None


def present(principal: Principal, vendor_ids: Collection[UUID]) -> dict[UUID, Standing]:
    """The present standings of some vendors, by vendor; two queries."""
    rows = list(standings_visible_to(principal, None, _SCORES).filter(vendor__in=vendor_ids))
    hide_deciding(principal, rows)
    return {row.vendor_id: row for row in rows}


def by_external_ids(
    principal: Principal, keys: Collection[tuple[str, str]]
) -> dict[tuple[str, str], UUID]:
    """(system, key) -> vendor, of those that they may see; one query.

    A key is what `vendors.master_data.external_ref` makes of an id.
    """
    wanted = Q()
    for system in {system for system, _ in keys}:
        wanted |= Q(system=system, key__in=[key for of, key in keys if of == system])
    if not wanted:
        return {}
    rows = ExternalId.objects.filter(wanted, vendor__in=vendors_visible_to(principal, _SCORES))
    return {(system, key): pk for system, key, pk in rows.values_list("system", "key", "vendor_id")}


#: What a list of vendors shows.
_LISTED: Final = (
    "id", "name", "country", "registration_number", "lei", "vat_number", "city", "website",
    "currency", "status", "sample", "version", "created_at", "updated_at",
)  # fmt: skip


def listed(
    vendor_ids: Sequence[UUID],
) -> tuple[dict[UUID, dict[str, Any]], dict[UUID, list[tuple[str, str]]]]:
    """Columns of vendors, and their ids in other systems as (system, value); two queries."""
    rows = Vendor.objects.filter(pk__in=vendor_ids).values(*_LISTED)
    ids: dict[UUID, list[tuple[str, str]]] = {}
    numbers = ExternalId.objects.filter(vendor__in=vendor_ids).order_by("pk")
    for vendor_id, system, value in numbers.values_list("vendor_id", "system", "value"):
        ids.setdefault(vendor_id, []).append((system, value))
    return {row["id"]: row for row in rows}, ids
