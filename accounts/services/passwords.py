"""A person's own password."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import events_sign_in as events
from accounts.models import User
from accounts.selectors import principal_for_user
from accounts.services import security_letters, sessions
from audit.record import record


@transaction.atomic
def set_password(*, user: User, password: str, keep: str | None = None, agent: str = "") -> None:
    """Take a password that was checked, and end every session but `keep` (its key).

    `user` proved who they are, by the password before or by a link, and is who did it.
    """
    user.set_password(password)
    user.save(update_fields=["password"])
    sessions.forget(user=user, keep=keep)
    record(events.PasswordChanged(aggregate_id=user.pk), by=principal_for_user(user))
    security_letters.tell(
        user,
        title=_("Your password for Surety was changed"),
        text=_(
            "Your password was changed, and you were signed out everywhere else. Was that not you? "
            "Ask for a new password on the page to sign in, and tell an administrator."
        ),
        agent=agent,
    )
