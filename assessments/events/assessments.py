"""What can happen to an assessment, as it stands in the record.

Every event names the assessment as its aggregate, and carries the vendor and the version of the
inputs that the change made. Answers, notes and reasons are private: they may be erased later.
"""

from typing import Any, ClassVar
from uuid import UUID

from audit.events import Payload


class AssessmentEvent(Payload):
    """Base: which vendor it is about, and the status and inputs after the change."""

    aggregate_type: ClassVar[str] = "assessment"

    vendor_id: UUID
    status: str
    inputs_version: int


class Opened(AssessmentEvent):
    """An assessment was made for an engagement, with its questions chosen."""

    type: ClassVar[str] = "assessment.opened"

    engagement_id: UUID
    questionnaire: str
    questionnaire_hash: str
    tier: str
    questions: int


class Planned(AssessmentEvent):
    """Who is to fill it in, or until when, was changed."""

    type: ClassVar[str] = "assessment.planned"

    assigned_to: UUID | None
    due_on: str | None


class AnswersSaved(AssessmentEvent):
    """Answers were written: `keys` of the questions that changed, the new contents in private."""

    type: ClassVar[str] = "assessment.answers_saved"
    private: ClassVar[frozenset[str]] = frozenset({"answers"})

    keys: list[str]
    answers: dict[str, dict[str, Any]]


class Submitted(AssessmentEvent):
    """It was handed in; answers are frozen from here."""

    type: ClassVar[str] = "assessment.submitted"

    answered: int
    applicable: int


class Taken(AssessmentEvent):
    """A reviewer took it up."""

    type: ClassVar[str] = "assessment.taken"


class Reviewed(AssessmentEvent):
    """A reviewer judged one answer. `verdict`: accepted, queried, not_applicable_approved or
    not_applicable_refused; `evidence` is a level of `assessments.sheet.EvidenceLevel`."""

    type: ClassVar[str] = "assessment.reviewed"
    private: ClassVar[frozenset[str]] = frozenset({"note"})

    key: str
    verdict: str
    evidence: int
    evidence_until: str | None = None
    note: str = ""


class SectionAccepted(AssessmentEvent):
    """A reviewer accepted the answers of a section that nobody had judged yet, all with the same
    `evidence`; `keys` of their questions."""

    type: ClassVar[str] = "assessment.section_accepted"

    section: str
    keys: list[str]
    evidence: int


class AnswerOverridden(AssessmentEvent):
    """A reviewer said what the answer to `key` is; `said` is what it was, `counts` what it is."""

    type: ClassVar[str] = "assessment.answer_overridden"
    private: ClassVar[frozenset[str]] = frozenset({"said", "counts", "reason"})

    key: str
    said: dict[str, Any]
    counts: dict[str, Any]
    reason: str


class OverrideUndone(AssessmentEvent):
    """What was said to `key` counts again."""

    type: ClassVar[str] = "assessment.override_undone"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    key: str
    reason: str = ""


class ReviewerChosen(AssessmentEvent):
    """Who reviews it was said; None: nobody in particular."""

    type: ClassVar[str] = "assessment.reviewer_chosen"

    reviewer: UUID | None


class PutBack(AssessmentEvent):
    """A reviewer gave the review up; it waits for another."""

    type: ClassVar[str] = "assessment.put_back"


class TakenBack(AssessmentEvent):
    """The house took it back: from the vendor, or before the review began."""

    type: ClassVar[str] = "assessment.taken_back"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


class Returned(AssessmentEvent):
    """It was sent back to those who fill it in. `keys`: the questions that may be changed; empty
    when all of them may."""

    type: ClassVar[str] = "assessment.returned"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    keys: list[str]
    reason: str
    due_on: str | None = None


class Widened(AssessmentEvent):
    """More questions may be changed while it is sent back; no `keys`: all of them."""

    type: ClassVar[str] = "assessment.widened"

    keys: list[str]


class Reopened(AssessmentEvent):
    """A sign-off was taken back."""

    type: ClassVar[str] = "assessment.reopened"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


class SignedOff(AssessmentEvent):
    """A reviewer signed it off; `queried` and `undecided` are questions left open on purpose."""

    type: ClassVar[str] = "assessment.signed_off"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str = ""
    queried: list[str] = []
    undecided: list[str] = []


class Cancelled(AssessmentEvent):
    """It was given up before it was signed off."""

    type: ClassVar[str] = "assessment.cancelled"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


class Superseded(AssessmentEvent):
    """A newer assessment of the same engagement took its place."""

    type: ClassVar[str] = "assessment.superseded"

    by_assessment: UUID


class Said(AssessmentEvent):
    """Somebody wrote a message beside a question (`key`), or about the whole ("")."""

    type: ClassVar[str] = "assessment.said"
    private: ClassVar[frozenset[str]] = frozenset({"body"})

    message: UUID
    key: str
    internal: bool
    body: str


class QuestionnairePublished(Payload):
    """A version of a questionnaire can be used from now on."""

    type: ClassVar[str] = "questionnaire.published"
    aggregate_type: ClassVar[str] = "questionnaire"

    key: str
    version: str
    content_hash: str
