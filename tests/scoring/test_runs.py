"""A run over the portfolio leaves what scoring one by one would have left, and can be stopped."""

from typing import Any

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment
from scoring.models import CurrentScore, Methodology, Run, Standing
from scoring.services import runs, scores
from tests.factories.assessments import make_assessment, small_questionnaire, submitted
from tests.factories.methods import make_draft, publish
from tests.factories.scoring import catch_up, recount, rolled_up, scored
from tests.factories.vendors import make_engagement, make_vendor

pytestmark = pytest.mark.django_db


def another_method() -> Methodology:
    """A method under which every score differs, put in force."""
    return publish(make_draft(kappa=0.8, p=2))


def portfolio(unit: BusinessUnit) -> list[Assessment]:
    """Drafts and submitted ones, good and bad, two engagements at one vendor, one without."""
    questionnaire = small_questionnaire()
    made = [scored(unit, questionnaire, worst=number % 2 == 0) for number in range(4)]
    made += [submitted(unit), make_assessment(unit)]
    second = make_engagement(made[0].vendor, unit)
    made.append(make_assessment(unit, engagement=second, questionnaire=questionnaire))
    make_engagement(made[1].vendor, unit)
    make_vendor(unit)
    catch_up()
    return made


def run(row: Methodology, kind: str = Run.Kind.PUBLICATION, **more: Any) -> Run:
    """A run from its start to its end, as the workers go through it."""
    found = runs.start(kind=kind, methodology=row, content_hash=row.content_hash, by=SYSTEM, **more)
    runs.cut(found.pk)
    for pk in found.pieces.order_by("number").values_list("pk", flat=True):
        runs.go_through(pk)
    found.refresh_from_db()
    return found


def said() -> tuple[list[Any], list[Any]]:
    """What scores and standings say now."""
    current = CurrentScore.objects.select_related("score").order_by("pk")
    present = Standing.objects.filter(valid_to__isnull=True).order_by("vendor", "scope")
    return (
        [
            (
                row.pk, row.model_id, row.inputs_version, row.status, row.band, row.points, row.lo,
                row.hi, row.next_change, bytes(row.digest), row.packed_figures, row.packed_inputs,
                row.score_id is None,
            )
            for row in current
        ],
        [
            (
                row.vendor_id, row.scope, row.tier, row.status, row.band, row.points, row.lo,
                row.hi, row.worst_dimension, row.dimensions, row.blocked, row.missing_proofs,
                row.assessments, row.not_rated, row.driver, row.name,
            )
            for row in present
        ],
    )  # fmt: skip


def test_a_run_leaves_what_scoring_one_by_one_would_leave(unit: BusinessUnit) -> None:
    made = portfolio(unit)
    before = said()
    found = run(another_method())
    by_run = said()
    assert found.status == Run.Status.DONE
    assert found.total == len(made)
    assert by_run != before
    assert rolled_up() == recount()
    for one in made:
        scores.rescore_many(assessment_ids=[one.pk], cause="again", force=True)
    assert said() == by_run
    assert rolled_up() == recount()
