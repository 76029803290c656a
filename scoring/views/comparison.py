"""Compare: two to five assessments side by side, and a shortlist with weights of its own.

What is compared is in the address, so it can be shared; whoever opens it sees their part of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.permissions import Permission
from assessments.models import Assessment
from audit import csv_file
from audit.ids import ids_in
from scoring import compare_tables, words
from scoring.forms.shortlist import WeightsForm
from scoring.links import address
from scoring.models import Methodology
from scoring.selectors import comparison, methods
from scoring.selectors.comparison import LEAST, MOST, Side
from scoring.side_by_side import Column, as_they_stand, by_one_method, methods_of

_READ: Final = Permission.READ_SCORES
#: Vendors offered to be added.
_OFFERED: Final = 8


class _Asked:
    """What an address asks for: which assessments, by which method; and what is left of it."""

    def __init__(self, request: Request) -> None:
        wanted = list(dict.fromkeys(ids_in(request.GET.getlist("of"))))
        self.request = request
        self.assessments = comparison.chosen(request.principal, wanted[:MOST])
        self.too_many = len(wanted) > MOST
        self.missing = len(wanted[:MOST]) - len(self.assessments)
        self.ids = [one.pk for one in self.assessments]
        self.method = _method(request.GET.get("method", ""))

    def sides(self) -> list[Side]:
        return comparison.sides(self.assessments, self.request.principal)

    def columns(self, sides: Sequence[Side], weights: Mapping[str, float] | None = None) -> Any:
        if self.method is None:
            return as_they_stand(sides, weights)
        return by_one_method(sides, self.method, weights)

    def url(self, name: str, ids: Sequence[UUID] | None = None, **more: str | None) -> str:
        """The address of a page with this comparison, or with others compared."""
        given = {"method": str(self.method.pk) if self.method else "", **more}
        chosen = [("of", str(pk)) for pk in (self.ids if ids is None else ids)]
        chosen += [(key, value) for key, value in given.items() if value]
        return f"{address(name)}?{urlencode(chosen)}"


def _method(text: str) -> Methodology | None:
    """The version that was asked for; None for none, and for one that was never in force."""
    known = ids_in([text])
    return methods.frozen().defer("content").filter(pk=known[0]).first() if known else None


@page(_READ)
@require_safe
@never_cache
def compare(request: Request) -> HttpResponse:
    """The assessments side by side. `vendor` stands for the assessment that speaks for it."""
    if "vendor" in request.GET:
        return _from_vendors(request)
    asked = _Asked(request)
    context = _heading(asked, _("Compare"))
    if len(asked.ids) < LEAST:
        return render(request, "scoring/compare.html", context)
    columns = asked.columns(asked.sides())
    every = compare_tables.questions(columns)
    different = [one for one in every if not one.same or one.apart]
    shown = every if request.GET.get("all") else different[: compare_tables.QUESTIONS]
    context |= _methods(asked, columns)
    context |= {
        "columns": _heads(asked, columns),
        "cuts": methods.cuts_in_force(),
        "sentences": [] if context["mixed"] else compare_tables.sentences(columns),
        "unrated": [one.name for one in columns if one.span is None],
        "figures": compare_tables.figures(columns),
        "dimensions": compare_tables.dimensions(columns),
        "shared": compare_tables.shared(columns),
        "questions": shown,
        "different": len(different),
        "every": len(every),
        "all_url": asked.url("scoring:compare", all="1") if len(shown) < len(every) else "",
        "csv_url": asked.url("scoring:compare_csv"),
        "shortlist_url": asked.url("scoring:shortlist"),
    }
    return render(request, "scoring/compare.html", context)


def _from_vendors(request: Request) -> HttpResponseRedirect:
    vendors = list(dict.fromkeys(ids_in(request.GET.getlist("vendor"))))
    found = comparison.of_vendors(request.principal, vendors[: MOST + 1])
    there = [*ids_in(request.GET.getlist("of")), *found]
    pairs = [("of", str(pk)) for pk in dict.fromkeys(there)]
    if method := request.GET.get("method"):
        pairs.append(("method", method))
    without = len(vendors[: MOST + 1]) - len(found)
    if without:
        pairs.append(("without", str(without)))
    return HttpResponseRedirect(f"{address('scoring:compare')}?{urlencode(pairs)}")


def _heading(asked: _Asked, title: str) -> dict[str, Any]:
    """What stands above either page, and the way to one more vendor."""
    request = asked.request
    text = request.GET.get("add", "").strip()[:100]
    offered = _offered(asked, text) if text and len(asked.ids) < MOST else []
    return {
        "title": title,
        "crumbs": [(_("Vendors"), address("scoring:vendors")), (title, "")],
        "asked": asked,
        "least": LEAST,
        "most": MOST,
        "full": len(asked.ids) >= MOST,
        "without": request.GET.get("without", "").isdigit(),
        "add": text,
        "offered": offered,
        "carried": _carried(asked),
    }


def _offered(asked: _Asked, text: str) -> list[tuple[str, str]]:
    """Vendors by this name that are not compared yet, each with the way to add it."""
    there = {one.vendor_id for one in asked.assessments}
    found = comparison.named(asked.request.principal, text, _OFFERED)
    return [
        (row.name, f"{asked.url('scoring:compare')}&vendor={row.vendor_id}")
        for row in found
        if row.vendor_id not in there
    ]


def _methods(asked: _Asked, columns: Sequence[Column]) -> dict[str, Any]:
    """Whether the scores were made by different methods, and the way to have them by one."""
    used = methods_of(columns)
    offered = methods.in_force()
    return {
        "mixed": len(used) > 1,
        "used": [row.version for row in used],
        "one_method": asked.method,
        "one_method_url": _by(asked, offered),
        "one_method_version": offered.version if offered else "",
        "as_they_stand_url": asked.url("scoring:compare", method=None),
    }


def _by(asked: _Asked, method: Methodology | None) -> str:
    return asked.url("scoring:compare", method=str(method.pk)) if method else ""


def _heads(asked: _Asked, columns: Sequence[Column]) -> list[dict[str, Any]]:
    """The head of each column: whose it is, where it leads, what could stand in its place."""
    others = comparison.others(asked.request.principal, asked.assessments)
    return [
        {
            "column": one,
            "assessment": one.side.assessment,
            "card_url": address("scoring:scorecard", one.side.assessment.pk),
            "vendor_url": address("scoring:vendor", one.side.assessment.vendor_id),
            "remove_url": asked.url(
                "scoring:compare", [pk for pk in asked.ids if pk != one.side.assessment.pk]
            ),
            "others": [
                (other, asked.url("scoring:compare", _swapped(asked.ids, one, other)))
                for other in others[one.side.assessment.vendor_id]
            ],
        }
        for one in columns
    ]


def _swapped(ids: Sequence[UUID], one: Column, other: Assessment) -> list[UUID]:
    return [other.pk if pk == one.side.assessment.pk else pk for pk in ids]


@page(_READ)
@require_safe
@never_cache
def csv(request: Request) -> HttpResponseBase:
    """The comparison as a file: every figure and every question."""
    asked = _Asked(request)
    columns = asked.columns(asked.sides())
    head = [_("Kind"), _("Name"), *(one.name for one in columns), _("Apart")]
    return csv_file.stream("comparison.csv", head, compare_tables.lines(columns))


@page(_READ)
@require_safe
@never_cache
def shortlist(request: Request) -> HttpResponse:
    """The same ranked by weights of its own, as a trial: no score is written."""
    asked = _Asked(request)
    context = _heading(asked, _("Shortlist"))
    method = asked.method or methods.in_force()
    if len(asked.ids) < LEAST or method is None:
        return render(request, "scoring/shortlist.html", context)
    sides = asked.sides()
    plain = asked.columns(sides)
    used = methods_of(plain)
    mixed = asked.method is None and len(used) > 1
    if mixed:
        # Points of different methods make no order: all of them by the one in force.
        asked.method = method
        plain = asked.columns(sides)
    elif asked.method is None and used:
        method = used[0]
    form = WeightsForm(_given(request.GET), method=methods.parameters(method.pk))
    context |= {"form": form, "mixed": mixed, "method": method}
    if form.is_valid():
        weights = form.weights()
        columns = asked.columns(sides, weights)
        placed = compare_tables.ranked(columns, plain)
        total = sum(weights.values())
        context |= {
            "placed": placed,
            "outcome": compare_tables.outcome(placed),
            "unrated": [one.name for one in columns if one.span is None],
            "weights": [
                (title, weights[key], weights[key] / total, form.own[key])
                for key, title in words.dimensions()
            ],
            "total": total,
            "own_weights": weights == form.own,
            "cuts": methods.cuts_in_force(),
        }
    context |= {
        "compare_url": asked.url("scoring:compare"),
        "again_url": asked.url("scoring:shortlist"),
        "carried": _carried(asked),
    }
    status = 200 if form.is_valid() else 400
    return render(request, "scoring/shortlist.html", context, status=status)


def _given(query: QueryDict) -> dict[str, str]:
    """The weights in the address; an empty form is one that was sent with the method's own."""
    given = ((name, query.get(name, "").strip()) for name in query if name.startswith("weight."))
    return dict(given)


def _carried(asked: _Asked) -> list[tuple[str, str]]:
    """What is compared, and by which method, for the hidden fields of a form."""
    compared = [("of", str(pk)) for pk in asked.ids]
    return [*compared, ("method", str(asked.method.pk))] if asked.method else compared
