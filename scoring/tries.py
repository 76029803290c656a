"""What would lower a score, as a scenario: the change filled in on the what-if page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from assessments import schema
from assessments.question import Kind, Question
from assessments.sheet import EvidenceLevel
from scoring import links
from scoring.engine.whatif import Change
from scoring.selectors.scenario import Said, Scenario
from scoring.selectors.scorecard import Lowering


def try_url(assessment_id: object, question: Question, one: Lowering, as_of: date) -> str:
    """The what-if page with this change made: answered at best, and that proved and reviewed."""
    said = Said(evidence=EvidenceLevel.REVIEWER_VERIFIED)
    if one.change != Change.PROVE:
        best = best_answer(question, as_of)
        if best is None:
            return links.what_if(assessment_id)
        said = Said(value=best, evidence=EvidenceLevel.REVIEWER_VERIFIED)
    return links.what_if(assessment_id, Scenario(answers={one.key: said}).pairs())


def best_answer(question: Question, as_of: date) -> schema.Value | None:
    """The answer of least risk; where several have it, one that asks no further questions."""
    found = [
        (schema.resolve_risk(question, value) or 0, schema.is_open(question, value), at, value)
        for at, value in enumerate(_candidates(question, as_of))
    ]
    return min(found, key=lambda one: one[:3])[3] if found else None


def _candidates(question: Question, as_of: date) -> Iterator[schema.Value]:
    if question.kind in {Kind.SINGLE, Kind.YES_NO}:
        yield from (option.key for option in question.choices)
    elif question.kind is Kind.MULTIPLE:
        yield [option.key for option in question.options if not option.exclusive]
        yield from ([option.key] for option in question.options)
    elif question.kind is Kind.NUMBER and question.curve:
        least, most = question.curve.minimum, question.curve.maximum
        for number, _risk in question.curve.points:
            low = number if least is None else max(number, least)
            yield low if most is None else min(low, most)
    elif question.kind is Kind.DATE:
        yield as_of.isoformat()
