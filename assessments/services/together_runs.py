"""The same step for many at once, done by workers: in pieces, each row a transaction.

What is queued may be lost, so nothing depends on it: the run says how far it is, and `nudge` goes
on with those that nobody has touched for a while.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from celery import current_app
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from accounts.principal import Principal
from accounts.scoping import NotAllowed
from accounts.selectors import principal_for_user
from assessments.errors import PersonNeeded
from assessments.models import TogetherRun
from assessments.services import bulk
from assessments.services.bulk import Asked
from assessments.services.locking import user_id
from audit import clock
from audit.errors import Refused

log = structlog.get_logger(__name__)

#: Up to so many are done while the page waits.
AT_ONCE: Final = 10
#: Rows per piece, which is a task.
PIECE: Final = 10
#: How long a run may stay untouched before it is queued again.
PATIENCE: Final = timedelta(seconds=15)

_Status = TogetherRun.Status


def start(
    *, kind: str, rows: Sequence[Any], asked: Asked | None = None, back: str, by: Principal
) -> TogetherRun:
    """Have workers do the step of this kind for these rows; `back`: the page to go back to.

    Raises Invalid ("rows") for none of them, or too many; PersonNeeded.
    """
    bulk.check(rows)
    person = user_id(by)
    if person is None:
        raise PersonNeeded(_("Only a person can have this done for many."))
    asked, now = asked or Asked(), clock.now()
    with transaction.atomic():
        run = TogetherRun.objects.create(
            kind=kind,
            rows=[[str(row.pk), bulk.name_of(row)] for row in rows],
            due_on=asked.due_on,
            assigned_to=asked.assigned_to,
            questionnaire=asked.questionnaire,
            back=back,
            asked_by_id=person,
            language=translation.get_language() or "",
            started_at=now,
            touched_at=now,
        )
        transaction.on_commit(lambda: _queue(run.pk))
    return run


@transaction.atomic
def cancel(*, run: TogetherRun, by: Principal) -> TogetherRun:
    """Stop after the one that is being done; what is done stays. Raises Refused, NotAllowed."""
    locked = TogetherRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if locked.asked_by_id != user_id(by):
        raise NotAllowed(_("Your role does not allow this."))
    if locked.status != _Status.RUNNING:
        raise Refused(_("This has ended already: there is nothing to cancel."))
    _end(locked, _Status.CANCELLED)
    return locked


def go_on(run_id: UUID) -> None:
    """Do the next piece, and queue the one after it. Harmless when it is called twice."""
    for _number in range(PIECE):
        if not _next(run_id):
            return
    _queue(run_id)


def nudge() -> None:
    """Go on with runs that nobody has touched for a while."""
    late = TogetherRun.objects.filter(status=_Status.RUNNING, touched_at__lt=clock.now() - PATIENCE)
    for pk in list(late.values_list("pk", flat=True)):
        _queue(pk)


@transaction.atomic
def _next(run_id: UUID) -> bool:
    """Do the step for one row; False when none is left, or somebody else is at it."""
    rows = TogetherRun.objects.select_for_update(of=("self",), skip_locked=True)
    run = (
        rows.select_related("asked_by", "assigned_to", "questionnaire")
        .filter(pk=run_id, status=_Status.RUNNING)
        .first()
    )
    if run is None:
        return False
    pk, name = run.rows[run.looked]
    with translation.override(run.language or None):
        reason = _done(run, UUID(pk))
    if reason:
        run.refused.append([name, reason])
    run.looked += 1
    run.touched_at = clock.now()
    run.save(update_fields=["looked", "refused", "touched_at"])
    if not run.waiting:
        _end(run, _Status.DONE)
    return True


def _done(run: TogetherRun, pk: UUID) -> str:
    """Why it was not done; "" where it was."""
    if not run.asked_by.is_active:
        return _("Whoever asked for this was switched off meanwhile.")
    by, step = principal_for_user(run.asked_by), bulk.STEPS[run.kind]
    row = step.rows(by).filter(pk=pk).first()
    if row is None:
        return _("This was done or removed meanwhile, or your role no longer allows it.")
    asked = Asked(run.due_on, run.assigned_to, run.questionnaire)
    try:
        with transaction.atomic():
            step.do(row, asked, by)
    except Refused as refused:
        return refused.message
    return ""


def _end(run: TogetherRun, status: str) -> None:
    run.status, run.finished_at = status, clock.now()
    run.save(update_fields=["status", "finished_at"])


def _queue(run_id: UUID) -> None:
    """Queue the next piece; where the broker is out of reach, `nudge` does it later."""
    try:
        current_app.send_task("assessments.together_piece", args=[str(run_id)], retry=False)
    except (OperationalError, OSError) as error:
        log.warning("together.postponed", reason=str(error))
