"""Importing a version of a watch-list: looked through first, taken whole or not at all."""

import gzip
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, BinaryIO, Final, TypeVar
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require_everywhere
from audit import clock
from audit.errors import Refused
from audit.record import record
from vendors import master_data
from vendors.events.screening import WatchListImported
from vendors.imports import list_file
from vendors.imports.list_file import Listed
from vendors.imports.watching import Watch, nobody
from vendors.models import (
    ListEntry,
    ListEntryEnd,
    ListUpload,
    ListVersion,
    ScreeningRun,
    WatchList,
)
from vendors.services import held_lists
from vendors.services.held_lists import NotReady

#: How many entries of each kind a preview names.
SHOWN: Final = 100
_BATCH: Final = 1_000
_TO_IMPORT: Final = frozenset({ListUpload.Status.PREVIEW, ListUpload.Status.WRITING})
T = TypeVar("T")
#: A file with fewer than this share of the entries before is asked about twice.
SHRUNK: Final = 0.7


class NewerThere(Refused):
    """Another version was imported since the file was looked through."""

    code = "newer_there"


def preview(
    *, watch_list: WatchList, file: BinaryIO, size: int, file_name: str, as_of: date, by: Principal
) -> ListUpload:
    """A file looked through and compared with the version in force; nothing is imported yet.

    Raises Invalid (field "file" or "as_of") with a sentence where it cannot be read, or is the same
    as the version in force. A file with problems is kept with its report, and cannot be confirmed.
    """
    made = taken(watch_list=watch_list, size=size, file_name=file_name, as_of=as_of, by=by)
    look_through(made, file, size)
    made.save()
    return made


def taken(
    *, watch_list: WatchList, size: int, file_name: str, as_of: date, by: Principal
) -> ListUpload:
    """The row of a file that waits to be looked through, not saved. Raises Invalid (field "file"
    for one that is too large, or "as_of")."""
    require_everywhere(by, Permission.MANAGE_REFERENCE)
    if as_of > clock.today():
        raise master_data.invalid({"as_of": [_("This day is still to come.")]})
    try:
        list_file.require_bearable(size)
    except list_file.Unreadable as error:
        raise master_data.invalid({"file": [str(error)]}) from error
    return ListUpload(
        watch_list=watch_list,
        user_id=UUID(by.id) if by.kind == "user" else None,
        file_name=master_data.tidy(file_name)[-200:] or "list.csv",
        as_of=as_of,
        created_at=clock.now(),
    )


def look_through(made: ListUpload, file: BinaryIO, size: int, watch: Watch = nobody) -> None:
    """Put onto the row what its file says beside the version in force. Raises Invalid ("file")."""
    try:
        found = list_file.read(file, size=size, watch=watch)
    except list_file.Unreadable as error:
        raise master_data.invalid({"file": [str(error)]}) from error
    latest = _latest(made.watch_list)
    if latest is not None and latest.sha256 == found.sha256:
        raise master_data.invalid(
            {
                "file": [
                    _("This is the same file as version %(number)d. There is nothing to import.")
                    % {"number": latest.number}
                ]
            }
        )
    made.sha256 = found.sha256
    made.report = _report(found, _compared(made.watch_list, found.entries), latest)
    entries = b"" if found.problems else b"".join(list_file.packed(found.entries.values()))
    made.content = gzip.compress(entries, 5) if entries else b""


def confirm(*, upload: ListUpload, by: Principal, watch: Watch = nobody) -> ListVersion:
    """The previewed file as the new version of its list; comparing vendors with it starts.

    Confirming it again changes nothing. Raises NotReady, NewerThere.
    """
    require_everywhere(by, Permission.MANAGE_REFERENCE)
    with transaction.atomic():
        watch_list = WatchList.objects.select_for_update().get(pk=upload.watch_list_id)
        found = ListUpload.objects.get(pk=upload.pk)
        if found.list_version_id is not None:
            return ListVersion.objects.get(pk=found.list_version_id)
        if found.status not in _TO_IMPORT or found.report["problems"]:
            raise NotReady(_("This file cannot be imported. Upload it again."))
        latest = _latest(watch_list)
        if (str(latest.pk) if latest else "") != found.report["compared_with"]:
            raise NewerThere(
                _("Another version was imported since you looked. Upload the file again.")
            )
        entries = {
            entry.ref: entry for entry in list_file.unpacked(gzip.decompress(bytes(found.content)))
        }
        version = _write(latest, entries, found, by, watch)
        # Locked no earlier: until here it can be cancelled.
        locked = ListUpload.objects.select_for_update().get(pk=upload.pk)
        if locked.status != found.status:
            raise NotReady(_("This file cannot be imported. Upload it again."))
        finish(locked, ListUpload.Status.DONE, version=version)
        record(
            WatchListImported(
                aggregate_id=watch_list.pk,
                key=watch_list.key,
                list_version_id=version.pk,
                number=version.number,
                as_of=version.as_of.isoformat(),
                sha256=version.sha256,
                entries=version.entries,
                new=version.new,
                changed=version.changed,
                gone=version.gone,
                file_name=version.file_name,
            ),
            by=by,
        )
    return version


