"""Scores that stand, for the API and for histories, and the parts of any of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import for_principal
from assessments.models import Assessment
from scoring.compile import Compiled
from scoring.engine import provenance
from scoring.engine.batch import Resolved
from scoring.engine.contributions import Contribution, parts_of
from scoring.engine.document import DocumentError
from scoring.models import CurrentScore, Score, ScoreStatus, ScoringModel
from scoring.selectors import models
from vendors.selectors.merges import all_ids_of

#: What a list of scores shows.
LISTED: Final = (
    "id", "vendor_id", "assessment_id", "assessment__engagement_id", "status", "band", "points",
    "lo", "hi", "as_of", "cause", "computed_at", "engine_version", "digest", "figures", "inputs",
    "model__hash", "model__methodology__content_hash",
)  # fmt: skip


class NotReproducible(Exception):
    """A stored score cannot be taken apart by this release: its model or engine was another."""


@dataclass(frozen=True, slots=True)
class ScorePage:
    """Scores in the order in which they were made; `next` is the key of the last one, or None.

    A row has the columns `LISTED`: as objects, 500 of them would take ten times as long.
    """

    rows: Sequence[Mapping[str, Any]]
    next: UUID | None


def scores_visible_to(
    principal: Principal, permission: Permission = Permission.READ_SCORES
) -> QuerySet[Score]:
    """The scores that stand, of the units in which `principal` holds `permission`."""
    return for_principal(Score.objects.all(), principal, permission=permission)


def on_record(principal: Principal) -> QuerySet[Score]:
    """The same with all that is needed to explain one of them on a page."""
    return (
        scores_visible_to(principal)
        .select_related(
            "model__methodology",
            "assessment__questionnaire",
            "assessment__vendor",
            "assessment__engagement",
            "assessment__unit",
        )
        .defer(*unread(""), "assessment__questionnaire__content")
    )


def neighbours(score: Score) -> tuple[Score | None, Score | None]:
    """The scores of the same assessment just before and just after it, by key."""
    rows = Score.objects.filter(assessment=score.assessment_id).only("pk", "computed_at")
    before = rows.filter(pk__lt=score.pk).order_by("-pk").first()
    return before, rows.filter(pk__gt=score.pk).order_by("pk").first()


def current_visible_to(
    principal: Principal, permission: Permission = Permission.READ_SCORES
) -> QuerySet[CurrentScore]:
    """The current scores, drafts included, of the units in which they hold `permission`."""
    return for_principal(CurrentScore.objects.all(), principal, permission=permission)


def with_model(rows: QuerySet[Score]) -> QuerySet[Score]:
    """`rows` with what names their method and their engagement read along."""
    return rows.select_related("model__methodology", "assessment").defer(
        *unread(""), "assessment__questions", "assessment__sections"
    )


def current_of(assessment_id: UUID) -> CurrentScore | None:
    """The current score of an assessment, with all that its properties read; one query."""
    rows = CurrentScore.objects.select_related("score", "model__methodology")
    return rows.defer(*unread("")).filter(pk=assessment_id).first()


def unread(path: str) -> tuple[str, ...]:
    """The large columns beside a score at `path` that nobody reads along."""
    return (f"{path}model__document", f"{path}model__methodology__content")


def score_page(
    principal: Principal,
    *,
    vendor_id: UUID | None = None,
    assessment_id: UUID | None = None,
    after: UUID | None = None,
    limit: int = 100,
) -> ScorePage:
    """A page of scores by key, oldest first; two queries at most, whatever the page."""
    rows = scores_visible_to(principal).order_by("pk").values(*LISTED)
    if vendor_id is not None:
        rows = rows.filter(vendor__in=all_ids_of(vendor_id))
    if assessment_id is not None:
        rows = rows.filter(assessment=assessment_id)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    listed = list(rows[: limit + 1])
    return ScorePage(
        rows=listed[:limit], next=listed[limit - 1]["id"] if len(listed) > limit else None
    )


def latest_final(principal: Principal, vendor_id: UUID) -> Score | None:
    """The vendor's latest final score that they may read; ageing may have overtaken it since."""
    rows = scores_visible_to(principal).filter(
        vendor__in=all_ids_of(vendor_id), status=ScoreStatus.FINAL
    )
    return rows.order_by("-pk").first()


def history(assessment: Assessment, *, limit: int = 50) -> list[Score]:
    """The scores of an assessment the caller may see, latest first, without the large columns."""
    rows = Score.objects.filter(assessment=assessment).order_by("-pk")
    return list(rows.defer("inputs")[:limit])


def model_of(score: Score | CurrentScore) -> Compiled:
    """The model with which a score was made, as it was then. Raises NotReproducible."""
    if score.engine_version != provenance.ENGINE_VERSION:
        raise NotReproducible("This score was made by another version of the engine.")
    try:
        return models.model(score.model_id)
    except (ScoringModel.DoesNotExist, DocumentError) as error:
        raise NotReproducible("The model of this score cannot be read any more.") from error


def resolved_of(score: Score | CurrentScore, model: Compiled) -> Resolved:
    """What the formulas saw when a score was made, from its stored inputs."""
    try:
        return provenance.unpack_inputs(model.plan, [score.packed_inputs])
    except provenance.InputsError as error:
        raise NotReproducible("The inputs of this score cannot be read any more.") from error


def contributions_of(score: Score) -> tuple[Contribution, ...]:
    """Every part of a score that stands, recomputed from its stored inputs; they add up to it.

    Raises NotReproducible.
    """
    model = model_of(score)
    return parts_of(model.plan, resolved_of(score, model))
