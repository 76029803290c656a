"""Second factors: set up and taken away by the person, reset by an administrator.

The library checks codes and keys and keeps them; each change here is one transaction with its event
and a letter to the person, so that nobody loses or gains a factor without being told.
"""

from typing import Any, Final

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.db import transaction
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts import events_sign_in as events
from accounts.models import User
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import NotAllowed, require_everywhere
from accounts.selectors.second_factor import is_required_of
from accounts.services import security_letters, sessions
from audit.errors import Invalid, Refused
from audit.record import record

APP: Final = "app"
KEY: Final = "key"
LONGEST_NAME: Final = 60
_NOT_YOU: Final = lazy(
    "Was that not you? Change your password, look at where you are signed in, and tell an "
    "administrator."
)


class NotThere(Refused):
    """There is no such factor, or no longer."""

    code = "no_such_factor"


@transaction.atomic
def add_app(*, user: User, secret: str, keep: str | None, agent: str, by: Principal) -> list[str]:
    """An authenticator app whose code was checked; new recovery codes where there are none yet.

    With the first factor, sessions that know nothing of it end (all but `keep`, a session key).
    """
    user = _locked(user, by)
    if Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        raise Refused(_("You have an authenticator app already. Remove it first."))
    first = not _real(user).exists()
    TOTP.activate(user, secret)
    record(events.FactorAdded(aggregate_id=user.pk, kind=APP), by=by)
    if first:
        sessions.forget(user=user, keep=keep)
    _tell(
        user,
        lazy("An authenticator app was set up for Surety"),
        lazy("From now on, signing in takes a code of this app besides your password."),
        agent,
    )
    return _codes_if_none(user, by)


@transaction.atomic
def add_key(
    *,
    user: User,
    name: str,
    credential: dict[str, Any],
    keep: str | None,
    agent: str,
    by: Principal,
) -> list[str]:
    """A security key or passkey that was checked; new recovery codes where there are none yet."""
    user = _locked(user, by)
    name = _named(name)
    first = not _real(user).exists()
    WebAuthn.add(user, name, credential)
    record(events.FactorAdded(aggregate_id=user.pk, kind=KEY, name=name), by=by)
    if first:
        sessions.forget(user=user, keep=keep)
    _tell(
        user,
        lazy("A security key was set up for Surety"),
        format_lazy(lazy("You can sign in with the key “{name}” from now on."), name=name),
        agent,
    )
    return _codes_if_none(user, by)


@transaction.atomic
def rename_key(*, user: User, pk: int, name: str, by: Principal) -> None:
    """Call a key otherwise. Raises NotThere; Invalid for no name."""
    user = _locked(user, by)
    key, name = _key(user, pk), _named(name)
    key.data["name"] = name
    key.save(update_fields=["data"])
    record(events.FactorRenamed(aggregate_id=user.pk, name=name), by=by)


@transaction.atomic
def remove_app(*, user: User, agent: str, by: Principal) -> None:
    """Take the authenticator app away; with the last factor, the recovery codes go, too."""
    user = _locked(user, by)
    row = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if row is None:
        raise NotThere(_("There is no authenticator app any more."))
    _remove(user, row, kind=APP, name="", agent=agent, by=by)


@transaction.atomic
def remove_key(*, user: User, pk: int, agent: str, by: Principal) -> None:
    """Take a security key away; with the last factor, the recovery codes go, too."""
    user = _locked(user, by)
    row = _key(user, pk)
    _remove(user, row, kind=KEY, name=str(row.data["name"]), agent=agent, by=by)


def _remove(
    user: User, row: Authenticator, *, kind: str, name: str, agent: str, by: Principal
) -> None:
    row.delete()
    left = _real(user).exists()
    if not left and is_required_of(user):
        raise Refused(_("Your role takes a second factor. Set up another one first."))
    if not left:
        Authenticator.objects.filter(user=user).delete()
    record(events.FactorRemoved(aggregate_id=user.pk, kind=kind, name=name), by=by)
    what = (
        lazy("The authenticator app was removed from your account for Surety.")
        if kind == APP
        else format_lazy(
            lazy("The security key “{name}” was removed from your account for Surety."), name=name
        )
    )
    rest = (
        lazy("Signing in still takes a second factor.")
        if left
        else lazy("Signing in takes your password alone now.")
    )
    _tell(
        user,
        lazy("A second factor was removed from your account for Surety"),
        format_lazy("{} {}", what, rest),
        agent,
    )


