"""Sending what is due: claim a message, send it outside any transaction, note what became of it.

A slow receiver has a few threads at most, and one only while it fails. The others go to whoever
has the fewest. A worker that dies leaves a claim that runs out: at least once, never silently not
at all; the id of a message stays, so receivers can drop the double.
"""

import json
import random
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from time import monotonic
from typing import Final
from uuid import UUID

import structlog
from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts import sealing
from accounts.principal import SYSTEM
from accounts.selectors import principal_for_client
from audit import clock, dispatch, trace
from webhooks import backoff, posting, signing
from webhooks.models import TEST, Attempt, Delivery, Endpoint
from webhooks.posting import Limits, Outcome, Resolve
from webhooks.services import endpoints, notices
from webhooks.services.deliveries import gives_up_after
from webhooks.source import source

log = structlog.get_logger(__name__)

State, Trouble = Delivery.State, Attempt.Trouble
#: How long one thread may have a message in hand; sending takes half of it at most.
CLAIM: Final = timedelta(minutes=2)
#: A thread sends for so many seconds at most, then leaves the rest to the next call.
AT_MOST: Final = 10.0
#: Threads that never send, so that somebody is there to write messages, and for letters.
SPARE: Final = 3
#: Troubles that time does not mend.
_FOR_GOOD: Final = {Trouble.GONE, Trouble.NOT_ALLOWED}
#: Nothing taken for so long is an outage, not a message that the receiver cannot take.
_OUTAGE: Final = timedelta(minutes=1)
#: The part of its time for which a message is tried at least: a pause is so much longer than all
#: before it. What was tried for less had no worker for long.
_SHORTEST: Final = 1 / 6
#: Answers of what stands before a receiver that is away.
_AWAY: Final = (502, 503, 504)
#: The request that a message goes back to: whoever asks us about it finds the lines of our log.
REQUEST: Final = "surety-request-id"
#: Answers whose `Retry-After` counts.
_ASKS_TO_WAIT: Final = {429, 503}


def send_due(*, limits: Limits | None = None, resolve: Resolve = posting.resolve) -> int:
    """Send what is due, one message after the other; how many were tried.

    Called by as many threads as may send at the same time; more of them end at once.
    """
    room = _room()
    if not room.acquire(blocking=False):
        return 0
    tried = 0
    try:
        end = monotonic() + AT_MOST
        while monotonic() < end and (delivery := claim()) is not None:
            send(delivery, limits=limits, resolve=resolve)
            tried += 1
    finally:
        room.release()
    return tried


@lru_cache(maxsize=1)
def _room() -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(max(1, settings.WEBHOOK_CONCURRENCY - SPARE))


def call_senders() -> int:
    """Ask for as many threads as find something to send; how many were asked for."""
    wanted = 0
    for endpoint in _candidates():
        wanted += _due(endpoint.pk).values("pk")[: _most(endpoint)].count()
    wanted = min(wanted, settings.WEBHOOK_CONCURRENCY - SPARE)
    for _number in range(wanted):
        try:
            current_app.send_task("webhooks.send", retry=False, expires=10)
        except dispatch.BROKER_ERRORS as error:
            dispatch.outage.begin()
            log.warning("webhooks.call_postponed", reason=type(error).__name__)
            break
    return wanted


def _most(endpoint: Endpoint) -> int:
    """How many messages an endpoint may be sent at the same time."""
    return 1 if endpoint.failing_since else settings.WEBHOOK_PER_ENDPOINT


def _due(endpoint_id: UUID | OuterRef) -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        endpoint=endpoint_id, state=State.WAITING, next_attempt_at__lte=clock.now()
    )


