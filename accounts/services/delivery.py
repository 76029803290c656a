"""Sending what waits in the queue of letters.

Each letter is claimed for a while, sent outside any transaction, and then noted as sent. A worker
that dies in between leaves a claim that runs out, so the letter goes out again: at least once,
never silently not at all. Its Message-ID follows from its row, so receivers can drop the double.
"""

from datetime import timedelta
from email.utils import formatdate
from smtplib import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)
from time import monotonic
from typing import Final

import structlog
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection, transaction
from django.db.models import Q

from accounts import mail, sealing
from accounts.models import Letter
from accounts.services.letters import ERASED, Said, said_in
from audit import clock

log = structlog.get_logger(__name__)

Trouble = Letter.Trouble
#: How long one worker may have a letter in hand; each word with the server takes 5 s at most.
CLAIM: Final = timedelta(minutes=2)
#: Pauses between tries; the last one repeats.
PAUSES: Final = tuple(timedelta(seconds=one) for one in (10, 30, 60, 300, 900, 1800, 3600))
#: One call sends for so many seconds at most, then leaves the rest to the next.
AT_MOST: Final = 30.0
# Any fixed number: whoever holds this advisory lock is the one that sends.
_SENDER_LOCK: Final = 0x5_1E_77_E5

#: Troubles that time does not mend.
FOR_GOOD: Final = {
    Trouble.ADDRESS_REFUSED,
    Trouble.TEXT_REFUSED,
    Trouble.BAD_ADDRESS,
    Trouble.UNREADABLE,
    Trouble.READER_GONE,
}
#: Troubles of the server, not of a letter: no use trying the next one now.
OF_THE_SERVER: Final = {Trouble.UNREACHABLE, Trouble.NOT_ACCEPTED}


def deliver() -> int:
    """Send what is due, one letter after the other; how many went out."""
    if not mail.is_configured() or not _take_turn():
        return 0
    sent = 0
    try:
        end = monotonic() + AT_MOST
        while monotonic() < end and (letter := claim()) is not None:
            trouble = _try(letter)
            _note(letter, trouble)
            sent += trouble is None
            if trouble in OF_THE_SERVER:
                break
    finally:
        _end_turn()
    return sent


def send_claimed(*, letter: Letter) -> Trouble | None:
    """Send now a letter that the caller has claimed; what stood in the way, or None.

    One that does not go out is withdrawn: whoever waits for the answer tries again by themselves.
    """
    trouble = _try(letter)
    _note(letter, trouble)
    if trouble is not None:
        Letter.objects.filter(pk=letter.pk, state=Letter.State.WAITING).update(
            state=Letter.State.WITHDRAWN
        )
    return trouble


def _take_turn() -> bool:
    """Whether nobody else is sending: a slow server then holds up one worker, not all."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_SENDER_LOCK])
        return bool(cursor.fetchone()[0])


def _end_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [_SENDER_LOCK])


@transaction.atomic
def claim() -> Letter | None:
    """Take the letter that is due first, so that no other worker sends it meanwhile."""
    now = clock.now()
    letter = (
        Letter.objects.select_for_update(skip_locked=True)
        .filter(
            Q(claimed_until=None) | Q(claimed_until__lt=now),
            state=Letter.State.WAITING,
            next_attempt_at__lte=now,
        )
        .order_by("next_attempt_at", "id")
        .first()
    )
    if letter is None:
        return None
    letter.tries += 1
    letter.claimed_until = now + CLAIM
    letter.save(update_fields=["tries", "claimed_until"])
    return letter


def _try(letter: Letter) -> Trouble | None:
    """Send it; what stood in the way, or None."""
    if letter.reader is not None and not letter.reader.is_active:
        return Trouble.READER_GONE
    try:
        said = said_in(letter)
    except sealing.Unreadable:
        return Trouble.UNREADABLE
    try:
        message(letter, said).send()
    except SMTPRecipientsRefused as error:
        return _permanent(_code(error), Trouble.ADDRESS_REFUSED)
    except SMTPDataError as error:
        return _permanent(error.smtp_code, Trouble.TEXT_REFUSED)
    except SMTPSenderRefused as error:
        # A sender or size that is refused for good is set up wrongly here: it waits to be mended.
        return Trouble.POSTPONED if error.smtp_code < 500 else Trouble.NOT_ACCEPTED
    except SMTPServerDisconnected:
        return Trouble.UNREACHABLE
    except SMTPResponseException as error:
        return Trouble.UNREACHABLE if error.smtp_code < 500 else Trouble.NOT_ACCEPTED
    except SMTPException:
        return Trouble.NOT_ACCEPTED
    except OSError:
        return Trouble.UNREACHABLE
    except (ValueError, UnicodeError):
        return Trouble.BAD_ADDRESS
    except Exception:
        log.exception("letters.broken", letter_id=str(letter.pk), template=letter.template)
        return Trouble.BROKEN
    return None


def _code(error: SMTPRecipientsRefused) -> int:
    # A letter has one recipient, so there is one answer.
    return int(next(iter(error.recipients.values()), (450, b""))[0])


def _permanent(code: int, trouble: Trouble) -> Trouble:
    return trouble if code >= 500 else Trouble.POSTPONED


def message(letter: Letter, said: Said) -> EmailMultiAlternatives:
    """The e-mail: text first, HTML after it."""
    headers = {
        "Message-ID": f"<{letter.pk}@{mail.domain()}>",
        "Date": formatdate(letter.created_at.timestamp()),
        # Nobody wrote this by hand: no "out of office" is wanted (RFC 3834).
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if letter.unsubscribe.startswith("http"):
        headers["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    built = EmailMultiAlternatives(
        said.subject, said.text, None, [letter.to], headers=headers, connection=get_connection()
    )
    if said.html:
        built.attach_alternative(said.html, "text/html")
    return built


@transaction.atomic
def _note(letter: Letter, trouble: Trouble | None) -> None:
    """What became of this try; nothing, where somebody else has taken the letter over since."""
    mine = Letter.objects.select_for_update().filter(
        pk=letter.pk, state=Letter.State.WAITING, claimed_until=letter.claimed_until
    )
    now = clock.now()
    if trouble is None:
        erased = {**ERASED, "to": letter.to, "erased_at": now} if letter.secret else {}
        # Gone out is gone out, also when the claim ran out meanwhile.
        Letter.objects.filter(pk=letter.pk).update(
            state=Letter.State.SENT, sent_at=now, trouble="", claimed_until=None, **erased
        )
        # The server is there again: whatever waited for it need not wait longer.
        Letter.objects.filter(
            state=Letter.State.WAITING, trouble__in=OF_THE_SERVER, next_attempt_at__gt=now
        ).update(next_attempt_at=now)
    elif trouble in FOR_GOOD:
        mine.update(state=Letter.State.REFUSED, trouble=trouble, claimed_until=None)
    else:
        pause = PAUSES[min(letter.tries, len(PAUSES)) - 1]
        mine.update(trouble=trouble, claimed_until=None, next_attempt_at=now + pause)
    log.info(
        "letters.tried",
        letter_id=str(letter.pk),
        template=letter.template,
        tries=letter.tries,
        trouble=str(trouble or ""),
    )
