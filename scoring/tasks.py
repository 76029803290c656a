"""What runs in the background. Each task takes an id and is harmless when run twice."""

from uuid import UUID

from celery import current_app, shared_task

from scoring.services import (
    catching_up,
    exports,
    notices,
    outstanding,
    reassessing,
    rehoming,
    runs,
    samples,
    scores,
    standings,
)
from scoring.services.outstanding import Subject
from scoring.services.scores import AGEING
from vendors.plain_text import RULE


@shared_task(name="scoring.rescore")
def rescore(event_id: str) -> None:
    """Score the assessment that an event is about."""
    event = catching_up.event(UUID(event_id))
    scores.rescore_many(assessment_ids=[event.aggregate_id], cause=event.type)


@shared_task(name="scoring.rescore_engagement")
def rescore_engagement(event_id: str) -> None:
    """Score the assessments of the engagement that an event is about."""
    event = catching_up.event(UUID(event_id))
    catching_up.engagements(engagement_ids=[event.aggregate_id], cause=event.type)


@shared_task(name="scoring.restand")
def restand(event_id: str) -> None:
    """Bring the standings of the vendor that an event is about up to date."""
    event = catching_up.event(UUID(event_id))
    standings.restand(vendor_id=catching_up.vendor_of(event))


@shared_task(name="scoring.restand_many")
def restand_many(event_id: str) -> None:
    """Bring the standings of all vendors that an event names up to date."""
    event = catching_up.event(UUID(event_id))
    for chunk in catching_up.chunks(event.data["vendor_ids"]):
        standings.restand_many(vendor_ids=chunk)


@shared_task(name="scoring.rehome")
def rehome(event_id: str) -> None:
    """Bring scores and standings of two records that were merged, or parted, to their place."""
    event = catching_up.event(UUID(event_id))
    other = event.data.get("gone_id") or event.data["other_id"]
    rehoming.rehome(vendor_ids=[event.aggregate_id, UUID(str(other))], cause=event.type)


@shared_task(name="scoring.reassess")
def reassess(event_id: str) -> None:
    """Work out the indicators of the vendor whose facts have changed, and of those above it."""
    event = catching_up.event(UUID(event_id))
    changed = event.data.get("facts_of") or catching_up.vendor_of(event)
    found = reassessing.spread(subject=Subject.FACTS, subject_id=UUID(str(changed)))
    reassessing.all_of(found, event.type)


@shared_task(name="scoring.reassess_country")
def reassess_country(event_id: str) -> None:
    """Work out the indicators of all vendors that work in the country of an event."""
    event = catching_up.event(UUID(event_id))
    found = reassessing.spread(subject=Subject.COUNTRY, subject_id=event.aggregate_id)
    reassessing.all_of(found, event.type)


@shared_task(name="scoring.reassess_many")
def reassess_many(vendor_ids: list[str], cause: str) -> None:
    """Work out the indicators of some vendors."""
    reassessing.vendors(vendor_ids=[UUID(pk) for pk in vendor_ids], cause=cause)


@shared_task(name="scoring.cut_run")
def cut_run(event_id: str) -> None:
    """Cut a run over the portfolio into pieces, for the workers that do what takes long."""
    runs.cut(catching_up.event(UUID(event_id)).aggregate_id)


@shared_task(name="scoring.run_piece")
def run_piece(piece_id: int) -> None:
    """Go through one piece of a run."""
    runs.go_through(piece_id)


@shared_task(name="scoring.rescore_many")
def rescore_many(assessment_ids: list[str], cause: str = "scoring.rescore_many") -> None:
    """Score a piece of the portfolio."""
    for chunk in catching_up.chunks(assessment_ids):
        scores.rescore_many(assessment_ids=chunk, cause=cause)


@shared_task(name="scoring.sweep")
def sweep() -> None:
    """Score what fell behind, and go on with runs, whatever became of their tasks."""
    catching_up.sweep()
    runs.nudge()


@shared_task(name="scoring.rescore_due")
def rescore_due() -> None:
    """Score the assessments in which something ages or expires by today; many of them by a run."""
    if runs.age():
        return
    for chunk in catching_up.chunks(scores.due(limit=runs.BLOCK)):
        current_app.send_task("scoring.rescore_many", args=[[str(pk) for pk in chunk], AGEING])


@shared_task(name="scoring.refold")
def refold() -> None:
    """Have search texts written anew that workers of an earlier version wrote meanwhile."""
    outstanding.note_refolding(RULE, later=False)


@shared_task(name="scoring.notify")
def notify(event_id: str) -> None:
    """Tell the owner of a vendor that its band is another."""
    notices.tell_of(event_id=UUID(event_id))


@shared_task(name="scoring.remind")
def remind() -> None:
    """Tell who decides that a decision ends soon."""
    notices.tell_of_expiring()


@shared_task(name="scoring.make_export")
def make_export(event_id: str) -> None:
    """Write the file of the export that an event is about."""
    exports.make(export_id=catching_up.event(UUID(event_id)).aggregate_id)


@shared_task(name="scoring.continue_export")
def continue_export(export_id: str) -> None:
    """Write the file of an export whose task was lost."""
    exports.make(export_id=UUID(export_id))


@shared_task(name="scoring.follow_client")
def follow_client(event_id: str) -> None:
    """Stop and erase the exports that a client may not read any more."""
    exports.follow_client(public_id=catching_up.event(UUID(event_id)).aggregate_id)


@shared_task(name="scoring.exports_sweep")
def exports_sweep() -> None:
    """Queue exports that nobody works on, and erase those that have had their time."""
    exports.sweep()


@shared_task(name="scoring.sample")
def sample(event_id: str) -> None:
    """Load or remove sample data, as an event says that somebody asked."""
    samples.work(job_id=catching_up.event(UUID(event_id)).aggregate_id)


@shared_task(name="scoring.sample_sweep")
def sample_sweep() -> None:
    """Go on with loading or removing sample data whose task was lost."""
    samples.sweep()
