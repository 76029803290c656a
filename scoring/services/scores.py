"""Scoring: from the inputs of assessments to their current scores, the history and the record."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment
from audit import clock
from audit.record import record
from scoring import inputs
from scoring.engine import provenance
from scoring.engine.days import date_of
from scoring.engine.evaluate import Status
from scoring.events import ScoreChanged
from scoring.models import CurrentScore, FactSheet, Methodology, Score
from scoring.selectors.scores import current_of
from scoring.services import facts, methodologies, outstanding, results, scoring_models, standings

#: The cause of a score that changed because time went by.
AGEING: Final = "ageing"
#: Assessments whose scores do not change any more.
OVER: Final = Assessment.Status.CLOSED
#: Statuses before the first submission: their score is one replaceable row.
DRAFTS: Final = frozenset({Assessment.Status.DRAFT, Assessment.Status.SENT})


@dataclass(frozen=True, eq=False, slots=True)
class _Computed:
    """A fresh result: `fields` are those of `ScoreFields` but cause and moment, by column name.

    `current` is the stored score it is compared with, None for the first one.
    """

    assessment: Assessment
    current: CurrentScore | None
    fields: dict[str, Any]
    packed: bytes
    figures: bytes


def rescore(*, assessment_id: UUID, cause: str, force: bool = False) -> CurrentScore | None:
    """Bring the score of one assessment up to date; None where there is no such assessment."""
    rescore_many(assessment_ids=[assessment_id], cause=cause, force=force)
    return current_of(assessment_id)


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
    # Before anything is locked: the very first call publishes it, and others wait for that.
    row = methodologies.published()
    # The vendors' rows are the lock: whoever scores or restands a vendor holds it, here as in a
    # run over the portfolio. People who save answers neither wait for it nor hold it up.
    standings.lock(Assessment.objects.filter(pk__in=ids).values_list("vendor_id", flat=True))
    noted = outstanding.take(outstanding.Subject.ASSESSMENT, ids)
    today = clock.today()
    engaged = Assessment.objects.filter(pk__in=ids).exclude(status=OVER)
    engagements = set(engaged.values_list("engagement", flat=True))
    moved = facts.refresh(facts.behind(engagements, today), today)
    if not force:
        noted |= set(engaged.filter(engagement__in=moved).values_list("pk", flat=True))
        unnoted = ids - noted
        ids = noted | (_behind(unnoted, row, today) if unnoted else frozenset())
    if not ids:
        return frozenset()
    method = methodologies.parameters(row)
    groups = inputs.gather(ids, method=method, method_hash=row.content_hash, as_of=today)
    models = scoring_models.keep(
        ((group.compiled, group.assessments[0].questionnaire_id) for group in groups), row.pk
    )
    done = [one for group in groups for one in _compute(group, models, today)]
    _write([one for one in done if one.assessment.status != OVER], cause)
    _catch_up([one for one in done if one.assessment.status == OVER])
    standings.restand_many(vendor_ids={one.assessment.vendor_id for one in done}, method=method)
    return frozenset(one.assessment.pk for one in done)


def _behind(ids: Iterable[UUID], methodology: Methodology, today: date) -> frozenset[UUID]:
    """Those whose score is missing, or older than its inputs, the method, or the next change."""
    rows = Assessment.objects.filter(pk__in=ids).values_list(
        "pk",
        "status",
        "inputs_version",
        "current_score__inputs_version",
        "current_score__model__methodology_id",
        "current_score__next_change",
    )
    return frozenset(
        pk
        for pk, status, version, scored, used, change in rows
        if version != scored
        or (status != OVER and (used != methodology.pk or (change and change <= today)))
    )


def _compute(
    group: inputs.Gathered, models: Mapping[bytes, int], as_of: date
) -> Iterator[_Computed]:
    read = results.read(group.compiled, group.batch)
    scored = results.evaluate(group.compiled, read.resolved)
    result = scored.result
    for at, assessment in enumerate(group.assessments):
        fields = {
            "vendor_id": assessment.vendor_id,
            "unit_id": assessment.unit_id,
            "model_id": models[group.compiled.model_hash],
            "inputs_version": assessment.inputs_version,
            "status": results.STATUSES[Status(int(result.status[at]))],
            "band": results.band_of(result, at),
            "points": results.points_of(result, at),
            "lo": int(result.lo[at]),
            "hi": int(result.hi[at]),
            "as_of": as_of,
            "next_change": next_change(assessment, date_of(int(result.next_change[at]))),
            "engine_version": provenance.ENGINE_VERSION,
            "digest": read.digests[at],
        }
        yield _Computed(
            assessment=assessment,
            current=getattr(assessment, "current_score", None),
            fields=fields,
            packed=read.packed[at],
            figures=scored.figures[at].tobytes(),
        )


def next_change(assessment: Assessment, ageing: date | None) -> date | None:
    """The first day on which an answer or a fact of the assessment says something else."""
    sheet: FactSheet | None = getattr(assessment.engagement, "fact_sheet", None)
    days = [ageing, sheet.next_change if sheet else None]
    return min((day for day in days if day is not None), default=None)


def _catch_up(closed: Sequence[_Computed]) -> None:
    """A closed assessment keeps its last score, which ages no more; only the version moves on."""
    for one in closed:
        CurrentScore.objects.filter(pk=one.assessment.pk).update(
            vendor=one.assessment.vendor_id,
            inputs_version=one.assessment.inputs_version,
            next_change=None,
        )


def _write(done: Sequence[_Computed], cause: str) -> None:
    now = clock.now()
    same = [one for one in done if _says_the_same(one)]
    changed = [one for one in done if not _says_the_same(one)]
    standing = [one for one in done if _stands_anew(one, cause)]
    new_scores = {
        one.assessment.pk: Score(
            assessment_id=one.assessment.pk,
            cause=cause,
            computed_at=now,
            figures=one.figures,
            inputs=one.packed,
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


def _says_the_same(one: _Computed) -> bool:
    return one.current is not None and bytes(one.current.digest) == one.fields["digest"]


def _said(row: CurrentScore | Score | None) -> tuple[int | None, str, str]:
    return (None, "not_rated", "not_rated") if row is None else (row.points, row.band, row.status)


def _says(one: _Computed) -> tuple[int | None, str, str]:
    return one.fields["points"], one.fields["band"], one.fields["status"]


def _stands_anew(one: _Computed, cause: str) -> bool:
    """Whether a row is added to the history."""
    if one.assessment.status in DRAFTS:
        return False
    latest = one.current and one.current.score
    if latest is None or _said(latest) != _says(one):
        return True
    # Compared with the latest alone: A -> B -> A is three scores, the last with the first digest.
    return cause != AGEING and bytes(latest.digest) != one.fields["digest"]


def _is_news(one: _Computed, score: Score | None) -> bool:
    first = score is not None and (one.current is None or one.current.score_id is None)
    return first or _said(one.current) != _says(one)


def _replace_current(
    done: Sequence[_Computed], new_scores: Mapping[UUID, Score], cause: str, now: datetime
) -> None:
    rows = [
        CurrentScore(
            assessment_id=one.assessment.pk,
            score_id=_score_id(one, new_scores),
            # Where a score was added they are in its row.
            figures=None if one.assessment.pk in new_scores else one.figures,
            inputs=None if one.assessment.pk in new_scores else one.packed,
            cause=cause,
            computed_at=now,
            **one.fields,
        )
        for one in done
    ]
    CurrentScore.objects.bulk_create(
        sorted(rows, key=lambda row: row.pk),
        update_conflicts=True,
        unique_fields=["assessment"],
        update_fields=CurrentScore.replaced_columns(),
    )


def _score_id(one: _Computed, new_scores: Mapping[UUID, Score]) -> UUID | None:
    """The latest row of the history, the new ones included."""
    if one.assessment.pk in new_scores:
        return new_scores[one.assessment.pk].pk
    latest = one.current and one.current.score
    return latest.pk if latest else None


def _advance(one: _Computed) -> None:
    """The same score, made from a newer version of the same inputs, or now of another record."""
    CurrentScore.objects.filter(pk=one.assessment.pk).update(
        vendor=one.assessment.vendor_id,
        inputs_version=one.assessment.inputs_version,
        model=one.fields["model_id"],
        as_of=one.fields["as_of"],
        next_change=one.fields["next_change"],
    )


def _record(one: _Computed, score: Score | None, cause: str) -> None:
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


def due(*, limit: int, unit: BusinessUnit | None = None) -> list[UUID]:
    """Assessments in which something ages or expires today or earlier, longest overdue first.

    `unit`: only those of this unit.
    """
    rows = CurrentScore.objects.filter(next_change__lte=clock.today())
    if unit is not None:
        rows = rows.filter(unit=unit)
    return list(
        rows.exclude(assessment__status=OVER)
        .order_by("next_change", "pk")
        .values_list("pk", flat=True)[:limit]
    )
