"""Comparing vendors, with their other names and owners, with the lists as they stand."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from audit import clock
from vendors.matching.match import Party
from vendors.matching.sides import digest, number_key, ours
from vendors.models import Match, Owner, Screening, Vendor, VendorAlias
from vendors.selectors import listed
from vendors.selectors.listed import Lists
from vendors.services.match_rows import Hit, Side, settle

#: Vendors per transaction.
CHUNK: Final = 200


@dataclass(frozen=True, slots=True)
class Compared:
    """One side and what is compared of it."""

    side: Side
    party: Party


def screen(*, vendor_ids: Collection[UUID]) -> int:
    """Compare these vendors with all lists; return how many candidates there are to decide.

    Harmless when run twice. Archived vendors are left out until somebody restores them.
    """
    ids = sorted(set(vendor_ids))
    return sum(_screen(ids[start : start + CHUNK]) for start in range(0, len(ids), CHUNK))


@transaction.atomic
def _screen(vendor_ids: Sequence[UUID]) -> int:
    # Struck off before anything is read: a change that comes later has a row that stays.
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM vendors_screeningdue WHERE vendor_id = ANY(%s::uuid[])",
            [list(vendor_ids)],
        )
    lists = listed.current()
    if not lists.versions:
        return 0
    locked = list(
        Vendor.objects.select_for_update(no_key=True)
        .filter(pk__in=vendor_ids, status=Vendor.Status.ACTIVE)
        .order_by("pk")
    )
    compared = sides_of(locked, clock.today())
    outcome = settle(
        hits(compared, lists),
        sides=[one.side for one in compared],
        versions=lists.versions,
    )
    _note(compared, lists)
    return outcome.found


def hits(compared: Iterable[Compared], lists: Lists) -> Iterator[Hit]:
    """Each side that may be somebody listed."""
    for one in compared:
        for found in lists.search(one.party):
            yield Hit(one.side, found.key, found.candidate)


def _note(compared: Sequence[Compared], lists: Lists) -> None:
    """Keep what was compared with which versions."""
    names: dict[UUID, int] = {}
    for one in compared:
        there = names.get(one.side.vendor_id, 0)
        names[one.side.vendor_id] = there + len({name.raw for name in one.party.names})
    now = clock.now()
    waiting = Counter(
        Match.objects.filter(vendor__in=names, status=Match.Status.OPEN).values_list(
            "vendor_id", flat=True
        )
    )
    Screening.objects.bulk_create(
        Screening(
            vendor_id=vendor_id,
            at=now,
            versions=sorted(lists.versions.values()),
            names=count,
            candidates=waiting[vendor_id],
        )
        for vendor_id, count in names.items()
    )


def sides_of(vendors: Sequence[Vendor], today: date) -> list[Compared]:
    """What is compared of these vendors: their names, and the owners they have today."""
    ids = [vendor.pk for vendor in vendors]
    aliases: dict[UUID, list[str]] = {}
    for vendor_id, name in VendorAlias.objects.filter(vendor__in=ids).values_list(
        "vendor_id", "name"
    ):
        aliases.setdefault(vendor_id, []).append(name)
    found: list[Compared] = []
    for vendor in vendors:
        others = sorted(aliases.get(vendor.pk, ()))
        country = str(vendor.country)
        found.append(
            Compared(
                Side(
                    vendor.pk,
                    None,
                    digest(
                        [vendor.name, *others],
                        country,
                        number_key(vendor.registration_number),
                        vendor.lei,
                    ),
                    vendor.name,
                ),
                ours(
                    names=[vendor.name, *others],
                    is_person=None,
                    country=country,
                    lei=vendor.lei,
                    registration_number=vendor.registration_number,
                ),
            )
        )
    present = Q(until_on__isnull=True) | Q(until_on__gt=today)
    for owner in Owner.objects.filter(present, vendor__in=ids, holder__isnull=True).order_by("pk"):
        country = str(owner.country)
        found.append(
            Compared(
                Side(
                    owner.vendor_id,
                    owner.pk,
                    digest(
                        [owner.name],
                        country,
                        number_key(owner.registration_number),
                        owner.lei,
                        owner.kind,
                    ),
                    owner.name,
                ),
                ours(
                    names=[owner.name],
                    is_person=owner.kind == Owner.Kind.PERSON,
                    country=country,
                    lei=owner.lei,
                    registration_number=owner.registration_number,
                ),
            )
        )
    return found


def sweep(*, limit: int = 1_000) -> int:
    """Compare what has changed and was not compared in time, whatever became of its task."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT vendor_id FROM (SELECT vendor_id FROM vendors_screeningdue"
            " WHERE due_at < clock_timestamp() ORDER BY due_at LIMIT %s) AS late",
            [limit],
        )
        late = [vendor_id for (vendor_id,) in cursor.fetchall()]
    if late:
        screen(vendor_ids=late)
    return len(late)
