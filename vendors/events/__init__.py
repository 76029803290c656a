"""What happens on the vendors floor, as the record keeps it: one module per noun."""

from vendors.events.master import (
    EngagementChanged,
    EngagementCreated,
    VendorArchived,
    VendorChanged,
    VendorCreated,
    VendorExternalIdSet,
    VendorsImported,
    VendorsPushed,
    VendorUnitLinked,
)

__all__ = [
    "EngagementChanged",
    "EngagementCreated",
    "VendorArchived",
    "VendorChanged",
    "VendorCreated",
    "VendorExternalIdSet",
    "VendorUnitLinked",
    "VendorsImported",
    "VendorsPushed",
]
