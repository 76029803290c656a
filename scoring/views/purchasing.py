"""A buyer's home: what is under way, whom it waits for, and the vendors they own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.permissions import Permission
from accounts.units import working_unit
from audit import clock, paging
from scoring import words
from scoring.forms.purchasing import UnderWayFilter
from scoring.links import address
from scoring.purchasing_words import missing, waits_for
from scoring.selectors import purchasing
from scoring.views.vendor import PILLS
from vendors.country_names import country_name

_SIZE: Final = 25
#: For whom it waits -> the words of its figure, and of what it means.
_TILES: Final[Mapping[str, tuple[str | Promise, str | Promise]]] = {
    "me": (lazy("Waiting for me"), lazy("to answer, or to say who does")),
    "vendor": (lazy("With the vendor"), lazy("sent, not handed in")),
    "colleague": (lazy("With a colleague"), lazy("who fills them in")),
    "legal": (lazy("With legal"), lazy("to be reviewed and signed off")),
}


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure that filters the list."""

    label: str | Promise
    value: int
    href: str
    hint: str | Promise
    tone: str


@page(Permission.INVITE)
@require_safe
def index(request: Request) -> HttpResponse:
    """Open assessments, the earliest day first; some of them are reminded of at once."""
    principal, unit = request.principal, working_unit(request)
    form = UnderWayFilter(request.GET)
    chosen = form.filters()
    found = paging.page(
        purchasing.with_all(purchasing.under_way(principal, unit, chosen)),
        keys=("due", "pk"),
        after=request.GET.get("after"),
        before=request.GET.get("before"),
        size=_SIZE,
    )
    today = clock.today()
    # With `waits` and `since` beside the columns.
    seen: list[Any] = found.rows
    rows = [
        {
            "one": row,
            "pill": PILLS[row.status],
            "who": waits_for(row),
            "since": row.since,
            "late": row.due_on is not None and row.due_on < today,
            "missing": missing(row),
            # Legal is not chased from here: only who answers is.
            "chases": row.waits != "legal",
        }
        for row in seen
    ]
    return render(
        request,
        "scoring/purchasing.html",
        {
            "tabs": _tabs("assessments"),
            "form": form,
            "filtered": any((chosen.q, chosen.waits, chosen.due)),
            "everybody": chosen.whose == "all",
            "tiles": list(_tiles(request, purchasing.counts(principal, unit, chosen))),
            "rows": rows,
            "page": found,
            "opens": principal.can(Permission.EDIT_VENDORS),
        },
    )


def _tiles(request: Request, counts: Mapping[str, int]) -> Any:
    for key, (label, hint) in _TILES.items():
        query = request.GET.copy()
        for name in ("after", "before"):
            query.pop(name, None)
        query["waits"] = key
        tone = "attention" if key == "me" and counts[key] else ""
        yield Tile(label, counts[key], f"?{query.urlencode()}", hint, tone)


@page(Permission.INVITE)
@require_safe
def vendors(request: Request) -> HttpResponse:
    """The vendors the reader owns, the worst rating first."""
    principal, unit = request.principal, working_unit(request)
    found = paging.page(
        purchasing.vendors_of(principal, unit),
        keys=("sort_points", "pk"),
        descending=True,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
        size=_SIZE,
    )
    return render(
        request,
        "scoring/purchasing_vendors.html",
        {
            "tabs": _tabs("vendors"),
            "rows": [(row, country_name(row.country), words.in_short(row)) for row in found.rows],
            "page": found,
            "opens": principal.can(Permission.EDIT_VENDORS),
        },
    )


def _tabs(active: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": address(name), "active": key == active}
        for key, label, name in (
            ("assessments", _("Under way"), "scoring:purchasing"),
            ("vendors", _("My vendors"), "scoring:my_vendors"),
        )
    ]
