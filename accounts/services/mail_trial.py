"""Trying the mail: a letter to oneself, sent while one waits, and what came of it in words."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import events, mail
from accounts.models import Letter, User
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require_everywhere
from accounts.selectors.installation import INSTALLATION
from accounts.services import delivery, letters
from audit import clock
from audit.record import record

Trouble = Letter.Trouble


@dataclass(frozen=True)
class Outcome:
    """What came of it; `said` is a sentence or two, with what to do where it did not work."""

    sent: bool
    said: str


def try_mail(*, user: User, by: Principal) -> Outcome:
    """Send `user` a letter now, through the server of the settings, and say what came of it.

    Takes as long as the server lets one wait (5 s for each of its answers).
    """
    require_everywhere(by, Permission.MANAGE_MEMBERS)
    with transaction.atomic():
        letter = letters.post(
            to=user.email,
            language=user.language,
            template="account/email/trial",
            context={"by": by.label},
            reader=user,
        )
        if letter.state == Letter.State.WAITING:
            # Claimed before it can be seen: the queue must not send it as well.
            letter.claimed_until, letter.tries = clock.now() + delivery.CLAIM, 1
            letter.save(update_fields=["claimed_until", "tries"])
    if letter.state == Letter.State.KEPT:
        return Outcome(sent=False, said=_not_set_up())
    trouble = delivery.send_claimed(letter=letter)
    with transaction.atomic():
        record(events.MailTried(aggregate_id=INSTALLATION, trouble=trouble or ""), by=by)
    if trouble is None:
        return Outcome(
            sent=True,
            said=_(
                "The mail server took the letter to %(to)s. If it has not arrived in a few "
                "minutes, look among the unwanted mail."
            )
            % {"to": user.email},
        )
    return Outcome(sent=False, said=_in_words(trouble, user.email))


def server() -> str:
    """The mail server of the settings, for people; "" where there is none."""
    return f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}" if mail.is_configured() else ""


def _not_set_up() -> str:
    return _(
        "No mail server is set up. Name it in the setting EMAIL_URL, start Surety again, and try "
        "once more. Until then letters are kept and can be read on the page Letters."
    )


def _in_words(trouble: Trouble, to: str) -> str:
    values = {"server": server(), "to": to, "sender": settings.DEFAULT_FROM_EMAIL}
    match trouble:
        case Trouble.UNREACHABLE:
            said = _(
                "The mail server %(server)s did not answer. Look at host and port in EMAIL_URL, at "
                "the firewall between, and whether the server wants TLS from the start (smtps://)."
            )
        case Trouble.NOT_ACCEPTED:
            said = _(
                "The mail server %(server)s answered and takes no mail from us. Look at user and "
                "password in EMAIL_URL, and whether it may send as %(sender)s (DEFAULT_FROM_EMAIL)."
            )
        case Trouble.POSTPONED:
            said = _(
                "The mail server %(server)s asks to try again later. Many do so once with a sender "
                "they do not know yet: try again in a few minutes."
            )
        case Trouble.ADDRESS_REFUSED | Trouble.BAD_ADDRESS:
            said = _("The mail server %(server)s does not take letters to %(to)s.")
        case Trouble.TEXT_REFUSED:
            said = _(
                "The mail server %(server)s read the letter and refused it. Ask who runs it what "
                "its filter found; often it does not allow %(sender)s as a sender."
            )
        case _:
            said = _("The letter did not go out. The log of the web process says why.")
    return said % values
