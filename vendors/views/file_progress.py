"""How far a worker is with a file that it looks through or writes, and cancelling that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts import long_work
from accounts.doors import Request
from accounts.long_work import Work, rate_since
from vendors.models.file_job import FileJob
from vendors.selectors.imports import progress_of


def watched(
    request: Request,
    made: Any,
    *,
    url: str,
    about: str,
    written: str,
    crumbs: Sequence[tuple[str, str]],
) -> HttpResponse | None:
    """The page of a file while a worker is at it; None where none is.

    `url`: of that page. `about`: whose file it is. `written`: what is counted while it is written.
    """
    if made.is_under_way:
        return _progress(
            request, made, {"made": made, "url": url, "about": about, "crumbs": crumbs}, written
        )
    if request.htmx:
        # It has ended: the page as a whole is another one now.
        return HttpResponse(headers={"HX-Refresh": "true"})
    return None


def _progress(
    request: Request, made: FileJob, context: dict[str, Any], written: str
) -> HttpResponse:
    reading = made.status == FileJob.Status.READING
    if "cancel" in request.GET:
        title = _stopping(made)
        asking = {
            "title": title,
            "question": f"{title}?",
            "text": _("Nothing was imported so far, and nothing will be."),
            "confirm_label": title,
            "stay_label": _("Let it go on"),
            "danger": True,
            "cancel_url": context["url"],
            "crumbs": context["crumbs"],
        }
        return render(request, "_components/confirm_page.html", asking)
    done, total = progress_of(made)
    return long_work.show(
        request,
        Work(
            _("Rows looked through") if reading else written,
            done,
            total,
            rate_since(made.started_at, done),
        ),
        page="vendors/file_progress.html",
        part="vendors/_file_progress.html",
        running=True,
        context={**context, "reading": reading, "stopping": _stopping(made)},
    )


def _stopping(made: FileJob) -> str:
    """What cancelling does, as its button says it."""
    if made.status != FileJob.Status.READING:
        return _("Cancel the import")
    if made.was_read:
        return _("Cancel, and keep it as it was read before")
    return _("Cancel, and discard the list")
