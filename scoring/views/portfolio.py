"""What the pages of the dashboard share: the filters of the address, views, and tabs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts import units
from accounts.doors import Request
from accounts.models import BusinessUnit
from accounts.permissions import Permission
from audit.errors import Invalid, Refused
from scoring import links, portfolio_words
from scoring.forms.portfolio import PortfolioFilter
from scoring.models import PortfolioView
from scoring.selectors.portfolio import Portfolio
from scoring.selectors.portfolio.choices import choices
from scoring.selectors.portfolio.views import views_of

#: The pages of the dashboard: URL name -> its tab.
TABS: Final[dict[str, str | Promise]] = {
    "scoring:dashboard": lazy("Overview"),
    "scoring:movement": lazy("Movement"),
    "scoring:concentration": lazy("Concentration"),
    "scoring:horizon": lazy("Ending and open"),
}
#: Views offered in the menu; the others are on a page of their own.
MENU: Final = 12


def filter_of(
    request: Request, unit: BusinessUnit | None, sent: QueryDict | None = None
) -> PortfolioFilter:
    """The filters of the address, or of a form that was sent, seen from `unit`."""
    return PortfolioFilter(
        request.GET if sent is None else sent,
        units=units.choices(request),
        sees_all=units.may_see_all(request),
        unit=unit,
        choices=choices(request.principal, unit),
    )


def asked(request: Request) -> Portfolio:
    """What a file is about. Raises Invalid where the address holds a filter that is none."""
    unit = units.unit_of_address(request)
    form = filter_of(request, unit)
    if not form.is_valid():
        errors = {name: [str(one) for one in found] for name, found in form.errors.items()}
        said = [f"{form[name].label}: {one}" for name, found in errors.items() for one in found]
        raise Invalid(" ".join(said), errors=errors)
    return Portfolio(request.principal, unit, form.filters())


class NotKept(Refused):
    """It is known as of today only."""

    status = 422
    code = "not_kept"


def asked_today(request: Request) -> Portfolio:
    """The same for what no past is kept of. Raises NotKept for a past day, and Invalid."""
    of = asked(request)
    if of.past:
        raise NotKept(_("This is known as of today only: how it stood on a past day is not kept."))
    return of


def ways_in(of: Portfolio) -> dict[str, str]:
    """Where vendors are added and imported, for those who may."""

    def address(permission: Permission, name: str) -> str:
        may = of.principal.can(permission, of.unit.pk if of.unit else None)
        return links.address(name) if may else ""

    return {
        "add_url": address(Permission.EDIT_VENDORS, "vendors:add"),
        "import_url": address(Permission.IMPORT_VENDORS, "vendors:import_new"),
    }


def _report_page(of: Portfolio, same: Sequence[PortfolioView]) -> str:
    """Where a report of these vendors is asked for; a view that selects them gives its name."""
    more = {"view": str(same[0].pk)} if same else {}
    return links.page_of("reports:new_on_portfolio", of, **more)


def show(
    request: Request, tab: str, template: str, read: Callable[[Portfolio], dict[str, Any]]
) -> HttpResponse:
    """A page of the dashboard; nothing but the filters where one of them cannot be read."""
    unit = units.unit_of_address(request)
    form = filter_of(request, unit)
    of = Portfolio(request.principal, unit, form.filters()) if form.is_valid() else None
    here = links.filters_but_unit(of) if of else None
    found = list(views_of(request.principal)[: MENU + 1])
    views = [
        (view, links.view_page(view), view.unit == unit and here == view.filters)
        for view in found[:MENU]
    ]
    context = {
        "unit": unit,
        "form": form,
        "of": of,
        # For paper; the day is said by itself.
        "said": portfolio_words.said({**(here or {}), "day": ""}),
        "tabs": [
            {
                "label": label,
                "url": links.page_of(name, of) if of else links.address(name),
                "active": name == tab,
            }
            for name, label in TABS.items()
        ],
        "views": views,
        "more_views": len(found) > MENU,
        "keep_url": links.page_of("scoring:view_add", of) if of else "",
        "report_url": _report_page(of, [view for view, _url, same in views if same]) if of else "",
        **(read(of) if of else {}),
    }
    return render(request, template, context, status=200 if of else 422)
