"""The key that everything secret hangs on, and those before it that still open."""

from typing import Final

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

_SHORTEST: Final = 32
#: What is kept encrypted (accounts/sealing.py), for `manage.py reseal`: model, column (of JSON: and
#: its member, as "data.secret"), purpose.
SEALED: Final = (
    ("accounts.Letter", "sealed", "letters"),
    ("accounts.KeptAnswer", "sealed", "idempotency"),
    ("webhooks.Secret", "sealed", "webhook secrets"),
    ("mfa.Authenticator", "data.secret", "second factor"),
    ("mfa.Authenticator", "data.seed", "second factor"),
)


class KeyEnv(BaseSettings):
    """Names are the environment variables."""

    secret_key: SecretStr = Field(min_length=_SHORTEST)
    #: Keys of before, the newest first, with commas: they open and verify, and never seal or sign.
    secret_key_fallbacks: SecretStr = SecretStr("")

    @field_validator("secret_key_fallbacks")
    @classmethod
    def _are_keys(cls, value: SecretStr) -> SecretStr:
        if any(len(one) < _SHORTEST for one in _split(value)):
            raise ValueError(f"each key has at least {_SHORTEST} characters")
        return value

    def keys_of_before(self) -> list[str]:
        """What SECRET_KEY was, the newest first."""
        return _split(self.secret_key_fallbacks)


def _split(value: SecretStr) -> list[str]:
    return [one.strip() for one in value.get_secret_value().split(",") if one.strip()]
