"""A security key in tests, as the browser passes on what one says."""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import pytest
from allauth.mfa.webauthn.internal.auth import STATE_SESSION_KEY
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.test import Client
from django.urls import reverse
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

from accounts.models import User
from accounts.selectors import principal_for_user
from accounts.services import second_factor
from tests.accounts.factors import AGENT
from tests.factories.accounts import PASSWORD

#: The name that a browser of a test calls, and the key is bound to.
HOST: Final = "testserver"
_ID: Final = b"a key of a test"
_es256: Any = ES256.from_cryptography_key
_PRESENT, _CHECKED, _NEW, _MORE = 0x01, 0x04, 0x40, 0x80


@dataclass(frozen=True)
class SecurityKey:
    """What somebody holds in their hand."""

    private: ec.EllipticCurvePrivateKey

    def proof(self, browser: Client, **said: Any) -> str:
        """What it says to the page that `browser` has open; `said`: what a forger says instead."""
        challenge = browser.session[STATE_SESSION_KEY]["challenge"]
        client = _client("webauthn.get", challenge, **said)
        data = _data(_PRESENT | _CHECKED)
        signed = self.private.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        return json.dumps(_told(client, authenticatorData=data, signature=signed))


def with_key(user: User) -> SecurityKey:
    """The person has set up a key."""
    key = SecurityKey(ec.generate_private_key(ec.SECP256R1()))
    public = cbor.encode(dict(_es256(key.private.public_key())))
    data = _data(_PRESENT | _NEW) + bytes(16) + len(_ID).to_bytes(2, "big") + _ID + public
    made = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
    second_factor.add_key(
        user=user,
        name="Key",
        credential=_told(_client("webauthn.create", "AAAA"), attestationObject=made),
        keep=None,
        agent=AGENT,
        by=principal_for_user(user),
    )
    return key


def signed_in_by_key(user: User, key: SecurityKey) -> Client:
    """A browser in which they have signed in with their password and this key."""
    browser = Client(headers={"User-Agent": AGENT})
    browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    browser.get(reverse("mfa_authenticate"))
    answer = browser.post(reverse("mfa_authenticate"), {"credential": key.proof(browser)})
    assert answer.status_code == 302, answer.content.decode()
    return browser


def _client(kind: str, challenge: str, **said: Any) -> bytes:
    return json.dumps(
        {"type": kind, "challenge": challenge, "origin": f"https://{HOST}", **said}
    ).encode()


def _data(flags: int) -> bytes:
    return sha256(HOST.encode()).digest() + bytes([flags]) + bytes(4)


def _told(client: bytes, **response: bytes) -> dict[str, Any]:
    inner = {"clientDataJSON": client, **response}
    return {
        "id": websafe_encode(_ID),
        "rawId": websafe_encode(_ID),
        "type": "public-key",
        "response": {name: websafe_encode(part) for name, part in inner.items()},
    }


def _made_up(data: bytes, client: bytes = _client("webauthn.get", "AAAA")) -> str:
    return json.dumps(_told(client, authenticatorData=data, signature=b"0"))


def _new(**said: Any) -> str:
    made = cbor.encode({"fmt": "none", "attStmt": {}, "authData": bytes(37)})
    return json.dumps(_told(_client("webauthn.create", "AAAA", **said), attestationObject=made))


_UP_TO_MORE: Final = bytes(32) + bytes([_PRESENT | _MORE]) + bytes(4)
_MADE_UP: Final = {
    "ends too early": _made_up(_UP_TO_MORE),
    "a number that ends too early": _made_up(_UP_TO_MORE + b"\x19"),
    "lists in lists": _made_up(_UP_TO_MORE + b"\x81" * 5000),
    "lists in lists of the browser": _made_up(bytes(37), b"[" * 5000),
    "no object": "[1]",
    "too little": '{"id": "x"}',
    "no JSON": "{",
    "JSON in JSON": "[" * 100_000,
    "a long number": "9" * 5000,
    "half a sign": r'"\ud800"',
}
#: What no key can have made, and breaks whoever reads it without care.
NO_KEYS: Final = [pytest.param(text, id=name) for name, text in _MADE_UP.items()]
NO_NEW_KEYS: Final = [
    pytest.param(_new(origin=1), id="from no site"),
    pytest.param(_new(), id="nothing new"),
]
