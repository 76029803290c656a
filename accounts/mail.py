"""The letters that people get about their account."""

from smtplib import SMTPException
from typing import Any

import structlog
from django.conf import settings

from accounts.models import User

log = structlog.get_logger(__name__)


def is_configured() -> bool:
    """Whether this installation can send mail."""
    return "console" not in settings.EMAIL_BACKEND


def send_welcome(user: User, *, link: str, by: User, adapter: Any) -> bool:
    """Mail the link to set a password; False when mail is not set up or did not go out.

    The link was also shown to whoever made it, so a mail server that is down stops nothing.
    """
    if not is_configured():
        return False
    try:
        adapter.send_mail(
            "account/email/welcome", user.email, {"user": user, "link": link, "by": by}
        )
    except (SMTPException, OSError) as error:
        log.warning("mail.not_sent", to=str(user.pk), reason=type(error).__name__)
        return False
    return True
