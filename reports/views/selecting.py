"""Which vendors a portfolio report is about: filters of the dashboard, and views of it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404

from accounts.doors import Request
from accounts.models import BusinessUnit
from accounts.units import ALL, NAME, choices, may_see_all, working_unit
from reports.selection import Selection
from reports.selectors import READ
from scoring import links
from scoring.forms.portfolio import PortfolioFilter
from scoring.selectors.portfolio import Portfolio
from scoring.selectors.portfolio.views import views_of
from scoring.views.portfolio import filter_of
from vendors.models import Vendor
from vendors.selectors import vendors_visible_to


def vendor_of(request: Request, pk: UUID | str) -> Vendor:
    """The vendor of the address; 404 where they may not read its scores."""
    rows = vendors_visible_to(request.principal, READ)
    try:
        return get_object_or_404(rows, pk=pk if isinstance(pk, UUID) else UUID(pk))
    except ValueError as error:
        raise Http404 from error


def filters_in(request: Request, sent: QueryDict) -> tuple[PortfolioFilter, BusinessUnit | None]:
    """The filters that an address or a form names, and the unit from which they are seen."""
    unit = _unit(request, sent.get(NAME, ""))
    return filter_of(request, unit, sent), unit


def _unit(request: Request, named: str) -> BusinessUnit | None:
    if named == ALL and may_see_all(request):
        return None
    named_one = (one for one in choices(request) if str(one.pk) == named)
    return next(named_one, working_unit(request))


def selected(
    request: Request, sent: QueryDict, form: PortfolioFilter, unit: BusinessUnit | None
) -> Selection:
    """What they select; the form is valid. A view gives its name while it selects the same."""
    filters = links.filters_but_unit(Portfolio(request.principal, unit, form.filters()))
    view = next(
        (
            one
            for one in views_of(request.principal)
            if str(one.pk) == sent.get("view") and (one.unit, one.filters) == (unit, filters)
        ),
        None,
    )
    return Selection(unit, filters, view.name if view else "")
