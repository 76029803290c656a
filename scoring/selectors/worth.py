"""What closing a finding would be worth: the score tried with its answer at best, never stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from assessments.models import Assessment
from scoring.engine.whatif import Change, improvements_of
from scoring.models import CurrentScore
from scoring.selectors import scores as reading
from vendors.finding_kinds import KNOCK_OUT, MISSING_EVIDENCE, RISKY_ANSWER
from vendors.models import Finding
from vendors.selectors.findings import by_cause

#: Findings that an answer is behind.
KINDS: Final = (KNOCK_OUT, RISKY_ANSWER, MISSING_EVIDENCE)


@dataclass(frozen=True, slots=True)
class Worth:
    """By how many milli-points closing a finding alone would lower the score, and to where.

    `points` 0: it would not move it. They do not add up: each is tried alone.
    """

    finding: Finding
    key: str
    points: int
    to: int

    @property
    def lowers(self) -> int:
        """The same as a change of the score."""
        return -self.points


def worth_of(finding: Finding) -> tuple[Worth, CurrentScore] | None:
    """What closing this finding would be worth today; None where no score is behind it."""
    if finding.kind not in KINDS or finding.engagement_id is None:
        return None
    _engagement, questionnaire, key = finding.cause.split(":", 2)
    rows = Assessment.objects.filter(
        engagement=finding.engagement_id, questionnaire__key=questionnaire
    ).exclude(status__in=(Assessment.Status.CLOSED, Assessment.Status.DRAFT))
    assessment = rows.order_by("-pk").first()
    current = reading.current_of(assessment.pk) if assessment else None
    if current is None:
        return None
    saved = _saved(current)
    if saved is None:
        return None
    points, to = saved.get((key, _change(finding)), (0, current.points or current.residual))
    return Worth(finding, key, points, to), current


def ranked(assessment: Assessment, current: CurrentScore) -> list[Worth]:
    """The findings behind the answers of an assessment that is seen, those worth most first."""
    start = f"{assessment.engagement_id}:{assessment.questionnaire.key}:"
    rows = {
        cause.removeprefix(start): row
        for cause, row in by_cause(assessment.engagement, KINDS).items()
        if cause.startswith(start)
    }
    saved = _saved(current) if rows else None
    if saved is None:
        return []
    none = (0, current.points or current.residual)
    found = [Worth(row, key, *saved.get((key, _change(row)), none)) for key, row in rows.items()]
    return sorted(found, key=lambda one: (-one.points, one.key))


def _change(finding: Finding) -> Change:
    return Change.PROVE if finding.kind == MISSING_EVIDENCE else Change.REMEDY


def _saved(current: CurrentScore) -> Mapping[tuple[str, Change], tuple[int, int]] | None:
    """(question, change) -> what it saves and where it leads; None for another engine."""
    try:
        model = reading.model_of(current)
        resolved = reading.resolved_of(current, model)
    except reading.NotReproducible:
        return None
    return {
        (one.key, one.change): (one.points, one.computed)
        for one in improvements_of(model.plan, resolved)
    }
