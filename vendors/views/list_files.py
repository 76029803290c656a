"""Importing a file of a watch-list: its upload, how far workers are, what it would bring."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.doors import Request, page
from accounts.forms import take_refusal
from audit.errors import Invalid
from vendors.forms.screening import ListUploadForm
from vendors.models import ListUpload
from vendors.selectors import watch_lists as reading
from vendors.services import list_jobs, list_uploads
from vendors.views.file_progress import watched
from vendors.views.watch_lists import MANAGE, crumbs, found_list


@page(MANAGE, everywhere=True)
def upload(request: Request, pk: UUID) -> HttpResponse:
    """A file of the list; it is looked through, and nothing is imported yet."""
    found = found_list(pk)
    form = ListUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = list_jobs.start(
                watch_list=found,
                file=file.file,
                size=file.size,
                file_name=file.name,
                as_of=form.cleaned_data["as_of"],
                by=request.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            return redirect("vendors:list_upload", made.pk)
    return render(
        request,
        "vendors/screening/upload.html",
        {
            "form": form,
            "watch_list": found,
            "cancel_url": reverse("vendors:watch_list", args=[pk]),
            "crumbs": crumbs(
                (found.title, reverse("vendors:watch_list", args=[pk])), (_("Import"), "")
            ),
        },
    )


@page(MANAGE, everywhere=True)
@never_cache
def preview(request: Request, pk: UUID) -> HttpResponse:
    """What a file would bring, or how far workers are with it; POST imports it, or lets it go."""
    made = get_object_or_404(reading.uploads(), pk=pk)
    if request.method == "POST":
        return _decided(request, made)
    day = date_format(made.as_of, "DATE_FORMAT")
    under_way = watched(
        request,
        made,
        url=reverse("vendors:list_upload", args=[made.pk]),
        about=f"{made.watch_list.title} · {_('as of %(day)s') % {'day': day}}",
        written=_("Entries written"),
        crumbs=_way(made),
    )
    if under_way is not None:
        return under_way
    report = made.report
    return render(
        request,
        "vendors/screening/preview.html",
        {
            "made": made,
            "watch_list": made.watch_list,
            "report": report,
            "read": "counts" in report,
            "counts": report.get("counts", {}),
            "waiting": made.status == ListUpload.Status.PREVIEW,
            "columns": [
                (heading, str(COLUMN_NAMES[name]())) for heading, name in report.get("columns", ())
            ],
            "crumbs": _way(made),
        },
    )


def _decided(request: Request, made: ListUpload) -> HttpResponse:
    if "cancel" in request.GET:
        row = list_jobs.cancel(upload=made, by=request.principal)
        messages.success(request, _("Cancelled. Nothing was imported."))
        if row.status == ListUpload.Status.PREVIEW:
            return redirect("vendors:list_upload", made.pk)
        return redirect("vendors:watch_list", made.watch_list_id)
    if "discard" in request.POST:
        list_uploads.discard(upload=made, by=request.principal)
        messages.success(request, _("The file was discarded. Nothing was imported."))
        return redirect("vendors:watch_list", made.watch_list_id)
    if list_jobs.confirm(upload=made, by=request.principal).is_under_way:
        return redirect("vendors:list_upload", made.pk)
    messages.success(request, _("Imported. Vendors are now compared with what is new in it."))
    return redirect("vendors:watch_list", made.watch_list_id)


def _way(made: ListUpload) -> list[tuple[str, str]]:
    here = reverse("vendors:watch_list", args=[made.watch_list_id])
    return crumbs((made.watch_list.title, here), (made.file_name, ""))


COLUMN_NAMES: Final = {
    "ref": lambda: _("reference"),
    "name": lambda: _("name"),
    "original": lambda: _("name in the original script"),
    "kind": lambda: _("kind"),
    "aliases": lambda: _("other names"),
    "countries": lambda: _("countries"),
    "lei": lambda: _("LEI"),
    "registration_number": lambda: _("registration numbers"),
    "programme": lambda: _("programme"),
    "remarks": lambda: _("remarks"),
}
