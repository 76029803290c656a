"""What comes due of evidence: documents and certificates that expire."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from vendors.models import Evidence
from vendors.selectors.due_source import Due, Source
from vendors.selectors.evidence import expiring


def _told(row: Evidence) -> Due:
    return Due(
        "evidence",
        row.pk,
        row.expires_on or date.max,
        _("Evidence expires"),
        row.title,
        row.vendor_id,
        row.vendor.name,
        row.unit_id,
        "vendors:evidence",
        row.pk,
    )


#: Key -> source, as `vendors.selectors.due` takes them.
SOURCES: Final[Mapping[str, Source]] = {
    "evidence": Source(_("Evidence expires"), expiring, "expires_on", _told, "vendor"),
}
