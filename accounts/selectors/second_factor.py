"""Which second factors somebody has, and who has to have one."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.conf import settings

from accounts.models import Membership, User
from accounts.selectors.people import memberships_of

_REAL = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@dataclass(frozen=True)
class Key:
    """One security key or passkey. `alone`: it signs in without a password."""

    pk: int
    name: str
    alone: bool
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class Factors:
    """What a person can prove who they are with, besides a password."""

    app_since: datetime | None = None
    app_used_at: datetime | None = None
    keys: list[Key] = field(default_factory=list)
    codes_left: int | None = None
    """Recovery codes not used yet; None where there are none at all."""

    @property
    def any(self) -> bool:
        """Recovery codes alone are no second factor."""
        return self.app_since is not None or bool(self.keys)

    @property
    def has_code(self) -> bool:
        """Whether a code can be typed."""
        return self.app_since is not None or bool(self.codes_left)


def factors_of(user: User) -> Factors:
    """All of them (one query)."""
    app_since = app_used_at = codes_left = None
    keys: list[Key] = []
    for row in Authenticator.objects.filter(user=user).order_by("created_at", "pk"):
        if row.type == Authenticator.Type.TOTP:
            app_since, app_used_at = row.created_at, row.last_used_at
        elif row.type == Authenticator.Type.RECOVERY_CODES:
            codes_left = len(row.wrap().get_unused_codes())
        else:
            held = row.wrap()
            keys.append(
                Key(row.pk, held.name, bool(held.is_passwordless), row.created_at, row.last_used_at)
            )
    return Factors(app_since, app_used_at, keys, codes_left)


def has_factor(user: User) -> bool:
    """Whether signing in takes more than a password."""
    return bool(Authenticator.objects.filter(user=user, type__in=_REAL).exists())


def who_has_factors(users: Iterable[User]) -> set[str]:
    """The ids of those of them that have one (one query)."""
    found = Authenticator.objects.filter(user__in=list(users), type__in=_REAL)
    return {str(pk) for pk in found.values_list("user_id", flat=True)}


def is_required_of(user: User) -> bool:
    """The same for somebody whose roles are not at hand."""
    return bool(settings.MFA_REQUIRED_ROLES) and must_have_factor(memberships_of(user))


def must_have_factor(memberships: Iterable[Membership]) -> bool:
    """Whether one of these roles takes a second factor, by the setting MFA_REQUIRED_ROLES."""
    return any(one.role in settings.MFA_REQUIRED_ROLES for one in memberships)
