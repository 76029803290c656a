"""Runs over the portfolio: asked for, cut into pieces, gone through, cancelled, resumed.

What is queued may be lost, so nothing depends on it: the pieces are rows, each says how far it has
come, and `nudge` queues those again that nobody has touched for a while.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from celery import current_app
from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.models import ApiClient, User
from accounts.principal import SYSTEM, Principal
from assessments.models import Assessment
from audit import clock, dispatch
from audit.errors import Refused
from audit.record import record
from scoring.events import RunCancelled, RunCompleted, RunResumed, RunStarted
from scoring.models import Methodology, Run, RunPiece
from scoring.services import catching_up, methodologies, scores, standings
from scoring.services.bulk import block, cutting, outcome
from scoring.services.bulk.evaluating import Method
from scoring.services.locks import held
from vendors.models import Vendor

log = structlog.get_logger(__name__)

#: Assessments per piece, which is a task, and per block, which is a transaction.
PIECE: Final = 20_000
BLOCK: Final = 4_000
#: How long a piece may stay untouched before it is queued again.
PATIENCE: Final = timedelta(seconds=30)
UNFINISHED: Final = (Run.Status.WAITING, Run.Status.RUNNING)
#: The cause of the scores that each kind of run writes; a preview writes none.
CAUSES: Final = {
    Run.Kind.PUBLICATION: "methodology.published",
    Run.Kind.AGEING: scores.AGEING,
    Run.Kind.BY_HAND: "rescore",
}
#: Seconds between two looks at what others do.
_PAUSE: Final = 0.2
#: First half of the advisory lock that whoever works on a piece holds; the piece is the second.
_PIECE_LOCK: Final = 7_308_627


class NotRunning(Refused):
    """There is nothing to cancel, or to resume."""

    code = "not_running"


@transaction.atomic
def start(
    *, kind: str, methodology: Methodology, content_hash: str, by: Principal, reason: str = ""
) -> Run:
    """A new run by `methodology`, whose content has `content_hash`; workers take it from here.

    Earlier runs of its kind that have not come to their end are cancelled: they would only do the
    same over again, or score by a method that is no longer in force.
    """
    unfinished = Run.objects.filter(kind=kind, status__in=UNFINISHED).order_by("pk")
    for earlier in unfinished.select_for_update(of=("self",)):
        if kind != Run.Kind.PREVIEW or earlier.methodology_id == methodology.pk:
            _cancel(earlier, by)
    run = Run.objects.create(
        kind=kind,
        methodology=methodology,
        content_hash=content_hash,
        reason=reason,
        started_by=User.objects.filter(pk=by.id).first() if by.kind == "user" else None,
        started_by_client=(
            ApiClient.objects.filter(public_id=by.id).first() if by.kind == "client" else None
        ),
        as_of=clock.today(),
        created_at=clock.now(),
    )
    record(
        RunStarted(
            aggregate_id=run.pk,
            kind=kind,
            methodology_id=methodology.pk,
            content_hash=content_hash,
            reason=reason,
        ),
        by=by,
    )
    return run


@transaction.atomic
def cancel(*, run: Run, by: Principal) -> Run:
    """Stop a run after the block that is being scored; what is done stays. Raises NotRunning."""
    locked = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if locked.status not in UNFINISHED:
        raise NotRunning(_("This run has ended already: there is nothing to cancel."))
    return _cancel(locked, by)


def _cancel(run: Run, by: Principal) -> Run:
    run.status, run.finished_at = Run.Status.CANCELLED, clock.now()
    run.save(update_fields=["status", "finished_at"])
    done = run.pieces.aggregate(sum=Sum("done"))["sum"] or 0
    record(RunCancelled(aggregate_id=run.pk, kind=run.kind, done=done, total=run.total), by=by)
    return run


@transaction.atomic
def resume(*, run: Run, by: Principal) -> Run:
    """Let a cancelled run go on where it stopped. Raises NotRunning.

    A run by a method that is no longer in force cannot go on, nor a preview of a draft that has
    been changed since.
    """
    locked = (
        Run.objects.select_for_update(of=("self",)).select_related("methodology").get(pk=run.pk)
    )
    if locked.status != Run.Status.CANCELLED:
        raise NotRunning(_("Only a cancelled run can be resumed."))
    if _is_outdated(locked):
        raise NotRunning(_("The method has changed since: start a new run instead."))
    locked.status, locked.finished_at = Run.Status.WAITING, None
    locked.save(update_fields=["status", "finished_at"])
    record(RunResumed(aggregate_id=locked.pk, kind=locked.kind), by=by)
    return locked


def _is_outdated(run: Run) -> bool:
    if run.kind == Run.Kind.PREVIEW:
        return run.methodology.content_hash != run.content_hash
    return run.methodology.status != Methodology.Status.PUBLISHED


def cut(run_id: UUID) -> None:
    """Cut a waiting run into pieces, and queue them."""
    with transaction.atomic():
        run = Run.objects.select_for_update(of=("self",)).filter(pk=run_id).first()
        if run is None or run.status != Run.Status.WAITING:
            return
        if not run.pieces.exists():
            pieces = [
                RunPiece(run=run, number=number, first=first, last=last, total=total)
                for number, (first, last, total) in enumerate(
                    cutting.pieces(ageing=_ages(run), block=BLOCK, piece=PIECE)
                )
            ]
            RunPiece.objects.bulk_create(pieces)
            run.total = sum(piece.total for piece in pieces)
        run.status = Run.Status.RUNNING
        run.started_at = run.started_at or clock.now()
        run.save(update_fields=["status", "started_at", "total"])
        waiting = list(run.pieces.filter(finished=False).values_list("pk", flat=True))
    _queue(waiting)
    _finish(run.pk)


def _queue(pieces: Sequence[int]) -> None:
    """Queue pieces; where the broker is out of reach, `nudge` does it later."""
    try:
        for pk in pieces:
            current_app.send_task("scoring.run_piece", args=[pk], retry=False)
    except dispatch.BROKER_ERRORS as error:
        log.warning("run.postponed", reason=str(error))
        return
    RunPiece.objects.filter(pk__in=pieces).update(touched_at=Now())


def nudge() -> None:
    """Queue again what nobody has touched for a while. Costs a look at a small index."""
    running = Run.objects.filter(status__in=UNFINISHED)
    for pk, status in list(running.values_list("pk", "status")):
        if status == Run.Status.WAITING:
            cut(pk)
            continue
        late = RunPiece.objects.filter(run=pk, finished=False, touched_at__lt=Now() - PATIENCE)
        _queue(list(late.values_list("pk", flat=True)))
        _finish(pk)


def go_through(piece_id: int) -> None:
    """Score a piece block by block until it is done or the run is cancelled.

    Harmless when it is called twice: the second caller finds the piece taken, or done.
    """
    # The number of a piece fits the half of a lock: there are never two billion of them.
    with held(_PIECE_LOCK, piece_id) as mine:
        piece = RunPiece.objects.select_related("run__methodology").filter(pk=piece_id).first()
        if not mine or piece is None or piece.finished or not _still_wanted(piece.run):
            return
        for first, last, _total in _blocks(piece):
            if not _still_wanted(piece.run):
                return
            _score(piece, first, last)
        RunPiece.objects.filter(pk=piece.pk).update(finished=True, touched_at=Now())
    _finish(piece.run_id)


def _ages(run: Run) -> bool:
    return run.kind == Run.Kind.AGEING


def _blocks(piece: RunPiece) -> Iterator[cutting.Range]:
    """What is left of a piece."""
    return cutting.blocks(
        ageing=_ages(piece.run),
        size=BLOCK,
        after=piece.position or UUID(int=piece.first.int - 1),
        last=piece.last,
    )


def _still_wanted(run: Run) -> bool:
    fresh = Run.objects.select_related("methodology").get(pk=run.pk)
    if fresh.status != Run.Status.RUNNING:
        return False
    if not _is_outdated(fresh):
        return True
    with transaction.atomic():
        locked = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if locked.status == Run.Status.RUNNING:
            _cancel(locked, SYSTEM)
    return False


def _method(run: Run) -> Method:
    """What the next block is scored by. A preview shows one day; what is written is of today, so
    that a run which lasts, or was resumed, never puts an older day over a later one."""
    return Method(
        row=run.methodology,
        parameters=methodologies.parameters(run.methodology),
        as_of=run.as_of if run.kind == Run.Kind.PREVIEW else clock.today(),
    )


def _score(piece: RunPiece, first: UUID, last: UUID) -> None:
    """One block; how far the piece has come is written in the block's own transaction."""
    by = _method(piece.run)
    with transaction.atomic():
        if piece.run.kind == Run.Kind.PREVIEW:
            done = block.preview(first, last, by)
        else:
            kind = Run.Kind(piece.run.kind)
            done = block.rescore(
                first,
                last,
                by,
                run_id=piece.run_id,
                cause=CAUSES[kind],
                everything=kind is Run.Kind.BY_HAND,
            )
        piece.summary = outcome.merged(piece.summary, done.summary)
        piece.position = last
        piece.rows = (bytes(piece.rows or b"") + done.rows) or None
        RunPiece.objects.filter(pk=piece.pk).update(
            position=last,
            done=F("done") + done.total,
            changed=F("changed") + done.changed,
            failed=F("failed") + done.failed,
            summary=piece.summary,
            rows=piece.rows,
            touched_at=Now(),
        )


