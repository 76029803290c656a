"""Where many vendors depend on the same: countries, categories, shared subcontractors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.permissions import Permission
from accounts.templatetags.ui import percent
from audit import csv_file
from scoring import links
from scoring.selectors import portfolio as read
from scoring.selectors.portfolio import Portfolio, Share
from scoring.views.portfolio import asked, asked_today, show, ways_in
from vendors.country_names import country_name

#: Rows of a table; the file has all of them.
MOST: Final = 15


@page(Permission.VIEW)
@require_safe
def concentration(request: Request) -> HttpResponse:
    """Ranked tables, the largest share first."""
    return show(request, "scoring:concentration", "scoring/dashboard/concentration.html", _shown)


def _shown(of: Portfolio) -> dict[str, Any]:
    countries, categories = read.by_country(of), read.by_category(of)
    vendors = sum(one.vendors for one in countries)
    return {
        **ways_in(of),
        "vendors": vendors,
        "tables": [
            _table(of, "country", countries),
            _table(of, "category", categories),
        ],
        "relied_on": []
        if of.past
        else [(one, country_name(one.country)) for one in read.by_subcontractor(of)],
        "all_relied_on": links.address("vendors:concentration"),
        "subcontractors_csv": links.page_of("scoring:subcontractors_csv", of),
    }


def _country(key: str) -> str:
    return country_name(key) or _("Not known")


def _category(key: str) -> str:
    return key or _("None given")


#: Filter of vendors -> the heading of its table, that of its column, and the words for a value.
_NAMED: Final[Mapping[str, tuple[str | Promise, str | Promise, Callable[[str], str]]]] = {
    "country": (lazy("By country"), lazy("Country"), _country),
    "category": (lazy("By category"), lazy("Category"), _category),
}


def _table(of: Portfolio, name: str, shares: Sequence[Share]) -> dict[str, Any]:
    """A ranked table. What has no value there cannot be filtered by, so it leads nowhere."""
    title, head, words = _NAMED[name]
    vendors = sum(one.vendors for one in shares)
    known = next((one for one in shares if one.key), None)

    def url(one: Share, **more: str) -> str:
        return links.vendor_list(of, **{name: one.key}, **more) if one.key else ""

    rows = [
        {
            "label": words(one.key),
            "url": url(one),
            "vendors": one.vendors,
            "share": percent(one.vendors / vendors),
            "width": f"{100 * one.vendors / vendors:.1f}",
            "serious": one.serious,
            "serious_url": url(one, band="serious") if one.serious else "",
            "not_rated": one.not_rated,
            "not_rated_url": url(one, status="not_rated") if one.not_rated else "",
        }
        for one in shares[:MOST]
    ]
    return {
        "id": f"by-{name}",
        "title": title,
        "head": head,
        "rows": rows,
        "summary": _("The largest: %(name)s, with %(share)s of the vendors.")
        % {"share": percent(known.vendors / vendors), "name": words(known.key)}
        if known
        else "",
        "more": ngettext(
            "%(count)s more in the CSV.", "%(count)s more in the CSV.", len(shares) - MOST
        )
        % {"count": len(shares) - MOST}
        if len(shares) > MOST
        else "",
        "csv_url": links.page_of(f"scoring:{name}_csv", of),
    }


def _file(name: str, shares: Sequence[Share]) -> HttpResponseBase:
    _title, head, words = _NAMED[name]
    heads = [str(head), _("Vendors"), _("High or critical"), _("Not rated")]
    rows = [[words(one.key), one.vendors, one.serious, one.not_rated] for one in shares]
    return csv_file.stream(f"vendors-by-{name}.csv", heads, rows)


@page(Permission.VIEW)
@require_safe
def country_csv(request: Request) -> HttpResponseBase:
    """Vendors by country."""
    return _file("country", read.by_country(asked(request)))


@page(Permission.VIEW)
@require_safe
def category_csv(request: Request) -> HttpResponseBase:
    """Vendors by category."""
    return _file("category", read.by_category(asked(request)))


@page(Permission.VIEW)
@require_safe
def subcontractors_csv(request: Request) -> HttpResponseBase:
    """Fourth parties by how many vendors rely on them, as it is today."""
    heads = [_("Subcontractor"), _("Country"), _("Vendors that rely on it"), _("Without our terms")]
    rows = [
        [one.name, country_name(one.country), one.vendors, one.without_terms]
        for one in read.by_subcontractor(asked_today(request), most=1_000)
    ]
    return csv_file.stream("shared-subcontractors.csv", heads, rows)