def discard(*, upload: ListUpload, by: Principal) -> ListUpload:
    """Let go of a previewed file. Raises NotReady once it was confirmed."""
    require_everywhere(by, Permission.MANAGE_REFERENCE)
    return held_lists.discard(ListUpload.objects.all(), upload.pk)


def finish(
    upload: ListUpload,
    status: ListUpload.Status,
    *,
    version: ListVersion | None = None,
    reason: str = "",
) -> None:
    """It is over; the caller's transaction locks the row."""
    upload.status, upload.reason = status, reason[:200]
    upload.list_version = version
    upload.finished_at = clock.now()
    upload.content = b""
    upload.save(update_fields=["status", "reason", "list_version", "finished_at", "content"])


def _latest(watch_list: WatchList) -> ListVersion | None:
    return watch_list.versions.order_by("-number").first()


class _Compared:
    """What a file brings beside the entries in force: ref -> id of the entry there is."""

    def __init__(self, watch_list: WatchList, entries: Mapping[str, Listed]) -> None:
        self.there: dict[str, tuple[UUID, str]] = {}
        self.new: list[str] = []
        self.changed: list[str] = []
        self.same = 0
        rows = ListEntry.objects.filter(watch_list=watch_list, end__isnull=True)
        for pk, ref, digest, name in rows.values_list("pk", "ref", "digest", "name"):
            self.there[ref] = (pk, name)
            if ref in entries and entries[ref].digest == bytes(digest):
                self.same += 1
            elif ref in entries:
                self.changed.append(ref)
        self.new = [ref for ref in entries if ref not in self.there]
        self.gone = [ref for ref in self.there if ref not in entries]


def _compared(watch_list: WatchList, entries: Mapping[str, Listed]) -> _Compared:
    return _Compared(watch_list, entries)


def _report(
    found: list_file.Read, compared: _Compared, latest: ListVersion | None
) -> dict[str, Any]:
    """What the page shows, as JSON values."""
    entries = found.entries
    before = len(compared.there)
    return {
        "encoding": found.encoding.replace("utf-8-sig", "UTF-8").upper(),
        "delimiter": found.delimiter,
        "columns": [[heading, name] for heading, name in found.columns],
        "unused": found.unused,
        "compared_with": str(latest.pk) if latest else "",
        "number_before": latest.number if latest else 0,
        "shrunk": bool(before and len(entries) < before * SHRUNK),
        "counts": {
            "rows": found.rows,
            "entries": len(entries),
            "new": len(compared.new),
            "changed": len(compared.changed),
            "gone": len(compared.gone),
            "same": compared.same,
            "problems": len(found.problems),
            "notices": len(found.notices),
        },
        "new": [_shown(entries[ref]) for ref in compared.new[:SHOWN]],
        "changed": [
            {**_shown(entries[ref]), "before": compared.there[ref][1]}
            for ref in compared.changed[:SHOWN]
        ],
        "gone": [{"ref": ref, "name": compared.there[ref][1]} for ref in compared.gone[:SHOWN]],
        "problems": [asdict(said) for said in found.problems],
        "notices": [asdict(said) for said in found.notices],
    }


def _shown(entry: Listed) -> dict[str, Any]:
    return {
        "ref": entry.ref,
        "name": entry.name,
        "kind": entry.kind,
        "countries": list(entry.countries),
        "aliases": len(entry.aliases),
    }


def _write(
    latest: ListVersion | None,
    entries: Mapping[str, Listed],
    upload: ListUpload,
    by: Principal,
    watch: Watch,
) -> ListVersion:
    watch_list = upload.watch_list
    compared = _compared(watch_list, entries)
    version = ListVersion.objects.create(
        watch_list=watch_list,
        number=latest.number + 1 if latest else 1,
        previous=latest,
        file_name=upload.file_name,
        sha256=upload.sha256,
        as_of=upload.as_of,
        entries=len(entries),
        new=len(compared.new),
        changed=len(compared.changed),
        gone=len(compared.gone),
        imported_by_id=UUID(by.id) if by.kind == "user" else None,
        imported_at=clock.now(),
    )
    rows = {
        ref: _row(watch_list, version, entries[ref]) for ref in (*compared.new, *compared.changed)
    }
    ends = list(_ends(compared, rows, version))
    total = len(rows) + len(ends)
    for done, batch in _batches(list(rows.values())):
        ListEntry.objects.bulk_create(batch)
        watch(done, total)
    for done, some in _batches(ends):
        ListEntryEnd.objects.bulk_create(some)
        watch(len(rows) + done, total)
    ScreeningRun.objects.create(list_version=version, touched_at=clock.now())
    return version


def _batches(rows: Sequence[T]) -> Iterator[tuple[int, Sequence[T]]]:
    """The rows by so many at a time, each time with how many that are in all."""
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        yield start + len(batch), batch


def _row(watch_list: WatchList, version: ListVersion, entry: Listed) -> ListEntry:
    return ListEntry(
        watch_list=watch_list,
        first_version=version,
        digest=entry.digest,
        **{
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(entry).items()
        },
    )


def _ends(
    compared: _Compared, rows: Mapping[str, ListEntry], version: ListVersion
) -> Iterable[ListEntryEnd]:
    for ref in (*compared.changed, *compared.gone):
        yield ListEntryEnd(
            entry_id=compared.there[ref][0], version=version, replaced_by=rows.get(ref)
        )
