"""What may be changed while an assessment is sent back, and keeping what was said before."""

from collections.abc import Collection, Mapping
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.principal import Principal
from assessments.errors import InvalidAnswers
from assessments.events import assessments as events
from assessments.models import Answer, Assessment, EarlierAnswer
from assessments.selectors.assessments import answers_of
from assessments.selectors.rework import changeable_keys, queried_keys
from assessments.services.locking import allow, lock, move, user_id
from assessments.services.telling import about
from assessments.sheet import State
from assessments.workflow import Action, Status
from audit import clock

_MARKED: Final = ("review", "review_note", "reviewed_at", "reviewed_by", "version")
_KEPT: Final = (
    "value", "state", "note", "answered_at", "review", "override_state", "override_value",
    "override_reason", "overridden_at",
)  # fmt: skip


@transaction.atomic
def widen(*, assessment: Assessment, keys: Collection[str], by: Principal) -> Assessment:
    """Let more questions be changed while it is sent back; no `keys`: all of them.

    Raises NotPossibleNow in any other status. What may be changed already makes no event.
    """
    allow(assessment, Action.WIDEN, by)
    assessment = lock(assessment)
    move(assessment, Action.WIDEN, by)
    if assessment.rework is None:
        return assessment
    open_now = {*assessment.rework, *keys}
    wider = [key for key in assessment.questions if key in open_now] if keys else None
    if wider == assessment.rework:
        return assessment
    assessment.rework = wider
    assessment.save(update_fields=["rework"])
    opened = [key for key in assessment.questions if key in set(keys)]
    about(events.Widened, assessment, by, keys=opened)
    return assessment


def mark(
    assessment: Assessment,
    *,
    keys: Collection[str],
    drop: Collection[str],
    words: Mapping[str, str],
    otherwise: str,
    by: Principal,
) -> list[str]:
    """Mark what is sent back as queried and what is dropped as open; the caller holds the lock.

    Returns the questions that need work, in file order. One write, whatever their number.
    """
    answers = answers_of(assessment)
    queried = set(queried_keys(assessment, answers))
    wanted = (queried | set(keys)) - set(drop)
    moment, person = clock.now(), user_id(by)
    fresh: list[Answer] = []
    changed: list[Answer] = []
    for key in assessment.questions:
        answer, said = answers.get(key), words.get(key, "").strip()
        if key in wanted:
            if answer is not None and key in queried and said in ("", answer.review_note):
                continue
            row = answer or _blank(assessment, key)
            row.review, row.review_note = Answer.Review.QUERIED, said or otherwise
            row.reviewed_at, row.reviewed_by_id = (moment, person) if person else (None, None)
        elif answer is not None and key in queried and key in drop:
            row = answer
            row.review, row.review_note = Answer.Review.OPEN, ""
            row.reviewed_at = row.reviewed_by = None
        else:
            continue
        row.version += 1
        (changed if answer else fresh).append(row)
    Answer.objects.bulk_update(changed, _MARKED)
    Answer.objects.bulk_create(fresh)
    return [key for key in assessment.questions if key in wanted]


def refuse_settled(
    assessment: Assessment,
    keys: Collection[str],
    answers: Mapping[str, Answer] | None = None,
) -> None:
    """Raise InvalidAnswers for questions that were not sent back."""
    if assessment.status != Status.RETURNED or assessment.rework is None or not keys:
        return
    may = changeable_keys(assessment, answers)
    words = _("This answer is settled. Only the questions that were sent back can be changed.")
    refused = {key: words for key in keys if key not in may}
    if refused:
        raise InvalidAnswers(refused)


def keep_earlier(
    assessment: Assessment, keys: Collection[str], answers: Mapping[str, Answer]
) -> None:
    """Keep answers as they stood when it was sent back, before they are changed for the first
    time since."""
    if assessment.status != Status.RETURNED:
        return
    rows = []
    for key in keys:
        there = answers.get(key) or _blank(assessment, key)
        kept = {name: getattr(there, name) for name in _KEPT}
        query = there.review_note if there.review == Answer.Review.QUERIED else ""
        rows.append(
            EarlierAnswer(
                assessment=assessment, question_key=key, round=assessment.round, query=query, **kept
            )
        )
    EarlierAnswer.objects.bulk_create(rows, ignore_conflicts=True)


def _blank(assessment: Assessment, key: str) -> Answer:
    """A question without an answer, as a row that says that it was looked at."""
    return Answer(
        assessment=assessment,
        question_key=key,
        state=State.BLANK,
        answered_at=clock.now(),
        version=0,
    )
