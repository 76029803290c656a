"""Scoring: from the inputs of assessments to their current scores, the history and the record."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from accounts.principal import SYSTEM
from assessments.models import Assessment
from audit import clock
from audit.record import record
from scoring import inputs
from scoring.events import ScoreChanged
from scoring.models import CurrentScore, Methodology, Score, ScoreInputs
from scoring.services import methodologies, outstanding, standings
from scoring.services.results import Computed, compute

#: The cause of a score that changed because time went by.
AGEING: Final = "ageing"
#: Assessments whose scores do not change any more.
_OVER: Final = Assessment.Status.CLOSED
#: Statuses before the first submission: their score is one replaceable row.
_DRAFTS: Final = frozenset({Assessment.Status.DRAFT, Assessment.Status.SENT})


def rescore(*, assessment_id: UUID, cause: str, force: bool = False) -> CurrentScore | None:
    """Bring the score of one assessment up to date; None where there is no such assessment."""
    rescore_many(assessment_ids=[assessment_id], cause=cause, force=force)
    return CurrentScore.objects.filter(pk=assessment_id).first()


@transaction.atomic
def rescore_many(
    *, assessment_ids: Collection[UUID], cause: str, force: bool = False
) -> frozenset[UUID]:
    """Bring the scores of some assessments, and the standings of their vendors, up to date.

    `cause` is the type of the event behind it, or AGEING. Returns the assessments that were looked
    at; those for which nothing can have changed since their last score are passed over, unless
    `force` is set. The number of queries does not depend on the number of assessments.

    One transaction: keep to some hundreds at a time.
    """
    ids = frozenset(assessment_ids)
    outstanding.lock(outstanding.Subject.ASSESSMENT, ids)
    noted = outstanding.take(outstanding.Subject.ASSESSMENT, ids)
    today = clock.today()
    row = methodologies.published()
    if not force:
        unnoted = ids - noted
        ids = noted | (_behind(unnoted, row, today) if unnoted else frozenset())
    if not ids:
        return frozenset()
    method = methodologies.parameters(row)
    done = [
        computed
        for group in inputs.gather(ids, method=method, method_hash=row.content_hash, as_of=today)
        for computed in compute(group, row, today)
    ]
    _write([one for one in done if one.assessment.status != _OVER], row, cause)
    _catch_up([one for one in done if one.assessment.status == _OVER])
    standings.restand_many(vendor_ids={one.assessment.vendor_id for one in done}, method=method)
    return frozenset(one.assessment.pk for one in done)


def _behind(ids: Iterable[UUID], methodology: Methodology, today: date) -> frozenset[UUID]:
    """Those whose score is missing, or older than its inputs, the method, or the next change."""
    rows = Assessment.objects.filter(pk__in=ids).values_list(
        "pk",
        "status",
        "inputs_version",
        "current_score__inputs_version",
        "current_score__methodology_id",
        "current_score__next_change",
    )
    return frozenset(
        pk
        for pk, status, version, scored, used, change in rows
        if version != scored
        or (status != _OVER and (used != methodology.pk or (change and change <= today)))
    )


def _catch_up(closed: Sequence[Computed]) -> None:
    """A closed assessment keeps its last score, which ages no more; only the version moves on."""
    for one in closed:
        CurrentScore.objects.filter(pk=one.assessment.pk).update(
            inputs_version=one.assessment.inputs_version, next_change=None
        )


def _write(done: Sequence[Computed], methodology: Methodology, cause: str) -> None:
    now = clock.now()
    same = [one for one in done if _says_the_same(one)]
    changed = [one for one in done if not _says_the_same(one)]
    standing = [one for one in done if _stands_anew(one, cause)]
    ScoreInputs.objects.bulk_create(
        [ScoreInputs(hash=one.input_hash, packed=one.packed) for one in standing],
        ignore_conflicts=True,
    )
    new_scores = {
        one.assessment.pk: Score(
            assessment_id=one.assessment.pk,
            inputs_id=one.input_hash,
            cause=cause,
            computed_at=now,
            **one.fields,
        )
        for one in standing
    }
    Score.objects.bulk_create(new_scores.values())
    _replace_current(
        [*changed, *(one for one in same if one.assessment.pk in new_scores)],
        new_scores,
        cause,
        now,
    )
    for one in same:
        if one.assessment.pk not in new_scores:
            _advance(one)
    for one in done:
        score = new_scores.get(one.assessment.pk)
        if _is_news(one, score):
            _record(one, score, cause)


def _says_the_same(one: Computed) -> bool:
    return one.current is not None and bytes(one.current.digest) == one.fields["digest"]


def _said(row: CurrentScore | Score | None) -> tuple[int | None, str, str]:
    return (None, "not_rated", "not_rated") if row is None else (row.points, row.band, row.status)


def _says(one: Computed) -> tuple[int | None, str, str]:
    return one.fields["points"], one.fields["band"], one.fields["status"]


def _stands_anew(one: Computed, cause: str) -> bool:
    """Whether a row is added to the history."""
    if one.assessment.status in _DRAFTS:
        return False
    latest = one.current and one.current.score
    if latest is None or _said(latest) != _says(one):
        return True
    # Compared with the latest alone: A -> B -> A is three scores, the last with the first digest.
    return cause != AGEING and bytes(latest.digest) != one.fields["digest"]


def _is_news(one: Computed, score: Score | None) -> bool:
    first = score is not None and (one.current is None or one.current.score_id is None)
    return first or _said(one.current) != _says(one)


def _replace_current(
    done: Sequence[Computed], new_scores: Mapping[UUID, Score], cause: str, now: Any
) -> None:
    rows = [
        CurrentScore(
            assessment_id=one.assessment.pk,
            score_id=_score_id(one, new_scores),
            input_hash=one.input_hash,
            packed=one.packed,
            cause=cause,
            computed_at=now,
            **one.fields,
        )
        for one in done
    ]
    CurrentScore.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["assessment"],
        update_fields=CurrentScore.replaced_columns(),
    )


def _score_id(one: Computed, new_scores: Mapping[UUID, Score]) -> UUID | None:
    """The latest row of the history, the new ones included."""
    if one.assessment.pk in new_scores:
        return new_scores[one.assessment.pk].pk
    latest = one.current and one.current.score
    return latest.pk if latest else None


def _advance(one: Computed) -> None:
    """The same score, made from a newer version of the same inputs."""
    CurrentScore.objects.filter(pk=one.assessment.pk).update(
        inputs_version=one.assessment.inputs_version,
        methodology=one.fields["methodology_id"],
        as_of=one.fields["as_of"],
        next_change=one.fields["next_change"],
    )


def _record(one: Computed, score: Score | None, cause: str) -> None:
    points, band, status = _says(one)
    before_points, before_band, before_status = _said(one.current)
    record(
        ScoreChanged(
            aggregate_id=one.assessment.pk,
            unit_id=one.assessment.unit_id,
            vendor_id=one.assessment.vendor_id,
            score_id=score.pk if score else _score_id(one, {}),
            points=points,
            band=band,
            status=status,
            previous_points=before_points,
            previous_band=before_band,
            previous_status=before_status,
            cause=cause,
        ),
        by=SYSTEM,
    )


def due(*, limit: int) -> list[UUID]:
    """Assessments in which something ages or expires today or earlier, longest overdue first."""
    rows = CurrentScore.objects.filter(next_change__lte=clock.today())
    return list(
        rows.exclude(assessment__status=_OVER)
        .order_by("next_change", "pk")
        .values_list("pk", flat=True)[:limit]
    )
