"""Reading the evidence beside answers: what there is, and what is missing."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from django.db.models import F, Min, QuerySet

from accounts.principal import Principal
from accounts.scoping import open_to
from assessments import schema
from assessments.models import Answer, AnswerEvidence, Assessment
from assessments.selectors.assessments import answers_of, schema_of, visible_questions
from assessments.sheet import EvidenceLevel, State
from audit import clock
from vendors.models import Contact, Engagement, Evidence
from vendors.selectors.evidence import (
    evidence_of_contact,
    evidence_visible_to,
    given_by_vendor,
    proves,
    with_files,
)


def evidence_of(assessment: Assessment, *, vendor_side: bool = False) -> dict[str, list[Evidence]]:
    """Question key -> the documents beside its answer, withdrawn ones too, in order of adding.

    Each has its files as `all_files`, the newest first. Three queries, whatever the number of
    documents. `vendor_side`: only what the vendor itself has given.
    """
    links = AnswerEvidence.objects.filter(assessment=assessment).order_by("added_at", "pk")
    placed = list(links.values_list("question_key", "evidence_id"))
    if not placed:
        return {}
    rows = Evidence.objects.filter(pk__in={pk for _key, pk in placed})
    if vendor_side:
        rows = rows.filter(given_by_vendor())
    documents = {row.pk: row for row in with_files(rows)}
    found: dict[str, list[Evidence]] = defaultdict(list)
    for key, pk in placed:
        if pk in documents:
            found[key].append(documents[pk])
    return dict(found)


def open_evidence_of(assessment: Assessment, principal: Principal) -> dict[str, list[Evidence]]:
    """Question key -> the documents beside its answer that `principal` may open and that were not
    withdrawn, in order of adding; without their files. One query."""
    may_open = evidence_visible_to(principal).filter(withdrawn_at=None).order_by()
    links = AnswerEvidence.objects.filter(assessment=assessment, evidence__in=may_open.values("pk"))
    found: dict[str, list[Evidence]] = defaultdict(list)
    for link in links.select_related("evidence").order_by("added_at", "pk"):
        found[link.question_key].append(link.evidence)
    return dict(found)


def from_certificates(assessment: Assessment) -> dict[str, UUID]:
    """Question key -> the certificate that its answer was taken from and that nobody has
    confirmed yet."""
    links = AnswerEvidence.objects.filter(assessment=assessment, from_certificate=True)
    return dict(links.values_list("question_key", "evidence_id"))


def openable(
    documents: Mapping[str, Collection[Evidence]], principal: Principal
) -> frozenset[UUID]:
    """The ids of those documents that `principal` may open; one query, none without documents."""
    ids = {row.pk for rows in documents.values() for row in rows}
    if not ids:
        return frozenset()
    seen = evidence_visible_to(principal).filter(pk__in=ids)
    return frozenset(seen.values_list("pk", flat=True))


def reusable(assessment: Assessment, principal: Principal) -> QuerySet[Evidence]:
    """The vendor's documents that may be put beside answers of this assessment, newest first."""
    rows = evidence_visible_to(principal).filter(
        vendor=assessment.vendor_id, unit=assessment.unit_id, withdrawn_at=None
    )
    return rows.order_by("-pk")


def reusable_by_contact(assessment: Assessment, contact: Contact) -> QuerySet[Evidence]:
    """The same for one of the vendor's people: what the vendor has given this unit before."""
    return evidence_of_contact(contact, assessment.unit)


def ends_of(
    assessment: Assessment, keys: Collection[str] | None = None
) -> dict[str, list[date | None]]:
    """Question key -> the last days of the documents beside it that were not withdrawn."""
    links = AnswerEvidence.objects.filter(
        assessment=assessment, evidence__withdrawn_at__isnull=True
    )
    if keys is not None:
        links = links.filter(question_key__in=keys)
    found: dict[str, list[date | None]] = defaultdict(list)
    for key, day in links.values_list("question_key", "evidence__expires_on"):
        found[key].append(day)
    return dict(found)


def next_end(engagement: Engagement, statuses: Collection[str]) -> date | None:
    """The first last day, from today on, of a document beside answers of its assessments in some
    statuses; None where none runs out."""
    links = AnswerEvidence.objects.filter(
        assessment__engagement=engagement,
        assessment__status__in=statuses,
        evidence__withdrawn_at__isnull=True,
        evidence__expires_on__gte=clock.today(),
    )
    first: date | None = links.aggregate(first=Min("evidence__expires_on"))["first"]
    return first


def missing_evidence(
    assessment: Assessment,
    answers: Mapping[str, Answer] | None = None,
    documents: Mapping[str, Collection[Evidence]] | None = None,
) -> list[str]:
    """The keys of mandatory questions whose answer should be proved and is not, in file order.

    `answers` and `documents`: as they were read already.

    The question expects evidence, its answer is better than the worst there is, no document that
    holds today is beside it, and no reviewer has seen other proof.
    """
    questionnaire = schema_of(assessment)
    stored = answers_of(assessment) if answers is None else answers
    proved = {
        key
        for key, rows in (evidence_of(assessment) if documents is None else documents).items()
        if any(proves(one) for one in rows)
    }
    return [
        key
        for key in visible_questions(questionnaire, assessment, stored)
        if key not in proved and needs_evidence(questionnaire.by_key[key].question, stored.get(key))
    ]


def needs_evidence(question: schema.Question, answer: Answer | None) -> bool:
    """Whether this answer has to be proved by a document. Admitting the worst needs no proof."""
    if not (question.mandatory and question.evidence_expected):
        return False
    if answer is None or answer.counted_state != State.ANSWERED:
        return False
    if answer.evidence > EvidenceLevel.DOCUMENT:
        return False
    risk = schema.resolve_risk(question, answer.counted_value)
    return risk is not None and risk < question.worst_risk


def links_of(assessment: Assessment, question_key: str) -> QuerySet[AnswerEvidence]:
    """The links between documents and one answer."""
    return AnswerEvidence.objects.filter(assessment=assessment, question_key=question_key)


def outdated() -> QuerySet[AnswerEvidence]:
    """Links whose document has changed since the answer's proof was worked out."""
    rows = AnswerEvidence.objects.exclude(seen_version=F("evidence__version"))
    return rows.exclude(assessment__status=Assessment.Status.CLOSED)


def uses_of(evidence: Evidence, principal: Principal) -> QuerySet[AnswerEvidence]:
    """Where a document is used: links to assessments that `principal` may see, newest first."""
    from_units = principal.units()
    rows = open_to(AnswerEvidence.objects.filter(evidence=evidence), principal).select_related(
        "assessment", "assessment__questionnaire", "assessment__engagement"
    )
    rows = rows.defer("assessment__questionnaire__content")
    if from_units is not None:
        rows = rows.filter(assessment__unit__in=from_units)
    return rows.order_by("-added_at")
