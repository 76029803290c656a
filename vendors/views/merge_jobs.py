"""How far a worker is with a merge or with undoing one, and what came of it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import long_work
from accounts.doors import Request, page
from accounts.long_work import Work, rate_since
from accounts.permissions import Permission
from accounts.templatetags.ui import unstopped
from vendors.models import MergeJob
from vendors.selectors.merges import jobs_of, progress_of, said_of
from vendors.services.merging import jobs
from vendors.views.places import vendor_page

#: Kind of the pill of each status.
_PILLS: Final = {"running": "active", "done": "done", "refused": "stopped", "cancelled": "stopped"}


@page(Permission.MERGE_VENDORS)
def show(request: Request, pk: UUID) -> HttpResponse:
    """The progress, or the result, which stays. POST cancels.

    Whoever watches until the end is led on: to the vendor that stays, or to what was undone.
    """
    job = get_object_or_404(jobs_of(request.principal), pk=pk)
    here = reverse("vendors:merge_job", args=[pk])
    crumbs = [(_("Duplicates"), reverse("vendors:duplicates")), (job.get_what_display(), "")]
    if request.method == "POST":
        jobs.cancel(job=job, by=request.principal)
        messages.success(request, _("Cancelled. The two are as they were."))
        return redirect(here)
    running = job.status == MergeJob.Status.RUNNING
    if running and "cancel" in request.GET:
        context = {
            "title": _("Stop"),
            "question": _("Stop here?"),
            "text": _("Nothing was changed so far, and nothing will be."),
            "confirm_label": _("Stop"),
            "stay_label": _("Let it go on"),
            "danger": True,
            "cancel_url": here,
            "crumbs": crumbs,
        }
        return render(request, "_components/confirm_page.html", context)
    if request.htmx and job.status == MergeJob.Status.DONE:
        _say(request, job)
        return HttpResponse(headers={"HX-Redirect": _there(job)})
    done, total = progress_of(pk) if running else (0, None)
    return long_work.show(
        request,
        Work(_("Rows moved"), done, total, rate_since(job.started_at, done)),
        page="vendors/duplicates/job.html",
        part=f"vendors/duplicates/{'_job_progress' if running else '_job_result'}.html",
        running=running,
        context={
            "job": job,
            "said": said_of(job, request.principal),
            "pill": _PILLS[job.status],
            "url": here,
            "undoing": job.what == MergeJob.What.UNDO,
            "result_url": _there(job) if job.status == MergeJob.Status.DONE else "",
            "again_url": _again(job),
            "crumbs": crumbs,
        },
    )


def _say(request: Request, job: MergeJob) -> None:
    if job.what == MergeJob.What.MERGE:
        said = _("%(gone)s is a part of %(kept)s now.")
        messages.success(request, said % {"gone": job.gone.name, "kept": unstopped(job.kept.name)})
    elif job.record is not None and job.record.left:
        messages.warning(request, _("The two are two again, but not all of it: see below."))
    else:
        messages.success(request, _("The two are two again, as before."))


def _record(job: MergeJob) -> str:
    return reverse("vendors:merge_record", args=[job.record_id])


def _there(job: MergeJob) -> str:
    """Where what came of it is seen."""
    return vendor_page(job.kept_id) if job.what == MergeJob.What.MERGE else _record(job)


def _again(job: MergeJob) -> str:
    """Where the same is asked for once more."""
    if job.what == MergeJob.What.MERGE:
        return reverse("vendors:merge", args=[job.kept_id, job.gone_id])
    return _record(job)
