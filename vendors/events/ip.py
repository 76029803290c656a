"""What happens to IP schedules and disclosures, as the record keeps it."""

from typing import Any, ClassVar
from uuid import UUID

from audit.events import Payload
from vendors.events.facts import FactsChanged


class IpAssetAdded(Payload):
    """A unit has a further piece of intellectual property on record."""

    type: ClassVar[str] = "ip.asset_added"
    aggregate_type: ClassVar[str] = "ip_asset"
    private: ClassVar[frozenset[str]] = frozenset({"name", "registrations"})

    kind: str
    right: str
    name: str
    registrations: list[dict[str, Any]]


class IpAssetChanged(Payload):
    """What is recorded of an asset, or where it is registered, changed; `fields` names what."""

    type: ClassVar[str] = "ip.asset_changed"
    aggregate_type: ClassVar[str] = "ip_asset"
    private: ClassVar[frozenset[str]] = frozenset({"before", "after"})

    fields: list[str]
    before: dict[str, Any]
    after: dict[str, Any]


class IpScheduleChanged(FactsChanged):
    """The IP schedule of an engagement changed.

    `how`: asset_added, asset_changed, asset_taken_off or imported; `asset_ids`: at most 500.
    """

    type: ClassVar[str] = "ip.schedule_changed"
    aggregate_type: ClassVar[str] = "engagement"

    how: str
    asset_ids: list[UUID]


class IpDisclosed(FactsChanged):
    """Something of what is entrusted went to somebody."""

    type: ClassVar[str] = "ip.disclosed"
    aggregate_type: ClassVar[str] = "disclosure"
    private: ClassVar[frozenset[str]] = frozenset({"what", "to_name"})

    engagement_id: UUID
    asset_ids: list[UUID]
    disclosed_on: str
    to_kind: str
    what: str
    to_name: str


class IpDisclosureChanged(FactsChanged):
    """What is recorded of a disclosure changed, or it was returned or destroyed."""

    type: ClassVar[str] = "ip.disclosure_changed"
    aggregate_type: ClassVar[str] = "disclosure"
    private: ClassVar[frozenset[str]] = frozenset({"before", "after"})

    engagement_id: UUID
    outcome: str
    fields: list[str]
    before: dict[str, Any]
    after: dict[str, Any]
