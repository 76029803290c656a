"""Portfolios and runs over them for tests, and what scores and ratings say afterwards."""

from typing import Any

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment
from scoring.models import CurrentScore, Methodology, Run, RunPiece, Standing
from scoring.services import runs
from tests.factories.assessments import make_assessment, small_questionnaire, submitted
from tests.factories.methods import make_draft, publish
from tests.factories.scoring import catch_up, scored
from tests.factories.vendors import make_engagement, make_vendor


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


def begin(row: Methodology, kind: str = Run.Kind.PUBLICATION, **more: Any) -> Run:
    """A run that has been cut into pieces."""
    found = runs.start(kind=kind, methodology=row, content_hash=row.content_hash, by=SYSTEM, **more)
    runs.cut(found.pk)
    found.refresh_from_db()
    return found


def pieces(run: Run) -> list[RunPiece]:
    """The pieces of a run in their order."""
    return list(run.pieces.order_by("number"))


def finish(run: Run) -> Run:
    """Go through the pieces of a run, as the workers do."""
    for piece in pieces(run):
        runs.go_through(piece.pk)
    run.refresh_from_db()
    return run


def whole(row: Methodology, kind: str = Run.Kind.PUBLICATION, **more: Any) -> Run:
    """A run from its start to its end."""
    return finish(begin(row, kind, **more))


def one_block(run: Run) -> None:
    """The next block of the first piece that is not finished."""
    piece = run.pieces.select_related("run__methodology").filter(finished=False).earliest("number")
    first, last, _ = next(runs._blocks(piece))
    runs._score(piece, first, last)


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
