"""Many vendors looked up and written at once, in a number of statements that does not grow.

What lists bring and what other systems push is written here, and nowhere else; a single vendor
that somebody edits on a page is `vendors.services.vendors`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Lower

from audit import clock
from vendors import master_data
from vendors.imports.known import FIELDS, Known, KnownVendor
from vendors.imports.rows import Candidate
from vendors.models import ExternalId, Vendor, VendorAlias, VendorUnit

#: How many vendors one event names, and one INSERT holds.
CHUNK: Final = 500
#: One list at a time: two at once would each add what the other has.
_LOCK: Final = 7_308_627_011

T = TypeVar("T")


@dataclass(frozen=True)
class New:
    """A vendor to be made. `links`: unit -> category; `ids`: (system, value)."""

    values: Mapping[str, str]
    links: Mapping[UUID, str]
    ids: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Changed:
    """What becomes of a vendor that is there. `links`: new ones; `categories`: of links there are.

    `values` are those that differ.
    """

    vendor_id: UUID
    values: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[UUID, str] = field(default_factory=dict)
    categories: Mapping[UUID, str] = field(default_factory=dict)
    ids: Sequence[tuple[str, str]] = ()


def lock() -> None:
    """Wait until nobody else writes vendors here; until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def chunks(items: Sequence[T]) -> Iterator[list[T]]:
    """`items` in pieces of CHUNK."""
    rest = iter(items)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def known(
    rows: Sequence[Candidate],
    units: Collection[UUID] | None,
    *,
    ids: Collection[tuple[str, str]] = (),
    vendor_ids: Collection[UUID] = (),
    lock: bool,
) -> Known:
    """The vendors that any of the rows, ids (system, key) or vendor ids may mean.

    `units`: those whose links count (None: all). Five statements however many rows there are.
    """
    keys = {*ids, *(row.external_key for row in rows if row.external_key)}
    meant = {*vendor_ids, *_meant(rows, units, keys)}
    # Nothing that comes from elsewhere means a sample.
    found = Vendor.objects.filter(pk__in=meant, merged_into=None, sample=False).order_by("pk")
    if lock:
        found = found.select_for_update()
    vendors = {
        row["id"]: KnownVendor(
            id=row["id"],
            values={name: str(row[name]) for name in FIELDS},
            linked=False,
            version=row["version"],
        )
        for row in found.values("id", "version", *FIELDS)
    }
    links = VendorUnit.objects.filter(vendor__in=vendors)
    if units is not None:
        links = links.filter(unit__in=units)
    for pk, unit_id, category in links.values_list("vendor", "unit", "category"):
        vendors[pk].linked, vendors[pk].category = True, category
        vendors[pk].units[unit_id] = category
    external: dict[UUID, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for pk, system, key in ExternalId.objects.filter(vendor__in=vendors).values_list(
        "vendor", "system", "key"
    ):
        external[pk][system].add(key)
    for pk, there in external.items():
        vendors[pk].external = dict(there)
    for pk, name, kind, source in VendorAlias.objects.filter(vendor__in=vendors).values_list(
        "vendor", "name", "kind", "source"
    ):
        vendors[pk].aliases[name] = (kind, source)
    return Known(vendors.values())


def _meant(
    rows: Sequence[Candidate], units: Collection[UUID] | None, keys: Collection[tuple[str, str]]
) -> set[UUID]:
    """Vendors with one of the ids, with a number of a row, or with its name within the units.

    One statement of several parts: each is answered by an index, which "or" would not be.
    """
    vendors = Vendor.objects.order_by()
    names = {row.name for row in rows if row.name}
    # Names are compared in small letters here and there; as they are, too, since PostgreSQL and
    # Python disagree about the small letters of a few scripts.
    namesakes = vendors.alias(small=Lower("name"))
    namesakes = namesakes.filter(Q(small__in={name.lower() for name in names}) | Q(name__in=names))
    if units is not None:
        namesakes = namesakes.filter(unit_links__unit__in=units)
    by_number = [
        vendors.filter(**{f"{name}__in": numbers})
        for name in ("lei", "vat_number", "registration_key")
        if (numbers := {getattr(row, name) for row in rows} - {""})
    ]
    by_id = ExternalId.objects.order_by().filter(
        system__in={system for system, _key in keys}, key__in={key for _system, key in keys}
    )
    parts = [namesakes.values_list("pk"), *(part.values_list("pk") for part in by_number)]
    return {pk for (pk,) in by_id.values_list("vendor").union(*parts, all=True)}


def create(rows: Sequence[New]) -> list[UUID]:
    """The ids of new vendors, in the order of the rows. Three statements."""
    now = clock.now()
    made = Vendor.objects.bulk_create(
        Vendor(created_at=now, updated_at=now, **row.values) for row in rows
    )
    pairs = [(vendor.pk, row) for vendor, row in zip(made, rows, strict=True)]
    _link((pk, row.links) for pk, row in pairs)
    _identify((pk, row.ids) for pk, row in pairs)
    return [pk for pk, _row in pairs]


def change(rows: Sequence[Changed]) -> None:
    """Write what differs of vendors that are locked. At most four statements."""
    _update({row.vendor_id: row.values for row in rows if row.values})
    _link((row.vendor_id, row.links) for row in rows)
    _categorise({(row.vendor_id, unit): to for row in rows for unit, to in row.categories.items()})
    _identify((row.vendor_id, row.ids) for row in rows)


def _link(rows: Iterator[tuple[UUID, Mapping[UUID, str]]]) -> None:
    VendorUnit.objects.bulk_create(
        VendorUnit(vendor_id=pk, unit_id=unit_id, category=category)
        for pk, links in rows
        for unit_id, category in links.items()
    )


def _identify(rows: Iterator[tuple[UUID, Sequence[tuple[str, str]]]]) -> None:
    ExternalId.objects.bulk_create(
        ExternalId(
            vendor_id=pk, system=system, value=value, key=master_data.external_key(value, system)
        )
        for pk, ids in rows
        for system, value in ids
    )


def _update(changes: Mapping[UUID, Mapping[str, str]]) -> None:
    if not changes:
        return
    # What is not among the values stays: null stands for it.
    new = {name: [values.get(name) for values in changes.values()] for name in FIELDS}
    columns = ", ".join(f"{name} = coalesce(n.{name}, v.{name})" for name in FIELDS)
    arrays = ", ".join("%s::text[]" for _name in FIELDS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE vendors_vendor v SET {columns}, version = v.version + 1, updated_at = %s "  # noqa: S608 - names of our own columns
            f"FROM unnest(%s::uuid[], {arrays}) AS n (id, {', '.join(FIELDS)}) WHERE v.id = n.id",
            [clock.now(), list(changes), *new.values()],
        )


def _categorise(categories: Mapping[tuple[UUID, UUID], str]) -> None:
    if not categories:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE vendors_vendorunit l SET category = n.category "
            "FROM unnest(%s::uuid[], %s::uuid[], %s::text[]) AS n (vendor, unit, category) "
            "WHERE l.vendor_id = n.vendor AND l.unit_id = n.unit",
            [
                [vendor for vendor, _unit in categories],
                [unit for _vendor, unit in categories],
                list(categories.values()),
            ],
        )
