"""Telling the readers of a schedule that a report is there: with a link, never with the file."""

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.selectors import principal_for_user
from accounts.services import notifications
from reports import words
from reports.models import Report
from reports.selectors import may_still_read


def tell_readers(report: Report) -> None:
    """Tell each reader of its schedule who may read it today, by the channel they chose."""
    schedule = report.schedule
    if schedule is None:
        return
    for user in schedule.readers.filter(is_active=True).order_by("pk"):
        if not may_still_read(principal_for_user(user), report):
            continue
        with translation.override(user.language):
            notifications.tell(
                user=user,
                kind="report_ready",
                title=_("Ready: %(report)s") % {"report": words.title(report)},
                text=_("A scheduled report of %(owner)s. Download it here; it is not sent by mail.")
                % {"owner": schedule.owner},
                url=reverse("reports:report", args=[report.pk]),
                unit_id=report.only_unit,
                about=report.pk,
                occasion=str(report.pk),
            )
