"""The questions of an assessment with their answers, as one list for programs."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from assessments.models import Answer, AnswerEvidence, Assessment
from assessments.schema import Item
from assessments.selectors.assessments import (
    answers_of,
    missing_mandatory,
    schema_of,
    visible_questions,
)
from assessments.selectors.rework import changeable_keys
from assessments.sheet import EvidenceLevel, State

#: The name under which people and programs know a stored state.
WORDS: Final = {
    State.BLANK: "blank",
    State.ANSWERED: "answered",
    State.DONT_KNOW: "dont_know",
    State.DECLINED: "declined",
    State.NA_PENDING: "not_applicable",
    State.NA_APPROVED: "not_applicable",
}


@dataclass(frozen=True, kw_only=True)
class ToldAnswer:
    """One question with what was said. `counts`: state, value and reason of an override."""

    key: str
    section: str
    kind: str
    text: str
    respondent: str
    mandatory: bool
    asked: bool
    changeable: bool
    state: str = "blank"
    value: Any = None
    note: str = ""
    version: int = 0
    answered_at: datetime | None = None
    answered_by: str | None = None
    counts: dict[str, Any] | None = None
    review: str = Answer.Review.OPEN.value
    query: str = ""
    evidence: int = 0
    proved_by: str = EvidenceLevel.SELF_DECLARED.name.lower()
    proved_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class ToldAnswers:
    """All of them, in the order of asking. `missing`: what must be answered and is blank."""

    items: tuple[ToldAnswer, ...]
    missing: tuple[str, ...]


def told_answers(assessment: Assessment) -> ToldAnswers:
    """What is asked and what was said; two queries, whatever the number of questions."""
    questionnaire, answers = schema_of(assessment), answers_of(assessment)
    visible = visible_questions(questionnaire, assessment, answers)
    asked, changeable = frozenset(visible), changeable_keys(assessment, answers)
    links = AnswerEvidence.objects.filter(assessment=assessment, evidence__withdrawn_at=None)
    documents = Counter(links.values_list("question_key", flat=True))
    chosen = frozenset(assessment.questions)
    return ToldAnswers(
        items=tuple(
            ToldAnswer(
                **_question(item),
                asked=item.key in asked,
                changeable=item.key in changeable,
                evidence=documents[item.key],
                **_said(answers.get(item.key)),
            )
            for item in questionnaire.items
            if item.key in chosen
        ),
        missing=tuple(missing_mandatory(questionnaire, visible, answers)),
    )


def _question(item: Item) -> dict[str, Any]:
    question = item.question
    return {
        "key": item.key,
        "section": item.section,
        "kind": str(question.kind),
        "text": question.text.text_for("en"),
        "respondent": str(question.respondent),
        "mandatory": question.mandatory,
    }


def _said(answer: Answer | None) -> dict[str, Any]:
    if answer is None:
        return {}
    counts = None
    if answer.is_overridden:
        counts = {
            "state": WORDS[State(answer.counted_state)],
            "value": answer.counted_value,
            "reason": answer.override_reason,
        }
    return {
        "state": WORDS[State(answer.state)],
        "value": answer.value,
        "note": answer.note,
        "version": answer.version,
        "answered_at": answer.answered_at,
        "answered_by": _who(answer),
        "counts": counts,
        "review": answer.review,
        "query": answer.review_note if answer.review == Answer.Review.QUERIED else "",
        "proved_by": EvidenceLevel(answer.evidence).name.lower(),
        "proved_until": answer.evidence_until,
    }


def _who(answer: Answer) -> str:
    if answer.answered_by_contact_id:
        return "vendor"
    if answer.answered_by_client_id:
        return "program"
    return "staff" if answer.answered_by_id else "system"
