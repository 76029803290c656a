"""Has everything come to rest? Each figure is of work that still waits; all have to come to 0."""

from typing import Any

from django.db.models import F, Max


def outstanding() -> dict[str, int]:
    """What waits, by what it is."""
    from assessments.models import Assessment, MoveRun
    from audit import clock, dispatch
    from audit.models import Event, SealedEvent
    from reports.models import Report
    from scoring.models import CurrentScore, Export, Outstanding, RunPiece
    from scoring.models.job import Job
    from vendors.models import FindingDue, ScreeningDue, ScreeningRun, VendorImport
    from webhooks.models import Delivery, FannedOut

    last = SealedEvent.objects.aggregate(last=Max("sequence"))["last"] or 0
    waiting: dict[str, Any] = {
        "changes that no score includes": Outstanding.objects,
        "scores of older inputs": CurrentScore.objects.exclude(
            inputs_version=F("assessment__inputs_version")
        ),
        "assessments without a score": Assessment.objects.filter(current_score=None),
        "events without a seal": Event.objects.filter(sealed=None),
        "events not dispatched": Event.objects.filter(
            type__in=list(dispatch.routes()), dispatched=None
        ),
        "webhook messages not taken": Delivery.objects.filter(state=Delivery.State.WAITING),
        "records not read by webhooks": FannedOut.objects.filter(sequence__lt=last),
        "findings to compare": FindingDue.objects.filter(due_at__lte=clock.now()),
        "vendors to screen": ScreeningDue.objects,
        "screening runs": ScreeningRun.objects.filter(finished_at=None),
        "imports under way": VendorImport.objects.filter(status__in=VendorImport.UNDER_WAY),
        "exports under way": Export.objects.filter(status__in=Job.UNFINISHED),
        "reports under way": Report.objects.filter(status__in=Job.UNFINISHED),
        "pieces of runs": RunPiece.objects.filter(finished=False),
        "moves under way": MoveRun.objects.filter(finished_at=None),
    }
    return {name: count for name, rows in waiting.items() if (count := rows.count())}


def hurry() -> None:
    """As if the time were over for which dead senders had webhook messages in hand, or waited."""
    from audit import clock
    from webhooks.models import Delivery

    rows = Delivery.objects.filter(state=Delivery.State.WAITING, next_attempt_at__gt=clock.now())
    rows.update(claimed_until=None, next_attempt_at=clock.now())
