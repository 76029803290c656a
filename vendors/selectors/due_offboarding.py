"""What comes due of off-boardings: the lines that are open."""

from collections.abc import Mapping
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessUnit
from accounts.principal import Principal
from vendors.models import Offboarding, OffboardingLine
from vendors.selectors.due_source import Due, Source
from vendors.selectors.offboarding import lines_visible_to, title_of


def open_lines(principal: Principal, unit: BusinessUnit | None) -> QuerySet[OffboardingLine]:
    """Lines that are neither done nor waived, of off-boardings in progress."""
    rows = lines_visible_to(principal).filter(
        status=OffboardingLine.Status.OPEN, offboarding__status=Offboarding.Status.OPEN
    )
    return rows if unit is None else rows.filter(offboarding__engagement__unit=unit)


def _told(row: OffboardingLine) -> Due:
    engagement = row.offboarding.engagement
    return Due(
        "offboarding_line",
        row.pk,
        row.due_on,
        _("Off-boarding"),
        title_of(row),
        engagement.vendor_id,
        engagement.vendor.name,
        engagement.unit_id,
        "vendors:offboarding_line",
        row.pk,
    )


#: Key -> source, as `vendors.selectors.due` takes them.
SOURCES: Final[Mapping[str, Source]] = {
    "offboarding_line": Source(
        _("Off-boarding"), open_lines, "due_on", _told, "offboarding__engagement__vendor"
    ),
}
