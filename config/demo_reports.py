"""What the demo tells of reports: one of each kind to be fetched, and two by the calendar."""

from typing import Any

from accounts.models import User
from accounts.principal import Principal
from accounts.selectors import principal_for_user
from reports.selection import Selection
from reports.services import making, reports, schedules
from scoring.models import Decision, PortfolioView


def tell() -> None:
    """Have reports made of the portfolio, of what a view selects of it, and of one vendor."""
    user = User.objects.order_by("pk")[0]
    by = principal_for_user(user)
    _make(by, vendor=None, unit=None)
    schedules.add(vendor=None, unit=None, rhythm="monthly", readers=[user.pk], by=by)
    _of_a_view()
    _of_a_vendor(by)


def _make(by: Principal, **about: Any) -> None:
    making.make(report_id=reports.ask(by=by, **about).pk)


def _of_a_view() -> None:
    """Whoever shares a view of all units has its report made, now and every Monday."""
    views = PortfolioView.objects.filter(shared=True, unit=None).select_related("owner")
    view = views.order_by("pk").first()
    if view is None:
        return
    by = principal_for_user(view.owner)
    selected = Selection(view.unit, view.filters, view.name).values()
    _make(by, vendor=None, **selected)
    schedules.add(vendor=None, rhythm="weekly", readers=[view.owner_id], by=by, **selected)


def _of_a_vendor(by: Principal) -> None:
    """The vendor approved last on conditions."""
    conditional = Decision.objects.filter(verdict=Decision.Verdict.CONDITIONS)
    decision = conditional.select_related("engagement__vendor").order_by("-pk").first()
    if decision is not None:
        _make(by, vendor=decision.engagement.vendor, unit=None, with_strict=True)
