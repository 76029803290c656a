"""Sample data, for administrators of all units: loaded, watched while it is, removed."""

from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import long_work
from accounts.doors import Request, page
from accounts.long_work import Work, rate_since
from accounts.models import SampleJob
from accounts.permissions import Permission
from accounts.posting import post_only
from accounts.selectors.samples import state
from accounts.services import samples

MANAGE = Permission.MANAGE_MEMBERS
_PILLS: Final = {
    SampleJob.Status.WAITING: "waiting",
    SampleJob.Status.RUNNING: "active",
    SampleJob.Status.DONE: "done",
    SampleJob.Status.CANCELLED: "stopped",
    SampleJob.Status.FAILED: "attention",
}


@never_cache
@page(MANAGE, everywhere=True)
@require_safe
def show(request: Request) -> HttpResponse:
    """What there is of it, and how far a worker has come. Asked by htmx, the part that moves."""
    found = state()
    context = {"sample": found, "job": found.job, "crumbs": _crumbs()}
    if found.job is None:
        return render(request, "accounts/sample.html", context)
    return long_work.show(
        request,
        _work(found.job),
        page="accounts/sample.html",
        part=f"accounts/_sample_{'progress' if found.running else 'result'}.html",
        running=found.running,
        context={**context, "pill": _PILLS[SampleJob.Status(found.job.status)]},
    )


@post_only
@page(MANAGE, everywhere=True)
def load(request: Request) -> HttpResponse:
    """Have it loaded."""
    samples.load(by=request.principal)
    return redirect("accounts:sample")


@page(MANAGE, everywhere=True)
def remove(request: Request) -> HttpResponse:
    """Have all of it removed, after asking."""
    if request.method == "POST":
        samples.remove(by=request.principal)
        return redirect("accounts:sample")
    return _ask(
        request,
        _("Remove the sample data"),
        _("Remove all sample data?"),
        _(
            "Its business unit goes with every vendor, assessment, score, finding and document in "
            "it, also those that you have added there yourself. The log keeps that they were "
            "there. Your own vendors are not touched."
        ),
    )


@page(MANAGE, everywhere=True)
def cancel(request: Request) -> HttpResponse:
    """Stop what is under way, after asking."""
    if request.method == "POST":
        samples.cancel(by=request.principal)
        messages.success(request, _("Cancelled. What was done so far stays."))
        return redirect("accounts:sample")
    return _ask(
        request,
        _("Cancel"),
        _("Stop with the sample data?"),
        _("What was done so far stays. You can go on later, or remove what is there."),
    )


def _ask(request: Request, title: str, question: str, text: str) -> HttpResponse:
    context = {
        "title": title,
        "question": question,
        "text": text,
        "confirm_label": title,
        "danger": True,
        "cancel_url": reverse("accounts:sample"),
        "crumbs": [*_crumbs(reverse("accounts:sample")), (title, "")],
    }
    return render(request, "_components/confirm_page.html", context)


def _work(job: SampleJob) -> Work:
    rate = rate_since(job.started_at, job.done, job.finished_at)
    removing = job.what == SampleJob.What.REMOVE
    label = _("Vendors removed") if removing else _("Vendors loaded")
    return Work(label, job.done, job.total, rate)


def _crumbs(url: str = "") -> list[tuple[str, str]]:
    return [(_("Organisation"), reverse("accounts:organisation")), (_("Sample data"), url)]
