"""Scoring everything again because somebody asks for it: one at a time."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require_everywhere
from audit.errors import Refused
from scoring.models import Methodology, Run
from scoring.services import methodologies, runs


class GoesOnAlready(Refused):
    """Everything is being scored already; the member `recalculation_id` names that run."""

    code = "recalculation_running"

    def __init__(self, running: UUID) -> None:
        super().__init__(
            _("Everything is being scored already. Wait for that run to end."),
            members={"recalculation_id": str(running)},
        )


class NotAskedFor(Refused):
    """The run follows from something else: a new method, or the calendar."""

    code = "not_cancellable"


@transaction.atomic
def ask(*, reason: str, by: Principal) -> Run:
    """Start a run that computes every score again by the method in force.

    Raises NotAllowed unless they may in all units, GoesOnAlready while any run writes scores.
    """
    require_everywhere(by, Permission.RECALCULATE)
    # Whoever asks at the same moment waits here, and then finds this run.
    row = Methodology.objects.select_for_update(of=("self",)).get(pk=methodologies.published().pk)
    going_on = Run.objects.filter(kind__in=runs.CAUSES, status__in=runs.UNFINISHED)
    running = going_on.order_by("pk").values_list("pk", flat=True).first()
    if running is not None:
        raise GoesOnAlready(running)
    return runs.start(
        kind=Run.Kind.BY_HAND,
        methodology=row,
        content_hash=row.content_hash,
        reason=reason,
        by=by,
    )


@transaction.atomic
def cancel(*, run: Run, by: Principal) -> Run:
    """Stop a run that was asked for. Raises NotAllowed, NotAskedFor, NotRunning."""
    require_everywhere(by, Permission.RECALCULATE)
    if run.kind != Run.Kind.BY_HAND:
        raise NotAskedFor(_("Only a run that was asked for can be cancelled here."))
    return runs.cancel(run=run, by=by)
