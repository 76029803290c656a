"""What happens to IP incidents, as the record keeps it. What people wrote stands beside it."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from audit.events import Payload
from vendors.events.facts import FactsChanged


class IncidentReported(FactsChanged):
    """An incident was put on record."""

    type: ClassVar[str] = "incident.reported"
    aggregate_type: ClassVar[str] = "incident"
    private: ClassVar[frozenset[str]] = frozenset({"title", "description"})

    title: str
    description: str
    severity: str
    found_how: str
    found_on: date
    engagement_id: UUID | None
    shared: bool


class IncidentChanged(FactsChanged):
    """An incident was described anew; `fields` names what. Texts stay out of the record."""

    type: ClassVar[str] = "incident.changed"
    aggregate_type: ClassVar[str] = "incident"
    private: ClassVar[frozenset[str]] = frozenset({"before", "after"})

    fields: list[str]
    severity: str
    shared: bool
    before: dict[str, Any]
    after: dict[str, Any]


class IncidentMoved(FactsChanged):
    """An incident has another status; `decided`: by a reviewer, with a reason."""

    type: ClassVar[str] = "incident.moved"
    aggregate_type: ClassVar[str] = "incident"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    before: str
    status: str
    decided: bool
    reason: str
    shared: bool = False


class IncidentDisputed(FactsChanged):
    """The vendor disputes an incident, or no longer does (`disputed` false)."""

    type: ClassVar[str] = "incident.disputed"
    aggregate_type: ClassVar[str] = "incident"
    private: ClassVar[frozenset[str]] = frozenset({"statement"})

    disputed: bool
    statement: str


class IncidentEvidenceChanged(FactsChanged):
    """Evidence of an incident was added or removed."""

    type: ClassVar[str] = "incident.evidence_changed"
    aggregate_type: ClassVar[str] = "incident"
    private: ClassVar[frozenset[str]] = frozenset({"title", "kept_at", "note"})

    evidence_id: UUID
    removed: bool
    dated: date | None
    title: str
    kept_at: str
    note: str


class IncidentMeasureSaved(Payload):
    """A corrective measure was set, changed, done or verified; `fields` names what."""

    type: ClassVar[str] = "incident.measure_saved"
    aggregate_type: ClassVar[str] = "incident"
    private: ClassVar[frozenset[str]] = frozenset({"what", "owner", "explanation"})

    measure_id: UUID
    fields: list[str]
    due_on: date
    done_on: date | None
    verified: bool
    what: str
    owner: str
    explanation: str


class IncidentNoted(Payload):
    """A note was added to the timeline of an incident."""

    type: ClassVar[str] = "incident.noted"
    aggregate_type: ClassVar[str] = "incident"
    private: ClassVar[frozenset[str]] = frozenset({"text"})

    note_id: UUID
    text: str
