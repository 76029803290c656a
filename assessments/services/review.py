"""A reviewer's judgement of single answers."""

from datetime import date
from typing import Final, Literal

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.principal import Principal
from assessments.errors import InvalidAnswers, ReviewConflict
from assessments.events import assessments as events
from assessments.models import Answer, Assessment
from assessments.selectors.assessments import acceptable, answers_of
from assessments.selectors.certificates import awaiting
from assessments.services import proof, sheets
from assessments.services.locking import allow, lock, move, person_id, reason_given
from assessments.services.telling import about
from assessments.services.threads import say
from assessments.sheet import EvidenceLevel, State
from assessments.workflow import Action
from audit import clock

Verdict = Literal["accepted", "queried"]


@transaction.atomic
def review_answer(
    *,
    assessment: Assessment,
    question_key: str,
    verdict: Verdict,
    evidence: EvidenceLevel | None = None,
    evidence_until: date | None = None,
    note: str = "",
    internal_note: str = "",
    version: int | None = None,
    by: Principal,
) -> Answer:
    """Accept or query an answer and say how well it is proved.

    evidence: None leaves the level and its end as they are; `evidence_until` is the last day on
    which the proof counts, or an earlier end of the documents beside it. A query needs a `note`,
    which those who fill in read; `internal_note` goes to the thread and never leaves the house.
    `version`: of the answer that was on their screen, 0 for none. Raises NotPossibleNow outside
    review, Invalid, ReviewConflict.
    """
    assessment, answer, answers = answer_in_review(assessment, question_key, by, version)
    if verdict == "queried":
        note = reason_given(note)
    if evidence is not None and answer.counted_state == State.ANSWERED:
        ends = proof.within_documents(assessment, [question_key], evidence_until)
        answer.evidence, answer.evidence_until = evidence, ends[question_key]
    if verdict == "accepted":
        proof.confirmed(assessment, [question_key])
    answer.review = Answer.Review(verdict)
    _judge(assessment, answer, answers, verdict=verdict, note=note.strip(), by=by)
    say_internally(assessment, question_key, internal_note, by)
    return answer


@transaction.atomic
def decide_not_applicable(
    *,
    assessment: Assessment,
    question_key: str,
    approve: bool,
    note: str = "",
    internal_note: str = "",
    version: int | None = None,
    by: Principal,
) -> Answer:
    """Agree or not that a question does not apply; approved it leaves the score altogether.

    Refusing needs a note; the answer then counts as unknown and is queried. The rest is as in
    `review_answer`.
    """
    assessment, answer, answers = answer_in_review(assessment, question_key, by, version)
    if answer.state not in (State.NA_PENDING, State.NA_APPROVED):
        raise InvalidAnswers({question_key: _("This question was not answered “does not apply”.")})
    if approve:
        answer.state, answer.review = State.NA_APPROVED, Answer.Review.ACCEPTED
    else:
        note = reason_given(note)
        answer.state, answer.review = State.NA_PENDING, Answer.Review.QUERIED
    verdict = "not_applicable_approved" if approve else "not_applicable_refused"
    _judge(assessment, answer, answers, verdict=verdict, note=note.strip(), by=by)
    say_internally(assessment, question_key, internal_note, by)
    return answer


@transaction.atomic
def accept_section(
    *, assessment: Assessment, section: str, evidence: EvidenceLevel, by: Principal
) -> list[str]:
    """Accept every answer of a section that nobody has judged yet, with one level of proof.

    Queries stay, and so does what is said not to apply: that is decided one by one. Returns the
    keys of the questions; nothing is written when there are none. Raises NotPossibleNow outside
    review.
    """
    assessment = _in_review(assessment, by)
    answers = answers_of(assessment)
    open_keys = acceptable(assessment, answers, section)
    if not open_keys:
        return []
    accepted = [answers[key] for key in open_keys]
    moment, person = clock.now(), person_id(by)
    ends = proof.within_documents(assessment, open_keys, None)
    # To accept what was taken from a certificate is to confirm that the certificate says so.
    certified = {key for key, found in awaiting(assessment).items() if not found.why_not}
    proof.confirmed(assessment, open_keys)
    for answer in accepted:
        if answer.state == State.ANSWERED:
            stands = answer.question_key in certified
            answer.evidence = EvidenceLevel.INDEPENDENT if stands else evidence
            answer.evidence_until = ends[answer.question_key]
        answer.review, answer.review_note = Answer.Review.ACCEPTED, ""
        answer.reviewed_at, answer.reviewed_by_id = moment, person
        answer.version += 1
    Answer.objects.bulk_update(accepted, _JUDGED)
    sheets.repack(assessment, answers)
    assessment.save(update_fields=["inputs_version", "answered", "applicable"])
    about(
        events.SectionAccepted,
        assessment,
        by,
        section=section,
        keys=open_keys,
        evidence=int(evidence),
    )
    return open_keys


_JUDGED: Final = (
    "evidence", "evidence_until", "review", "review_note", "reviewed_at", "reviewed_by", "version",
)  # fmt: skip


def _in_review(assessment: Assessment, by: Principal) -> Assessment:
    allow(assessment, Action.JUDGE, by)
    assessment = lock(assessment)
    move(assessment, Action.JUDGE, by)
    return assessment


def answer_in_review(
    assessment: Assessment, question_key: str, by: Principal, version: int | None
) -> tuple[Assessment, Answer, dict[str, Answer]]:
    """The assessment, locked, one of its answers to be judged, and all of them.

    A blank comes as a new row. Raises NotYours, NotPossibleNow, InvalidAnswers for a question that
    is not asked, ReviewConflict for another `version` than the one stored.
    """
    assessment = _in_review(assessment, by)
    answers = answers_of(assessment)
    answer = answers.get(question_key)
    if question_key not in assessment.questions:
        raise InvalidAnswers({question_key: _("This assessment does not ask this question.")})
    if answer is None:
        # A blank can be queried too: the row says that it was looked at.
        answer = Answer(
            assessment=assessment,
            question_key=question_key,
            state=State.BLANK,
            answered_at=clock.now(),
            version=0,
        )
        answers[question_key] = answer
    if version is not None and version != answer.version:
        raise ReviewConflict(answer)
    return assessment, answer, answers


def _judge(
    assessment: Assessment,
    answer: Answer,
    answers: dict[str, Answer],
    *,
    verdict: str,
    note: str,
    by: Principal,
) -> None:
    """Write the row with who and when, the sheet with it, and the event."""
    answer.review_note = note
    answer.reviewed_at, answer.reviewed_by_id = clock.now(), person_id(by)
    keep(assessment, answer, answers)
    about(
        events.Reviewed,
        assessment,
        by,
        key=answer.question_key,
        verdict=verdict,
        evidence=int(answer.evidence),
        evidence_until=answer.evidence_until.isoformat() if answer.evidence_until else None,
        note=note,
    )


def keep(assessment: Assessment, answer: Answer, answers: dict[str, Answer]) -> None:
    """Write one answer and the sheet with it: the row, the bytes where they differ, the counts."""
    answer.version += 1
    answer.save()
    sheets.repack(assessment, answers)
    assessment.save(update_fields=["inputs_version", "answered", "applicable"])


def say_internally(assessment: Assessment, question_key: str, body: str, by: Principal) -> None:
    """Put a note into the internal thread of the question; "" is none."""
    if body.strip():
        say(assessment=assessment, question_key=question_key, body=body, internal=True, by=by)
