"""The gallery: every component of the pages, live, in each of its states.

Sample values are made up for the page and come from here, not from the database.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from accounts.templatetags.ui import points


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=_("Registered name"), help_text=_("As in the company register"))
    country = forms.ChoiceField(
        label=_("Country"), choices=[("", _("Choose")), ("DE", _("Germany")), ("VN", _("Viet Nam"))]
    )
    spend = forms.DecimalField(label=_("Spend a year"), min_value=0)
    start = forms.DateField(label=_("Contract start"), required=False)
    nda = forms.ChoiceField(
        label=_("Is a confidentiality agreement signed?"),
        help_text=_("It must be signed before the first drawing is handed over"),
        choices=[("yes", _("Yes")), ("no", _("No")), ("unknown", _("I don't know"))],
        widget=forms.RadioSelect,
    )
    kinds = forms.MultipleChoiceField(
        label=_("What is entrusted?"),
        choices=[("cad", _("CAD data")), ("tools", _("Tooling")), ("marks", _("Trade marks"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = forms.CharField(
        label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    agree = forms.BooleanField(label=_("I have checked these answers"))


class SampleFilter(forms.Form):
    """A filter bar as lists use it."""

    q = forms.CharField(label=_("Name or number"), required=False)
    band = forms.ChoiceField(
        label=_("Band"),
        required=False,
        choices=[("", _("All")), ("high", _("High")), ("critical", _("Critical"))],
    )
    stale = forms.BooleanField(label=_("Only stale"), required=False)


_AT = datetime(2026, 3, 4, 14, 3, tzinfo=UTC)

_TASKS = [
    {"name": _("Say who owns what is made"), "url": "#", "kind": "done", "status": _("Complete")},
    {
        "name": _("Describe how secrets are kept"),
        "url": "#",
        "kind": "active",
        "status": _("In progress"),
        "hint": _("7 of 12 answered"),
        "owner": _("Vendor"),
    },
    {
        "name": _("Give the accounts of the last two years"),
        "url": "#",
        "kind": "todo",
        "status": _("Not started"),
        "owner": _("Finance"),
    },
    {"name": _("Submit"), "url": "", "kind": "waiting", "status": _("Cannot start yet")},
]
_ROWS = [
    {"key": _("Is a confidentiality agreement signed?"), "value": _("Yes"), "change_url": "#"},
    {
        "key": _("Where are the moulds kept?"),
        "value": _("Locked store in hall 2\nOne key with the site manager"),
        "change_url": "#",
        "note": _("Document: store-plan.pdf"),
    },
    {"key": _("Who may see CAD data?"), "missing": True, "change_url": "#"},
]
_ENTRIES = [
    {"at": _AT, "title": _("Score rose to High"), "who": "Surety", "name": "graph-up", "url": "#"},
    {
        "at": _AT,
        "title": _("Assessment returned"),
        "who": "Ana Duarte",
        "name": "arrow-return-left",
        "text": _("The certificate of insurance is missing."),
    },
    {"at": _AT, "title": _("Assessment opened"), "who": "Tom Berg"},
]
_FILES = [
    {
        "name": "iso-27001.pdf",
        "url": "#",
        "size": 482_113,
        "kind": _("Certificate"),
        "added_at": _AT,
        "added_by": "Lin Chen",
        "valid_until": date(2027, 5, 31),
        "level": "independent",
        "remove_url": "#",
    },
    {
        "name": "insurance-2024.pdf",
        "url": "#",
        "size": 91_201,
        "kind": _("Policy"),
        "added_at": _AT,
        "added_by": "Lin Chen",
        "valid_until": date(2025, 12, 31),
        "expired": True,
        "level": "document",
    },
]
_TABS = [
    {"label": _("Overview"), "url": "?tab=overview", "active": True, "count": None},
    {"label": _("Assessments"), "url": "?tab=assessments", "active": False, "count": 12},
    {"label": _("Findings"), "url": "?tab=findings", "active": False, "count": 0},
]
_CONFLICT = {
    "yours": _("Yes, with every subcontractor"),
    "theirs": _("No"),
    "theirs_by": "Lin Chen",
    "theirs_at": _AT,
}


def charts() -> list[dict[str, Any]]:
    """One chart of each kind, with the shapes that ``static/js/charts.js`` reads."""
    bands = ["low", "moderate", "elevated", "high", "critical", "none"]
    names = ["Low", "Moderate", "Elevated", "High", "Critical", "Not rated"]
    counts = [14, 19, 11, 6, 2, 8]
    parts: list[tuple[str, int, str]] = [
        ("Base from inherent risk", 7_200, "base"),
        ("No exit interviews", 9_150, "part"),
        ("Escrow never verified", 8_400, "part"),
        ("Subcontractors not bound", 6_350, "part"),
        ("11 smaller parts", 9_280, "rest"),
        ("Knock-out: no assignment of rights", 19_620, "knockout"),
    ]
    months = ["2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02"]
    median: list[int | None] = [48_100, 46_900, None, 44_000, 41_500, 39_900]
    worst: list[int | None] = [81_000, 80_200, 79_900, 74_000, 74_000, 71_300]
    dots: list[tuple[str, int, int, int, str]] = [
        ("Ownership and creation", 12_000, 18_400, 31_000, "low"),
        ("Secrets", 22_000, 35_500, 61_000, "moderate"),
        ("Enforcement", 41_000, 66_200, 90_000, "high"),
    ]

    return [
        {
            "id": "sample-bars",
            "kind": "bars",
            "title": _("Vendors by band"),
            "summary": _("8 of 60 vendors stand at High or Critical; 8 are not rated yet."),
            "data": {"labels": names, "values": counts, "bands": bands, "hrefs": ["#"] * 6},
            "head": [_("Band"), _("Vendors")],
            "rows": list(zip(names, counts, strict=True)),
            "csv_url": "#",
        },
        {
            "id": "sample-trend",
            "kind": "trend",
            "title": _("Scores over time"),
            "summary": _("The median fell from 48.1 to 39.9 in six months."),
            "data": {
                "x": months,
                "series": [
                    {"name": "Median", "values": median},
                    {"name": "Worst tenth", "values": worst},
                ],
                "marks": [{"x": "2025-12", "label": "Method 2"}],
                "points": True,
            },
            "head": [_("Month"), _("Median"), _("Worst tenth")],
            "rows": [
                (m, points(a), points(b)) for m, a, b in zip(months, median, worst, strict=True)
            ],
            "csv_url": "#",
        },
        {
            "id": "sample-waterfall",
            "kind": "waterfall",
            "title": _("What the score is made of"),
            "summary": _("60.0 points: a third of it is one knock-out."),
            "data": {
                "parts": [{"label": a, "value": b, "kind": c} for a, b, c in parts],
                "total": {"label": "Score", "value": sum(b for _a, b, _c in parts), "band": "high"},
            },
            "head": [_("Part"), _("Points")],
            "rows": [
                *((a, points(b, 3)) for a, b, _c in parts),
                ("Score", points(sum(b for _a, b, _c in parts), 3)),
            ],
            "csv_url": "",
        },
        {
            "id": "sample-dots",
            "kind": "dots",
            "title": _("Dimensions with their intervals"),
            "summary": _("Enforcement is the worst, and the least certain."),
            "data": {
                "items": [
                    {"label": a, "lo": lo, "point": p, "hi": hi, "band": band}
                    for a, lo, p, hi, band in dots
                ]
            },
            "head": [_("Dimension"), _("From"), _("Score"), _("To")],
            "rows": [(a, points(lo), points(p), points(hi)) for a, lo, p, hi, _band in dots],
            "csv_url": "",
        },
        {
            "id": "sample-none",
            "kind": "bars",
            "title": _("A chart without data"),
            "summary": _("Nothing is rated yet. Submit a first assessment to see the bands here."),
            "data": {},
            "head": [],
            "rows": [],
            "csv_url": "",
        },
    ]


def heat() -> dict[str, Any]:
    """A heat map of two dimensions by three tiers."""
    return {
        "title": _("Dimension by tier"),
        "summary": _("Average score; the number of vendors stands below. A display, not a rating."),
        "corner": _("Dimension"),
        "columns": [_("Tier 1"), _("Tier 2"), _("Tier 3")],
        "rows": [
            {
                "label": _("Law and compliance"),
                "url": "#",
                "cells": [
                    {"value": 64_210, "band": "high", "url": "#", "note": "9"},
                    {"value": 41_000, "band": "elevated", "url": "#", "note": "21"},
                    {"value": 12_900, "band": "low", "url": "", "note": "14"},
                ],
            },
            {
                "label": _("Training and awareness"),
                "url": "#",
                "cells": [
                    {"value": 88_100, "band": "critical", "url": "#", "note": "9"},
                    {"value": 33_300, "band": "moderate", "url": "#", "note": "20"},
                    {"value": None, "band": None, "url": "", "note": ""},
                ],
            },
        ],
        "csv_url": "#",
    }


@login_required
def gallery(request: HttpRequest) -> HttpResponse:
    """The page. POST shows a form with its errors, as any form page does; nothing is written."""
    posted = request.method == "POST"
    form = SampleForm(request.POST if posted else None)
    if posted and form.is_valid():
        messages.success(request, _("Nothing was saved: this is a sample."))
    context = {
        "form": form,
        "filter_form": SampleFilter(request.GET),
        "crumbs": [(_("Start"), "/"), (_("Components"), "")],
        "bands": ["low", "moderate", "elevated", "high", "critical", None],
        "charts": charts(),
        "heat": heat(),
        "tasks": _TASKS,
        "rows": _ROWS,
        "entries": _ENTRIES,
        "files": _FILES,
        "tabs": _TABS,
        "conflict": _CONFLICT,
        "as_of": date(2026, 3, 4),
    }
    return render(request, "gallery.html", context)
