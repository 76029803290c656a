"""The letters that people get."""

from collections.abc import Mapping
from smtplib import SMTPException
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

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


def send_letter(user: User, *, template: str, context: Mapping[str, Any]) -> bool:
    """Mail `<template>_subject.txt` and `<template>_message.txt` in the reader's language.

    False when mail is not set up or did not go out.
    """
    if not is_configured():
        return False
    try:
        with translation.override(user.language):
            said = {"user": user, **context}
            # A subject is one line, whatever the template is broken into.
            subject = " ".join(render_to_string(f"{template}_subject.txt", said).split())
            send_mail(
                subject, render_to_string(f"{template}_message.txt", said), None, [user.email]
            )
    except (SMTPException, OSError) as error:
        log.warning("mail.not_sent", to=str(user.pk), reason=type(error).__name__)
        return False
    return True


def site_address() -> str:
    """Where this installation is found, as far as its settings tell; "" where they do not."""
    named = [one for one in settings.CSRF_TRUSTED_ORIGINS if "*" not in one]
    if named:
        return str(named[0]).rstrip("/")
    host = next((one for one in settings.ALLOWED_HOSTS if one[:1] not in {"", ".", "*"}), "")
    scheme = "https" if settings.SECURE_SSL_REDIRECT else "http"
    return f"{scheme}://{host}" if host else ""
