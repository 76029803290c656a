"""What the lists say now, held in memory for comparing; and one name looked up in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from vendors.matching.index import Found, Index
from vendors.matching.match import Party
from vendors.matching.sides import listed
from vendors.models import ListEntry, ListVersion

#: What a vendor or an owner can be: ships and aircraft are looked up in other ways.
COMPARED: Final = ("person", "organisation", "place")


@dataclass(frozen=True, slots=True)
class Key:
    """Which entry of which list."""

    entry_id: UUID
    watch_list_id: UUID
    ref: str
    digest: bytes


@dataclass(frozen=True)
class Lists:
    """Entries to compare with. `versions`: list -> version that they are of."""

    versions: Mapping[UUID, UUID]
    index: Index[Key]

    def search(self, party: Party) -> list[Found[Key]]:
        """Who listed may be this one, the likeliest first."""
        return self.index.search(party)


def latest_versions() -> QuerySet[ListVersion]:
    """The version in force of each list."""
    return (
        ListVersion.objects.order_by("watch_list_id", "-number")
        .distinct("watch_list_id")
        .select_related("watch_list")
    )


def current() -> Lists:
    """All lists as they stand now. Built once per change of any list and process."""
    while True:
        versions = tuple(latest_versions().values_list("watch_list_id", "pk"))
        found = _built(versions)
        # A list that changed while it was read is read again.
        if tuple(latest_versions().values_list("watch_list_id", "pk")) == versions:
            return found
        _built.cache_clear()


@lru_cache(maxsize=1)
def _built(versions: tuple[tuple[UUID, UUID], ...]) -> Lists:
    return Lists(dict(versions), index_of(ListEntry.objects.filter(end__isnull=True)))


def brought_by(version: ListVersion) -> Lists:
    """What a version has brought: entries that are new in it or say something else."""
    rows = ListEntry.objects.filter(first_version=version, end__isnull=True)
    return Lists({version.watch_list_id: version.pk}, index_of(rows))


def index_of(rows: QuerySet[ListEntry]) -> Index[Key]:
    """An index of these entries."""
    fields = (
        "pk",
        "watch_list_id",
        "ref",
        "digest",
        "kind",
        "name",
        "aliases",
        "countries",
        "lei",
        "registration_numbers",
    )
    wanted = rows.filter(kind__in=COMPARED).order_by("pk").values_list(*fields)
    return Index(
        (
            Key(pk, watch_list_id, ref, bytes(digest)),
            listed(
                names=(name, *aliases),
                is_person=kind == ListEntry.Kind.PERSON,
                countries=countries,
                lei=lei,
                registration_numbers=numbers,
            ),
        )
        for pk, watch_list_id, ref, digest, kind, name, aliases, countries, lei, numbers in (
            wanted.iterator(chunk_size=2_000)
        )
    )


def entries(ids: Sequence[UUID]) -> Mapping[UUID, ListEntry]:
    """Entries with their lists, by id."""
    return ListEntry.objects.select_related("watch_list", "first_version").in_bulk(ids)
