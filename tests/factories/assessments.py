"""Engagements, assessments and answers for tests; assessments are made by the services."""

from collections.abc import Mapping
from itertools import count

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM, Principal
from assessments import schema
from assessments.models import Assessment, Questionnaire
from assessments.schema import Kind, Question
from assessments.selectors.assessments import answers_of, schema_of, visible_questions
from assessments.services import answers as answer_service
from assessments.services import assessments as service
from assessments.services.answers import AnswerInput
from assessments.services.questionnaires import publish
from vendors.models import Engagement, Vendor, VendorUnit

_number = count(1)

#: Small enough to read in a test: every kind, a gate with a gate inside, a knock-out, and
#: questions that only a high tier is asked.
SMALL = """
key: small
version: "1"
title: A small questionnaire
sections:
  - key: ownership
    title: Settle who owns the results
    intro: Who owns what is made.
    dimension: ip_law_compliance
    reviewer: legal
    questions:
      - key: assigns
        kind: yes_no
        text: Does the contract assign the results?
        why: Without it the vendor keeps them.
        good_evidence: The clause.
        respondent: legal
        mandatory: true
        weight: 3
        risk: {"yes": 0, "no": 1}
        valid_for: none
        knock_out: {at: 0.9, floor: 80, block: true, reason: Nothing would be ours.}
      - key: discloses
        kind: single
        text: How fast are inventions disclosed?
        why: Late is lost.
        good_evidence: The clause.
        respondent: vendor
        allow_not_applicable: true
        options:
          - {key: at_once, label: At once, risk: 0}
          - {key: yearly, label: Once a year, risk: 0.5}
          - {key: never, label: Never, risk: 1}
  - key: secrets
    title: Keep secrets secret
    intro: How secrets are kept.
    dimension: technology_protection
    reviewer: procurement
    questions:
      - key: subcontracts
        kind: yes_no
        text: Do you subcontract?
        why: Every hand is a risk.
        good_evidence: A list.
        respondent: vendor
        risk: {"yes": 0.3, "no": 0}
        gate:
          opens_on: ["yes"]
          children:
            - key: bound
              kind: yes_no
              text: Are subcontractors bound in writing?
              why: Unbound means open.
              good_evidence: A signed agreement.
              respondent: vendor
              mandatory: true
              risk: {"yes": 0, "no": 1}
              gate:
                opens_on: ["yes"]
                children:
                  - key: signed_on
                    kind: date
                    text: When was the last agreement signed?
                    why: Old agreements miss new people.
                    good_evidence: The agreement.
                    respondent: vendor
                    date: {risk: 0, clock: starts, past_only: true}
                    valid_for: 24
      - key: measures
        kind: multiple
        text: Which measures are in place?
        why: Each one missing costs.
        good_evidence: A policy.
        respondent: vendor
        resolve: capped_sum
        counts: missing
        options:
          - {key: locks, label: Locks, risk: 0.4}
          - {key: logs, label: Logs, risk: 0.3}
          - {key: nothing, label: None of these, risk: 1, exclusive: true}
      - key: staff
        kind: number
        text: How many people have access?
        why: Fewer is better.
        good_evidence: The access list.
        respondent: buyer
        curve: {points: [[0, 0], [100, 1]], unit: people, minimum: 0, whole: true}
      - key: remarks
        kind: text
        text: What else should we know?
        why: Forms miss things.
        good_evidence: None needed.
        respondent: vendor
        max_length: 200
      - key: watched
        kind: yes_no
        text: Is the market watched?
        why: Copies come early.
        good_evidence: Reports.
        respondent: finance
        min_tier: high
        risk: {"yes": 0, "no": 0.6}
"""


def small_questionnaire() -> Questionnaire:
    """The small questionnaire, published."""
    return publish(schema.load(SMALL), by=SYSTEM)


def make_engagement(
    unit: BusinessUnit, *, tier: str = "high", service: str = "tooling", vendor: str = ""
) -> Engagement:
    """An engagement with a vendor of its own in `unit`."""
    number = next(_number)
    row = Vendor.objects.create(name=vendor or f"Vendor {number}", country="DE")
    VendorUnit.objects.create(vendor=row, unit=unit)
    return Engagement.objects.create(
        vendor=row,
        unit=unit,
        title=f"Engagement {number}",
        service=service,
        ip_kinds=["designs", "moulds_tooling"],
        inherent_risk=6000,
        tier=tier,
    )


def make_assessment(
    unit: BusinessUnit,
    *,
    by: Principal = SYSTEM,
    engagement: Engagement | None = None,
    questionnaire: Questionnaire | None = None,
    tier: str = "high",
) -> Assessment:
    """An open assessment of the small questionnaire (or of the one given)."""
    return service.open_assessment(
        engagement=engagement or make_engagement(unit, tier=tier),
        questionnaire=questionnaire or small_questionnaire(),
        by=by,
    )


def answer_all(assessment: Assessment, *, by: Principal = SYSTEM) -> None:
    """Answer every question that is asked, until no gate opens another one."""
    questionnaire = schema_of(assessment)
    for _round in range(5):
        stored = answers_of(assessment)
        blank: Mapping[str, AnswerInput] = {
            key: AnswerInput(good_value(questionnaire.by_key[key].question))
            for key in visible_questions(questionnaire, assessment, stored)
            if key not in stored
        }
        if not blank:
            return
        answer_service.save(assessment=assessment, values=blank, by=by)


def good_value(question: Question) -> object:
    """An answer of low risk to a question of any kind."""
    if question.kind is Kind.MULTIPLE:
        several = [option.key for option in question.options if not option.exclusive]
        return several if question.counts == "missing" else several[:1]
    if question.choices:
        return min(question.choices, key=lambda option: option.risk).key
    if question.kind is Kind.NUMBER and question.curve:
        return min(question.curve.points, key=lambda point: point[1])[0]
    return "2026-01-15" if question.kind is Kind.DATE else "An answer in words."


def submitted(unit: BusinessUnit, *, by: Principal = SYSTEM) -> Assessment:
    """An assessment that is answered and handed in."""
    assessment = make_assessment(unit)
    answer_all(assessment, by=by)
    return service.submit(assessment=assessment, by=by)


def in_review(unit: BusinessUnit, *, by: Principal = SYSTEM) -> Assessment:
    """An assessment that a reviewer has taken up."""
    return service.take(assessment=submitted(unit, by=by), by=SYSTEM)
