"""Messages: sending them once more, trying an endpoint, forgetting old ones."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.principal import Principal
from audit import clock, dispatch, history, trace
from audit.errors import Refused
from audit.ids import uuid7
from audit.record import record
from webhooks import events, signing
from webhooks.models import TEST, Delivery, Endpoint
from webhooks.selectors import dead_since
from webhooks.services.endpoints import locked, named

log = structlog.get_logger(__name__)
#: So many messages are put back at once; the next call takes the next.
AT_ONCE: Final = 10_000
#: A try of an endpoint is over after this, and is not made again.
TEST_ENDS: Final = timedelta(minutes=10)


class EndpointDisabled(Refused):
    """Nothing is sent to an endpoint that is switched off."""

    code = "endpoint_disabled"


def gives_up_after() -> timedelta:
    """How long sending a message is tried."""
    return timedelta(hours=settings.WEBHOOK_GIVE_UP_HOURS)


@transaction.atomic
def redeliver(*, delivery: Delivery, by: Principal) -> Delivery:
    """Send a message once more, now, with the same id: one given up, delivered or still waiting.

    Raises NotAllowed, EndpointDisabled.
    """
    endpoint = _enabled(delivery.endpoint, by)
    # One that is on its way already stays as it is.
    if count := _put_back([delivery.pk]):
        _note(endpoint, count=count, message_id=delivery.message_id, by=by)
    delivery.refresh_from_db()
    return delivery


@transaction.atomic
def redeliver_dead(*, endpoint: Endpoint, since: datetime, by: Principal) -> int:
    """Send all messages once more that were given up since a moment; how many there are.

    10,000 at a time, the oldest first. Raises NotAllowed, EndpointDisabled.
    """
    endpoint = _enabled(endpoint, by)
    dead = dead_since(endpoint, since).order_by("created_at", "id")
    count = _put_back(list(dead.values_list("pk", flat=True)[:AT_ONCE]))
    if count:
        _note(endpoint, count=count, message_id=None, by=by)
    return count


@transaction.atomic
def test(*, endpoint: Endpoint, by: Principal) -> Delivery:
    """Send a `webhook.test` message, once, also to an endpoint that is switched off.

    Raises NotAllowed.
    """
    endpoint = locked(endpoint, by)
    now, message_id = clock.now(), uuid7()
    delivery = Delivery.objects.create(
        endpoint=endpoint,
        message_id=message_id,
        type=TEST,
        body=signing.body(
            event_type=TEST,
            at=now,
            data={"id": str(message_id), "endpoint_id": str(endpoint.pk)},
        ),
        request_id=trace.current(),
        created_at=now,
        next_attempt_at=now,
        give_up_at=now + TEST_ENDS,
    )
    transaction.on_commit(nudge)
    return delivery


def nudge() -> None:
    """Have the queue looked at now; when the broker is away, the clock does it soon enough."""
    if dispatch.outage.lasts() or history.is_being_written():
        return
    try:
        current_app.send_task("webhooks.send", retry=False, expires=10)
    except dispatch.BROKER_ERRORS as error:
        dispatch.outage.begin()
        log.warning("webhooks.nudge_postponed", reason=type(error).__name__)


def forget_old() -> int:
    """Remove messages that ended longer ago than the settings keep them; how many.

    Those, too, that have waited so long for an endpoint to be switched on again.
    """
    until = clock.now() - timedelta(days=settings.WEBHOOK_KEEP_DAYS)
    forgotten = 0
    while True:
        waiting = Q(state=Delivery.State.WAITING, give_up_at__lt=until)
        old = Delivery.objects.filter(Q(ended_at__lt=until) | waiting)
        ids = list(old.values_list("pk", flat=True)[:AT_ONCE])
        Delivery.objects.filter(pk__in=ids).delete()
        forgotten += len(ids)
        if len(ids) < AT_ONCE:
            return forgotten


def _enabled(endpoint: Endpoint, by: Principal) -> Endpoint:
    endpoint = locked(endpoint, by)
    if not endpoint.enabled:
        raise EndpointDisabled(_("This endpoint is switched off. Switch it on first."))
    return endpoint


def _put_back(ids: list[UUID]) -> int:
    """Have messages sent now that nobody has in hand, for a day again."""
    now = clock.now()
    rows = Delivery.objects.filter(pk__in=ids, claimed_until=None)
    count = rows.update(
        state=Delivery.State.WAITING,
        next_attempt_at=now,
        give_up_at=now + gives_up_after(),
        ended_at=None,
    )
    transaction.on_commit(nudge)
    return count


def _note(endpoint: Endpoint, *, count: int, message_id: UUID | None, by: Principal) -> None:
    record(events.Redelivered(**named(endpoint), count=count, message_id=message_id), by=by)
