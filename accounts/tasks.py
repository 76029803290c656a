"""What runs in the background on this floor. Each task is harmless when run twice."""

from celery import shared_task

from accounts.services import (
    delivery,
    idempotency,
    key_notices,
    notifications,
    sessions,
    the_record,
)


@shared_task(name="accounts.deliver")
def deliver() -> None:
    """Send the letters that are due."""
    delivery.deliver()


@shared_task(name="accounts.digest")
def digest() -> None:
    """Put together the digests that are due where their readers are."""
    notifications.digest_due()


@shared_task(name="accounts.tidy")
def tidy() -> None:
    """Forget the sessions that are over."""
    sessions.forget_expired()


@shared_task(name="accounts.forget_answers")
def forget_answers() -> None:
    """Remove the answers whose idempotency keys no longer count."""
    idempotency.forget_old()


@shared_task(name="accounts.remind")
def remind() -> None:
    """Tell administrators which API keys end soon."""
    key_notices.tell_ending()


@shared_task(name="accounts.checkpoint")
def checkpoint() -> None:
    """Tell the state of the record outside, if it is time."""
    the_record.checkpoint()
