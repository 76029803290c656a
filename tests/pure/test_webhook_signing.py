"""Signatures as the specification gives them, and bodies of bounded size."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from webhooks import signing

NOON = datetime(2026, 11, 28, 12, 0, 0, 250_000, tzinfo=UTC)


def test_the_published_example_is_signed_as_published() -> None:
    """The worked example of the libraries of Standard Webhooks (their test suites share it)."""
    body = '{"test": 2432232314}'
    made = signing.headers(
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        at=datetime.fromtimestamp(1614265330, UTC),
        body=body,
        secrets=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    )
    assert made == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@given(st.lists(st.binary(min_size=24, max_size=64), min_size=1, max_size=5), st.text())
def test_each_live_secret_verifies_by_the_formula_of_the_specification(
    chances: list[bytes], text: str
) -> None:
    body = json.dumps(text)
    secrets = [signing.secret_of(one) for one in chances]
    made = signing.headers(message_id="m", at=NOON, body=body, secrets=secrets)
    signed = f"m.{made['webhook-timestamp']}.{body}".encode()
    assert made["webhook-signature"].split(" ") == [
        "v1," + base64.b64encode(hmac.new(one, signed, hashlib.sha256).digest()).decode()
        for one in chances
    ]


def test_whoever_verifies_with_the_library_reads_what_was_sent() -> None:
    secret = signing.secret_of(bytes(range(32)))
    body = signing.body(event_type="vendor.created", at=NOON, data={"name": "Müller"})
    made = signing.headers(message_id="m", at=datetime.now(UTC), body=body, secrets=[secret])
    assert Webhook(secret).verify(body.encode(), made) == {
        "type": "vendor.created",
        "timestamp": "2026-11-28T12:00:00.250Z",
        "data": {"name": "Müller"},
    }


@pytest.mark.parametrize("length", [0, 23, 65])
def test_a_secret_has_the_length_that_the_specification_asks_for(length: int) -> None:
    with pytest.raises(ValueError, match="24 to 64"):
        signing.secret_of(bytes(length))


_details = st.dictionaries(
    st.text("abc_", min_size=1, max_size=8),
    st.one_of(st.integers(), st.text(max_size=40), st.lists(st.uuids().map(str), max_size=600)),
    max_size=6,
)


@given(_details)
def test_a_body_is_under_20_kb_and_names_what_it_leaves_out(details: dict[str, Any]) -> None:
    body = signing.body(
        event_type="vendors.imported", at=NOON, data={"id": "1", "details": details}
    )
    assert len(body.encode()) < signing.LARGEST_BODY
    said = json.loads(body)["data"]
    left_out = said.pop("left_out", [])
    assert said == {
        "id": "1",
        "details": {name: value for name, value in details.items() if name not in left_out},
    }
    assert set(left_out) <= set(details)
