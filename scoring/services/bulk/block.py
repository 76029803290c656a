"""A block of vendors, all of it in one transaction: locked, read, scored and written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction

from accounts.principal import SYSTEM
from assessments.models import Assessment
from audit.record import record
from scoring.events import ScoresWritten
from scoring.run_rows import NO_ROWS
from scoring.services import facts, outstanding, scoring_models
from scoring.services import scores as single
from scoring.services.bulk import outcome, ratings, reading, standing, writing
from scoring.services.bulk.evaluating import WRONG, Method, Scores, evaluate
from scoring.services.outstanding import Subject

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Done:
    """What was done with the assessments of a block: how many there were, how many say something
    new, how many could not be scored, and `outcome.summary`; `rows` for a preview."""

    total: int
    changed: int
    failed: int
    summary: dict[str, Any]
    rows: bytes = b""


def preview(first: UUID, last: UUID, by: Method) -> Done:
    """Score the vendors from `first` to `last` by a method that is tried; no score is written."""
    _look(first, last, by)
    found = evaluate(first, last, by, everything=True)
    rows = NO_ROWS if found.scores is None else outcome.rows(found.scores)
    moved = (rows["points"][:, 0] != rows["points"][:, 1]) | (
        rows["band"][:, 0] != rows["band"][:, 1]
    )
    return Done(
        total=len(rows) + len(found.wrong),
        changed=int(moved.sum()),
        failed=len(found.wrong),
        summary=outcome.summary(rows, found.wrong),
        rows=rows.tobytes(),
    )


@transaction.atomic
def rescore(
    first: UUID, last: UUID, by: Method, *, run_id: UUID, cause: str, everything: bool = False
) -> Done:
    """Bring scores and ratings of the vendors from `first` to `last` up to date.

    With `everything` also what has not changed is computed, and put right where it differs.

    Whoever scores one of them meanwhile waits for this transaction, and sees what it has written.
    """
    noted = _lock(first, last)
    facts.refresh(facts.behind_among(first, last, by.as_of), by.as_of)
    found = evaluate(first, last, by, everything=everything, noted=noted)
    apart = _vendors_of(found.wrong)
    total, changed, summary = len(found.wrong), 0, outcome.summary(NO_ROWS, {})
    if found.scores is not None:
        total += found.scores.size
        scoring_models.keep(found.models, by.row.pk)
        written = writing.write(
            found.scores, as_of=by.as_of, cause=cause, ageing=cause == single.AGEING
        )
        more = _rate(found.scores, found.bare, (first, last), by)
        changed, apart = int(written.changed.sum()), apart | more
        summary = outcome.summary(outcome.rows(found.scores), {})
        if changed or written.scores:
            record(
                ScoresWritten(
                    aggregate_id=run_id,
                    cause=cause,
                    first_vendor=first,
                    last_vendor=last,
                    changed=changed,
                    scores=written.scores,
                    first_score=written.first,
                    last_score=written.last,
                    sha256=written.sha256,
                ),
                by=SYSTEM,
            )
    # What cannot be scored among others may well be on its own.
    wrong = _one_by_one(apart, cause)
    outstanding.note(Subject.ASSESSMENT, [pk for pk in wrong if pk.bytes in noted])
    summary["failures"] = outcome.summary(NO_ROWS, wrong)["failures"]
    return Done(total=total, changed=changed, failed=len(wrong), summary=summary)


@transaction.atomic
def _look(first: UUID, last: UUID, by: Method) -> None:
    """Bring the indicators up to date, which no method in force so far may have asked for."""
    behind = facts.behind_among(first, last, by.as_of)
    if behind:
        _lock_vendors(first, last)
        facts.refresh(facts.behind_among(first, last, by.as_of), by.as_of)


def _lock_vendors(first: UUID, last: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT FROM vendors_vendor WHERE id BETWEEN %s AND %s "
            "ORDER BY id FOR NO KEY UPDATE) AS locked",
            [first, last],
        )


def _lock(first: UUID, last: UUID) -> frozenset[bytes]:
    """As `standings.lock`, for a range; and what is noted of them is taken in here: returns the
    assessments."""
    with connection.cursor() as cursor:
        # A crash of the database may lose the last blocks, whole and in order. How far the piece
        # has come is lost with them, so they are done again; nobody was told that they are done.
        cursor.execute("SET LOCAL synchronous_commit = off")
        _lock_vendors(first, last)
        cursor.execute(
            "DELETE FROM scoring_outstanding o USING assessments_assessment a "
            "WHERE o.subject = 'assessment' AND o.subject_id = a.id "
            "AND a.vendor_id BETWEEN %s AND %s AND a.status <> 'closed' RETURNING a.id",
            [first, last],
        )
        return frozenset(pk.bytes for (pk,) in cursor.fetchall())


def _rate(
    scores: Scores, bare: reading.Records, vendors: tuple[UUID, UUID], by: Method
) -> set[UUID]:
    """Write the ratings; returns the vendors whose rating needs another way."""
    if not scores.fresh.any():
        return set()
    rated = ratings.rate(scores, bare, reading.standings(*vendors), by.parameters)
    standing.write(rated, by.as_of)
    return {UUID(bytes=vendor) for vendor in rated.homeless}


def _vendors_of(wrong: Mapping[UUID, str]) -> set[UUID]:
    if not wrong:
        return set()
    return set(Assessment.objects.filter(pk__in=wrong).values_list("vendor_id", flat=True))


def _one_by_one(vendors: set[UUID], cause: str) -> dict[UUID, str]:
    """Score vendors with something amiss assessment by assessment; returns what cannot be."""
    wrong: dict[UUID, str] = {}
    rows = Assessment.objects.filter(vendor__in=vendors).exclude(status=Assessment.Status.CLOSED)
    for pk in rows.order_by("vendor", "pk").values_list("pk", flat=True):
        try:
            with transaction.atomic():
                single.rescore_many(assessment_ids=[pk], cause=cause, force=True)
        except WRONG as error:
            wrong[pk] = str(error) or type(error).__name__
            log.warning("run.assessment_failed", assessment=str(pk), reason=wrong[pk])
    return wrong
