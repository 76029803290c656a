"""The receipt of what a vendor has submitted: what was said, with which evidence, and a hash of it.

The content is made once, in English where questions have no other text, and kept; the PDF and the
page are drawn from it in the reader's language. Its SHA-256 is over the content as RFC 8785 writes
it, and stands in the record.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import rfc8785
from django.db.models import Max

from accounts.principal import Principal
from assessments.events.portal import ReceiptMade
from assessments.models import Answer, Assessment, Invitation, Receipt
from assessments.selectors import portal
from assessments.selectors.assessments import schema_of
from assessments.selectors.proof import evidence_of
from assessments.sheet import State
from audit import clock
from audit.models import Event
from audit.record import record
from vendors.selectors.evidence import files_of


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of a receipt's content in canonical form."""
    return hashlib.sha256(rfc8785.dumps(dict(content))).hexdigest()


def make(
    *,
    assessment: Assessment,
    invitation: Invitation,
    answers: Mapping[str, Answer],
    by: Principal,
) -> Receipt:
    """The receipt of what stands now. The caller holds the lock of the assessment."""
    content = _content(assessment, invitation, answers)
    # Some may have been erased.
    latest = Receipt.objects.filter(assessment=assessment).aggregate(latest=Max("number"))
    number = max(latest["latest"] or 0, _recorded(assessment)) + 1
    receipt = Receipt.objects.create(
        assessment=assessment,
        contact=invitation.contact,
        number=number,
        submitted_at=clock.now(),
        content=content,
        sha256=digest(content),
    )
    record(
        ReceiptMade(
            aggregate_id=assessment.pk,
            unit_id=assessment.unit_id,
            vendor_id=assessment.vendor_id,
            invitation_id=invitation.pk,
            contact_id=invitation.contact_id,
            number=number,
            sha256=receipt.sha256,
        ),
        by=by,
    )
    return receipt


def _recorded(assessment: Assessment) -> int:
    """The highest number that the record knows: whoever asked for it may have been erased."""
    made = Event.objects.filter(type=ReceiptMade.type, aggregate_id=assessment.pk)
    return max((one["number"] for one in made.values_list("data", flat=True)), default=0)


def _content(
    assessment: Assessment, invitation: Invitation, answers: Mapping[str, Answer]
) -> dict[str, Any]:
    questionnaire = schema_of(assessment)
    keys = portal.asked(assessment, answers)
    return {
        "assessment": str(assessment.pk),
        "vendor": assessment.vendor.name,
        "subject": assessment.engagement.title,
        "questionnaire": {
            "key": questionnaire.key,
            "version": questionnaire.version,
            "sha256": assessment.questionnaire.content_hash,
        },
        "submitted_at": clock.now().isoformat(timespec="seconds"),
        "submitted_by": {"name": invitation.contact.name, "email": invitation.contact.email},
        "answers": [
            _answer(questionnaire.by_key[key].section, key, answers.get(key)) for key in keys
        ],
        "evidence": _evidence(assessment, keys),
    }


def _answer(section: str, key: str, answer: Answer | None) -> dict[str, Any]:
    state = State(answer.state) if answer else State.BLANK
    # Whether a reviewer has agreed is not the vendor's word.
    state = State.NA_PENDING if state == State.NA_APPROVED else state
    return {
        "section": section,
        "key": key,
        "state": state.name.lower(),
        "value": answer.value if answer else None,
        "note": answer.note if answer else "",
    }


def _evidence(assessment: Assessment, keys: tuple[str, ...]) -> list[dict[str, Any]]:
    """The present file of each piece of evidence that the vendor has put beside these questions."""
    documents = evidence_of(assessment, vendor_side=True)
    return [
        {
            "key": key,
            "title": one.title,
            "file": file.name,
            "version": file.number,
            "bytes": file.size,
            "sha256": file.sha256,
        }
        for key in keys
        for one in documents.get(key, ())
        if one.withdrawn_at is None
        for file in files_of(one)[:1]
    ]


def tidy(sha256: str) -> str:
    """A hash as somebody typed or pasted it, as it is kept."""
    return "".join(sha256.split()).lower()


def is_whole(receipt: Receipt) -> bool:
    """Whether the content still has the hash that went into the record."""
    kept = Event.objects.filter(
        type=ReceiptMade.type,
        aggregate_id=receipt.assessment_id,
        data__number=receipt.number,
        data__sha256=receipt.sha256,
    )
    return digest(receipt.content) == receipt.sha256 and kept.exists()
