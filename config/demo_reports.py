"""What the demo tells of reports: one of each kind, ready to be fetched, and one every month."""

from accounts.models import User
from accounts.selectors import principal_for_user
from reports.services import making, reports, schedules
from scoring.models import Decision


def tell() -> None:
    """Have a report made of the portfolio, and of the vendor approved last on conditions."""
    user = User.objects.order_by("pk")[0]
    by = principal_for_user(user)
    making.make(report_id=reports.ask(vendor=None, unit=None, by=by).pk)
    schedules.add(vendor=None, unit=None, rhythm="monthly", readers=[user.pk], by=by)
    conditional = Decision.objects.filter(verdict=Decision.Verdict.CONDITIONS)
    decision = conditional.select_related("engagement__vendor").order_by("-pk").first()
    if decision is None:
        return
    vendor = decision.engagement.vendor
    asked = reports.ask(vendor=vendor, unit=None, with_strict=True, by=by)
    making.make(report_id=asked.pk)
