"""What happens to the evidence beside answers, as the record keeps it."""

from typing import ClassVar
from uuid import UUID

from assessments.events.assessments import AssessmentEvent


class EvidenceAttached(AssessmentEvent):
    """A document was put beside an answer; `evidence` is the answer's level after it."""

    type: ClassVar[str] = "assessment.evidence_attached"

    key: str
    evidence_id: UUID
    evidence: int
    evidence_until: str | None


class EvidenceDetached(AssessmentEvent):
    """A document was taken away from an answer; it stays on record for the vendor."""

    type: ClassVar[str] = "assessment.evidence_detached"

    key: str
    evidence_id: UUID
    evidence: int
    evidence_until: str | None


class ProofChanged(AssessmentEvent):
    """A document beside these answers was changed, replaced or withdrawn, and they follow."""

    type: ClassVar[str] = "assessment.proof_changed"

    keys: list[str]
    evidence_id: UUID
