"""Letters that nobody can switch off: something about how a person signs in has changed."""

from django.conf import settings
from django.utils.functional import Promise

from accounts import devices
from accounts.models import User
from accounts.services import letters
from audit import clock


def tell(user: User, *, title: str | Promise, text: str | Promise, agent: str = "") -> None:
    """Write one, in the reader's language and time. `agent`: the browser in which it was done."""
    letters.post(
        to=user.email,
        language=user.language or settings.LANGUAGE_CODE,
        template="accounts/email/security",
        context={
            "title": title,
            "what": text,
            "moment": clock.now(),
            "device": devices.words(agent) if agent else "",
        },
        reader=user,
    )
