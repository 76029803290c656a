"""What happens to a request for a supplier, as it stands in the record."""

from typing import Any, ClassVar
from uuid import UUID

from audit.events import Payload


class RequestEvent(Payload):
    """Base: the status after the change."""

    aggregate_type: ClassVar[str] = "supplier_request"

    status: str


class SupplierRequested(RequestEvent):
    """Somebody asked for a supplier."""

    type: ClassVar[str] = "request.asked"
    private: ClassVar[frozenset[str]] = frozenset({"title", "vendor_name", "description"})

    vendor_id: UUID | None
    service: str
    tier: str
    title: str
    vendor_name: str
    description: str


class RequestChanged(RequestEvent):
    """Whoever asked put something right before triage; `fields` names it."""

    type: ClassVar[str] = "request.changed"
    private: ClassVar[frozenset[str]] = frozenset({"after"})

    fields: list[str]
    tier: str
    after: dict[str, Any]


class RequestTriaged(RequestEvent):
    """How much due diligence it needs was decided: none, light or full; `suggested` beside it."""

    type: ClassVar[str] = "request.triaged"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    depth: str
    suggested: str
    reason: str


class RequestStarted(RequestEvent):
    """Vendor, engagement and, unless none is needed, an assessment were made of it."""

    type: ClassVar[str] = "request.started"

    vendor_id: UUID
    engagement_id: UUID
    assessment_id: UUID | None


class RequestClosed(RequestEvent):
    """It was declined, or withdrawn by whoever asked."""

    type: ClassVar[str] = "request.closed"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str