@transaction.atomic
def new_recovery_codes(*, user: User, agent: str, by: Principal) -> list[str]:
    """New codes in place of those before. Raises NotThere where there is no factor to replace."""
    user = _locked(user, by)
    if not _real(user).exists():
        raise NotThere(_("Set up an authenticator app or a security key first."))
    Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
    codes = _codes_if_none(user, by)
    _tell(
        user,
        lazy("New recovery codes for Surety were made"),
        lazy("New recovery codes were made for your account. Those from before no longer work."),
        agent,
    )
    return codes


@transaction.atomic
def note_recovery_code(*, user: User, agent: str, by: Principal) -> None:
    """A recovery code was used just now; the person is told how many are left."""
    row = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    left = len(row.wrap().get_unused_codes()) if row else 0
    record(events.RecoveryCodeUsed(aggregate_id=user.pk, left=left), by=by)
    _tell(
        user,
        lazy("A recovery code for Surety was used"),
        format_lazy(
            lazy("A recovery code of your account was used. Codes that are left: {left}."),
            left=left,
        ),
        agent,
    )


@transaction.atomic
def reset(*, user: User, reason: str, by: Principal) -> None:
    """Remove every second factor of somebody who has lost theirs, and end their sessions.

    For administrators of all units, and not for themselves: whoever holds their session could
    otherwise get rid of the factor. Raises NotThere, NotAllowed, Invalid without a reason.
    """
    require_everywhere(by, Permission.MANAGE_MEMBERS)
    user = User.objects.select_for_update().get(pk=user.pk)
    if by.id == str(user.pk):
        raise NotAllowed(_("Another administrator has to do this for you."))
    reason = reason.strip()
    if not reason:
        wrong = _("Say how you know that it is them, and why.")
        raise Invalid(wrong, errors={"reason": [wrong]})
    count, _by_model = Authenticator.objects.filter(user=user).delete()
    if not count:
        raise NotThere(_("This person has no second factor."))
    sessions.forget(user=user)
    record(events.FactorsReset(aggregate_id=user.pk, name=user.name, reason=reason), by=by)
    security_letters.tell(
        user,
        title=lazy("Your second factor for Surety was reset"),
        text=format_lazy(
            lazy(
                "{who} has removed the second factor of your account, and you were signed out "
                "everywhere. Sign in with your password and set up a new one. You did not ask for "
                "it? Tell an administrator at once."
            ),
            who=by.label,
        ),
    )


def may_reset(user: User, by: Principal) -> bool:
    """Whether `reset` would let them."""
    return by.units(Permission.MANAGE_MEMBERS) is None and by.id != str(user.pk)


def _locked(user: User, by: Principal) -> User:
    if by.kind != "user" or by.id != str(user.pk):
        raise NotAllowed(_("You can only change how you sign in yourself."))
    return User.objects.select_for_update().get(pk=user.pk)


def _real(user: User) -> Any:
    return Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)


def _key(user: User, pk: int) -> Authenticator:
    keys = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
    row = keys.filter(pk=pk).first()
    if row is None:
        raise NotThere(_("This key is not there any more."))
    return row


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        wrong = _("Enter a name of up to %(most)d characters.") % {"most": LONGEST_NAME}
        raise Invalid(wrong, errors={"name": [wrong]})
    return name


def _codes_if_none(user: User, by: Principal) -> list[str]:
    kept = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES)
    if kept.exists():
        return []
    made = RecoveryCodes.activate(user)
    record(events.RecoveryCodesMade(aggregate_id=user.pk), by=by)
    return list(made.get_unused_codes())


def _tell(user: User, title: str | Promise, text: str | Promise, agent: str) -> None:
    security_letters.tell(
        user, title=title, text=format_lazy("{}\n\n{}", text, _NOT_YOU), agent=agent
    )
