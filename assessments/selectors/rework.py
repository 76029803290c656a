"""What may be changed while an assessment is sent back, and what was changed since."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from assessments.models import Answer, Assessment, EarlierAnswer
from assessments.selectors.assessments import (
    answers_of,
    missing_mandatory,
    schema_of,
    visible_questions,
)
from assessments.sheet import State
from assessments.workflow import Status


def changeable_keys(
    assessment: Assessment, answers: Mapping[str, Answer] | None = None
) -> frozenset[str]:
    """The questions that whoever fills in may change now; empty while answers are frozen.

    Sent back with a list of questions, those, what their gates open, and what must be answered
    and is blank (a reviewer's word may have opened it). Otherwise all.
    """
    if assessment.status not in (Status.DRAFT, Status.SENT, Status.RETURNED):
        return frozenset()
    every = frozenset(assessment.questions)
    if assessment.status != Status.RETURNED or assessment.rework is None:
        return every
    questionnaire = schema_of(assessment)
    answers = answers_of(assessment) if answers is None else answers
    named = frozenset(assessment.rework)
    visible = visible_questions(questionnaire, assessment, answers)
    below = {key for key in every if not named.isdisjoint(questionnaire.by_key[key].parents)}
    return named | below | frozenset(missing_mandatory(questionnaire, visible, answers))


def queried_keys(assessment: Assessment, answers: Mapping[str, Answer]) -> list[str]:
    """The questions that are asked now and queried, in file order."""
    return [
        key
        for key in visible_questions(schema_of(assessment), assessment, answers)
        if (answer := answers.get(key)) is not None and answer.review == Answer.Review.QUERIED
    ]


def undecided_keys(assessment: Assessment, answers: Mapping[str, Answer]) -> list[str]:
    """The questions that are said not to apply without a decision, in file order."""
    return [
        key
        for key in visible_questions(schema_of(assessment), assessment, answers)
        if (answer := answers.get(key)) is not None and answer.counted_state == State.NA_PENDING
    ]


def changed_since(
    assessment: Assessment, answers: Mapping[str, Answer]
) -> dict[str, EarlierAnswer]:
    """Question key -> what was said before it was last sent back; only where it says otherwise
    now. One query."""
    if not assessment.round:
        return {}
    earlier = EarlierAnswer.objects.filter(assessment=assessment, round=assessment.round)
    return {
        row.question_key: row for row in earlier if _differs(row, answers.get(row.question_key))
    }


def _differs(before: EarlierAnswer, now: Answer | None) -> bool:
    if now is None:
        return before.state != State.BLANK
    return (before.state, before.value, before.note) != (now.state, now.value, now.note)


@dataclass(frozen=True)
class OwnPart:
    """What somebody did to an assessment that the two-person rule looks at."""

    submitted: bool
    answered: int
    overrode: int

    def __bool__(self) -> bool:
        return self.submitted or bool(self.answered or self.overrode)


def own_part(assessment: Assessment, person: UUID, answers: Mapping[str, Answer]) -> OwnPart:
    """What a person said themselves in an assessment: handed in, answered, overrode."""
    return OwnPart(
        submitted=assessment.submitted_by_id == person,
        answered=sum(
            answer.answered_by_id == person and answer.state != State.BLANK
            for answer in answers.values()
        ),
        overrode=sum(answer.overridden_by_id == person for answer in answers.values()),
    )
