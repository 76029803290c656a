"""Lists that wait between their preview and their end: letting go of one, and what is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from audit import clock
from audit.errors import Refused
from vendors.models.file_job import FileJob

Job = TypeVar("Job", bound=FileJob)


class NotReady(Refused):
    """The list is not waiting to be confirmed."""

    code = "not_ready"


def discard(
    rows: QuerySet[Job], pk: UUID, *, end: Callable[[Any, FileJob.Status], None] | None = None
) -> Job:
    """Let go of a previewed list without importing it.

    Raises NotReady once it was confirmed, and while a worker looks through it. `end` in place of
    `finish`, for lists that are kept otherwise.
    """
    with transaction.atomic():
        locked = rows.select_for_update(of=("self",)).get(pk=pk)
        if locked.status == FileJob.Status.PREVIEW:
            (end or finish)(locked, FileJob.Status.DISCARDED)
        elif locked.status in (FileJob.Status.WRITING, FileJob.Status.DONE):
            raise NotReady(_("It was confirmed meanwhile: it is imported, or is being imported."))
        elif locked.status == FileJob.Status.READING:
            raise NotReady(_("It is being looked through. Cancel that first."))
    return locked


def size_of(rows: QuerySet[Job], pk: UUID) -> int:
    """How many bytes are held of a list; they are not fetched. What is long takes long to read."""
    sizes: QuerySet[Job, int] = rows.filter(pk=pk).values_list(Length("content"), flat=True)
    return sizes.get()


def finish(done: Any, status: FileJob.Status, reason: str = "") -> None:
    """It is over; the caller's transaction locks the row."""
    done.status, done.reason = status, reason[:200]
    done.finished_at = clock.now()
    # The file has served its purpose; the report says what is worth keeping.
    done.content = b""
    done.save(update_fields=["status", "reason", "report", "content", "finished_at"])
