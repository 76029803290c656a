"""Why a score on record differs from the one before it, from the inputs stored with both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assessments.models import Assessment
from assessments.selectors.assessments import schema_of
from scoring.engine.compare import differences
from scoring.models import Score
from scoring.selectors import scores as reading
from scoring.selectors.labels import section_of, text_of


@dataclass(frozen=True, slots=True)
class Moved:
    """A question whose inputs differ; `kind` is that of `scoring.engine.compare.Kind`.

    `alone` (milli-points) is by how much this alone would have moved the earlier score. `left`
    is what was left of its proof before and after, as shares.
    """

    kind: str
    key: str
    text: str
    section: str
    alone: int
    left: tuple[float, float]
    aged: bool


@dataclass(frozen=True, slots=True)
class Step:
    """The score before, and what differs since. `complete` is False where the two were made with
    other questions or another method, so that their inputs cannot be compared."""

    before: Score
    complete: bool
    moved: Sequence[Moved]
    signed: bool
    intake: bool

    @property
    def aged(self) -> list[Moved]:
        """Those that moved the score because time went by."""
        return [one for one in self.moved if one.aged and one.alone]

    @property
    def aged_in_vain(self) -> int:
        """How many aged without moving the score: only the upper end of its interval knows."""
        return sum(one.aged and not one.alone for one in self.moved)

    @property
    def changed(self) -> list[Moved]:
        """Those that somebody changed."""
        return [one for one in self.moved if not one.aged]


def step_to(score: Score, assessment: Assessment) -> Step | None:
    """What led from the score before to `score`; None for the first one on record."""
    before = (
        Score.objects.filter(assessment=assessment, pk__lt=score.pk)
        .select_related("model")
        .defer("model__document")
        .order_by("-pk")
        .first()
    )
    if before is None:
        return None
    try:
        model = reading.model_of(score)
        was = reading.model_of(before)
    except reading.NotReproducible:
        return Step(before, complete=False, moved=(), signed=False, intake=False)
    if was.model_hash != model.model_hash:
        return Step(before, complete=False, moved=(), signed=False, intake=False)
    earlier = reading.resolved_of(before, model)
    later = reading.resolved_of(score, model)
    questionnaire = schema_of(assessment)
    moved = [
        Moved(
            kind=one.kind.value,
            key=one.key,
            text=text_of(questionnaire, one.key),
            section=section_of(questionnaire, one.key),
            alone=one.alone,
            left=(one.fade[0] / 10_000, one.fade[1] / 10_000),
            aged=one.aged,
        )
        for one in differences(model.plan, earlier, later)
    ]
    return Step(
        before,
        complete=True,
        moved=moved,
        signed=bool(earlier.signed_off[0] != later.signed_off[0]),
        intake=not np.array_equal(earlier.intake, later.intake),
    )
