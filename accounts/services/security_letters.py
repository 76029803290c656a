"""Letters that nobody can switch off: something about how a person signs in has changed."""

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise, lazy

from accounts import devices
from accounts.models import User
from accounts.services import letters
from audit import clock


def tell(
    user: User,
    *,
    title: str | Promise,
    text: str | Promise,
    agent: str = "",
    ip: str = "",
    sessions: bool = False,
) -> None:
    """Write one, in the reader's language and time. `agent`: the browser in which it was done.

    `ip`: from where. With `sessions`, it says where sessions are ended.
    """
    letters.post(
        to=user.email,
        language=user.language or settings.LANGUAGE_CODE,
        template="accounts/email/security",
        context={
            "title": title,
            "what": text,
            "moment": clock.now(),
            "device": _device(agent) if agent else "",
            "ip": ip,
            "sessions": reverse("accounts:sessions") if sessions else "",
        },
        reader=user,
    )


# In the language of the letter, which is known only while it is written.
_device = lazy(devices.words, str)
