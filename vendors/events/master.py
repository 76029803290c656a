"""What happens to vendors and engagements, as the record keeps it.

`vendors.imported` carries the ids of their vendors, so that whoever keeps a row per vendor can
make the missing ones.
"""

from typing import Any, ClassVar
from uuid import UUID

from audit.events import Payload


class VendorCreated(Payload):
    """A vendor was added to a unit."""

    type: ClassVar[str] = "vendor.created"
    aggregate_type: ClassVar[str] = "vendor"
    private: ClassVar[frozenset[str]] = frozenset({"name"})

    name: str
    country: str


class VendorChanged(Payload):
    """Master data changed; `fields` names it, `before` and `after` hold the values."""

    type: ClassVar[str] = "vendor.changed"
    aggregate_type: ClassVar[str] = "vendor"
    private: ClassVar[frozenset[str]] = frozenset({"before", "after"})

    fields: list[str]
    before: dict[str, str]
    after: dict[str, str]


class VendorArchived(Payload):
    """A vendor was put away, or taken back (`archived` false)."""

    type: ClassVar[str] = "vendor.archived"
    aggregate_type: ClassVar[str] = "vendor"

    archived: bool


class VendorUnitLinked(Payload):
    """The unit of the event works with this vendor; `created` false: only its details changed."""

    type: ClassVar[str] = "vendor.unit_linked"
    aggregate_type: ClassVar[str] = "vendor"

    created: bool = True
    category: str = ""
    owner_id: UUID | None = None


class VendorExternalIdSet(Payload):
    """The vendor has this id in another system, or no longer (`removed`)."""

    type: ClassVar[str] = "vendor.external_id_set"
    aggregate_type: ClassVar[str] = "vendor"

    system: str
    value: str
    removed: bool = False


class VendorsImported(Payload):
    """A chunk of an imported list. `vendor_ids`: made, changed or linked; at most 500."""

    type: ClassVar[str] = "vendors.imported"
    aggregate_type: ClassVar[str] = "vendor_import"
    private: ClassVar[frozenset[str]] = frozenset({"file_name", "changes"})

    file_name: str
    vendor_ids: list[UUID]
    created: int
    changed: int
    linked: int
    # vendor id -> field -> [before, after]
    changes: dict[str, dict[str, list[str]]]


class VendorsPushed(Payload):
    """Up to 500 vendors that another system told of in one call."""

    type: ClassVar[str] = "vendors.pushed"
    aggregate_type: ClassVar[str] = "vendor_push"
    private: ClassVar[frozenset[str]] = frozenset({"changes"})

    vendor_ids: list[UUID]
    created: int
    changed: int
    linked: int
    # vendor id -> field -> [before, after]
    changes: dict[str, dict[str, list[str]]]


class EngagementCreated(Payload):
    """A unit engages a vendor."""

    type: ClassVar[str] = "engagement.created"
    aggregate_type: ClassVar[str] = "engagement"
    private: ClassVar[frozenset[str]] = frozenset({"title"})

    title: str
    vendor_id: UUID
    service: str
    tier: str
    inherent_risk: int


class EngagementChanged(Payload):
    """An engagement changed; `fields` names what. Values of the intake stay out of the record."""

    type: ClassVar[str] = "engagement.changed"
    aggregate_type: ClassVar[str] = "engagement"
    private: ClassVar[frozenset[str]] = frozenset({"before", "after"})

    vendor_id: UUID
    fields: list[str]
    tier: str
    inherent_risk: int
    before: dict[str, Any]
    after: dict[str, Any]