def _finish(run_id: UUID) -> None:
    """Put the end of a run on the record, once, when all of its pieces are done."""
    with transaction.atomic():
        run = Run.objects.select_for_update(of=("self",)).get(pk=run_id)
        if run.status != Run.Status.RUNNING or run.pieces.filter(finished=False).exists():
            return
        sums = run.pieces.aggregate(
            total=Sum("done", default=0),
            changed=Sum("changed", default=0),
            failed=Sum("failed", default=0),
        )
        run.status, run.finished_at = Run.Status.DONE, clock.now()
        run.save(update_fields=["status", "finished_at"])
        record(RunCompleted(aggregate_id=run.pk, kind=run.kind, **sums), by=SYSTEM)


@dataclass(frozen=True, slots=True)
class Sums:
    """What became of a run: assessments looked at, changed, and not to be scored."""

    run: Run
    done: int
    changed: int
    failed: int


def by_hand() -> Sums:
    """Compute everything again by the method in force, here and now, and put right what differs.

    Workers that hear of it take their share of the pieces, and are waited for.
    """
    row = methodologies.published()
    run = start(kind=Run.Kind.BY_HAND, methodology=row, content_hash=row.content_hash, by=SYSTEM)
    cut(run.pk)
    while True:
        for pk in run.pieces.filter(finished=False).order_by("number").values_list("pk", flat=True):
            go_through(pk)
        run.refresh_from_db()
        if run.status != Run.Status.RUNNING:
            break
        time.sleep(_PAUSE)
    _restand_without_assessments()
    sums = run.pieces.aggregate(
        done=Sum("done", default=0),
        changed=Sum("changed", default=0),
        failed=Sum("failed", default=0),
    )
    return Sums(run=run, **sums)


def _restand_without_assessments() -> None:
    """The ratings of vendors in which a run has nothing to score."""
    scored = Assessment.objects.exclude(status=Assessment.Status.CLOSED).values("vendor")
    ids = list(Vendor.objects.exclude(pk__in=scored).order_by("pk").values_list("pk", flat=True))
    for chunk in catching_up.chunks(ids):
        standings.restand_many(vendor_ids=chunk)


def age() -> bool:
    """Start a run over the vendors in which something ages by today; False where there are few.

    Few are scored at once by the caller.
    """
    if len(scores.due(limit=BLOCK)) < BLOCK:
        return False
    if Run.objects.filter(kind=Run.Kind.AGEING, status__in=UNFINISHED).exists():
        return True
    row = methodologies.published()
    start(kind=Run.Kind.AGEING, methodology=row, content_hash=row.content_hash, by=SYSTEM)
    return True
