"""Two records made one, parted again, or found to be two companies."""

from typing import Any, ClassVar
from uuid import UUID

from audit.events import Payload
from vendors.events.facts import FactsChanged


class VendorMerged(FactsChanged):
    """The record `gone_id` became a part of this one; `moved`: how many rows of each table."""

    type: ClassVar[str] = "vendor.merged"
    aggregate_type: ClassVar[str] = "vendor"
    private: ClassVar[frozenset[str]] = frozenset({"name", "reason", "before", "after"})

    merge_id: UUID
    gone_id: UUID
    moved: dict[str, int]
    name: str
    reason: str
    before: dict[str, Any]
    after: dict[str, Any]


class VendorMergedAway(Payload):
    """This record became a part of another, which stands for it from now on."""

    type: ClassVar[str] = "vendor.merged_away"
    aggregate_type: ClassVar[str] = "vendor"

    merge_id: UUID
    kept_id: UUID


class VendorUnmerged(FactsChanged):
    """A merge was undone; written once for each of the two records."""

    type: ClassVar[str] = "vendor.unmerged"
    aggregate_type: ClassVar[str] = "vendor"
    private: ClassVar[frozenset[str]] = frozenset({"left"})

    merge_id: UUID
    other_id: UUID
    moved: dict[str, int]
    left: list[str]


class VendorToldApart(Payload):
    """Somebody looked at two records that look alike: they are two companies."""

    type: ClassVar[str] = "vendor.told_apart"
    aggregate_type: ClassVar[str] = "vendor"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    other_id: UUID
    reason: str
