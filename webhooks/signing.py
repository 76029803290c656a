"""Signatures and payloads by Standard Webhooks 1.0 (pure: values in, values out).

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from standardwebhooks import Webhook

PREFIX: Final = "whsec_"
#: Bytes of chance in a secret; the specification asks for 24 to 64.
SECRET_BYTES: Final = 32
#: A body is smaller than this; whoever needs more reads it over the API.
LARGEST_BODY: Final = 20_000


def secret_of(chance: bytes) -> str:
    """A secret as receivers are given it. Raises ValueError unless it is 24 to 64 bytes."""
    if not 24 <= len(chance) <= 64:
        raise ValueError("A secret has 24 to 64 bytes.")
    return PREFIX + base64.b64encode(chance).decode()


def headers(*, message_id: str, at: datetime, body: str, secrets: Sequence[str]) -> dict[str, str]:
    """What goes with a body that is sent at this moment: one signature for each secret."""
    moment = at.astimezone(UTC)
    signatures = [Webhook(one).sign(message_id, moment, body) for one in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def body(*, event_type: str, at: datetime, data: dict[str, Any]) -> str:
    """The body of a message: `type`, `timestamp` (RFC 3339, UTC) and `data`, as compact JSON.

    Where it would be too large, lists and objects among the details are left out, the largest
    first, and `data["left_out"]` names them: the receiver reads them over the API.
    """
    text = _json(event_type, at, data)
    details = dict(data.get("details") or {})
    left_out: list[str] = []
    while len(text.encode()) >= LARGEST_BODY and details:
        largest = max(details, key=lambda name: len(json.dumps(details[name])))
        del details[largest]
        left_out.append(largest)
        text = _json(event_type, at, {**data, "details": details, "left_out": left_out})
    return text


def _json(event_type: str, at: datetime, data: dict[str, Any]) -> str:
    moment = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps(
        {"type": event_type, "timestamp": moment, "data": data},
        separators=(",", ":"),
        ensure_ascii=False,
    )
