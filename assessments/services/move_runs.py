"""Moving all open assessments of one version over: in pieces, each assessment a transaction.

What is queued may be lost, so nothing depends on it: each assessment is a row that says whether it
is waiting, and `nudge` goes on with runs that nobody has touched for a while.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from celery import current_app
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import SYSTEM, Principal
from accounts.scoping import require_everywhere
from accounts.selectors import principal_for_user
from assessments.events.questionnaires import MovingEnded, MovingStarted
from assessments.models import Assessment, MoveItem, MoveRun, Questionnaire
from assessments.selectors.moves import run_progress
from assessments.services import moves
from assessments.services.locking import user_id
from audit import clock, dispatch
from audit.errors import Refused
from audit.record import record

log = structlog.get_logger(__name__)

#: Assessments per piece, which is a task.
PIECE: Final = 20
#: How long a run may stay untouched before it is queued again.
PATIENCE: Final = timedelta(seconds=30)


@transaction.atomic
def start(
    *, source: Questionnaire, target: Questionnaire, confirm_wording: bool, by: Principal
) -> MoveRun:
    """Move all open assessments of `source` to `target`; workers take it from here."""
    require_everywhere(by, Permission.MANAGE_QUESTIONNAIRES)
    if target.status != Questionnaire.Status.PUBLISHED:
        raise moves.CannotMove(_("Only a published version can be moved to."))
    if source.key != target.key or source.pk == target.pk:
        raise moves.CannotMove(
            _("An assessment moves to another version of its own questionnaire.")
        )
    list(Questionnaire.objects.select_for_update().filter(pk=source.pk).values_list("pk"))
    if MoveRun.objects.filter(source=source, status=MoveRun.Status.RUNNING).exists():
        raise Refused(_("The assessments of this version are being moved already."))
    rows = Assessment.objects.filter(questionnaire=source, status__in=Assessment.OPEN)
    found = list(rows.order_by("pk").values_list("pk", flat=True))
    if not found:
        raise Refused(_("No open assessment uses this version."))
    now = clock.now()
    run = MoveRun.objects.create(
        source=source,
        target=target,
        confirm_wording=confirm_wording,
        started_at=now,
        touched_at=now,
        started_by_id=user_id(by),
    )
    MoveItem.objects.bulk_create([MoveItem(run=run, assessment_id=pk) for pk in found])
    record(
        MovingStarted(
            aggregate_id=target.pk,
            key=target.key,
            version=target.version,
            run_id=run.pk,
            source=source.version,
            assessments=len(found),
        ),
        by=by,
    )
    return run


@transaction.atomic
def cancel(*, run: MoveRun, by: Principal) -> MoveRun:
    """Stop after the assessment that is being moved; what is moved stays moved."""
    require_everywhere(by, Permission.MANAGE_QUESTIONNAIRES)
    locked = MoveRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if locked.status != MoveRun.Status.RUNNING:
        raise Refused(_("This has ended already: there is nothing to cancel."))
    return _end(locked, MoveRun.Status.CANCELLED, by)


def go_on(run_id: UUID) -> None:
    """Move the next piece, and queue the one after it. Harmless when it is called twice."""
    for _number in range(PIECE):
        if not _next(run_id):
            _finish(run_id)
            return
    _queue(run_id)


def nudge() -> None:
    """Go on with runs that nobody has touched for a while."""
    late = MoveRun.objects.filter(
        status=MoveRun.Status.RUNNING, touched_at__lt=clock.now() - PATIENCE
    )
    for pk in list(late.values_list("pk", flat=True)):
        _queue(pk)


def _next(run_id: UUID) -> bool:
    """Move one assessment that is waiting; False when there is none left to take."""
    with transaction.atomic():
        item = (
            MoveItem.objects.select_for_update(of=("self",), skip_locked=True)
            .select_related("run__source", "run__target", "run__started_by", "assessment")
            .filter(run=run_id, run__status=MoveRun.Status.RUNNING, state=MoveItem.State.WAITING)
            .order_by("pk")
            .first()
        )
        if item is None:
            return False
        item.state, item.reason = _moved(item)
        item.save(update_fields=["state", "reason"])
        MoveRun.objects.filter(pk=run_id).update(touched_at=clock.now())
    return True


def _moved(item: MoveItem) -> tuple[str, str]:
    run = item.run
    by = principal_for_user(run.started_by) if run.started_by else SYSTEM
    if item.assessment.questionnaire_id != run.source_id:
        return MoveItem.State.LEFT, _("It is on another version already.")
    try:
        with transaction.atomic():
            moves.move(
                assessment=item.assessment,
                target=run.target,
                confirm_wording=run.confirm_wording,
                run=run,
                by=by,
            )
    except Refused as refused:
        return MoveItem.State.LEFT, refused.message[:400]
    except (ValueError, LookupError) as error:
        # One whose rows cannot be read must not hold up the others.
        log.exception("move.failed", assessment_id=str(item.assessment_id))
        return MoveItem.State.LEFT, _("It could not be read: %(why)s") % {"why": str(error)[:300]}
    return MoveItem.State.MOVED, ""


@transaction.atomic
def _finish(run_id: UUID) -> None:
    run = MoveRun.objects.select_for_update(of=("self",)).filter(pk=run_id).first()
    if run is None or run.status != MoveRun.Status.RUNNING:
        return
    if run.items.filter(state=MoveItem.State.WAITING).exists():
        return
    _end(run, MoveRun.Status.DONE, principal_for_user(run.started_by) if run.started_by else SYSTEM)


def _end(run: MoveRun, status: str, by: Principal) -> MoveRun:
    run.status, run.finished_at = status, clock.now()
    run.save(update_fields=["status", "finished_at"])
    progress = run_progress(run)
    target = Questionnaire.objects.defer("content").get(pk=run.target_id)
    source = Questionnaire.objects.defer("content").get(pk=run.source_id)
    record(
        MovingEnded(
            aggregate_id=target.pk,
            key=target.key,
            version=target.version,
            run_id=run.pk,
            source=source.version,
            how=status,
            moved=progress.moved,
            left=progress.left,
        ),
        by=by,
    )
    return run


def _queue(run_id: UUID) -> None:
    """Queue the next piece; where the broker is out of reach, `nudge` does it later."""
    try:
        current_app.send_task("assessments.move_piece", args=[str(run_id)], retry=False)
    except dispatch.BROKER_ERRORS as error:
        log.warning("move.postponed", reason=str(error))
