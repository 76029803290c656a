"""What can happen to questionnaires as files, as it stands in the record."""

from typing import ClassVar

from audit.events import Payload


class QuestionnaireImported(Payload):
    """A draft was made from a file."""

    type: ClassVar[str] = "questionnaire.imported"
    aggregate_type: ClassVar[str] = "questionnaire"
    private: ClassVar[frozenset[str]] = frozenset({"file_name"})

    key: str
    version: str
    questions: int
    file_name: str
