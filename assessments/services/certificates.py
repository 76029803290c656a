"""Answering from a certificate, and the reviewer's confirmation that it says so."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.principal import Principal
from assessments.models import Assessment
from assessments.selectors.assessments import answers_of
from assessments.selectors.certificates import awaiting, offer
from assessments.services import answers, proof, review
from assessments.services.answers import AnswerInput
from assessments.sheet import EvidenceLevel
from audit.errors import Invalid, Refused
from vendors.models import Certificate


class NotCovered(Refused):
    """The certificate says nothing about this work. The message says why."""

    status = 422
    code = "certificate_not_covered"


@transaction.atomic
def answer_from(
    *, assessment: Assessment, certificate: Certificate, keys: Collection[str], by: Principal
) -> list[str]:
    """Give the answers that a certificate supports, with it beside them, marked until a reviewer
    confirms. All of `keys`, or none. Returns them in the order of the file.

    Raises NotCovered, Invalid where a key is not among what it supports, and what `answers.save`
    and `proof.attach` raise.
    """
    found = offer(assessment, certificate)
    if found.why_not:
        raise NotCovered(" ".join(found.why_not))
    values = {one.question: AnswerInput(one.value) for one in found.answers}
    wanted = {key: values[key] for key in values if key in keys}
    if not keys or len(wanted) != len(set(keys)):
        message = _("Choose from the answers that this certificate supports.")
        raise Invalid(message, errors={"keys": [message]})
    stored = answers_of(assessment)
    # Notes stay: they may say what the certificate does not.
    kept = {
        key: AnswerInput(given.value, note=stored[key].note if key in stored else "")
        for key, given in wanted.items()
    }
    answers.save(assessment=assessment, values=kept, by=by)
    for key in wanted:
        proof.attach(
            assessment=assessment,
            question_key=key,
            evidence=certificate.evidence,
            from_certificate=True,
            by=by,
        )
    return list(wanted)


@transaction.atomic
def confirm(*, assessment: Assessment, keys: Collection[str], by: Principal) -> list[str]:
    """The reviewer has looked: the certificate supports these answers, which are then proved by
    an independent body for as long as it is valid. Left alone are those that wait no more, and
    those whose certificate does not speak for this work today: they are judged one by one."""
    stands = {key for key, found in awaiting(assessment).items() if not found.why_not}
    chosen = [key for key in assessment.questions if key in keys and key in stands]
    for key in chosen:
        review.review_answer(
            assessment=assessment,
            question_key=key,
            verdict="accepted",
            evidence=EvidenceLevel.INDEPENDENT,
            by=by,
        )
    return chosen
