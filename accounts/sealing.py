"""Keeping a text so that the database alone does not tell it.

The key is derived from SECRET_KEY (HKDF with SHA-256, RFC 5869) for one purpose, so that a text
sealed for one cannot be opened as another. Keys named in SECRET_KEY_FALLBACKS still open;
`manage.py reseal` brings what they sealed to the new key.
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Unreadable(Exception):
    """No key that this installation still has opens it."""


@lru_cache(maxsize=16)
def _fernet(secrets: tuple[str, ...], purpose: str) -> MultiFernet:
    keys = [
        HKDF(algorithm=SHA256(), length=32, salt=None, info=f"surety {purpose}".encode()).derive(
            secret.encode()
        )
        for secret in secrets
    ]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


def is_current(sealed: bytes, *, purpose: str) -> bool:
    """Whether the key of today alone opens it."""
    try:
        _fernet((settings.SECRET_KEY,), purpose).decrypt(sealed)
    except InvalidToken:
        return False
    return True


def reseal(sealed: bytes, *, purpose: str) -> bytes:
    """The same text under the key of today. Raises Unreadable."""
    try:
        return _keys(purpose).rotate(sealed)
    except InvalidToken as error:
        raise Unreadable from error


def _keys(purpose: str) -> MultiFernet:
    return _fernet((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS), purpose)


def seal(text: str, *, purpose: str) -> bytes:
    """The text, encrypted and signed."""
    return _keys(purpose).encrypt(text.encode())


def unseal(sealed: bytes, *, purpose: str) -> str:
    """The text again. Raises Unreadable."""
    try:
        return _keys(purpose).decrypt(sealed).decode()
    except InvalidToken as error:
        raise Unreadable from error
