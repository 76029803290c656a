"""Reading watch-lists: which there are, their versions, their entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.principal import Principal
from vendors.models import (
    ListEntry,
    ListEntryEnd,
    ListUpload,
    ListVersion,
    Match,
    ScreeningRun,
    WatchList,
)
from vendors.selectors.matches import matches_visible_to

#: So many files of a list that are not imported yet are named.
_UNSETTLED: Final = 20


@dataclass(frozen=True, slots=True)
class Kept:
    """A list with its version in force (None: it has none yet), and what is open against it."""

    watch_list: WatchList
    latest: ListVersion | None
    run: ScreeningRun | None
    open: int


def watch_lists() -> QuerySet[WatchList]:
    """Every list. They are one for all units."""
    return WatchList.objects.all()


def kept(principal: Principal) -> list[Kept]:
    """Every list by title, with its version in force; `open`: among what `principal` may see."""
    newest = ListVersion.objects.filter(watch_list=OuterRef("pk")).order_by("-number")
    lists = list(
        WatchList.objects.annotate(latest_id=Subquery(newest.values("pk")[:1])).order_by(
            "title", "pk"
        )
    )
    ids = [one.latest_id for one in lists if one.latest_id]
    versions = ListVersion.objects.select_related("imported_by").in_bulk(ids)
    runs = {run.list_version_id: run for run in ScreeningRun.objects.filter(list_version__in=ids)}
    waiting: dict[UUID, int] = {}
    seen = matches_visible_to(principal).filter(status=Match.Status.OPEN)
    for pk in seen.values_list("watch_list_id", flat=True):
        waiting[pk] = waiting.get(pk, 0) + 1
    return [
        Kept(one, versions.get(one.latest_id), runs.get(one.latest_id), waiting.get(one.pk, 0))
        for one in lists
    ]


def versions_of(watch_list: WatchList) -> QuerySet[ListVersion]:
    """The versions of a list, the newest first."""
    return (
        ListVersion.objects.filter(watch_list=watch_list)
        .select_related("imported_by", "run")
        .order_by("-number")
    )


def held_runs(watch_list: WatchList) -> list[ScreeningRun]:
    """Where comparing with a version of a list is held, the newest first."""
    held = ScreeningRun.objects.filter(
        list_version__watch_list=watch_list, status=ScreeningRun.Status.PAUSED
    )
    return list(held.select_related("list_version").order_by("-list_version__number"))


def run_of(version: ListVersion) -> ScreeningRun | None:
    """How far comparing vendors with a version has come."""
    return ScreeningRun.objects.filter(list_version=version).first()


def entries_of(watch_list: WatchList, q: str = "") -> QuerySet[ListEntry]:
    """What a list says now, by name; `q`: words of a name, an alias, or a reference."""
    rows = ListEntry.objects.filter(watch_list=watch_list, end__isnull=True)
    if q:
        rows = rows.filter(
            Q(name__icontains=q) | Q(ref=q) | Q(aliases__icontains=q) | Q(programme__icontains=q)
        )
    return rows


def entries_at(version: ListVersion) -> QuerySet[ListEntry]:
    """What a list said in one of its versions."""
    return ListEntry.objects.filter(
        watch_list=version.watch_list_id, first_version__number__lte=version.number
    ).filter(Q(end__isnull=True) | Q(end__version__number__gt=version.number))


@dataclass(frozen=True, slots=True)
class Brought:
    """What a version brought beside the one before."""

    new: Sequence[ListEntry]
    changed: Sequence[tuple[ListEntry, ListEntry]]
    gone: Sequence[ListEntry]


def brought_by(version: ListVersion, limit: int = 100) -> Brought:
    """Entries that are new, changed (before, after) or gone in a version; some of each."""
    ends = ListEntryEnd.objects.filter(version=version).select_related("entry", "replaced_by")
    changed = ends.filter(replaced_by__isnull=False).order_by("entry__name")[:limit]
    gone = ends.filter(replaced_by__isnull=True).order_by("entry__name")[:limit]
    fresh = ListEntry.objects.filter(first_version=version, replaced_entries__isnull=True)
    return Brought(
        new=list(fresh.order_by("name", "pk")[:limit]),
        changed=[(end.entry, end.replaced_by) for end in changed if end.replaced_by is not None],
        gone=[end.entry for end in gone],
    )


def matches_from(version: ListVersion) -> int:
    """How many matches this version has brought."""
    return Match.objects.filter(steps__list_version=version, steps__action="found").count()


def unsettled(watch_list: WatchList) -> list[ListUpload]:
    """Its files that workers are at, that wait to be confirmed, or could not be read; the newest
    first. Of the latter those of after the version in force."""
    at = ListUpload.Status
    latest = watch_list.versions.order_by("-number").values_list("imported_at", flat=True).first()
    failed = Q(status=at.FAILED) & (Q(created_at__gt=latest) if latest else Q())
    rows = uploads().filter(watch_list=watch_list)
    waiting = Q(status__in=(at.READING, at.PREVIEW, at.WRITING))
    return list(rows.filter(waiting | failed).order_by("-pk")[:_UNSETTLED])


def uploads() -> QuerySet[ListUpload]:
    """Files between preview and import, without their content."""
    return ListUpload.objects.select_related("watch_list", "user", "list_version").defer("content")