def _candidates() -> Iterator[Endpoint]:
    """Endpoints with something to send and room for it (`in_hand`), the least busy first.

    What waits for one that is switched off, or whose client is, waits on.
    """
    due = _due(OuterRef("pk"))
    in_hand = (
        Delivery.objects.filter(endpoint=OuterRef("pk"), claimed_until__gt=clock.now())
        .order_by()
        .values("endpoint")
        .annotate(number=Count("pk"))
        .values("number")
    )
    rows = Endpoint.objects.annotate(in_hand=Coalesce(Subquery(in_hand), 0)).filter(
        Q(disabled_reason="", client__is_active=True) & Exists(due) | Exists(due.filter(type=TEST))
    )
    return (one for one in rows.order_by("in_hand", "pk") if one.in_hand < _most(one))


def claim() -> Delivery | None:
    """Take the message that is due first at the least busy endpoint, for a while."""
    for candidate in _candidates():
        delivery = _claim_of(candidate)
        if delivery is not None:
            return delivery
    return None


@transaction.atomic
def _claim_of(candidate: Endpoint) -> Delivery | None:
    now = clock.now()
    # Held for a moment: two threads must not both take the last place.
    rows = Endpoint.objects.select_related("client").select_for_update(of=("self",))
    endpoint = rows.filter(pk=candidate.pk).first()
    if endpoint is None:
        return None
    if endpoint.deliveries.filter(claimed_until__gt=now).count() >= _most(endpoint):
        return None
    due = _due(endpoint.pk)
    if not (endpoint.enabled and endpoint.client.is_active):
        due = due.filter(type=TEST)
    delivery = due.select_for_update(skip_locked=True).order_by("next_attempt_at", "id").first()
    if delivery is None:
        return None
    delivery.endpoint = endpoint
    delivery.tries += 1
    # The time of the next attempt is that of the claim's end, should nobody note what became.
    delivery.claimed_until = delivery.next_attempt_at = now + CLAIM
    delivery.save(update_fields=["tries", "claimed_until", "next_attempt_at"])
    return delivery


def send(
    delivery: Delivery, *, limits: Limits | None = None, resolve: Resolve = posting.resolve
) -> Outcome:
    """Send a message that was claimed, and note what became of it."""
    with trace.following(delivery.request_id):
        return _sent(delivery, limits, resolve)


def _sent(delivery: Delivery, limits: Limits | None, resolve: Resolve) -> Outcome:
    at = clock.now()
    try:
        outcome = _try(delivery, at, limits, resolve)
    except sealing.Unreadable:
        outcome = Outcome(Trouble.UNREADABLE)
    except Exception:
        log.exception("webhooks.broken", delivery_id=str(delivery.pk))
        outcome = Outcome(Trouble.BROKEN)
    _note(delivery, outcome, at)
    log.info(
        "webhooks.tried",
        delivery_id=str(delivery.pk),
        endpoint_id=str(delivery.endpoint_id),
        number=delivery.tries,
        trouble=outcome.trouble,
        status=outcome.status_code,
        ms=outcome.latency_ms,
    )
    return outcome


def _try(delivery: Delivery, at: datetime, limits: Limits | None, resolve: Resolve) -> Outcome:
    if not _may_still_hear(delivery):
        return Outcome(Trouble.NOT_ALLOWED)
    return posting.post(
        delivery.endpoint.url,
        body=delivery.body,
        headers={
            **signing.headers(
                message_id=str(delivery.message_id),
                at=at,
                body=delivery.body,
                secrets=endpoints.secrets_of(delivery.endpoint),
            ),
            **({REQUEST: str(delivery.request_id)} if delivery.request_id else {}),
        },
        allowed=settings.WEBHOOK_ALLOWED_NETWORKS,
        ca_file=settings.WEBHOOK_CA_FILE,
        limits=limits,
        resolve=resolve,
    )


def _may_still_hear(delivery: Delivery) -> bool:
    """Rights may have been taken from the client since the message was written."""
    client = delivery.endpoint.client
    if delivery.is_test:
        return client.is_active
    return source().may_hear(
        principal_for_client(client, client.scopes),
        event_type=delivery.type,
        subject_id=_subject_of(delivery),
        vendor_id=delivery.vendor_id,
        unit_id=delivery.unit_id,
    )


