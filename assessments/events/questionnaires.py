"""What can happen to a questionnaire, and to assessments that are moved to another version."""

from typing import Any, ClassVar
from uuid import UUID

from assessments.events.assessments import AssessmentEvent
from audit.events import Payload


class QuestionnaireEvent(Payload):
    """Base: which version of which questionnaire."""

    aggregate_type: ClassVar[str] = "questionnaire"

    key: str
    version: str


class QuestionnaireDrafted(QuestionnaireEvent):
    """A draft was made: empty, from another version (`source`), or from a file."""

    type: ClassVar[str] = "questionnaire.drafted"

    source: str
    content_hash: str


class QuestionnaireChanged(QuestionnaireEvent):
    """A draft was changed. `did` says what was done, `place` is the key of what it was done to."""

    type: ClassVar[str] = "questionnaire.changed"

    did: str
    place: str
    revision: int
    content_hash: str


class QuestionnaireDiscarded(QuestionnaireEvent):
    """A draft was deleted."""

    type: ClassVar[str] = "questionnaire.discarded"


class QuestionnaireRetired(QuestionnaireEvent):
    """A version is not opened any more; what was opened with it goes on."""

    type: ClassVar[str] = "questionnaire.retired"


class MovingStarted(QuestionnaireEvent):
    """All open assessments of another version (`source`) are to be moved to this one."""

    type: ClassVar[str] = "questionnaire.moving_started"

    run_id: UUID
    source: str
    assessments: int


class MovingEnded(QuestionnaireEvent):
    """Moving them has come to its end, or was cancelled (`how`)."""

    type: ClassVar[str] = "questionnaire.moving_ended"

    run_id: UUID
    source: str
    how: str
    moved: int
    left: int


class AssessmentMoved(AssessmentEvent):
    """An open assessment goes on with another version of its questionnaire.

    Keys of questions: `added` are new, the answers to `to_confirm` and `dropped` were set aside.
    """

    type: ClassVar[str] = "assessment.moved"
    private: ClassVar[frozenset[str]] = frozenset({"answers"})

    source: str
    questionnaire: str
    questionnaire_hash: str
    kept: int
    added: list[str]
    to_confirm: list[str]
    dropped: list[str]
    answers: dict[str, dict[str, Any]]


class AssessmentMovedBack(AssessmentEvent):
    """A move was undone before anything else had changed."""

    type: ClassVar[str] = "assessment.moved_back"

    source: str
    questionnaire: str
    questionnaire_hash: str
