"""What an installation decides about signing in."""

from typing import Any, Final

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

#: Every password is looked at by these. Nothing about kinds of characters, and none runs out.
PASSWORD_VALIDATORS: Final[list[dict[str, Any]]] = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "accounts.strength.StrengthValidator"},
]


#: The library's forms in our words.
FORMS: Final = {
    "login": "accounts.sign_in_forms.LoginForm",
    "reset_password": "accounts.sign_in_forms.ResetPasswordForm",
    "change_password": "accounts.sign_in_forms.ChangePasswordForm",
    "reset_password_from_key": "accounts.sign_in_forms.ResetPasswordKeyForm",
}
FACTOR_FORMS: Final = {
    "authenticate": "accounts.second_factor_forms.CodeForm",
    "authenticate_webauthn": "accounts.second_factor_forms.SecondKeyForm",
    "login_webauthn": "accounts.second_factor_forms.PasskeyForm",
}
#: The names of `accounts.permissions.Role`, which cannot be imported before the settings are read.
ROLES: Final = ("administrator", "procurement", "legal", "auditor", "requester")
_ALL: Final = "all"


class SignInEnv(BaseSettings):
    """A browser that was told to stay signed in does so for `session_days`. Otherwise the session
    ends with the browser, and after `session_idle_hours` without a click in any case.

    Members of `mfa_required_roles` (names with commas between them, or "all") set up a second
    factor before anything else. Dangerous acts take a proof that is at most `step_up_minutes` old.
    """

    mfa_required_roles: str = ""
    step_up_minutes: int = Field(default=15, ge=1, le=1440)
    session_days: int = Field(default=14, ge=1, le=90)
    session_idle_hours: int = Field(default=12, ge=1, le=168)

    @field_validator("mfa_required_roles")
    @classmethod
    def _known_roles(cls, value: str) -> str:
        unknown = set(names(value)) - {*ROLES, _ALL}
        if unknown:
            raise ValueError(f"there is no role {', '.join(sorted(unknown))}")
        return value

    def mfa_roles(self) -> frozenset[str]:
        """The roles that take a second factor."""
        named = frozenset(names(self.mfa_required_roles))
        return frozenset(ROLES) if _ALL in named else named


def names(value: str) -> list[str]:
    """The words between commas, in lower case."""
    return [name.strip().lower() for name in value.split(",") if name.strip()]
