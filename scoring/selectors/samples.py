"""Which vendors are sample data."""

from collections.abc import Iterable
from uuid import UUID

from scoring.models import Standing
from vendors.models import Vendor


def samples_among(standings: Iterable[Standing]) -> frozenset[UUID]:
    """The sample vendors of these standings (one query)."""
    shown = [standing.vendor_id for standing in standings]
    rows = Vendor.objects.filter(pk__in=shown, sample=True)
    return frozenset(rows.values_list("pk", flat=True))
