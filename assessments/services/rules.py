"""Findings that follow from assessments by rule: raised and settled by Surety itself.

An answer at or above a risk, mandatory evidence that is missing, a knock-out. What was handed in
counts, never a draft. A cause names engagement, questionnaire and question, not the assessment: an
answer that is still the same a year later keeps its finding.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from assessments import schema
from assessments.models import Answer, Assessment
from assessments.selectors.assessments import answers_of, schema_of, visible_questions
from assessments.selectors.proof import missing_evidence, next_end
from assessments.sheet import State
from assessments.wording import answer_words, counted_words
from audit.models import Event
from vendors.finding_kinds import KNOCK_OUT, MISSING_EVIDENCE, RISKY_ANSWER
from vendors.models import Engagement, Finding, FindingRule
from vendors.selectors.finding_rules import rule_for
from vendors.services import finding_checks, findings
from vendors.services.findings import Raised

#: From this risk on an answer is of high severity.
_HIGH: Final = 9_000
_TITLE: Final = 200
#: Nothing is asked of the vendor before it is handed in; what is closed counts no more.
_COUNTS: Final = (
    Assessment.Status.SUBMITTED,
    Assessment.Status.IN_REVIEW,
    Assessment.Status.RETURNED,
    Assessment.Status.APPROVED,
)
Causes = dict[str, Raised]


@dataclass(frozen=True)
class _Found:
    """What the rules say of one engagement, by kind."""

    answers: Causes
    evidence: Causes
    knock_outs: Causes


def check_after(*, event_id: UUID) -> None:
    """Bring the findings of the engagement that an event is about up to date."""
    event = Event.objects.only("aggregate_type", "aggregate_id").get(id=event_id)
    if event.aggregate_type == "engagement":
        check(engagement_id=event.aggregate_id)
        return
    found = Assessment.objects.filter(pk=event.aggregate_id).values_list("engagement", flat=True)
    for engagement_id in found:
        check(engagement_id=engagement_id)


def sweep() -> int:
    """Bring up to date what no task has, whatever became of it: engagements that have changed,
    those of a tier whose rule has changed, those with evidence that has run out since."""
    return finding_checks.sweep(
        finding_checks.Subject.ENGAGEMENT, lambda one: check(engagement_id=one)
    )


def check(*, engagement_id: UUID) -> None:
    """Bring the findings of one engagement into line with what was handed in."""
    with transaction.atomic():
        finding_checks.take(finding_checks.Subject.ENGAGEMENT, engagement_id)
        rows = Engagement.objects.select_related("vendor", "unit")
        # Held, so that whoever comes second decides by the later state.
        engagement = rows.select_for_update(of=("self",), no_key=True).get(pk=engagement_id)
        found = _found(engagement)
        gone: Mapping[str, tuple[Causes, str]] = {
            RISKY_ANSWER: (found.answers, _("The answer is of lower risk now, or asked no more.")),
            MISSING_EVIDENCE: (found.evidence, _("It is proved now, or need not be any more.")),
            KNOCK_OUT: (found.knock_outs, _("The knock-out is set off no more.")),
        }
        for kind, (causes, reason) in gone.items():
            findings.keep(
                vendor=engagement.vendor,
                unit=engagement.unit,
                engagement=engagement,
                kind=kind,
                causes=causes,
                gone=reason,
            )
        if (day := next_end(engagement, _COUNTS)) is not None:
            finding_checks.note(
                finding_checks.Subject.ENGAGEMENT, engagement.pk, on=day + timedelta(days=1)
            )


def _found(engagement: Engagement) -> _Found:
    found = _Found({}, {}, {})
    if engagement.status == Engagement.Status.ENDED:
        return found
    rule = rule_for(engagement.tier)
    rows = Assessment.objects.filter(engagement=engagement, status__in=_COUNTS)
    seen: set[str] = set()
    for assessment in rows.select_related("questionnaire").order_by("-pk"):
        key = assessment.questionnaire.key
        if key not in seen:
            seen.add(key)
            _judge(assessment, rule, found)
    return found


def _judge(assessment: Assessment, rule: FindingRule, found: _Found) -> None:
    questionnaire, answers = schema_of(assessment), answers_of(assessment)
    start = f"{assessment.engagement_id}:{assessment.questionnaire.key}"
    if rule.missing_evidence:
        for key in missing_evidence(assessment, answers):
            asked = questionnaire.by_key[key].question
            text = asked.text.text_for("")
            found.evidence[f"{start}:{key}"] = Raised(
                title=_cut(_("Not proved: %(question)s") % {"question": text}),
                severity=Finding.Severity.MODERATE,
                detail=_("Good evidence: %(what)s") % {"what": asked.good_evidence.text_for("")},
            )
    for key, question, answer, risk in _risks(assessment, questionnaire, answers):
        cause = f"{start}:{key}"
        said = counted_words(question, answer) or answer_words(question, answer)
        title = _cut(f"{question.text.text_for('')} {said}")
        out = question.knock_out
        if rule.knock_out and out is not None and risk >= out.at:
            found.knock_outs[cause] = Raised(
                title=title,
                severity=Finding.Severity.CRITICAL if out.block else Finding.Severity.HIGH,
                detail=out.reason.text_for(""),
            )
        elif rule.answer_risk is not None and risk >= rule.answer_risk:
            found.answers[cause] = Raised(
                title=title,
                severity=Finding.Severity.HIGH if risk >= _HIGH else Finding.Severity.MODERATE,
                detail=question.why.text_for(""),
            )


def _risks(
    assessment: Assessment, questionnaire: schema.Questionnaire, answers: Mapping[str, Answer]
) -> Iterator[tuple[str, schema.Question, Answer, int]]:
    """The questions that are asked and answered, with the risk (1/10,000) of what counts: the
    reviewer's answer where there is one."""
    for key in visible_questions(questionnaire, assessment, answers):
        answer, question = answers.get(key), questionnaire.by_key[key].question
        if answer is None or answer.counted_state != State.ANSWERED:
            continue
        risk = schema.resolve_risk(question, answer.counted_value)
        if risk is not None:
            yield key, question, answer, risk


def _cut(text: str) -> str:
    return text if len(text) <= _TITLE else f"{text[: _TITLE - 1]}…"