def _subject_of(delivery: Delivery) -> UUID | None:
    """What a message is about, as it says."""
    said = json.loads(delivery.body)["data"].get("subject")
    return UUID(said["id"]) if said else None


@transaction.atomic
def _note(delivery: Delivery, outcome: Outcome, at: datetime) -> None:
    """What became of this attempt; nothing, where somebody else has taken the message over."""
    now = clock.now()
    endpoint = Endpoint.objects.select_for_update().filter(pk=delivery.endpoint_id).first()
    mine = Delivery.objects.filter(
        pk=delivery.pk, state=State.WAITING, claimed_until=delivery.claimed_until
    )
    if endpoint is None or mine.select_for_update().first() is None:
        return
    Attempt.objects.create(
        delivery=delivery,
        number=delivery.tries,
        at=at,
        latency_ms=outcome.latency_ms,
        address=outcome.address,
        status_code=outcome.status_code,
        response=outcome.response,
        trouble=outcome.trouble,
    )
    if not outcome.trouble:
        mine.update(state=State.DELIVERED, claimed_until=None, ended_at=now)
        _went_well(endpoint, now)
        return
    tries = _tries(delivery, at)
    next_at = now + _pause(tries.count(), outcome, now)
    too_late = next_at > delivery.give_up_at
    if outcome.trouble in _FOR_GOOD or delivery.is_test or too_late:
        mine.update(state=State.DEAD, claimed_until=None, ended_at=now)
    else:
        mine.update(claimed_until=None, next_attempt_at=next_at)
    if not delivery.is_test and outcome.trouble != Trouble.NOT_ALLOWED:
        first = tries.earliest("at").at if too_late else None
        _failed(endpoint, outcome, at, tried_since=first)


def _tries(delivery: Delivery, at: datetime) -> QuerySet[Attempt]:
    """The attempts since the message was written or last put back, with the one of `at`."""
    begun = delivery.give_up_at - gives_up_after()
    # It was given longer if the settings have changed since.
    return delivery.attempts.filter(at__gte=begun if begun <= at else delivery.created_at)


def _pause(tries: int, outcome: Outcome, now: datetime) -> timedelta:
    pause = backoff.pause(tries, random.random())  # noqa: S311 - spreads load only
    if outcome.status_code in _ASKS_TO_WAIT and outcome.retry_after:
        asked = backoff.asked_for(outcome.retry_after, now=now)
        return max(pause, asked) if asked else pause
    return pause


def _went_well(endpoint: Endpoint, now: datetime) -> None:
    """After an outage, whatever waited for the receiver alone need not wait longer."""
    if endpoint.failing_since is None:
        return
    Endpoint.objects.filter(pk=endpoint.pk).update(failing_since=None)
    if now - endpoint.failing_since < _OUTAGE:
        return
    # What the receiver has read and refused is not helped by its being there.
    last = Attempt.objects.filter(delivery=OuterRef("pk"), number=OuterRef("tries"))
    away = last.filter(Q(status_code=None) | Q(status_code__in=_AWAY))
    waiting = endpoint.deliveries.filter(Exists(away), state=State.WAITING, claimed_until=None)
    waiting.filter(next_attempt_at__gt=now).update(next_attempt_at=now)


def _failed(
    endpoint: Endpoint, outcome: Outcome, at: datetime, *, tried_since: datetime | None
) -> None:
    """Note since when nothing could be delivered; switch off what is gone or fails too long.

    `tried_since` is of a message that was just given up after its time. Where nothing else was
    taken while it was tried, no message will be.
    """
    since = min(endpoint.failing_since or at, at)
    Endpoint.objects.filter(pk=endpoint.pk).update(failing_since=since)
    if not endpoint.enabled:
        return
    if outcome.trouble == Trouble.GONE:
        reason = Endpoint.Disabled.GONE
    elif tried_since and since <= tried_since <= at - gives_up_after() * _SHORTEST:
        reason = Endpoint.Disabled.FAILING
    else:
        return
    endpoints.disable(endpoint, reason, by=SYSTEM)
    notices.tell_disabled(endpoint)
