"""What an installation decides about signing in."""

from typing import Any, Final

from pydantic import Field
from pydantic_settings import BaseSettings

#: Every password is looked at by these. Nothing about kinds of characters, and none runs out.
PASSWORD_VALIDATORS: Final[list[dict[str, Any]]] = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "accounts.strength.StrengthValidator"},
]


class SignInEnv(BaseSettings):
    """A browser that was told to stay signed in does so for `session_days`. Otherwise the session
    ends with the browser, and after `session_idle_hours` without a click in any case."""

    session_days: int = Field(default=14, ge=1, le=90)
    session_idle_hours: int = Field(default=12, ge=1, le=168)
