"""The closing record: what stood when the engagement ended, to be read, printed and kept."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import pdf as papers
from accounts.doors import Request, page
from accounts.permissions import Permission
from vendors import offboarding as rules
from vendors.models import Offboarding, OffboardingLine
from vendors.selectors.offboarding import offboardings_visible_to
from vendors.services.offboarding import is_whole
from vendors.views.offboarding import trail


def _found(request: Request, pk: UUID) -> Offboarding:
    rows = offboardings_visible_to(request.principal).filter(status=Offboarding.Status.CLOSED)
    return get_object_or_404(rows, pk=pk)


def _moment(text: str) -> str:
    if not text:
        return ""
    at = timezone.localtime(datetime.fromisoformat(text))
    return f"{formats.date_format(at, 'DATETIME_FORMAT')} {at:%Z}"


def _line(kept: dict[str, Any]) -> dict[str, Any]:
    known = rules.lines().get(kept["key"])
    language = get_language() or "en"
    return {
        "title": known[1].title.text_for(language) if known else kept["title"],
        "status": str(OffboardingLine.Status(kept["status"]).label),
        "settled": f"{_moment(kept['at'])}, {kept['by']}",
        "note": kept["note"],
        "files": [
            {
                "name": f"{one['title']} ({one['file']}, {filesizeformat(one['bytes'])})",
                "sha256": one["sha256"],
            }
            for one in kept["evidence"]
        ],
    }


def _record(found: Offboarding) -> dict[str, Any]:
    """The record in words: (name, value) of the head, and its lines."""
    kept: dict[str, Any] = found.closing or {}
    last_day = formats.date_format(date.fromisoformat(kept["last_day"]), "DATE_FORMAT")
    facts = [
        (_("Vendor"), kept["vendor"]),
        (_("Engagement"), kept["engagement"]),
        (_("Business unit"), kept["unit"]),
        (_("Why it ended"), kept["reason"]),
        (_("Last day"), last_day),
        (_("Started"), f"{_moment(kept['started_at'])}, {kept['started_by']}".rstrip(", ")),
        (_("Closed"), f"{_moment(kept['closed_at'])}, {kept['closed_by']}"),
        (_("Note"), kept["note"]),
    ]
    return {
        "facts": [(name, value) for name, value in facts if value],
        "lines": [_line(one) for one in kept["lines"]],
    }


@require_safe
@page(Permission.VIEW)
def show(request: Request, pk: UUID) -> HttpResponse:
    """The closing record as a page that prints."""
    found = _found(request, pk)
    return render(
        request,
        "vendors/offboarding/record.html",
        {
            **_record(found),
            "offboarding": found,
            "whole": is_whole(found),
            "pdf_url": reverse("vendors:offboarding_pdf", args=[found.pk]),
            "crumbs": trail(found, (_("Closing record"), "")),
        },
    )


@require_safe
@page(Permission.VIEW)
def pdf(request: Request, pk: UUID) -> HttpResponse:
    """The same as a PDF."""
    found = _found(request, pk)
    record = _record(found)
    data = {
        "title": _("Closing record of an off-boarding"),
        "footer": str(found.pk),
        "facts": record["facts"],
        "lines": record["lines"],
        "lines_word": _("What was done"),
        "note_word": _("Note"),
        "evidence_word": _("Document"),
        "hash_words": _("SHA-256 over the content of this record; the log holds the same."),
        "sha256": found.sha256,
    }
    made = papers.render(
        "vendors/offboarding/record.typ",
        data=data,
        made_at=(found.ended_at or found.created_at).replace(microsecond=0),
    )
    answer = HttpResponse(made, content_type="application/pdf")
    name = f"closing-record-{str(found.pk)[-12:]}.pdf"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
