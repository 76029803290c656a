"""Scored assessments and vendors for tests, made by the services."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models.functions import Now

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment, Questionnaire
from assessments.services import answers
from assessments.services.answers import AnswerInput
from scoring.engine.methodology import DIMENSIONS
from scoring.models import BandCount, CurrentScore, DayDelta, DimensionCell, Outstanding, Standing
from scoring.services import catching_up, scores
from tests.factories.assessments import answer_all, make_assessment
from tests.factories.vendors import make_engagement, make_vendor


def score(assessment: Assessment, cause: str = "assessment.answers_saved") -> CurrentScore:
    """The current score of an assessment, brought up to date."""
    found = scores.rescore(assessment_id=assessment.pk, cause=cause)
    assert found is not None
    return found


def catch_up() -> int:
    """Score everything that is outstanding, as the sweep does after some seconds."""
    Outstanding.objects.update(due_at=Now() - timedelta(seconds=1))
    return catching_up.sweep()


def say(assessment: Assessment, **values: Any) -> None:
    """Save answers by question key."""
    answers.save(
        assessment=assessment,
        values={key: AnswerInput(value) for key, value in values.items()},
        by=SYSTEM,
    )


def scored(
    unit: BusinessUnit,
    questionnaire: Questionnaire | None = None,
    *,
    name: str = "",
    country: str = "VN",
    worst: bool = False,
    **values: Any,
) -> Assessment:
    """A vendor with one engagement and one answered, scored draft: as good, or as bad, as can be.

    `values` go to the vendor, such as its category.
    """
    vendor = make_vendor(unit, name=name, country=country, **values)
    engagement = make_engagement(vendor, unit)
    assessment = make_assessment(unit, engagement=engagement, questionnaire=questionnaire)
    answer_all(assessment)
    if worst:
        say(assessment, assigns="no", discloses="never", measures=["nothing"])
    score(assessment)
    return assessment


def recount() -> tuple[Counter[Any], Counter[Any], Counter[Any]]:
    """What the roll-ups have to say, counted from the present standings: bands, cells, totals."""
    bands: Counter[Any] = Counter()
    cells: Counter[Any] = Counter()
    totals: Counter[Any] = Counter()
    for row in Standing.objects.filter(valid_to__isnull=True, archived=False):
        bands[row.unit_id, row.tier, row.country, row.band, row.status] += 1
        for dimension, points in zip(DIMENSIONS, row.dimensions, strict=False):
            if points is not None:
                cells[row.unit_id, row.tier, dimension] += 1
                totals[row.unit_id, row.tier, dimension] += points
    return bands, cells, +totals


def rolled_up() -> tuple[Counter[Any], Counter[Any], Counter[Any]]:
    """What the roll-ups do say; empty cells left out."""
    bands = Counter(
        {
            (row.unit_id, row.tier, row.country, row.band, row.status): row.vendors
            for row in BandCount.objects.exclude(vendors=0)
        }
    )
    rows = list(DimensionCell.objects.all())
    cells = Counter({(r.unit_id, r.tier, r.dimension): r.vendors for r in rows if r.vendors})
    totals = Counter({(r.unit_id, r.tier, r.dimension): r.total for r in rows if r.total})
    return bands, cells, totals


def band_sums() -> dict[tuple[UUID | None, str], int]:
    """The running sums of the trend up to now; bands without a vendor left out."""
    sums: Counter[tuple[UUID | None, str]] = Counter()
    for row in DayDelta.objects.all():
        sums[row.unit_id, row.band] += row.delta
    return {key: count for key, count in sums.items() if count}
