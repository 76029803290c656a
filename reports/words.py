"""What reports and schedules are called."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _

from reports.models import Kind, Report, Schedule

#: Kind of the pill of each status.
PILLS: Final[Mapping[str, str]] = {
    "queued": "waiting",
    "running": "active",
    "ready": "done",
    "failed": "attention",
    "cancelled": "stopped",
    "erased": "stale",
}


def title(one: Report | Schedule) -> str:
    """What a report is called, whether it was made or is to be made."""
    if one.kind == Kind.VENDOR and one.vendor is not None:
        return _("Due diligence: %(vendor)s") % {"vendor": one.vendor.name}
    if one.unit is not None:
        return _("Portfolio of %(unit)s") % {"unit": one.unit.name}
    return _("Portfolio of all units")


def scope(one: Report | Schedule) -> str:
    """The units that it covers, in words."""
    if one.unit is not None:
        return one.unit.name
    if isinstance(one, Report) and one.units is not None:
        return _("All units of %(person)s") % {"person": one.maker}
    if isinstance(one, Schedule) and one.vendor is not None:
        return _("All units of %(person)s") % {"person": one.owner}
    return _("All units")
