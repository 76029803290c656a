"""Long files of watch-lists, looked through and written by workers; short ones at once."""

from __future__ import annotations

import gzip
import io
from datetime import date
from typing import BinaryIO, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require_everywhere
from vendors.imports.watching import Watch
from vendors.models import ListUpload, WatchList
from vendors.services import file_jobs, held_lists, list_uploads
from vendors.services.held_lists import NotReady

#: Files of up to so many bytes, and versions that bring up to so many changes, are done at once.
AT_ONCE_BYTES: Final = 100_000
AT_ONCE_CHANGES: Final = 500

Status = ListUpload.Status


def start(
    *, watch_list: WatchList, file: BinaryIO, size: int, file_name: str, as_of: date, by: Principal
) -> ListUpload:
    """A file to be looked through; nothing is imported. Raises Invalid ("as_of"; "file" where it is
    too large, or so short that it is read at once)."""
    if size <= AT_ONCE_BYTES:
        return list_uploads.preview(
            watch_list=watch_list, file=file, size=size, file_name=file_name, as_of=as_of, by=by
        )
    made = list_uploads.taken(
        watch_list=watch_list, size=size, file_name=file_name, as_of=as_of, by=by
    )
    file.seek(0)
    made.content = gzip.compress(file.read(), 1)
    with transaction.atomic():
        file_jobs.hand_over(_KIND, made, Status.READING, by)
    return made


def confirm(*, upload: ListUpload, by: Principal) -> ListUpload:
    """The previewed file as the new version of its list. Raises NotReady, NewerThere."""
    require_everywhere(by, Permission.MANAGE_REFERENCE)
    if upload.is_under_way:
        return upload
    counts = upload.report["counts"] if upload.status == Status.PREVIEW else {}
    short = sum(counts.get(key, 0) for key in ("new", "changed", "gone")) <= AT_ONCE_CHANGES
    if short and held_lists.size_of(ListUpload.objects.all(), upload.pk) <= AT_ONCE_BYTES:
        list_uploads.confirm(upload=upload, by=by)
        return upload
    with transaction.atomic():
        row = file_jobs.locked(_KIND, upload.pk)
        if row.is_under_way:
            return row
        if row.status != Status.PREVIEW or row.report["problems"]:
            raise NotReady(_("This file cannot be imported. Upload it again."))
        file_jobs.hand_over(_KIND, row, Status.WRITING, by)
    return row


def cancel(*, upload: ListUpload, by: Principal) -> ListUpload:
    """Stop what a worker does, as `file_jobs.cancel`."""
    require_everywhere(by, Permission.MANAGE_REFERENCE)
    return file_jobs.cancel(_KIND, upload.pk)


def go_on(*, upload_id: UUID) -> None:
    """What a worker does: look through a file, or write it."""
    file_jobs.go_on(_KIND, upload_id)


def sweep() -> None:
    """Queue the files that nobody works on."""
    file_jobs.sweep(_KIND)


def _step(made: ListUpload, by: Principal, watch: Watch) -> None:
    if made.status == Status.WRITING:
        list_uploads.confirm(upload=made, by=by, watch=watch)
        return
    require_everywhere(by, Permission.MANAGE_REFERENCE)
    content = gzip.decompress(bytes(made.content))
    list_uploads.look_through(made, io.BytesIO(content), len(content), watch)
    row = file_jobs.settled(_KIND, made)
    row.sha256, row.report, row.content = made.sha256, made.report, made.content
    row.status = Status.PREVIEW
    row.save(update_fields=["sha256", "report", "content", "status"])


def _finish(row: ListUpload, status: ListUpload.Status, reason: str) -> None:
    list_uploads.finish(row, status, reason=reason)


_KIND: Final = file_jobs.Kind(
    rows=ListUpload.objects.all,
    step=_step,
    finish=_finish,
    task="vendors.import_watch_list",
    lock=7_308_643,
)
