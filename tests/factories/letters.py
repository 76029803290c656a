"""Letters and notifications."""

from typing import Any

from accounts.models import Letter, Notification
from accounts.permissions import Role
from accounts.services import letters, notifications
from tests.factories.accounts import make_user


def make_letter(**changed: Any) -> Letter:
    """A letter that waits to be sent."""
    given: dict[str, Any] = {
        "to": "reader@vendor.example",
        "language": "en-gb",
        "template": "account/email/welcome",
        "context": {"link": "https://surety.example/somewhere", "by": "Ada Admin"},
        **changed,
    }
    return letters.post(**given)


def tell_somebody(**changed: Any) -> Notification:
    """A notification of somebody who is told nothing else."""
    user = changed.pop("user", None) or make_user(Role.ADMINISTRATOR)
    told = notifications.tell(user=user, **{"kind": "other", "title": "Look here", **changed})
    assert told is not None
    return told
