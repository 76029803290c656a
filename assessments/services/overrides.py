"""A reviewer's word instead of what was said: kept beside it, and what the score counts."""

from typing import Any, Final, Literal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.principal import Principal
from assessments import schema
from assessments.errors import InvalidAnswers
from assessments.events import assessments as events
from assessments.models import Answer, Assessment
from assessments.selectors.assessments import schema_of
from assessments.services.locking import person_id, reason_given
from assessments.services.review import answer_in_review, keep, say_internally
from assessments.services.telling import about
from assessments.sheet import EvidenceLevel, State
from assessments.wording import refusal_words
from audit import clock

Instead = Literal["answered", "dont_know", "not_applicable"]

#: What a reviewer can say instead -> what counts. "Not applicable" needs nobody else's yes.
STATES: Final[dict[str, State]] = {
    "answered": State.ANSWERED,
    "dont_know": State.DONT_KNOW,
    "not_applicable": State.NA_APPROVED,
}


@transaction.atomic
def override_answer(
    *,
    assessment: Assessment,
    question_key: str,
    value: Any = None,
    state: Instead = "answered",
    reason: str,
    evidence: EvidenceLevel | None = None,
    internal_note: str = "",
    version: int | None = None,
    by: Principal,
) -> Answer:
    """Say what the answer is. What was said stays and is shown; this is what the score counts.

    value: as a form sends it, looked at when `state` is "answered". The reason is internal: those
    who fill in are not told. Another answer, given after a return, drops the override. Raises
    ReasonNeeded, InvalidAnswers (also for what was said anyway), ReviewConflict, NotPossibleNow.
    """
    assessment, answer, answers = answer_in_review(assessment, question_key, by, version)
    reason = reason_given(reason)
    wanted = _wanted(assessment, question_key, value, state)
    if wanted == (answer.state, answer.value):
        words = _("That is what was said. Accept it, or say what the answer is instead.")
        raise InvalidAnswers({question_key: words})
    answer.override_state, answer.override_value = wanted
    answer.override_reason = reason
    answer.overridden_at, answer.overridden_by_id = clock.now(), person_id(by)
    if evidence is not None and wanted[0] == State.ANSWERED:
        answer.evidence = evidence
    answer.review = Answer.Review.ACCEPTED
    answer.reviewed_at, answer.reviewed_by_id = answer.overridden_at, answer.overridden_by_id
    keep(assessment, answer, answers)
    about(
        events.AnswerOverridden,
        assessment,
        by,
        key=question_key,
        said=_told(answer.state, answer.value),
        counts=_told(*wanted),
        reason=reason,
    )
    say_internally(assessment, question_key, internal_note, by)
    return answer


@transaction.atomic
def undo_override(
    *,
    assessment: Assessment,
    question_key: str,
    reason: str = "",
    version: int | None = None,
    by: Principal,
) -> Answer:
    """Let what was said count again; it is to be reviewed again. Only while it is in review."""
    assessment, answer, answers = answer_in_review(assessment, question_key, by, version)
    if not answer.is_overridden:
        raise InvalidAnswers({question_key: _("This answer is not overridden.")})
    answer.override_state = answer.override_value = None
    answer.override_reason = ""
    answer.overridden_at = answer.overridden_by = None
    answer.review = Answer.Review.OPEN
    answer.reviewed_at = answer.reviewed_by = None
    keep(assessment, answer, answers)
    about(events.OverrideUndone, assessment, by, key=question_key, reason=reason.strip())
    return answer


def _wanted(
    assessment: Assessment, key: str, value: Any, state: str
) -> tuple[State, schema.Value | None]:
    question = schema_of(assessment).by_key[key].question
    if state not in STATES:
        raise InvalidAnswers({key: _("There is no such kind of answer.")})
    if state == "not_applicable" and not question.allow_not_applicable:
        words = _("This question applies to everyone. Choose another answer.")
        raise InvalidAnswers({key: words})
    if state != "answered":
        return STATES[state], None
    try:
        return State.ANSWERED, schema.validate_value(question, value, clock.today())
    except ValueError as error:
        raise InvalidAnswers({key: refusal_words(error)}) from error


def _told(state: int, value: object) -> dict[str, Any]:
    """An answer as the record keeps it."""
    return {"state": State(state).name.lower(), "value": value}
