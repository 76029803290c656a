"""Carrying a request out once, however often a client sends it under one key.

`claim` and `keep` belong into one transaction with the change itself: they are there together or
not at all. Nothing else marks a key as taken, so that a process that dies leaves none behind.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext as _

from accounts import sealing
from accounts.models import ApiClient, KeptAnswer
from audit import clock
from audit.errors import Refused

#: How long a key stands for its first request.
KEPT: Final = timedelta(hours=24)
_PURPOSE: Final = "idempotency"


class InFlight(Refused):
    """The same client's first request under this key is still at work."""

    code = "idempotency_in_flight"


class AnswerLost(Refused):
    """It was carried out, and its answer was sealed with a key that is gone."""

    code = "idempotency_answer_lost"


class OtherRequest(Refused):
    """The key came with another request before."""

    status = 422
    code = "idempotency_key_reused"


@dataclass(frozen=True)
class Answer:
    """What was answered: `body` is JSON in its parsed form."""

    status: int
    headers: Mapping[str, str]
    body: Any


def claim(*, client: ApiClient, key: str, request_hash: bytes) -> Answer | None:
    """The answer that is kept; None where the request is to be carried out now.

    The key is the caller's until the end of the transaction. Raises InFlight, OtherRequest,
    AnswerLost.
    """
    key_hash = hash_of(key)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_lock(client, key_hash)])
        if cursor.fetchone() != (True,):
            raise InFlight(
                _("The first request with this key is still at work. Ask again in a second."),
                retry_after=1,
            )
    kept = KeptAnswer.objects.filter(client=client, key_hash=key_hash).first()
    if kept is None:
        return None
    if kept.created_at <= clock.now() - KEPT:
        kept.delete()
        return None
    if bytes(kept.request_hash) != request_hash:
        raise OtherRequest(_("This key came with another request before. Make a new key."))
    try:
        told = sealing.unseal(bytes(kept.sealed), purpose=_PURPOSE)
    except sealing.Unreadable as error:
        raise AnswerLost(_("This was done, but its answer can no longer be read.")) from error
    return Answer(**json.loads(told))


def keep(*, client: ApiClient, key: str, request_hash: bytes, answer: Answer) -> None:
    """Keep what is answered, for whoever sends the same again."""
    told = {"status": answer.status, "headers": dict(answer.headers), "body": answer.body}
    KeptAnswer.objects.create(
        client=client,
        key_hash=hash_of(key),
        request_hash=request_hash,
        sealed=sealing.seal(json.dumps(told), purpose=_PURPOSE),
        created_at=clock.now(),
    )


def forget_old() -> int:
    """Remove answers that are no longer given; how many there were."""
    return KeptAnswer.objects.filter(created_at__lte=clock.now() - KEPT).delete()[0]


def hash_of(key: str) -> bytes:
    return sha256(key.encode()).digest()


def _lock(client: ApiClient, key_hash: bytes) -> int:
    """The number of the advisory lock of one key, 64 bits with sign."""
    digest = sha256(client.public_id.bytes + key_hash).digest()
    return int.from_bytes(digest[:8], signed=True)
