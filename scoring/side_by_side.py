"""Scores beside each other, as they stand or all by one method; and what tells them apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from assessments.selectors.assessments import schema_of
from audit import clock
from scoring import inputs
from scoring.engine.batch import Resolved, resolve
from scoring.engine.contributions import Contribution
from scoring.engine.evaluate import score
from scoring.engine.explain import ItemLabel
from scoring.engine.methodology import Methodology as Method
from scoring.engine.methodology import parse_methodology
from scoring.engine.plan import Plan
from scoring.models import Methodology
from scoring.ranking import Span
from scoring.selectors import methods, scores
from scoring.selectors.comparison import Side
from scoring.selectors.labels import labels_for
from scoring.selectors.whatif import Figures, figures


@dataclass(frozen=True, eq=False, slots=True)
class Column:
    """One of those compared, with its score taken apart.

    `figures`: None where there is no score, or none that this release can take apart. `parts`: item
    -> what it adds; `labels`: item -> its words and what was answered; `knock_outs`: items that set
    one off.
    """

    side: Side
    method: Methodology | None
    as_of: date | None
    figures: Figures | None = None
    parts: Mapping[str, Contribution] = field(default_factory=dict)
    labels: Mapping[str, ItemLabel] = field(default_factory=dict)
    knock_outs: Sequence[str] = ()

    @property
    def name(self) -> str:
        return self.side.assessment.vendor.name

    @property
    def span(self) -> Span | None:
        """The rated score with its interval; None where it is not rated."""
        seen = self.figures
        return None if seen is None or seen.points is None else Span(seen.lo, seen.points, seen.hi)


def as_they_stand(
    sides: Sequence[Side], weights: Mapping[str, float] | None = None
) -> list[Column]:
    """Each by its own score: the inputs that are stored with it, and the method that made it.

    With `weights` of dimensions in place of those of the method. Nothing is written.
    """
    return [_standing(side, weights) for side in sides]


def _standing(side: Side, weights: Mapping[str, float] | None) -> Column:
    if side.score is None:
        return Column(side, None, None)
    method, as_of = side.score.methodology, side.score.as_of
    try:
        model = scores.model_of(side.score)
        resolved = scores.resolved_of(side.score, model)
    except scores.NotReproducible:
        return Column(side, method, as_of)
    return _taken_apart(side, method, as_of, _weighted(model.plan, weights), resolved)


def by_one_method(
    sides: Sequence[Side], method: Methodology, weights: Mapping[str, float] | None = None
) -> list[Column]:
    """All of them scored now by one version of the method, as a trial. Nothing is written."""
    today = clock.today()
    known = {side.assessment.pk: side for side in sides}
    found: dict[object, Column] = {}
    for group in inputs.gather(
        known, method=methods.parameters(method.pk), method_hash=method.content_hash, as_of=today
    ):
        resolved = resolve(group.compiled.plan, group.batch)
        plan = _weighted(group.compiled.plan, weights)
        for at, row in enumerate(group.assessments):
            alone = resolved.take(np.array([at], dtype=np.intp))
            found[row.pk] = _taken_apart(known[row.pk], method, today, plan, alone)
    return [found[side.assessment.pk] for side in sides]


def _weighted(plan: Plan, weights: Mapping[str, float] | None) -> Plan:
    return replace(plan, methodology=weighted(plan.methodology, weights)) if weights else plan


def weighted(method: Method, weights: Mapping[str, float]) -> Method:
    """The method with these weights of dimensions."""
    content = method.content
    content["dimensions"] = {**content["dimensions"], **weights}
    return parse_methodology(content)


def _taken_apart(
    side: Side, method: Methodology, as_of: date, plan: Plan, resolved: Resolved
) -> Column:
    seen = figures(plan, resolved)
    labels = labels_for(schema_of(side.assessment), side.answers, plan, resolved)
    triggered = np.flatnonzero(score(plan, resolved).triggered[0])
    return Column(
        side=side,
        method=method,
        as_of=as_of,
        figures=seen,
        parts={part.key: part for part in seen.parts if part.key is not None},
        labels=labels,
        knock_outs=[labels[plan.item(plan.knock_outs[at]).key].text for at in triggered],
    )


def methods_of(columns: Sequence[Column]) -> list[Methodology]:
    """The versions of the method behind the scores, each once, the latest first."""
    found = {one.method.pk: one.method for one in columns if one.method is not None}
    return sorted(found.values(), key=lambda row: row.pk, reverse=True)
