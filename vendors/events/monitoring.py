"""What happens to monitoring plans, as the record keeps it."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from audit.events import Payload
from vendors.events.facts import FactsChanged


class MonitoringItemSaved(FactsChanged):
    """Something to watch was planned or changed; `fields` names what."""

    type: ClassVar[str] = "monitoring.item_saved"
    aggregate_type: ClassVar[str] = "monitoring_item"
    private: ClassVar[frozenset[str]] = frozenset({"before", "after"})

    engagement_id: UUID
    created: bool
    fields: list[str]
    watched: str
    every: str
    active: bool
    before: dict[str, Any]
    after: dict[str, Any]


class MonitoringChecked(FactsChanged):
    """Somebody has looked."""

    type: ClassVar[str] = "monitoring.checked"
    aggregate_type: ClassVar[str] = "monitoring_item"
    private: ClassVar[frozenset[str]] = frozenset({"note", "link"})

    check_id: UUID
    done_on: date
    finding: str
    due_on: date
    note: str
    link: str


class MonitoringSettled(Payload):
    """Something suspicious became an incident, or was settled with a reason."""

    type: ClassVar[str] = "monitoring.settled"
    aggregate_type: ClassVar[str] = "monitoring_item"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    check_id: UUID
    incident_id: UUID | None
    reason: str
