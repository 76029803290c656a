"""What runs in the background for webhooks. Each task is harmless when run twice."""

from celery import shared_task

from webhooks.services import deliveries, sending
from webhooks.services.fan_out import fan_out


@shared_task(name="webhooks.fan_out")
def write_and_call() -> None:
    """Write messages of what was sealed, and call for threads to send what is due."""
    fan_out()
    sending.call_senders()


@shared_task(name="webhooks.send")
def send() -> None:
    """Send what is due, for a while."""
    sending.send_due()


@shared_task(name="webhooks.tidy")
def tidy() -> None:
    """Forget messages that are done with."""
    deliveries.forget_old()
