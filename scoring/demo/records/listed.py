"""Watch-lists with their versions, who owns whom, and what people decided about matches."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Literal

from scoring.demo.calendar import Story
from scoring.demo.cast import DATA, Part
from scoring.demo.records.scene import Ago, Scene
from vendors.models import Match, Owner, WatchList
from vendors.services import aliases, list_uploads, matches, owners, watch_lists


class Version(Part):
    """A file of the list as it was on some day."""

    weeks: Ago
    file: str


class Kept(Part):
    """A watch-list."""

    key: str
    title: str
    publisher: str
    kind: Literal["sanctions", "infringers", "notorious_markets", "own"]
    note: str = ""
    versions: tuple[Version, ...]


class Holds(Part):
    """An owner of a vendor, with those who own it in turn."""

    name: str = ""
    holder: str = ""
    """A vendor of ours that is the owner."""
    kind: Literal["company", "person"] = "company"
    country: str = ""
    percent: Decimal | None = None
    source: str = ""
    holders: tuple[Holds, ...] = ()


class Owned(Part):
    """Who owns a vendor."""

    vendor: str
    weeks: Ago
    owners: tuple[Holds, ...]


class Alias(Part):
    """Another name of a vendor."""

    vendor: str
    weeks: Ago
    name: str
    kind: str
    source: str = ""


class Decided(Part):
    """What somebody decided about the match of a vendor with an entry of a list."""

    vendor: str
    list: str
    ref: str
    weeks: Ago
    verdict: Literal["confirmed", "dismissed"]
    reason: str


class Listed(Part):
    """All of it."""

    lists: tuple[Kept, ...]
    owners: tuple[Owned, ...]
    aliases: tuple[Alias, ...]
    decisions: tuple[Decided, ...]


def stories(scene: Scene, told: Listed) -> Iterator[Story]:
    """One story per list, per vendor with owners, per name and per decision."""
    for kept in told.lists:
        yield _list(scene, kept)
    for owned in told.owners:
        if scene.has(owned.vendor):
            yield _owners(scene, owned)
    for alias in told.aliases:
        if scene.has(alias.vendor):
            yield _alias(scene, alias)
    for decided in told.decisions:
        if scene.has(decided.vendor):
            yield _decision(scene, decided)


def _list(scene: Scene, kept: Kept) -> Story:
    yield scene.early(kept.versions[0].weeks, 0)
    row = watch_lists.add(
        key=kept.key,
        title=kept.title,
        publisher=kept.publisher,
        kind=kept.kind,
        note=kept.note,
        by=scene.counsel,
    )
    for version in kept.versions:
        moment = scene.at(version.weeks, "lists")
        yield moment
        content = (DATA / version.file).read_bytes()
        upload = list_uploads.preview(
            watch_list=WatchList.objects.get(pk=row.pk),
            file=BytesIO(content),
            size=len(content),
            file_name=version.file,
            as_of=moment.date() - timedelta(days=1),
            by=scene.counsel,
        )
        list_uploads.confirm(upload=upload, by=scene.counsel)


def _owners(scene: Scene, owned: Owned) -> Story:
    yield scene.early(owned.weeks, 10)
    for holds in owned.owners:
        _add(scene, owned.vendor, holds, None)


def _add(scene: Scene, name: str, holds: Holds, parent: Owner | None) -> None:
    vendor = scene.vendor(name)
    row = owners.add(
        vendor=vendor,
        parent=parent,
        holder=scene.vendor(holds.holder) if holds.holder else None,
        kind=holds.kind,
        name=holds.name,
        country=holds.country,
        percent=holds.percent,
        source=holds.source,
        by=scene.buyer(scene.unit(vendor)),
    )
    for above in holds.holders:
        _add(scene, name, above, row)


def _alias(scene: Scene, alias: Alias) -> Story:
    yield scene.early(alias.weeks, 20)
    vendor = scene.vendor(alias.vendor)
    aliases.add(
        vendor=vendor,
        name=alias.name,
        kind=alias.kind,
        source=alias.source,
        by=scene.buyer(scene.unit(vendor)),
    )


def _decision(scene: Scene, decided: Decided) -> Story:
    yield scene.at(decided.weeks, decided.ref)
    match = Match.objects.get(
        vendor__name=decided.vendor, watch_list__key=decided.list, ref=decided.ref
    )
    matches.decide(
        match=match,
        version=match.version,
        verdict=decided.verdict,
        reason=decided.reason,
        by=scene.legal(scene.unit(scene.vendor(decided.vendor))),
    )
