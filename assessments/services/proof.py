"""Evidence beside answers: putting it there, taking it away, and following what becomes of it.

A document raises an answered answer to the level of a document at most; the reviewer raises it
further (`assessments.services.review`). What exactly follows is in `assessments.proving`.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import SYSTEM, Principal
from accounts.scoping import NotAllowed, require
from assessments import proving, workflow
from assessments.errors import Frozen, InvalidAnswers
from assessments.events import proof as events
from assessments.models import Answer, AnswerEvidence, Assessment
from assessments.proving import Proof
from assessments.schema import Respondent
from assessments.selectors.assessments import answers_of, schema_of
from assessments.selectors.proof import ends_of, outdated
from assessments.services import rework, sheets
from assessments.services.locking import lock, user_id
from assessments.services.rework import refuse_settled
from assessments.sheet import EvidenceLevel, State
from assessments.workflow import Action, Role
from audit import clock
from audit.errors import Refused
from audit.record import record
from vendors.models import Contact, Evidence
from vendors.services import limits

#: Links that one transaction of `follow_all` brings up to date.
_PAGE: Final = 200
_SETTLED: Final = (
    "question_key", "from_certificate", "evidence__withdrawn_at", "evidence__expires_on",
)  # fmt: skip


class NotUsable(Refused):
    """This document cannot be put beside this answer."""

    status = 422
    code = "evidence_not_usable"


@transaction.atomic
def attach(
    *,
    assessment: Assessment,
    question_key: str,
    evidence: Evidence,
    from_certificate: bool = False,
    contact: Contact | None = None,
    by: Principal,
) -> AnswerEvidence:
    """Put a document of the same vendor and unit beside an answer; again changes nothing.

    While answers may change, or during review by a reviewer. The caller has made sure that `by`
    may see the document. Raises Frozen, NotUsable, InvalidAnswers.
    """
    assessment = _changeable(assessment, question_key, contact, by)
    if (evidence.vendor_id, evidence.unit_id) != (assessment.vendor_id, assessment.unit_id):
        raise NotUsable(_("This document is of another vendor or business unit."))
    # Locked, so that nobody withdraws it meanwhile.
    evidence = Evidence.objects.select_for_update(of=("self",)).get(pk=evidence.pk)
    if evidence.withdrawn_at is not None:
        raise NotUsable(_("This document was withdrawn, so it proves nothing any more."))
    link, made = AnswerEvidence.objects.get_or_create(
        assessment=assessment,
        question_key=question_key,
        evidence=evidence,
        defaults={
            "seen_version": evidence.version,
            "from_certificate": from_certificate,
            "added_at": clock.now(),
            "added_by_id": user_id(by),
            "added_by_contact": contact,
        },
    )
    if not made:
        if from_certificate and not link.from_certificate:
            link.from_certificate = True
            link.save(update_fields=["from_certificate"])
        return link
    limits.keep_within(evidence, assessment.engagement_id)
    answers = answers_of(assessment)
    answer = answers.get(question_key)
    if answer is not None and answer.counted_state == State.ANSWERED:
        ends = ends_of(assessment, [question_key])[question_key]
        _set(answer, proving.with_one_more(_of(answer), ends))
    if answer is not None and answer.review == Answer.Review.QUERIED and not _reviews(assessment):
        # The query is answered by it: the reviewer looks again, and reads what was asked.
        _unjudge(answer)
    _written(assessment, answers, answer)
    _record(events.EvidenceAttached, assessment, (question_key, evidence.pk), answer, by)
    return link


@transaction.atomic
def detach(
    *,
    assessment: Assessment,
    question_key: str,
    evidence: Evidence,
    contact: Contact | None = None,
    by: Principal,
) -> None:
    """Take a document away from an answer; it stays on record. Not there: nothing happens.

    Outside review the reviewer's judgement of the answer goes with it. Raises Frozen.
    """
    assessment = _changeable(assessment, question_key, contact, by)
    gone, _each = AnswerEvidence.objects.filter(
        assessment=assessment, question_key=question_key, evidence=evidence
    ).delete()
    if not gone:
        return
    answers = answers_of(assessment)
    answer = answers.get(question_key)
    if answer is not None and answer.counted_state == State.ANSWERED:
        ends = ends_of(assessment, [question_key]).get(question_key, [])
        if _reviews(assessment):
            _set(answer, proving.after_a_change(_of(answer), ends, judged=_judged(answer)))
        else:
            _set(answer, proving.by_documents(ends))
    if answer is not None and _judged(answer) and not _reviews(assessment):
        _unjudge(answer)
    _written(assessment, answers, answer)
    _record(events.EvidenceDetached, assessment, (question_key, evidence.pk), answer, by)


@transaction.atomic
def check(
    *, assessment: Assessment, question_key: str, contact: Contact | None = None, by: Principal
) -> None:
    """Raise what `attach` would raise, whatever the document."""
    _changeable(assessment, question_key, contact, by)


def settle(rows: Collection[Answer], assessment: Assessment) -> None:
    """Give answers that are about to be written what the documents beside them prove.

    For `answers.save`: what a reviewer had said of the answer before is gone, the documents are
    not. Marks of certificates go, since the answer is somebody's own now.
    """
    links = AnswerEvidence.objects.filter(
        assessment=assessment, question_key__in=[row.question_key for row in rows]
    )
    there = list(links.select_related("evidence").only(*_SETTLED))
    ends: dict[str, list[date | None]] = defaultdict(list)
    for link in there:
        if link.evidence.withdrawn_at is None:
            ends[link.question_key].append(link.evidence.expires_on)
    if any(link.from_certificate for link in there):
        links.update(from_certificate=False)
    for row in rows:
        if row.state == State.ANSWERED:
            _set(row, proving.by_documents(ends.get(row.question_key, ())))


def within_documents(
    assessment: Assessment, keys: Collection[str], until: date | None
) -> dict[str, date | None]:
    """Question key -> the last day a reviewer's word may count: `until`, or the earlier end of
    the documents beside the answer."""
    ends = ends_of(assessment, keys)
    return {
        key: proving.earlier(until, proving.by_documents(ends.get(key, ())).until) for key in keys
    }


def confirmed(assessment: Assessment, keys: Collection[str]) -> None:
    """A reviewer has accepted these answers: whichever was taken from a certificate waits no
    more."""
    AnswerEvidence.objects.filter(
        assessment=assessment, question_key__in=keys, from_certificate=True
    ).update(from_certificate=False)


def follow(*, evidence_id: UUID, by: Principal = SYSTEM) -> int:
    """Bring the answers that a document proves up to date with it; how many assessments changed.

    Also of those signed off: what was withdrawn or has another last day proves so much less, or
    longer. Closed ones stay as they are. Harmless when run twice.
    """
    links = outdated().filter(evidence=evidence_id)
    found = sorted(set(links.values_list("assessment_id", flat=True)))
    return sum(_follow(pk, evidence_id, by) for pk in found)


def follow_all() -> int:
    """The same for every document whose change has not reached its answers, whatever became of
    the task that was to bring it there."""
    pairs = set(outdated().values_list("evidence_id", flat=True)[:_PAGE])
    return sum(follow(evidence_id=pk) for pk in sorted(pairs))


@transaction.atomic
def _follow(assessment_id: UUID, evidence_id: UUID, by: Principal) -> bool:
    assessment = lock(Assessment(pk=assessment_id))
    evidence = Evidence.objects.select_for_update(of=("self",)).get(pk=evidence_id)
    links = outdated().filter(assessment=assessment, evidence=evidence)
    keys = sorted(links.values_list("question_key", flat=True))
    AnswerEvidence.objects.filter(
        assessment=assessment, evidence=evidence, question_key__in=keys
    ).update(seen_version=evidence.version)
    answers, ends = answers_of(assessment), ends_of(assessment, keys)
    moved = []
    for key in keys:
        answer = answers.get(key)
        if answer is None or answer.counted_state != State.ANSWERED:
            continue
        there = _of(answer)
        now = proving.after_a_change(there, ends.get(key, ()), judged=_judged(answer))
        if now != there:
            _set(answer, now)
            moved.append(answer)
    if not moved:
        return False
    Answer.objects.bulk_update(moved, ["evidence", "evidence_until"])
    sheets.repack(assessment, answers)
    assessment.save(update_fields=["inputs_version", "answered", "applicable"])
    record(
        events.ProofChanged(
            aggregate_id=assessment.pk,
            unit_id=assessment.unit_id,
            vendor_id=assessment.vendor_id,
            status=assessment.status,
            inputs_version=assessment.inputs_version,
            keys=[answer.question_key for answer in moved],
            evidence_id=evidence.pk,
        ),
        by=by,
    )
    return True


def _changeable(
    assessment: Assessment, question_key: str, contact: Contact | None, by: Principal
) -> Assessment:
    """The assessment, locked. Raises where this person cannot touch this evidence now."""
    if contact is None:
        require(by, Permission.EDIT_EVIDENCE, assessment.unit_id)
    elif by.kind != "contact" or by.id != str(contact.pk):
        raise NotAllowed(_("You may not do this."), permission=Permission.ANSWER.value)
    assessment = lock(assessment)
    if question_key not in assessment.questions:
        raise InvalidAnswers({question_key: _("This assessment does not ask this question.")})
    if contact is not None:
        question = schema_of(assessment).by_key[question_key].question
        theirs = question.respondent is Respondent.VENDOR
        if contact.vendor_id != assessment.vendor_id or not theirs:
            raise InvalidAnswers({question_key: _("This assessment does not ask this question.")})
    if contact is not None:
        open_now = Action.SAVE in workflow.allowed_actions(assessment.status, {Role.CONTACT})
    elif _reviews(assessment):
        open_now = by.can(Permission.REVIEW, assessment.unit_id)
    else:
        open_now = workflow.is_editable(assessment.status)
    if not open_now:
        raise Frozen(assessment, Action.SAVE)
    rework.refuse_settled(assessment, [question_key])
    refuse_settled(assessment, [question_key])
    return assessment


def _reviews(assessment: Assessment) -> bool:
    return assessment.status == Assessment.Status.IN_REVIEW


def _judged(answer: Answer) -> bool:
    return answer.review != Answer.Review.OPEN


def _of(answer: Answer) -> Proof:
    return Proof(EvidenceLevel(answer.evidence), answer.evidence_until)


def _set(answer: Answer, proof: Proof) -> None:
    answer.evidence, answer.evidence_until = proof.level, proof.until


def _unjudge(answer: Answer) -> None:
    """The reviewer looks at it again; what they had written stays readable."""
    answer.review, answer.reviewed_at, answer.reviewed_by = Answer.Review.OPEN, None, None


def _written(assessment: Assessment, answers: Mapping[str, Answer], answer: Answer | None) -> None:
    if answer is None:
        return
    answer.save(
        update_fields=["evidence", "evidence_until", "review", "reviewed_at", "reviewed_by"]
    )
    sheets.repack(assessment, answers)
    assessment.save(update_fields=["inputs_version", "answered", "applicable"])


def _record(
    kind: type[events.EvidenceAttached | events.EvidenceDetached],
    assessment: Assessment,
    link: tuple[str, UUID],
    answer: Answer | None,
    by: Principal,
) -> None:
    until = answer.evidence_until if answer else None
    key, evidence_id = link
    record(
        kind(
            aggregate_id=assessment.pk,
            unit_id=assessment.unit_id,
            vendor_id=assessment.vendor_id,
            status=assessment.status,
            inputs_version=assessment.inputs_version,
            key=key,
            evidence_id=evidence_id,
            evidence=int(answer.evidence) if answer else 0,
            evidence_until=until.isoformat() if until else None,
        ),
        by=by,
    )
