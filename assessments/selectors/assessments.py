"""Reading assessments, their questions and their answers."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import for_principal, open_to
from assessments import schema
from assessments.models import Answer, Assessment, Questionnaire
from assessments.schema import Item, Respondent
from assessments.sheet import State
from audit import clock
from vendors.models import Engagement


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
    rows = Answer.objects.filter(assessment=assessment).select_related(
        "answered_by", "answered_by_contact", "answered_by_client", "reviewed_by", "overridden_by"
    )
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
    """The keys of the questions that are asked as the gates stand, in file order.

    Where a reviewer overrides the answer to a gate, the reviewer's word opens it or not.
    """
    values = {
        key: answer.counted_value
        for key, answer in answers.items()
        if answer.counted_state == State.ANSWERED
    }
    return schema.visible_keys(questionnaire, Selected(tuple(assessment.questions)), values)


def is_dealt_with(answer: Answer | None) -> bool:
    """Whether something was said, be it "don't know", "prefer not to say" or "does not apply"."""
    return answer is not None and answer.counted_state != State.BLANK


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


def published() -> QuerySet[Questionnaire]:
    """The questionnaires that can be used, newest first."""
    return (
        Questionnaire.objects.filter(status=Questionnaire.Status.PUBLISHED)
        .defer("content")
        .order_by("-published_at")
    )


def engagements_without(unit: BusinessUnit, principal: Principal) -> QuerySet[Engagement]:
    """The engagements of a unit that `principal` sees, not ended, without an assessment that is
    open or signed off.

    Oldest first.
    """
    had = Assessment.objects.filter(engagement=OuterRef("pk")).exclude(
        status=Assessment.Status.CLOSED
    )
    return (
        open_to(Engagement.objects.filter(unit=unit), principal)
        .exclude(status=Engagement.Status.ENDED)
        .filter(~Exists(had))
        .order_by("pk")
    )


@dataclass(frozen=True)
class Outstanding:
    """What a reviewer has left: answers without a judgement, queried ones, and "does not apply"
    without a decision."""

    unreviewed: int
    queried: int
    undecided: int


def outstanding(assessment: Assessment) -> Outstanding:
    """What is left to review among the questions that are asked now."""
    answers = answers_of(assessment)
    asked = [
        answers[key]
        for key in visible_questions(schema_of(assessment), assessment, answers)
        if key in answers
    ]
    return Outstanding(
        unreviewed=sum(is_dealt_with(row) and row.review == Answer.Review.OPEN for row in asked),
        queried=sum(row.review == Answer.Review.QUERIED for row in asked),
        undecided=sum(row.counted_state == State.NA_PENDING for row in asked),
    )


def acceptable(assessment: Assessment, answers: Mapping[str, Answer], section: str) -> list[str]:
    """The questions of a section whose answers can be accepted at once, in file order.

    Those that are asked and answered, and not judged yet. What is said not to apply is left out.
    """
    questionnaire = schema_of(assessment)
    return [
        key
        for key in visible_questions(questionnaire, assessment, answers)
        if questionnaire.by_key[key].section == section
        and (answer := answers.get(key)) is not None
        and answer.review == Answer.Review.OPEN
        and answer.state in (State.ANSWERED, State.DONT_KNOW, State.DECLINED)
    ]


#: With those who fill it in. A due date is theirs: once it is handed in, nobody is late any more.
_WITH_RESPONDENTS: Final = (
    Assessment.Status.DRAFT,
    Assessment.Status.SENT,
    Assessment.Status.RETURNED,
)


def waiting_for_review() -> Q:
    """Handed in and not decided yet, whether or not a reviewer has taken it up."""
    return Q(status__in=(Assessment.Status.SUBMITTED, Assessment.Status.IN_REVIEW))


def overdue() -> Q:
    """Past its due date, and still with those who fill it in."""
    return Q(status__in=_WITH_RESPONDENTS, due_on__lt=clock.today())


def is_overdue(assessment: Assessment) -> bool:
    """The same of one that is at hand."""
    late = assessment.due_on is not None and assessment.due_on < clock.today()
    return late and assessment.status in _WITH_RESPONDENTS


def unfinished_of(engagement: Engagement) -> Assessment | None:
    """The assessment of an engagement that is under way, if there is one."""
    return Assessment.objects.filter(engagement=engagement, status__in=Assessment.OPEN).first()


@dataclass(frozen=True)
class ListPage:
    """One page of the list, with the cursors (ids) of the pages around it."""

    rows: list[Assessment]
    next: str | None
    previous: str | None


def work_list(
    principal: Principal,
    unit: BusinessUnit | None,
    *,
    filters: Mapping[str, str],
    after: UUID | None = None,
    before: UUID | None = None,
    length: int = 25,
) -> ListPage:
    """Assessments, newest first, one page by key (one query, whatever the size of the table).

    filters: `q` (part of the vendor's name), `status` (a status, "open" or "review"), `owner`
    ("me", "nobody"), `reviewer` (the same), `due` ("overdue", "week", "month"). Without `unit` all
    they may see.
    """
    rows = _filtered(visible_to(principal), principal, filters).select_related(
        "vendor", "engagement", "unit", "assigned_to", "reviewer"
    )
    if unit is not None:
        rows = rows.filter(unit=unit)
    if before is not None:
        found = list(rows.filter(pk__gt=before).order_by("pk")[: length + 1])
        more, shown = len(found) > length, found[:length][::-1]
        return ListPage(
            shown, str(shown[-1].pk) if shown else None, str(shown[0].pk) if more else None
        )
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-pk")[: length + 1])
    shown = found[:length]
    return ListPage(
        shown,
        str(shown[-1].pk) if len(found) > length else None,
        str(shown[0].pk) if after is not None and shown else None,
    )


_DUE_WITHIN = {"week": 7, "month": 30}


def _filtered(
    rows: QuerySet[Assessment], principal: Principal, filters: Mapping[str, str]
) -> QuerySet[Assessment]:
    if name := filters.get("q", "").strip():
        rows = rows.filter(vendor__name__icontains=name)
    status = filters.get("status", "")
    if status == "open":
        rows = rows.filter(status__in=Assessment.OPEN)
    elif status == "review":
        rows = rows.filter(waiting_for_review())
    elif status:
        rows = rows.filter(status=status)
    owner = filters.get("owner", "")
    if owner == "nobody":
        rows = rows.filter(assigned_to=None)
    elif owner == "me" and principal.kind == "user":
        rows = rows.filter(assigned_to=UUID(principal.id))
    reviewer = filters.get("reviewer", "")
    if reviewer == "nobody":
        rows = rows.filter(reviewer=None)
    elif reviewer == "me" and principal.kind == "user":
        rows = rows.filter(reviewer=UUID(principal.id))
    due, today = filters.get("due", ""), clock.today()
    if due == "overdue":
        rows = rows.filter(overdue())
    elif due in _DUE_WITHIN:
        until = today + timedelta(days=_DUE_WITHIN[due])
        rows = rows.filter(status__in=_WITH_RESPONDENTS, due_on__gte=today, due_on__lte=until)
    return rows
