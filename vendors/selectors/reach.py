"""Whom a match of a vendor reaches besides itself: the vendors that it owns, to any depth.

Those it works for are found from there by whoever works out indicators.
"""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.db import connection

#: From owners to what they own. UNION ends at what was met, so a circle ends, too.
_OWNED: Final = """
WITH RECURSIVE met (start, vendor) AS (
    SELECT id, id FROM unnest(%(starts)s::uuid[]) AS id
    UNION
    SELECT met.start, owner.vendor_id
    FROM met JOIN vendors_owner owner ON owner.holder_id = met.vendor
)
SELECT DISTINCT vendor, start FROM met WHERE vendor <> start
"""


def owned_by(vendor_ids: Collection[UUID]) -> list[tuple[UUID, UUID]]:
    """(vendor that is owned, the one of these that owns it)."""
    if not vendor_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_OWNED, {"starts": list(vendor_ids)})
        return [(owned, start) for owned, start in cursor.fetchall()]
