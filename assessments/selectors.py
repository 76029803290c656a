"""Reading assessments, their questions and their answers."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import QuerySet

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import for_principal
from assessments import schema
from assessments.models import Answer, Assessment, Questionnaire
from assessments.schema import Item, Respondent
from assessments.sheet import State


def visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[Assessment]:
    """The assessments of the units in which `principal` holds `permission`.

    The questionnaire comes along without its content, which `schema_of` has in memory.
    """
    rows = Assessment.objects.select_related("questionnaire").defer("questionnaire__content")
    return for_principal(rows, principal, permission=permission)


@lru_cache(maxsize=64)
def _parsed(content_hash: str) -> schema.Questionnaire:
    content = (
        Questionnaire.objects.filter(content_hash=content_hash)
        .values_list("content", flat=True)
        .first()
    )
    if content is None:
        raise Questionnaire.DoesNotExist(content_hash)
    return schema.parse(content)


def schema_of(assessment: Assessment) -> schema.Questionnaire:
    """The questionnaire of an assessment, parsed once per process and content."""
    return _parsed(assessment.questionnaire.content_hash)


def schema_of_version(questionnaire: Questionnaire) -> schema.Questionnaire:
    """A questionnaire, parsed once per process and content."""
    return _parsed(questionnaire.content_hash)


def answers_of(assessment: Assessment) -> dict[str, Answer]:
    """The stored answers by question key; a question without a row is blank."""
    rows = Answer.objects.filter(assessment=assessment).select_related("answered_by", "reviewed_by")
    return {answer.question_key: answer for answer in rows}


def questions_for(
    questionnaire: schema.Questionnaire,
    question_keys: Collection[str],
    respondent: Respondent | None = None,
) -> tuple[Item, ...]:
    """The chosen questions in file order; with `respondent` only theirs.

    A question whose gate belongs to someone else is theirs all the same; the file format already
    refuses a vendor's question behind a gate that is answered inside the house.
    """
    chosen = frozenset(question_keys)
    return tuple(
        item
        for item in questionnaire.items
        if item.key in chosen and (respondent is None or item.question.respondent is respondent)
    )


@dataclass(frozen=True)
class Selected:
    """The stored selection of an assessment, as `schema.visible_keys` reads it."""

    question_keys: tuple[str, ...]


def visible_questions(
    questionnaire: schema.Questionnaire,
    assessment: Assessment,
    answers: Mapping[str, Answer],
) -> tuple[str, ...]:
    """The keys of the questions that are asked as the gates stand, in file order."""
    values = {
        key: answer.value for key, answer in answers.items() if answer.state == State.ANSWERED
    }
    return schema.visible_keys(questionnaire, Selected(tuple(assessment.questions)), values)


def is_dealt_with(answer: Answer | None) -> bool:
    """Whether something was said, be it "don't know", "prefer not to say" or "does not apply"."""
    return answer is not None and answer.state != State.BLANK


def missing_mandatory(
    questionnaire: schema.Questionnaire, visible: Iterable[str], answers: Mapping[str, Answer]
) -> list[str]:
    """The keys of the mandatory questions that are asked and blank, in file order."""
    return [
        key
        for key in visible
        if questionnaire.by_key[key].question.mandatory and not is_dealt_with(answers.get(key))
    ]


@dataclass(frozen=True)
class SectionProgress:
    """A section of the task list. `status` is todo, active or done; hidden questions are left
    out of `applicable`; `missing` are the blank mandatory questions."""

    section: schema.Section
    answered: int
    applicable: int
    missing: tuple[str, ...]
    queried: int

    @property
    def key(self) -> str:
        """The section's key."""
        return self.section.key

    @property
    def status(self) -> str:
        """How far it is: todo, active or done."""
        if self.answered == self.applicable:
            return "done"
        return "active" if self.answered else "todo"


def sections(assessment: Assessment, principal: Principal) -> list[SectionProgress]:
    """The task list: the sections in order, with how far each is.

    Staff see all of them whoever the respondent is; `principal` is who asks.
    """
    if not principal.can(Permission.VIEW, assessment.unit_id):
        return []
    return progress(schema_of(assessment), assessment, answers_of(assessment))


def progress(
    questionnaire: schema.Questionnaire,
    assessment: Assessment,
    answers: Mapping[str, Answer],
) -> list[SectionProgress]:
    """How far each section of an assessment is; sections that ask nothing now are left out."""
    visible = visible_questions(questionnaire, assessment, answers)
    of_section: dict[str, list[str]] = {key: [] for key in assessment.sections}
    for key in visible:
        of_section[questionnaire.by_key[key].section].append(key)
    found = []
    for section in questionnaire.sections:
        keys = of_section.get(section.key, [])
        if not keys:
            continue
        rows = [answers[key] for key in keys if is_dealt_with(answers.get(key))]
        found.append(
            SectionProgress(
                section=section,
                answered=len(rows),
                applicable=len(keys),
                missing=tuple(missing_mandatory(questionnaire, keys, answers)),
                queried=sum(row.review == Answer.Review.QUERIED for row in rows),
            )
        )
    return found
