"""What can happen to questionnaires as files, as it stands in the record."""

from typing import ClassVar
from uuid import UUID

from audit.events import Payload


class WorkbookTaken(Payload):
    """Answers of a vendor's workbook of another layout were taken into an assessment.

    `own_rule` is what the workbook comes to by its own rule, of 100; empty where it has none.
    """

    type: ClassVar[str] = "assessment.workbook_taken"
    aggregate_type: ClassVar[str] = "assessment"
    private: ClassVar[frozenset[str]] = frozenset({"file_name"})

    unit_id: UUID
    vendor_id: UUID
    evidence_id: UUID
    sha256: str
    answers: int
    refused: int
    own_rule: str
    file_name: str


class QuestionnaireImported(Payload):
    """A draft was made from a file."""

    type: ClassVar[str] = "questionnaire.imported"
    aggregate_type: ClassVar[str] = "questionnaire"
    private: ClassVar[frozenset[str]] = frozenset({"file_name"})

    key: str
    version: str
    questions: int
    file_name: str
