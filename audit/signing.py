"""Signatures that anybody can check: Ed25519 (RFC 8032), from a key that follows from AUDIT_KEY.

Seals are keyed with AUDIT_KEY itself, so only who has it can check them, and whoever has it could
make them. A signature is checked with the public key, which proves nothing away.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


@lru_cache(maxsize=8)
def _private(key: bytes) -> Ed25519PrivateKey:
    seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"surety record signature").derive(
        key
    )
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_key(key: bytes) -> bytes:
    """The public key that belongs to this AUDIT_KEY. 32 bytes."""
    return _private(key).public_key().public_bytes_raw()


def fingerprint(public: bytes) -> str:
    """A public key in few signs, to be compared by eye: eight groups of four."""
    digest = hashlib.sha256(public).hexdigest()[:32]
    return " ".join(digest[at : at + 4] for at in range(0, 32, 4))


def sign(key: bytes, said: Mapping[str, Any]) -> bytes:
    """The signature over the canonical JSON (RFC 8785) of `said`. 64 bytes."""
    return _private(key).sign(rfc8785.dumps(dict(said)))


def holds(public: bytes, said: Mapping[str, Any], signature: bytes) -> bool:
    """Whether the holder of this public key's other half signed just this."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, rfc8785.dumps(dict(said)))
    except (InvalidSignature, ValueError):
        return False
    return True


def to_text(value: bytes) -> str:
    """A key or a signature, to be written down."""
    return base64.b64encode(value).decode()


def from_text(text: str) -> bytes:
    """The other way round; empty for what is none."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
