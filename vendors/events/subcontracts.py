"""What happens to subcontracts, as the record keeps it. The aggregate is the vendor above."""

from typing import Any, ClassVar
from uuid import UUID

from vendors.events.facts import FactsChanged


class SubcontractAdded(FactsChanged):
    """The vendor passes work on to another company."""

    type: ClassVar[str] = "subcontract.added"
    aggregate_type: ClassVar[str] = "vendor"
    private: ClassVar[frozenset[str]] = frozenset({"name", "service", "note"})

    subcontract_id: UUID
    subcontractor_id: UUID
    engagement_id: UUID | None
    ip_kinds: list[str]
    flowed_down: bool | None
    approved_on: str
    name: str
    service: str
    note: str
    shared: bool = False


class SubcontractChanged(FactsChanged):
    """What is recorded of a subcontract changed; `fields` names it."""

    type: ClassVar[str] = "subcontract.changed"
    aggregate_type: ClassVar[str] = "vendor"
    private: ClassVar[frozenset[str]] = frozenset({"before", "after"})

    subcontract_id: UUID
    subcontractor_id: UUID
    fields: list[str]
    before: dict[str, Any]
    after: dict[str, Any]
    shared: bool = False


class SubcontractEnded(FactsChanged):
    """The subcontractor takes no part any more, or again (`ended` false)."""

    type: ClassVar[str] = "subcontract.ended"
    aggregate_type: ClassVar[str] = "vendor"

    subcontract_id: UUID
    subcontractor_id: UUID
    ended: bool
    shared: bool = False
