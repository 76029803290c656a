"""Reading what is on the vendors floor: only what whoever asks may see. One module per noun."""

from vendors.selectors.duplicates import ALIKE, Lookalike, lookalikes
from vendors.selectors.master import (
    by_external_id,
    engagements_visible_to,
    imports_visible_to,
    links_of,
    units_to_link,
    vendors_visible_to,
    without_engagement,
)

__all__ = [
    "ALIKE",
    "Lookalike",
    "by_external_id",
    "engagements_visible_to",
    "imports_visible_to",
    "links_of",
    "lookalikes",
    "units_to_link",
    "vendors_visible_to",
    "without_engagement",
]
