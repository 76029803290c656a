"""Background work on the record."""

from celery import shared_task

from audit import seal, sweep


@shared_task(name="audit.seal")
def seal_events() -> None:
    """Give committed events their place in the sequence and seal them."""
    seal.seal()


@shared_task(name="audit.sweep")
def sweep_events() -> None:
    """Queue again what was committed but never dispatched."""
    sweep.redispatch()
